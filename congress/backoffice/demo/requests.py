"""Requests of the demo in every state, the published timetable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from congress.backoffice.demo import messages
from congress.backoffice.demo.facts import meetings
from congress.backoffice.demo.matchmaking import Made
from congress.core import clock
from congress.extensions import db
from congress.matchmaking.availability import availability_of
from congress.matchmaking.enums import (
    Answer,
    CancelCause,
    MeetingEvent,
    MeetingState,
    Origin,
    Outcome,
    Side,
)
from congress.matchmaking.models import Meeting, MeetingChange, MeetingPerson, Profile
from congress.matchmaking.services.profiles import new_code
from congress.matchmaking.timetable import engine
from congress.matchmaking.timetable.problem import Meeting as ToPlace
from congress.matchmaking.timetable.problem import Modality, Person, Place, Problem, Slot, Table, Timetable

SEED = 5
ROUNDS = 500
AGREED = 1_150
"""Meetings that the timetable places; what does not fit waits without a time."""

AFTERWARDS: dict[MeetingState, int] = {
    MeetingState.UNSCHEDULED: 30,
    MeetingState.PENDING: 140,
    MeetingState.DECLINED: 160,
    MeetingState.WITHDRAWN: 35,
    MeetingState.EXPIRED: 70,
    MeetingState.CANCELLED: 45,
    MeetingState.DRAFT: 40,
    MeetingState.DISCARDED: 10,
}
"""So many more of each; in the online session that is over there are meetings held, missed and never answered for."""

ONLINE = (*[MeetingState.HELD] * 44, *[MeetingState.NO_SHOW] * 6, *[MeetingState.UNKNOWN] * 8)
MOST_PER_PERSON, MOST_AT_BOOTH = 9, 5
THREADS = 250
LOCKED = 20
GENERATED = frozenset({MeetingState.DRAFT, MeetingState.DISCARDED})

_OVER = (MeetingEvent.ACCEPT, MeetingEvent.SCHEDULE, MeetingEvent.PUBLISH, MeetingEvent.ANSWER)
HISTORY: dict[MeetingState, tuple[MeetingEvent, ...]] = {
    MeetingState.SCHEDULED: (MeetingEvent.ACCEPT, MeetingEvent.SCHEDULE, MeetingEvent.PUBLISH),
    MeetingState.HELD: _OVER,
    MeetingState.NO_SHOW: _OVER,
    MeetingState.UNKNOWN: _OVER,
    MeetingState.UNSCHEDULED: (MeetingEvent.ACCEPT,),
    MeetingState.DECLINED: (MeetingEvent.DECLINE,),
    MeetingState.WITHDRAWN: (MeetingEvent.WITHDRAW,),
    MeetingState.EXPIRED: (MeetingEvent.EXPIRE,),
    MeetingState.CANCELLED: (MeetingEvent.ACCEPT, MeetingEvent.CANCEL),
    MeetingState.DISCARDED: (MeetingEvent.DISCARD,),
}
"""What happened after the request, by where it led."""

AFTER: dict[MeetingEvent, MeetingState] = {
    MeetingEvent.ACCEPT: MeetingState.UNSCHEDULED,
    MeetingEvent.SCHEDULE: MeetingState.SCHEDULED,
    MeetingEvent.PUBLISH: MeetingState.SCHEDULED,
    MeetingEvent.DECLINE: MeetingState.DECLINED,
    MeetingEvent.WITHDRAW: MeetingState.WITHDRAWN,
    MeetingEvent.EXPIRE: MeetingState.EXPIRED,
    MeetingEvent.CANCEL: MeetingState.CANCELLED,
    MeetingEvent.DISCARD: MeetingState.DISCARDED,
}

Pair = tuple[Profile, Profile]


def make_requests(made: Made) -> None:
    """Everything from the first request to the messages."""
    pairs = _pairs(made)
    agreed = [next(pairs) for _ in range(AGREED)]
    timetable = _timetable(made, agreed)
    writer = _Writer(made)
    for number, (pair, place) in enumerate(zip(agreed, timetable.places, strict=True)):
        writer.add(pair, MeetingState.SCHEDULED if place else MeetingState.UNSCHEDULED, _where(made, place), number)
    for number, state in enumerate(ONLINE):
        people = made.profiles[2 * (number % 40)], made.profiles[2 * (number % 40) + 1 + 2 * (number // 40)]
        slot = made.online_slots[(number // 40) * 4 + number % 4]
        writer.add(people, state, {"slot_id": slot.id, "table_id": None}, number)
    for state, count in AFTERWARDS.items():
        for number in range(count):
            writer.add(next(pairs), state, {"slot_id": None, "table_id": None}, number)
    writer.write()
    messages.write_messages(made, agreed[:THREADS])


def _pairs(made: Made) -> Iterator[Pair]:
    """People of two organisations who have not been brought together yet; nobody gets too many."""
    pick, seen, counts = made.chance, set(), dict.fromkeys((one.id for one in made.profiles), 0)
    seen |= {frozenset((2 * one, 2 * one + 1 + 2 * two)) for one in range(40) for two in range(2)}
    while True:
        first, second = pick.sample(range(len(made.profiles)), 2)
        one, other = made.profiles[first], made.profiles[second]
        full = any(counts[each.id] >= _most(made, each) for each in (one, other))
        same = one.registration.organisation == other.registration.organisation
        if full or same or frozenset((first, second)) in seen:
            continue
        seen.add(frozenset((first, second)))
        counts[one.id] += 1
        counts[other.id] += 1
        yield one, other


def _most(made: Made, profile: Profile) -> int:
    """Four people share the booth of their delegation, so that each has fewer meetings."""
    return MOST_AT_BOOTH if profile.delegation_id == made.booth_of else MOST_PER_PERSON


def _timetable(made: Made, agreed: Sequence[Pair]) -> Timetable:
    """The product's own engine, bounded by work, so that every demo has the same timetable."""
    origin = made.slots[0].starts_at
    numbers = {slot.id: number for number, slot in enumerate(made.slots)}
    people = {one.id: number for number, one in enumerate(made.profiles)}
    free = availability_of(made.event, made.profiles)
    everything = (1 << len(made.slots)) - 1
    masks = {
        one: (everything & ~_mask(found.free, numbers), _mask(found.remote, numbers)) for one, found in free.items()
    }
    at_booth = frozenset(people[one.id] for one in made.profiles if one.delegation_id == made.booth_of)
    problem = Problem(
        slots=tuple(
            Slot(
                _minutes(slot.starts_at - origin),
                _minutes(slot.ends_at - origin),
                slot.session_id or 0,
                Modality.HYBRID,
            )
            for slot in made.slots
        ),
        people=tuple(
            Person(
                blocked=masks[one.id][0],
                remote=masks[one.id][1],
                booth=len(made.tables) - 1 if one.delegation_id == made.booth_of else None,
            )
            for one in made.profiles
        ),
        tables=tuple(
            Table(zone=table.zone_id or 0, reserved_for=at_booth if table.delegation_id else frozenset())
            for table in made.tables
        ),
        meetings=tuple(ToPlace((people[one.id], people[other.id])) for one, other in agreed),
    )
    return engine.solve(problem, seconds=20, seed=SEED, rounds=ROUNDS)


