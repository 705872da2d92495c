"""Mails about meetings, written in a transaction of their own: one for each person and transition."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from congress.core import clock
from congress.extensions import db
from congress.jobs.enums import Lane
from congress.jobs.handlers import handles
from congress.jobs.models import Job
from congress.mail.services import queue
from congress.matchmaking.enums import CancelCause, MeetingState
from congress.matchmaking.links import link_for
from congress.matchmaking.models import Meeting, MeetingPerson, Profile
from congress.registration.models import Registration

TELL_MEETING = "notifications.tell_meeting"
TELL_LEAVER = "notifications.tell_leaver"
TELL_TIMETABLE = "notifications.tell_timetable"
TELL_INVITED = "notifications.tell_invited"
WITH_LINK = frozenset({"meeting_request", "meeting_reminder"})
"""Mails from which one answers without the own pages."""


@handles(TELL_MEETING)
def tell_meeting(job: Job) -> dict[str, Any]:
    """The mails of one transition, each with the template that was decided for its reader."""
    meeting = db.session.get(Meeting, job.payload["meeting_id"])
    told: dict[int, str] = dict(job.payload["told"])
    mails = 0
    for profile_id, person in _people(list(told)) if meeting else ():
        template = told[profile_id]
        context = {"meeting_ids": [job.payload["meeting_id"]], "profile_id": profile_id}
        context["change_id"] = job.payload["change_id"]
        if template in WITH_LINK and meeting is not None:
            if meeting.state is not MeetingState.PENDING:
                continue
            context["link_id"] = link_for(meeting, profile_id, clock.now()).id
        _queue(template, person, context, job.lane)
        mails += 1
    return {"mails": mails}


@handles(TELL_LEAVER)
def tell_leaver(job: Job) -> None:
    """One mail to somebody whose registration has ended, so that the calendar forgets all the meetings."""
    profile_id = job.payload["profile_id"]
    ids = db.session.scalars(
        sa.select(Meeting.id)
        .join(MeetingPerson, MeetingPerson.meeting_id == Meeting.id)
        .where(
            MeetingPerson.profile_id == profile_id,
            Meeting.state == MeetingState.CANCELLED,
            Meeting.cancel_cause == CancelCause.REGISTRATION,
            Meeting.shown_slot_id.is_not(None),
        )
        .order_by(Meeting.id)
    ).all()
    for _profile_id, person in _people([profile_id]) if ids else ():
        _queue("meeting_cancelled", person, {"meeting_ids": list(ids), "profile_id": profile_id}, Lane.URGENT)


@handles(TELL_TIMETABLE)
def tell_timetable(job: Job) -> dict[str, Any]:
    """One mail each for the people on the list, about what a publication changed for them."""
    people = _people(job.payload["profile_ids"])
    for profile_id, person in people:
        context = {"profile_id": profile_id, "change_ids": job.payload["change_ids"]}
        _queue("meeting_timetable", person, context, Lane.BULK)
    return {"mails": len(people)}


@handles(TELL_INVITED)
def tell_invited(job: Job) -> None:
    """Who is asked to join a delegation."""
    for _profile_id, person in _people([job.payload["profile_id"]]):
        _queue("delegation_invitation", person, dict(job.payload), Lane.URGENT)


def _people(profile_ids: list[int]) -> list[tuple[int, Registration]]:
    """(profile, registration) of those who still have an address."""
    rows = db.session.execute(
        sa.select(Profile.id, Registration)
        .join(Registration, Registration.id == Profile.registration_id)
        .where(Profile.id.in_(profile_ids), Registration.email != "")
        .order_by(Profile.id)
    )
    return [(profile_id, person) for profile_id, person in rows]


def _queue(template: str, person: Registration, context: dict[str, Any], lane: Lane) -> None:
    shown_in = [(person.event_id, person.id)]
    queue(template, person.email, person.language, context, shown_in=shown_in, lane=lane)
