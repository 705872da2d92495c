"""Reading the demo's mailbox: a delivered file, taken apart as a mail program would."""

from __future__ import annotations

import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage

from congress.mail.transports import mailbox_file

ICS = "application/ics"
LINK = re.compile(r"(https?://[^\s<>\"]+)")


@dataclass(frozen=True, slots=True)
class Part:
    """A file that came with a mail; `number` names it in its address."""

    number: int
    name: str
    content_type: str
    content: bytes

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.content)


@dataclass(frozen=True, slots=True)
class Delivered:
    """A mail as it arrived."""

    headers: list[tuple[str, str]]
    text: str
    html: str
    calendar: str
    parts: list[Part]

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The text, cut where addresses of the web stand in it: (piece, whether it is one)."""
        return [(piece, bool(LINK.fullmatch(piece))) for piece in LINK.split(self.text)]


SHOWN_HEADERS = ("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted")


def delivered(name: str) -> Delivered | None:
    """The mail of this `Mail.message_id`, if its file is there."""
    path = mailbox_file(name)
    if not path.is_file():
        return None
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    return _take_apart(message)


def _take_apart(message: EmailMessage) -> Delivered:
    parts = [
        Part(number, part.get_filename() or f"part-{number}", part.get_content_type(), _content(part))
        for number, part in enumerate(message.iter_attachments())
    ]
    return Delivered(
        headers=[(name, str(message[name])) for name in SHOWN_HEADERS if message[name]],
        text=_body(message, "text/plain"),
        html=_body(message, "text/html"),
        calendar=next((part.content.decode("utf-8", "replace") for part in parts if part.content_type == ICS), ""),
        parts=parts,
    )


def _body(message: EmailMessage, content_type: str) -> str:
    for part in message.walk():
        if part.get_content_type() == content_type and not part.get_filename():
            return _content(part).decode("utf-8", "replace")
    return ""


def _content(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