def _mask(slot_ids: frozenset[int], numbers: dict[int, int]) -> int:
    return sum(1 << numbers[one] for one in slot_ids if one in numbers)


def _minutes(length: dt.timedelta) -> int:
    return int(length.total_seconds()) // 60


def _where(made: Made, place: Place | None) -> dict[str, int | None]:
    if place is None:
        return {"slot_id": None, "table_id": None}
    return {
        "slot_id": made.slots[place.slot].id,
        "table_id": None if place.table is None else made.tables[place.table].id,
    }


class _Writer:
    """Gathers meetings, then writes them with their people and history in bulk."""

    def __init__(self, made: Made) -> None:
        self._made, self._now = made, clock.now()
        self._meetings: list[dict[str, Any]] = []
        self._people: list[list[dict[str, Any]]] = []

    def add(self, pair: Pair, state: MeetingState, place: dict[str, int | None], number: int) -> None:
        """One meeting of two people; `number` counts those of its kind and lends variety."""
        chance, now = self._made.chance, self._now
        asked_at = now - dt.timedelta(hours=chance.randrange(80, 500))
        if state is MeetingState.PENDING:
            asked_at = now - dt.timedelta(hours=number % 66, minutes=5)
        has_place = place["slot_id"] is not None
        low, high = sorted(one.id for one in pair)
        self._meetings.append(
            {
                "code": new_code(),
                "event_id": self._made.event.id,
                "state": state,
                "origin": Origin.GENERATED if state in GENERATED else Origin.REQUEST,
                "requester_id": pair[0].id,
                "target_id": pair[1].id,
                "low_id": low,
                "high_id": high,
                "note": meetings()["note_to"][pair[0].registration.language],
                "is_mutual": number % 5 == 0 and state not in GENERATED,
                "expires_at": asked_at + dt.timedelta(hours=72),
                "locked_at": now if state is MeetingState.SCHEDULED and number < LOCKED else None,
                "published_at": now - dt.timedelta(days=1) if has_place else None,
                "cancel_cause": list(CancelCause)[number % 3] if state is MeetingState.CANCELLED else None,
                "answered_at": asked_at + dt.timedelta(hours=1 + number % 60) if state in HISTORY else None,
                "created_at": asked_at,
                "changed_at": now - dt.timedelta(days=1) if has_place else asked_at,
                **place,
                **{f"shown_{name}": value for name, value in place.items()},
            }
        )
        self._people.append(
            [self._person(one, side, state, place, number) for one, side in zip(pair, Side, strict=True)]
        )

    def _person(
        self, profile: Profile, side: Side, state: MeetingState, place: dict[str, int | None], number: int
    ) -> dict[str, Any]:
        answer, outcome = None, None
        if state is MeetingState.HELD:
            answer, outcome = Answer.HAPPENED, list(Outcome)[number % 4] if side is Side.REQUESTER else None
        elif state is MeetingState.NO_SHOW and side is Side.REQUESTER:
            answer = Answer.OTHER_ABSENT
        return {
            "profile_id": profile.id,
            "side": side,
            "slot_id": place["slot_id"],
            "seen_at": None if state is MeetingState.PENDING and number % 3 else self._now,
            "answer": answer,
            "answered_at": self._now if answer else None,
            "outcome": outcome,
        }

    def write(self) -> None:
        """The rows, in three statements."""
        statement = sa.insert(Meeting).returning(Meeting.id, sort_by_parameter_order=True)
        ids = db.session.scalars(statement, self._meetings).all()
        people = [
            {"meeting_id": one, **person}
            for one, of_meeting in zip(ids, self._people, strict=True)
            for person in of_meeting
        ]
        db.session.execute(sa.insert(MeetingPerson), people)
        changes = [
            row for one, meeting in zip(ids, self._meetings, strict=True) for row in _history(one, meeting, self._now)
        ]
        db.session.execute(sa.insert(MeetingChange), changes)
        visible = {person["profile_id"] for person in people if person["slot_id"] is not None}
        db.session.execute(sa.update(Profile).where(Profile.id.in_(visible)).values(schedule_version=1))


