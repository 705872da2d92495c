"""Mails about messages between participants. No address is disclosed, and answers go through the pages."""

from __future__ import annotations

from congress.core import text
from congress.extensions import db
from congress.mail.messages import Message as Rendered
from congress.mail.messages import NoLongerTrue, message
from congress.mail.models import Mail
from congress.matchmaking.models import Message, Profile
from congress.matchmaking.names import name_of, organisations_of
from congress.matchmaking.queries.profiles import by_ids
from congress.matchmaking.queries.threads import has_blocked, threads_of
from congress.notifications import links
from congress.notifications.messages.meeting_parts import Reading, message_of, read
from congress.registration.enums import RegistrationStatus


@message("message_received")
def received(mail: Mail) -> Rendered:
    """Who wrote what. Organisers who look at the mail see who wrote, and not what."""
    reading = _read(mail)
    found = db.session.get(Message, mail.context["message_id"])
    if found is None or found.read_at is not None or not found.text:
        raise NoLongerTrue
    sender = by_ids([found.sender_id])[0]
    if has_blocked(reading.profile.id, sender.id):
        raise NoLongerTrue
    return message_of(
        reading,
        {
            "sender": _who(sender),
            "said": "…" if mail.context.get("preview") else found.text,
            "link": _thread(reading, sender),
        },
    )


@message("message_digest")
def digest(mail: Mail) -> Rendered:
    """From whom there is something unread, and how much."""
    reading = _read(mail)
    rows = [row for row in threads_of(reading.profile) if row.unread]
    rows = [row for row in rows if not has_blocked(reading.profile.id, row.other.id)]
    if not rows:
        raise NoLongerTrue
    return message_of(
        reading,
        {
            "waiting": [(_who(row.other), row.unread) for row in rows],
            "unread": sum(row.unread for row in rows),
            "link": f"{links.meetings(reading.person, mail.language)}messages/",
        },
    )


def _read(mail: Mail) -> Reading:
    """Who cancelled the registration cannot open a thread, and is told of none."""
    reading = read(mail)
    if reading.person.status is not RegistrationStatus.CONFIRMED:
        raise NoLongerTrue
    return reading


def _who(profile: Profile) -> str:
    organisation = organisations_of([profile])
    return text.one_line(f"{name_of(profile)} ({organisation})" if organisation else name_of(profile))


def _thread(reading: Reading, other: Profile) -> str:
    return f"{links.meetings(reading.person, reading.mail.language)}messages/{other.code}"
