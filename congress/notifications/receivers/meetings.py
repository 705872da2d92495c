"""Who is told what when something happens to a meeting.

Here it is decided, in the transaction of the transition; a job writes the mails, because their rows name
registrations, and whoever changes one of those may be waiting for the meetings of the event.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from congress.core import clock
from congress.events.enums import EventStatus
from congress.events.models import Event
from congress.extensions import db
from congress.jobs.enums import Lane
from congress.jobs.services import enqueue, enqueue_all
from congress.matchmaking.enums import MeetingEvent as Happened
from congress.matchmaking.enums import MeetingState as State
from congress.matchmaking.enums import Side
from congress.matchmaking.links import withdraw_links
from congress.matchmaking.models import Meeting, MeetingChange, MeetingPerson, Profile
from congress.matchmaking.queries.shown import managers_of
from congress.matchmaking.queries.threads import has_blocked
from congress.notifications.jobs.meetings import TELL_INVITED, TELL_LEAVER, TELL_MEETING, TELL_TIMETABLE
from congress.registration.enums import RegistrationStatus
from congress.registration.models import Registration

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Seats:
    """Who sits in a meeting at the time of a transition, as ids of profiles.

    `leavers` lose all their meetings at once, because their registration or the event was cancelled: one mail each.
    """

    meeting: Meeting
    change: MeetingChange
    sides: dict[int, Side]
    seen: frozenset[int]
    leavers: dict[int, str] = field(default_factory=dict)

    @property
    def everybody(self) -> list[int]:
        """Both sides, who acted included."""
        return list(self.sides)

    @property
    def others(self) -> list[int]:
        """Everybody but who acted."""
        return [one for one in self.sides if one != self.change.by_profile_id]

    @property
    def asked(self) -> list[int]:
        """The side that is asked; for a delegation that has not said who comes, its managers."""
        return self._of(Side.TARGET) or self._managers

    @property
    def asking(self) -> list[int]:
        """The side that asked."""
        return self._of(Side.REQUESTER)

    @property
    def opposite(self) -> list[int]:
        """The side of the other person; everybody when organisers acted."""
        own = self.sides.get(self.change.by_profile_id or 0)
        return [one for one, side in self.sides.items() if side is not own]

    @property
    def who_saw_it(self) -> list[int]:
        """Those asked who opened the request."""
        return [one for one in self.asked if one in self.seen]

    @property
    def who_lose_it(self) -> list[int]:
        """Everybody whose calendar has to forget it; else everybody but who acted. Leavers are told apart."""
        had_entry = self.meeting.shown_slot_id is not None
        told = self.everybody if had_entry else self.others or self._managers
        return [one for one in told if one not in self.leavers]

    def _of(self, side: Side) -> list[int]:
        return [one for one, own in self.sides.items() if own is side]

    @property
    def _managers(self) -> list[int]:
        if self.meeting.delegation_id is None:
            return []
        managers = [one.id for one in managers_of(self.meeting.delegation_id)]
        return [one for one in managers if not has_blocked(one, self.meeting.requester_id)]


Recipients = Callable[[Seats], Collection[int]]

TOLD: dict[tuple[Happened, State], tuple[str, Recipients]] = {
    (Happened.REQUEST, State.PENDING): ("meeting_request", lambda seats: seats.asked),
    (Happened.PUBLISH, State.PENDING): ("meeting_request", lambda seats: seats.asked),
    (Happened.REQUEST, State.UNSCHEDULED): ("meeting_agreed", lambda seats: seats.others),
    (Happened.ACCEPT, State.UNSCHEDULED): ("meeting_agreed", lambda seats: seats.others),
    (Happened.PUBLISH, State.UNSCHEDULED): ("meeting_agreed", lambda seats: seats.everybody),
    (Happened.PUBLISH, State.SCHEDULED): ("meeting_scheduled", lambda seats: seats.everybody),
    (Happened.REQUEST, State.SCHEDULED): ("meeting_scheduled", lambda seats: seats.everybody),
    (Happened.ACCEPT, State.SCHEDULED): ("meeting_scheduled", lambda seats: seats.everybody),
    (Happened.SCHEDULE, State.SCHEDULED): ("meeting_scheduled", lambda seats: seats.everybody),
    (Happened.DECLINE, State.DECLINED): ("meeting_declined", lambda seats: seats.asking),
    (Happened.WITHDRAW, State.WITHDRAWN): ("meeting_withdrawn", lambda seats: seats.who_saw_it),
    (Happened.EXPIRE, State.EXPIRED): ("meeting_expired", lambda seats: seats.asking),
    (Happened.PROPOSE, State.SCHEDULED): ("meeting_slot_proposed", lambda seats: seats.opposite),
    (Happened.DECLINE_PROPOSAL, State.SCHEDULED): ("meeting_slot_declined", lambda seats: seats.opposite),
    (Happened.ACCEPT_PROPOSAL, State.SCHEDULED): ("meeting_moved", lambda seats: seats.everybody),
    (Happened.MOVE, State.SCHEDULED): ("meeting_moved", lambda seats: seats.everybody),
    (Happened.CANCEL, State.CANCELLED): ("meeting_cancelled", lambda seats: seats.who_lose_it),
    (Happened.START, State.SCHEDULED): ("meeting_how", lambda seats: seats.everybody),
}
"""What each transition is told by, and to whom. What is not here is told to nobody, or by the timetable."""


def tell_of_meetings(_sender: object, *, changes: Sequence[tuple[Meeting, MeetingChange]]) -> None:
    """The one place where it is decided who is told of transitions."""
    told = [one for one in changes if (one[1].event, one[1].to_state) in TOLD and _is_visible(*one)]
    mails: dict[str, dict[str, Any]] = {}
    leavers: dict[str, dict[str, Any]] = {}
    for seats in _seats(told):
        if readers := _readers(seats):
            ids = {"meeting_id": seats.meeting.id, "change_id": seats.change.id}
            mails[f"{TELL_MEETING}:{seats.change.id}"] = ids | {"told": [[*pair] for pair in readers.items()]}
        for profile_id, at in seats.leavers.items():
            leavers[f"{TELL_LEAVER}:{profile_id}:{at}"] = {"profile_id": profile_id}
    enqueue_all(TELL_MEETING, mails, lane=Lane.URGENT)
    enqueue_all(TELL_LEAVER, leavers, lane=Lane.URGENT)


def _readers(seats: Seats) -> dict[int, str]:
    """Who is told of a transition, each with the template."""
    template, recipients = TOLD[seats.change.event, seats.change.to_state]
    told = _delegates(seats)
    return told | {one: template for one in recipients(seats) if one not in told}


def remind_of_request(_sender: object, *, meeting: Meeting) -> None:
    """Those who are asked and have not answered, once more."""
    change = MeetingChange(event=Happened.REQUEST, to_state=State.PENDING)
    told = [[one, "meeting_reminder"] for seats in _seats([(meeting, change)]) for one in seats.asked]
    payload = {"meeting_id": meeting.id, "change_id": None, "told": told}
    enqueue(TELL_MEETING, payload, lane=Lane.BULK, unique_key=f"{TELL_MEETING}:{meeting.id}:{meeting.reminders}")


def tell_timetable(event: Event, *, change_ids: Sequence[int]) -> None:
    """One mail to each person whom a published timetable concerns, about all that it changed."""
    ids = db.session.scalars(
        sa.select(MeetingPerson.profile_id)
        .join(MeetingChange, MeetingChange.meeting_id == MeetingPerson.meeting_id)
        .where(MeetingChange.id.in_(change_ids))
        .distinct()
        .order_by(MeetingPerson.profile_id)
    ).all()
    for start in range(0, len(ids), CHUNK):
        payload = {"event_id": event.id, "change_ids": list(change_ids), "profile_ids": ids[start : start + CHUNK]}
        enqueue(TELL_TIMETABLE, payload, lane=Lane.BULK)


def invite_to_delegation(_sender: object, *, profile: Profile, **_more: object) -> None:
    """Who is asked to join colleagues; once a day, however often the invitation is taken back and made again."""
    payload = {"profile_id": profile.id, "delegation_id": profile.delegation_id}
    key = f"{TELL_INVITED}:{profile.id}:{profile.delegation_id}:{clock.now():%Y-%m-%d}"
    enqueue(TELL_INVITED, payload, lane=Lane.URGENT, unique_key=key)


def withdraw_answer_links(_sender: object, *, registrations: Sequence[Registration], **_more: object) -> None:
    """The links in mails to the old address answer nothing any more."""
    withdraw_links([one.id for one in registrations], clock.now())


def _is_visible(meeting: Meeting, change: MeetingChange) -> bool:
    """Whether its people may know: a place that is not published is told to nobody."""
    if change.event is Happened.PUBLISH and change.from_state is not State.DRAFT:
        return False
    shown = (meeting.shown_slot_id, meeting.shown_table_id) == (meeting.slot_id, meeting.table_id)
    return change.to_state is not State.SCHEDULED or shown


def _delegates(seats: Seats) -> dict[int, str]:
    """Whom a manager has sent: they hear of it in words of their own."""
    if seats.meeting.delegation_id is None or seats.change.event is not Happened.ACCEPT:
        return {}
    sent = (one for one in seats.others if seats.sides[one] is Side.TARGET)
    return dict.fromkeys(sent, "meeting_assigned")


def _seats(changes: Sequence[tuple[Meeting, MeetingChange]]) -> Iterator[Seats]:
    found = _people({meeting.id for meeting, _change in changes})
    for meeting, change in changes:
        people = found[meeting.id]
        yield Seats(
            meeting,
            change,
            {one.profile_id: one.side for one in people},
            frozenset(one.profile_id for one in people if one.seen_at),
            _leavers(people) if change.event is Happened.CANCEL else {},
        )


def _people(ids: Collection[int]) -> Mapping[int, list[Any]]:
    """Who sits in these meetings, with what became of them and of their event."""
    found: dict[int, list[Any]] = defaultdict(list)
    if not ids:
        return found
    person = (MeetingPerson.meeting_id, MeetingPerson.profile_id, MeetingPerson.side, MeetingPerson.seen_at)
    rows = db.session.execute(
        sa.select(*person, Registration.status, Registration.cancelled_at, Event.status.label("event_status"))
        .join(Profile, Profile.id == MeetingPerson.profile_id)
        .join(Registration, Registration.id == Profile.registration_id)
        .join(Event, Event.id == Registration.event_id)
        .where(MeetingPerson.meeting_id.in_(ids))
        .order_by(MeetingPerson.meeting_id, MeetingPerson.profile_id)
    )
    for row in rows:
        found[row.meeting_id].append(row)
    return found


def _leavers(people: Sequence[Any]) -> dict[int, str]:
    return {
        one.profile_id: str(one.cancelled_at or "event")
        for one in people
        if one.status is RegistrationStatus.CANCELLED or one.event_status is EventStatus.CANCELLED
    }