def _history(meeting_id: int, meeting: dict[str, Any], now: dt.datetime) -> Iterator[dict[str, Any]]:
    """The rows of what happened, from the request to the state of today."""
    generated = meeting["origin"] is Origin.GENERATED
    state = MeetingState.DRAFT if generated else MeetingState.PENDING
    first = MeetingEvent.GENERATE if generated else MeetingEvent.REQUEST
    yield _change(meeting_id, first, None, state, meeting["created_at"], meeting["requester_id"])
    at = meeting["answered_at"] or now
    for event in HISTORY.get(meeting["state"], ()):
        to = AFTER.get(event, meeting["state"])
        row = _change(meeting_id, event, state, to, at, meeting["target_id"])
        if to is MeetingState.SCHEDULED or event is MeetingEvent.ANSWER:
            at = max(at, now - dt.timedelta(days=1))
            row |= {
                "at": at,
                "by_profile_id": None,
                "new_slot_id": meeting["slot_id"],
                "new_table_id": meeting["table_id"],
            }
        state = to
        yield row


def _change(
    meeting_id: int,
    event: MeetingEvent,
    before: MeetingState | None,
    after: MeetingState,
    at: dt.datetime,
    by: int | None,
) -> dict[str, Any]:
    return {
        "meeting_id": meeting_id,
        "event": event,
        "at": at,
        "actor_kind": "system",
        "by_profile_id": by,
        "from_state": before,
        "to_state": after,
        "new_slot_id": None,
        "new_table_id": None,
    }
