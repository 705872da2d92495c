"""Personal data of speakers and authors: what is given out, what an erasure takes away, what the retention leaves.

*Erasing* is for people who ask for it. The speaker's row, photos, times and links go, and so do name, organisation,
biography and photo in every release of the event: a release never changes otherwise, so it gets a new fingerprint,
and everything drawn from it (pages, feeds, PDF) is made anew. Sessions stay, with "—" where the name was, until the
next release leaves it out. What the team wrote into titles, abstracts and documents is theirs to correct.

*After the retention* of an event, what was never meant for the public goes: addresses, times, links, and speakers
whom no release names. Who was released stays in the programme, as in a printed one: a published fact of the event.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from congress.accounts.models import Account
from congress.core.languages import translated
from congress.core.tokens import new_link
from congress.events.models import Event
from congress.events.services.pages import event_changed, lock_event, note
from congress.extensions import db
from congress.programme import answers, releases
from congress.programme.links import SPEAKER
from congress.programme.models import (
    Availability,
    Call,
    Proposal,
    ProposalPerson,
    Release,
    Review,
    ReviewAssignment,
    Speaker,
)
from congress.programme.services import forgetting, importing
from congress.programme.services.drafting import draft_changed
from congress.programme.services.printing import discard_documents
from congress.programme.services.speakers import delete

NOBODY = "—"


def export_speakers(address_key: str, event_id: int | None = None) -> dict[str, Any]:
    """Everything stored about an address as that of a speaker, on one event or on all."""
    return {"speakers": [_exported(one) for one in _speakers(address_key, event_id)]}


def erase_speakers(address_key: str, event_id: int | None = None) -> dict[str, int]:
    """Take somebody out of the drafts and out of every release. Returns counts."""
    found = _speakers(address_key, event_id)
    rewritten = sum(erase_speaker(one.event, one) for one in found)
    return {"speakers": len(found), "releases": rewritten}


def erase_speaker(event: Event, speaker: Speaker) -> int:
    """One speaker, also one without an address; returns how many releases had to be rewritten."""
    event, speaker_id = lock_event(event), speaker.id
    rewritten = sum(_erase_from(release, speaker_id) for release in releases.releases_of(event))
    delete(speaker)
    importing.forget_files(event.id)
    note("speaker.erased", event, ("speaker", speaker_id))
    draft_changed(event)
    if rewritten:
        event_changed(event)
        discard_documents(event.id)
    return rewritten


def speakers_past_retention(event: Event) -> list[Speaker]:
    """The speakers of an event of whom more is kept than the programme says; who calls decides when."""
    public = _released_ids(event)
    with_times = set(
        db.session.scalars(
            sa.select(Availability.speaker_id)
            .join(Speaker, Speaker.id == Availability.speaker_id)
            .where(Speaker.event_id == event.id)
        )
    )
    found = db.session.scalars(sa.select(Speaker).where(Speaker.event_id == event.id).order_by(Speaker.id))
    return [one for one in found if one.id not in public or one.email_key or one.account_id or one.id in with_times]


def forget_unpublished(event: Event, speakers: Sequence[Speaker]) -> None:
    """Keep of these speakers what the programme says, and nothing more."""
    public = _released_ids(event)
    for speaker in speakers:
        if speaker.id not in public:
            delete(speaker)
            continue
        db.session.execute(sa.delete(Availability).where(Availability.speaker_id == speaker.id))
        speaker.email = speaker.email_key = speaker.account_id = None
        speaker.link_salt, speaker.link_hash = new_link(SPEAKER)
    db.session.flush()


def export_proposals(address_key: str, event_id: int | None = None) -> dict[str, Any]:
    """Everything stored about an address in proposals, on one event or on all."""
    return {"proposals": [_exported_author(one) for one in _authors(address_key, event_id)]}


def erase_proposals(address_key: str, event_id: int | None = None) -> dict[str, int]:
    """Take somebody out of every proposal, with files and links. Returns counts."""
    found = _authors(address_key, event_id)
    for person in found:
        forgetting.take_out(person)
    return {"proposals": len(found)}


def export_reviews(address_key: str, event_id: int | None = None) -> dict[str, Any]:
    """What somebody with this account wrote about proposals, on one event or on all."""
    found = db.session.scalars(
        sa.select(Review)
        .where(*_written_by(address_key, event_id))
        .options(joinedload(Review.proposal, innerjoin=True), selectinload(Review.scores))
        .order_by(Review.id)
    )
    return {
        "reviews": [
            {
                "proposal": one.proposal.code,
                "abstained": one.abstained,
                "points": [score.points for score in one.scores],
                "comment": one.comment,
                "changed_at": one.changed_at.isoformat(),
            }
            for one in found
        ]
    }


def erase_reviews(address_key: str, event_id: int | None = None) -> dict[str, int]:
    """Reviews stay, because proposals were decided by them, and are nobody's; who was asked is forgotten."""
    proposals = sa.select(Proposal.id) if event_id is None else sa.select(Proposal.id).filter_by(event_id=event_id)
    written: Any = db.session.execute(
        sa.update(Review)
        .where(*_written_by(address_key, event_id))
        .values(account_id=None)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        sa.delete(ReviewAssignment)
        .where(ReviewAssignment.account_id.in_(_account(address_key)), ReviewAssignment.proposal_id.in_(proposals))
        .execution_options(synchronize_session=False)
    )
    return {"reviews": written.rowcount}


