"""From a message to what travels: headers, a text part, an HTML part, a calendar part, attachments.

Values from outside are filled in once and never read again as a template. What people typed is escaped in the HTML
part, folded to one line in headers, and never becomes a link.
"""

from __future__ import annotations

import email.policy
import re
from contextlib import suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any

from markupsafe import Markup, escape

from congress.core import text
from congress.core.colours import DEFAULT, clean_colour, readable_on
from congress.core.languages import speaking
from congress.core.rendering import render, setting
from congress.mail.messages import Builder, Message, builder_of
from congress.mail.models import Mail

SUBJECT_LENGTH = 200
DIRECTION_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
BREAK_POINTS = re.compile(r"([.:/@])")
TOKEN = re.compile(r"(?<=/)[A-Za-z0-9_-]{27}(?![A-Za-z0-9_-])")
BLANK_LINES = re.compile(r"\n{3,}")
METHODS_OF_INVITATIONS = frozenset({"REQUEST", "CANCEL"})


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail as its reader sees it."""

    subject: str
    text: str
    html: str


def render_message(mail: Mail, message: Message) -> Rendered:
    """Fill the templates of a message in its recipient's language."""
    folder = f"mails/{mail.template}"
    colour = clean_colour(message.values.get("colour")) or DEFAULT
    values: dict[str, Any] = {
        "language": mail.language,
        "base_url": setting("BASE_URL"),
        **message.values,
        "colour": colour,
        "on_colour": readable_on(colour),
        "typed": typed,
    }
    with speaking(mail.language):
        subject = header_line(render(f"{folder}/subject.txt", values))
        plain = render(f"{folder}/body.txt", values)
        html = render(f"{folder}/body.html", values | {"subject": subject})
    return Rendered(subject, BLANK_LINES.sub("\n\n", plain).strip() + "\n", html)


def masked(mail: Mail, builder: Builder | None = None) -> Rendered:
    """The mail built again for the organiser's log, its secret links hidden. May raise `NoLongerTrue`.

    A `builder` is given for a mail that is only thought of.
    """
    with speaking(mail.language):
        rendered = render_message(mail, (builder or builder_of(mail.template))(mail))
    return Rendered(rendered.subject, TOKEN.sub("…", rendered.text), "")


def compose(mail: Mail) -> EmailMessage:
    """The mail as it leaves, the same bytes for every attempt as long as the data are the same."""
    with speaking(mail.language):
        message = builder_of(mail.template)(mail)
    rendered = render_message(mail, message)
    recipient = _address(mail.recipient)
    composed = EmailMessage(policy=_policy(recipient))
    composed["From"] = setting("MAIL_FROM")
    composed["To"] = recipient
    composed["Subject"] = rendered.subject
    composed["Date"] = format_datetime(mail.created_at)
    composed["Message-ID"] = message_id(mail)
    composed["Auto-Submitted"] = "auto-generated"
    if message.reply_to:
        composed["Reply-To"] = _address(message.reply_to)
    _fill(composed, rendered, message)
    composed["Content-Language"] = mail.language  # now: filling drops what is called Content-
    return composed


def message_id(mail: Mail) -> str:
    """The same for every attempt, so that a receiver can tell a repetition."""
    domain = parseaddr(setting("MAIL_FROM"))[1].rpartition("@")[2] or "localhost"
    return f"<{mail.message_id}@{domain}>"


def header_line(value: str) -> str:
    """One line without control characters or marks that turn the direction, at most 200 characters."""
    line = text.one_line(DIRECTION_MARKS.sub("", value))
    return line if len(line) <= SUBJECT_LENGTH else line[: SUBJECT_LENGTH - 1].rstrip() + "…"


def typed(value: object) -> Markup:
    """What a person typed, for HTML: escaped, and with break points so that no mail program makes a link of it."""
    pieces = BREAK_POINTS.split(text.one_line(str(value)))
    return Markup("").join(
        escape(piece) + Markup("<wbr>") if BREAK_POINTS.fullmatch(piece) else escape(piece) for piece in pieces
    )


def _fill(composed: EmailMessage, rendered: Rendered, message: Message) -> None:
    composed.set_content(rendered.text)
    composed.add_alternative(rendered.html, subtype="html")
    if message.calendar:
        method, calendar = message.calendar
        if method in METHODS_OF_INVITATIONS:
            # The last alternative: Gmail and Outlook then offer their buttons.
            composed.add_alternative(calendar.decode(), subtype="calendar", params={"method": method}, cte="base64")
        composed.add_attachment(calendar, maintype="application", subtype="ics", filename="invitation.ics")
    for attachment in message.attachments:
        main, _, sub = attachment.content_type.partition("/")
        composed.add_attachment(
            attachment.content, maintype=main, subtype=sub, filename=header_line(attachment.file_name)
        )
    _number_boundaries(composed)


def _number_boundaries(composed: EmailMessage) -> None:
    """Boundaries from the Message-ID instead of chance."""
    seed = str(composed["Message-ID"]).strip("<>").partition("@")[0]
    parts = [part for part in composed.walk() if part.is_multipart()]
    for number, part in enumerate(parts):
        part.set_boundary(f"=_{seed}_{number}")


def _address(address: str) -> Address:
    """Just the address, without the name that somebody typed; the domain in ASCII."""
    local, _, domain = text.one_line(address).rpartition("@")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode()
    return Address(username=local, domain=domain)


def _policy(recipient: Address) -> Any:
    return email.policy.SMTP if recipient.username.isascii() else email.policy.SMTPUTF8
