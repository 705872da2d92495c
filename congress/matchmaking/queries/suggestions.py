"""Reading the lists of suggestions: what of them is still true, and what an incremental run has to know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

import sqlalchemy as sa

from congress.events.models import Event
from congress.extensions import db
from congress.jobs.enums import JobState
from congress.jobs.models import Job
from congress.matchmaking.enums import LIVE, TOOK_PLACE, CancelCause, Mark, MeetingState
from congress.matchmaking.models import Block, Meeting, MeetingPerson, Profile, ProfileMark, Suggestion
from congress.matchmaking.queries.profiles import TAKES_PART
from congress.registration.models import Registration

ALL, ONE = "matchmaking.suggest_all", "matchmaking.suggest_one"
"""The kinds of jobs that make lists; their unique keys begin with the kind and the id of the event or profile."""
BEHIND = LIVE | TOOK_PLACE | {MeetingState.DECLINED}
"""Pairs with such a meeting need no suggestion any more: they meet, have met, or one of them refused."""

_WAITING = Job.state.in_((JobState.QUEUED, JobState.RUNNING))
_ENDED = Job.state == JobState.DONE


def list_of(profile: Profile) -> Sequence[Suggestion]:
    """The person's list without those for whom it is no longer true: a list may be older than a withdrawal."""
    other = Suggestion.other_id
    blocked = sa.or_(
        sa.and_(Block.profile_id == profile.id, Block.other_id == other),
        sa.and_(Block.profile_id == other, Block.other_id == profile.id),
    )
    pair = sa.or_(
        sa.and_(Meeting.low_id == profile.id, Meeting.high_id == other),
        sa.and_(Meeting.low_id == other, Meeting.high_id == profile.id),
    )
    final = sa.or_(Meeting.state.in_(BEHIND), Meeting.cancel_cause == CancelCause.PARTICIPANT)
    return db.session.scalars(
        sa.select(Suggestion)
        .join(Profile, Profile.id == other)
        .join(Registration, Registration.id == Profile.registration_id)
        .where(
            Suggestion.profile_id == profile.id,
            *TAKES_PART,
            Profile.accepts_requests.is_(True),
            ~sa.exists().where(blocked),
            ~sa.exists().where(pair, final),
            other.not_in(_marked(profile, Mark.NOT_INTERESTED)),
        )
        .order_by(Suggestion.rank, Suggestion.score.desc(), other)
    ).all()


def marked_by(profile: Profile, mark: Mark) -> Sequence[int]:
    """Those whom somebody marked and who still take part, the last one first."""
    return db.session.scalars(
        sa.select(ProfileMark.other_id)
        .join(Profile, Profile.id == ProfileMark.other_id)
        .join(Registration, Registration.id == Profile.registration_id)
        .where(ProfileMark.profile_id == profile.id, ProfileMark.mark == mark, *TAKES_PART)
        .order_by(ProfileMark.created_at.desc(), ProfileMark.other_id)
    ).all()


def ids_of(event_id: int) -> frozenset[int]:
    """Everybody who takes part."""
    statement = sa.select(Profile.id).join(Profile.registration).where(Profile.event_id == event_id, *TAKES_PART)
    return frozenset(db.session.scalars(statement))


def people_of(meeting_ids: Collection[int]) -> Sequence[int]:
    """Those who sit in these meetings."""
    return db.session.scalars(
        sa.select(MeetingPerson.profile_id)
        .where(MeetingPerson.meeting_id.in_(meeting_ids))
        .distinct()
        .order_by(MeetingPerson.profile_id)
    ).all()


def of_event(event_id: int) -> sa.ColumnElement[bool]:
    """The rows of all lists of an event."""
    return Suggestion.profile_id.in_(sa.select(Profile.id).where(Profile.event_id == event_id))


def is_being_computed(profile: Profile) -> bool:
    """Whether a job that makes this person's list waits or works."""
    of_one = sa.and_(Job.kind == ONE, Job.unique_key.startswith(f"{ONE}:{profile.id}:"))
    ours = sa.or_(_full_runs(profile.event_id), of_one)
    return db.session.scalar(sa.select(Job.id).where(_WAITING, ours).limit(1)) is not None


def without_suggestions(event: Event) -> Sequence[int]:
    """Those who take part and are suggested nobody, by name."""
    suggested = sa.select(Suggestion.profile_id).where(Suggestion.profile_id == Profile.id)
    return db.session.scalars(
        sa.select(Profile.id)
        .join(Profile.registration)
        .where(Profile.event_id == event.id, *TAKES_PART, ~suggested.exists())
        .order_by(Registration.family_name, Registration.given_name, Profile.id)
    ).all()


def last_run(event: Event) -> dt.datetime | None:
    """When every list of the event was last computed."""
    return db.session.scalar(sa.select(sa.func.max(Job.finished_at)).where(_full_runs(event.id), _ENDED))


def is_full_run_waiting(event: Event) -> bool:
    """Whether every list is about to be computed, or is being."""
    return db.session.scalar(sa.select(Job.id).where(_full_runs(event.id), _WAITING).limit(1)) is not None


def is_waiting(unique_key: str) -> bool:
    """Whether a job with this key has not begun."""
    waiting = sa.select(Job.id).where(Job.unique_key == unique_key, Job.state == JobState.QUEUED)
    return db.session.scalar(waiting) is not None


def _full_runs(event_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(Job.kind == ALL, Job.unique_key.startswith(f"{ALL}:{event_id}:"))


def _marked(profile: Profile, mark: Mark) -> sa.Select[int]:
    return sa.select(ProfileMark.other_id).where(ProfileMark.profile_id == profile.id, ProfileMark.mark == mark)