def _written_by(address_key: str, event_id: int | None) -> tuple[sa.ColumnElement[bool], ...]:
    own = Review.account_id.in_(_account(address_key))
    of_event = sa.select(Proposal.id).where(Proposal.event_id == event_id)
    return (own,) if event_id is None else (own, Review.proposal_id.in_(of_event))


def _account(address_key: str) -> sa.Select[int]:
    return sa.select(Account.id).where(Account.email_key == address_key)


def _speakers(address_key: str, event_id: int | None) -> Sequence[Speaker]:
    statement = (
        sa.select(Speaker)
        .where(Speaker.email_key == address_key)
        .options(
            joinedload(Speaker.event, innerjoin=True),
            selectinload(Speaker.availabilities),
            selectinload(Speaker.sessions),
        )
        .order_by(Speaker.id)
        .execution_options(populate_existing=True)
    )
    if event_id is not None:
        statement = statement.where(Speaker.event_id == event_id)
    return db.session.scalars(statement).all()


def _exported(speaker: Speaker) -> dict[str, Any]:
    latest = releases.latest(speaker.event_id)
    return {
        "event": translated(speaker.event.name),
        "given_name": speaker.given_name,
        "family_name": speaker.family_name,
        "email": speaker.email,
        "organisation": speaker.organisation,
        "job_title": speaker.job_title,
        "biography": speaker.biography,
        "language": speaker.language,
        "has_photo": speaker.photo_name is not None,
        "is_public": latest is not None and speaker.id in {one.id for one in latest.live_speakers},
        "created_at": speaker.created_at.isoformat(),
        "changed_at": speaker.changed_at.isoformat(),
        "available": [
            {"from": one.starts_at.isoformat(), "until": one.ends_at.isoformat()} for one in speaker.availabilities
        ],
        "sessions": [
            {"title": translated(one.title), "state": one.state}
            for one in sorted(speaker.sessions, key=lambda one: one.id)
        ],
    }


def _authors(address_key: str, event_id: int | None) -> Sequence[ProposalPerson]:
    proposal = joinedload(ProposalPerson.proposal, innerjoin=True)
    statement = (
        sa.select(ProposalPerson)
        .join(ProposalPerson.proposal)
        .where(ProposalPerson.email_key == address_key)
        .options(
            proposal.joinedload(Proposal.call, innerjoin=True).options(
                joinedload(Call.event, innerjoin=True), selectinload(Call.questions)
            ),
            proposal.selectinload(Proposal.people),
            proposal.selectinload(Proposal.answers),
            proposal.selectinload(Proposal.files),
        )
        .order_by(ProposalPerson.id)
    )
    if event_id is not None:
        statement = statement.where(Proposal.event_id == event_id)
    return db.session.scalars(statement).all()


def _exported_author(person: ProposalPerson) -> dict[str, Any]:
    proposal = person.proposal
    names = ("given_name", "family_name", "email", "organisation", "job_title", "biography", "language")
    return {
        "event": translated(proposal.call.event.name),
        "call": translated(proposal.call.title),
        "role": person.state,
        **{name: getattr(person, name) for name in names},
        "title": proposal.title,
        "abstract": proposal.abstract,
        "state": proposal.state,
        "note": proposal.note,
        "answers": {translated(one.question.label): one.text for one in answers.answered(proposal) if one.text},
        "files": [one.file_name for one in proposal.files],
        "created_at": person.created_at.isoformat(),
        "changed_at": proposal.changed_at.isoformat(),
    }


def _erase_from(release: Release, speaker_id: int) -> bool:
    """Rewrite one snapshot; whoever kept it in memory knows it by its fingerprint and reads it anew."""
    document = release.snapshot
    if all(one["id"] != speaker_id for one in document["speakers"]):
        return False
    empty = {"given_name": "", "family_name": NOBODY, "organisation": "", "job_title": "", "biography": {}}
    release.snapshot = document | {
        "speakers": [
            one | empty | {"photo": None} if one["id"] == speaker_id else one for one in document["speakers"]
        ]
    }
    release.fingerprint = str(uuid.uuid4())
    db.session.flush()
    return True


def _released_ids(event: Event) -> set[int]:
    latest = releases.latest(event.id)
    return {one.id for one in latest.speakers} if latest else set()
