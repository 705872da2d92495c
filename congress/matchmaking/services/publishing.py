"""Publishing a timetable: what organisers have in mind becomes what everybody is told, at once and in one act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from congress.core import clock
from congress.events.models import Event
from congress.events.services.pages import note
from congress.extensions import db
from congress.matchmaking.enums import MeetingEvent, Publication
from congress.matchmaking.errors import NothingToPublish, TimetableChanged
from congress.matchmaking.models import Meeting
from congress.matchmaking.queries.drafts import hidden_rows
from congress.matchmaking.queries.meetings import people_in
from congress.matchmaking.services import transitions
from congress.matchmaking.services.holding import hold
from congress.matchmaking.signals import timetable_published


@dataclass(frozen=True, slots=True)
class Published:
    """How many meetings were told, and to how many people."""

    meetings: int
    people: int


def fingerprint(meetings: Sequence[Meeting]) -> str:
    """A short name for exactly this: what was looked at is what is published."""
    text = ";".join(
        f"{one.id}:{one.slot_id}:{one.table_id}:{one.shown_slot_id}:{one.shown_table_id}"
        for one in sorted(meetings, key=lambda one: one.id)
    )
    return sha256(text.encode()).hexdigest()[:16]


def publish(event: Event, level: Publication, seen: str) -> Published:
    """Tell everybody where their meetings are; `seen` is the fingerprint of what the organiser looked at."""
    matchmaking = hold(event.id)
    hidden = hidden_rows(event)
    if not hidden and matchmaking.publication is level:
        raise NothingToPublish
    if fingerprint(hidden) != seen:
        raise TimetableChanged
    before = matchmaking.publication
    matchmaking.publication, matchmaking.published_at = level, clock.now()
    steps = [
        transitions.Step(
            one,
            MeetingEvent.PUBLISH,
            one.state,
            place=(one.slot_id, one.table_id),
            old=(one.shown_slot_id, one.shown_table_id),
        )
        for one in hidden
    ]
    changes = transitions.change_all(steps)
    db.session.flush()
    told = Published(len(hidden), people_in([one.id for one in hidden]))
    note(
        "timetable.published",
        event,
        before={"publication": before.value},
        after={"publication": level.value, "count": told.meetings, "told": told.people},
    )
    if changes:
        timetable_published.send(event, change_ids=[one.id for one in changes])
    return told
