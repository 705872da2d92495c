"""The mails that applying decisions would send, in full, so that organisers read them before anybody is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from congress.core import clock
from congress.core.languages import translated
from congress.events.models import Event
from congress.extensions import db
from congress.mail.models import Mail
from congress.mail.render import Rendered, masked
from congress.notifications.messages.decisions import ACCEPTED, REJECTED, recipients
from congress.notifications.messages.speakers import confirmation_text
from congress.programme.enums import CallKind, Decision, SessionState
from congress.programme.models import Proposal, ProposalPerson, Session, Speaker

TEMPLATES = {Decision.ACCEPT: ACCEPTED, Decision.REJECT: REJECTED}


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as its recipient will read it; the secret links are hidden."""

    recipient: str
    name: str
    language: str
    text: Rendered


def letters(proposals: Sequence[Proposal]) -> list[Letter]:
    """One for each person of each proposal with a pending decision. The proposals have their people."""
    return [
        Letter(person.email, person.full_name, person.language, masked(_copy(TEMPLATES[proposal.decision], person)))
        for proposal in proposals
        if proposal.decision is not None
        for person in recipients(proposal)
    ]


def confirmations(event: Event, proposals: Sequence[Proposal]) -> list[Letter]:
    """What follows for the speakers of accepted talks: one each, with all that will wait for their yes."""
    talks: dict[str, list[tuple[Proposal, ProposalPerson]]] = {}
    for proposal in proposals:
        if proposal.decision is Decision.ACCEPT and proposal.call.kind is CallKind.TALKS:
            for person in recipients(proposal):
                talks.setdefault(person.email_key, []).append((proposal, person))
    known = _speakers(event, talks)
    made = _sessions(proposals)
    return [_confirmation(event, found, known.get(key), made) for key, found in talks.items()]


def _confirmation(
    event: Event,
    found: Sequence[tuple[Proposal, ProposalPerson]],
    speaker: Speaker | None,
    made: dict[int | None, Session],
) -> Letter:
    """In the order in which the mail names them: sessions that are there, then those that will be made."""
    person = found[0][1]
    name, language = (speaker or person).full_name, (speaker or person).language
    waiting = {one.id: one for one in (speaker.sessions if speaker else ()) if one.state is SessionState.ACCEPTED}
    waiting |= {made[one.id].id: made[one.id] for one, _person in found if one.id in made}
    titles = [translated(waiting[key].title, language) for key in sorted(waiting)]
    titles += [one.title for one, _person in found if one.id not in made]
    address = (speaker.email if speaker else None) or person.email
    return Letter(address, name, language, confirmation_text(event, name, language, titles))


def _speakers(event: Event, keys: Iterable[str]) -> dict[str, Speaker]:
    found = sa.select(Speaker).where(Speaker.event_id == event.id, Speaker.email_key.in_(list(keys)))
    return {one.email_key or "": one for one in db.session.scalars(found.options(selectinload(Speaker.sessions)))}


def _sessions(proposals: Sequence[Proposal]) -> dict[int | None, Session]:
    ids = [one.id for one in proposals]
    return {
        one.proposal_id: one for one in db.session.scalars(sa.select(Session).where(Session.proposal_id.in_(ids)))
    }


def _copy(template: str, person: ProposalPerson) -> Mail:
    # The copy belongs to no session: nothing of it is written.
    return Mail(
        template=template,
        language=person.language,
        recipient=person.email,
        recipient_key=person.email_key,
        context={"person_id": person.id, "preview": True},
        message_id="preview",
        created_at=clock.now(),
    )
