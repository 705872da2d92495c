"""Turning one announcement into mails, in transactions of their own."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from congress.agenda.enums import SignUpState
from congress.agenda.models import SignUp
from congress.extensions import db
from congress.jobs.enums import Lane
from congress.jobs.handlers import handles
from congress.jobs.models import Job
from congress.mail.services import queue
from congress.notifications.jobs import meetings as meetings
from congress.notifications.jobs import messages as messages
from congress.notifications.messages import programme_releases
from congress.notifications.services import SEND_LINKS
from congress.programme.enums import IN_PROPOSAL, ProposalState
from congress.programme.models import Proposal, ProposalPerson, Speaker
from congress.registration.enums import HOLDS_PLACE
from congress.registration.models import Registration

TELL_CHANGED = "notifications.tell_changed"
TELL_REGISTERED = "notifications.tell_registered"
REMIND_DRAFT = "notifications.remind_draft"
TELL_SPEAKERS = "notifications.tell_speakers"
TELL_SIGN_UPS = "notifications.tell_sign_ups"
TELL_MOVED = "notifications.tell_moved"


@handles(TELL_CHANGED)
def tell_changed(job: Job) -> None:
    """One mail about everything of a group that was changed in the same act."""
    at = dt.datetime.fromisoformat(job.payload["at"])
    rows = db.session.execute(
        sa.select(Registration.id, Registration.event_id, Registration.email, Registration.language)
        .where(Registration.group_id == job.payload["group_id"], Registration.changed_at == at)
        .order_by(Registration.id)
    ).all()
    if rows:
        fields = job.payload["fields"]
        context: dict[str, Any] = {"registration_ids": [row.id for row in rows], "fields": fields}
        queue(
            "registration_changed",
            rows[0].email,
            rows[0].language,
            context | {"calendar": "category_id" in fields},
            shown_in=[(row.event_id, row.id) for row in rows],
        )


@handles(TELL_REGISTERED)
def tell_registered(job: Job) -> dict[str, Any]:
    """One mail each for the people on the list."""
    rows = db.session.execute(
        sa.select(Registration.id, Registration.event_id, Registration.email, Registration.language)
        .where(Registration.id.in_(job.payload["registration_ids"]))
        .order_by(Registration.id)
    ).all()
    for row in rows:
        queue(
            job.payload["template"],
            row.email,
            row.language,
            {"registration_id": row.id},
            shown_in=[(row.event_id, row.id)],
            lane=Lane.BULK,
        )
    return {"mails": len(rows)}


@handles(TELL_SPEAKERS)
def tell_speakers(job: Job) -> dict[str, Any]:
    """One mail each for the speakers on the list who have an address now."""
    speakers = db.session.execute(
        sa.select(Speaker.id, Speaker.event_id, Speaker.email, Speaker.language)
        .where(Speaker.id.in_(job.payload["speaker_ids"]), Speaker.email.is_not(None))
        .order_by(Speaker.id)
    ).all()
    for one in speakers:
        queue(
            programme_releases.TEMPLATE,
            one.email or "",
            one.language,
            {"release_id": job.payload["release_id"], "speaker_id": one.id},
            shown_in=[(one.event_id, None)],
            lane=Lane.BULK,
        )
    return {"mails": len(speakers)}


@handles(SEND_LINKS)
def send_links(job: Job) -> dict[str, Any]:
    """The confirmation once more for each form somebody sent: with it come the link and the ticket."""
    rows = db.session.execute(
        sa.select(
            Registration.id, Registration.event_id, Registration.group_id, Registration.email, Registration.language
        )
        .where(Registration.id.in_(job.payload["registration_ids"]), Registration.status.in_(HOLDS_PLACE))
        .order_by(Registration.group_id, Registration.id)
    ).all()
    for _group_id, found in itertools.groupby(rows, key=lambda row: row.group_id):
        of_one_form = list(found)
        queue(
            "registration_confirmation",
            of_one_form[0].email,
            of_one_form[0].language,
            {"registration_ids": [row.id for row in of_one_form]},
            shown_in=[(row.event_id, row.id) for row in of_one_form],
        )
    return {"registrations": len(rows)}


@handles(TELL_SIGN_UPS)
def tell_sign_ups(job: Job) -> None:
    """One mail about all sign-ups of a registration that the same act changed."""
    at = dt.datetime.fromisoformat(job.payload["at"])
    of_one_act = sa.and_(SignUp.registration_id == job.payload["registration_id"], SignUp.changed_at == at)
    _queue_for_sign_ups(job.payload["template"], of_one_act, job.payload["context"], Lane.URGENT)


@handles(TELL_MOVED)
def tell_moved(job: Job) -> dict[str, Any]:
    """One mail each for the people on the list, about all sessions of theirs that a release moved."""
    context = {"event_id": job.payload["event_id"], "release": job.payload["release"]}
    theirs = sa.and_(
        SignUp.registration_id.in_(job.payload["registration_ids"]),
        SignUp.session_id.in_(job.payload["session_ids"]),
        SignUp.state == SignUpState.CONFIRMED,
    )
    return {"mails": _queue_for_sign_ups("sign_up_moved", theirs, context, Lane.BULK)}


def _queue_for_sign_ups(template: str, which: sa.ColumnElement[bool], context: dict[str, Any], lane: Lane) -> int:
    rows = db.session.execute(
        sa.select(SignUp.id, Registration.id, Registration.event_id, Registration.email, Registration.language)
        .join(Registration, Registration.id == SignUp.registration_id)
        .where(which)
        .order_by(Registration.id, SignUp.id)
    ).all()
    mails = 0
    for registration_id, found in itertools.groupby(rows, key=lambda row: row[1]):
        of_one = list(found)
        queue(
            template,
            of_one[0].email,
            of_one[0].language,
            context | {"sign_up_ids": [row[0] for row in of_one]},
            shown_in=[(of_one[0].event_id, registration_id)],
            lane=lane,
        )
        mails += 1
    return mails


@handles(REMIND_DRAFT)
def remind_of_draft(job: Job) -> dict[str, Any]:
    """One mail to each person of a proposal that is still a draft."""
    people = db.session.scalars(
        sa.select(ProposalPerson)
        .join(ProposalPerson.proposal)
        .where(
            Proposal.id == job.payload["proposal_id"],
            Proposal.state == ProposalState.DRAFT,
            ProposalPerson.state.in_(IN_PROPOSAL),
        )
        .options(contains_eager(ProposalPerson.proposal))
        .order_by(ProposalPerson.id)
    ).all()
    for person in people:
        queue(
            "proposal_reminder",
            person.email,
            person.language,
            {"person_id": person.id},
            shown_in=[(person.proposal.event_id, None)],
        )
    return {"mails": len(people)}
