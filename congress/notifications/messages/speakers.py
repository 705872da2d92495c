"""Mails with a speaker's own link: asked for by the team, or because a session waits for a yes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from congress.core import text
from congress.core.languages import speaking, translated
from congress.core.links import absolute
from congress.events.models import Event
from congress.extensions import db
from congress.mail.messages import Message, NoLongerTrue, message
from congress.mail.models import Mail
from congress.mail.render import Rendered, render_message
from congress.notifications import links
from congress.programme.enums import SessionState
from congress.programme.models import Speaker

LINK = "speaker_link"
CONFIRM = "speaker_confirm"


@message(LINK)
def speaker_link(mail: Mail) -> Message:
    """The link to the own page, whatever there is to do."""
    speaker = _speaker(mail)
    return _message(mail, speaker, sessions=_titles(speaker, mail.language, *SessionState))


@message(CONFIRM)
def speaker_confirm(mail: Mail) -> Message:
    """The sessions that wait for a yes; nothing is sent once all have one."""
    speaker = _speaker(mail)
    waiting = _titles(speaker, mail.language, SessionState.ACCEPTED)
    if not waiting:
        raise NoLongerTrue
    return _message(mail, speaker, sessions=waiting)


def confirmation_text(event: Event, person: str, language: str, sessions: Sequence[str]) -> Rendered:
    """What `speaker_confirm` will say to somebody who may be no speaker yet, its link hidden."""
    with speaking(language):
        told = {"sessions": [text.one_line(one) for one in sessions], "link": absolute(f"/{language}/speaker/…/")}
        values = _values(event, person, language) | told
        return render_message(Mail(template=CONFIRM, language=language), Message(values=values))


def _speaker(mail: Mail) -> Speaker:
    """With the address that the mail was asked for: with another one, the link is for another mailbox."""
    found = db.session.scalar(
        sa.select(Speaker)
        .where(Speaker.id == mail.context["speaker_id"])
        .options(joinedload(Speaker.event).joinedload(Event.series), selectinload(Speaker.sessions))
    )
    if found is None or found.email_key != mail.recipient_key:
        raise NoLongerTrue
    return found


def _titles(speaker: Speaker, language: str, *states: SessionState) -> list[str]:
    wanted = set(states) - {SessionState.REJECTED, SessionState.WITHDRAWN, SessionState.CANCELLED}
    found = sorted((one for one in speaker.sessions if one.state in wanted), key=lambda one: one.id)
    return [text.one_line(translated(one.title, language)) for one in found]


def _message(mail: Mail, speaker: Speaker, **values: Any) -> Message:
    link = links.speaker_page(speaker, mail.language)
    return Message(
        values={**_values(speaker.event, speaker.full_name, mail.language), "link": link, **values},
        reply_to=speaker.event.contact_email,
    )


def _values(event: Event, person: str, language: str) -> dict[str, Any]:
    return {
        "person": text.one_line(person),
        "event": translated(event.name, language),
        "colour": event.colour or event.series.colour,
    }
