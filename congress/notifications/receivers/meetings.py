"""Who is told what when something happens to a meeting.

Here it is decided, in the transaction of the transition; a job writes the mails, because their rows name
registrations, and whoever changes one of those may be waiting for the meetings of the event.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from congress.core import clock
from congress.events.enums import EventStatus
from congress.events.models import Event
from congress.extensions import db
from congress.jobs.enums import Lane
from congress.jobs.services import enqueue
from congress.matchmaking.enums import MeetingEvent as Happened
from congress.matchmaking.enums import MeetingState as State
from congress.matchmaking.enums import Side
from congress.matchmaking.links import withdraw_links
from congress.matchmaking.models import Meeting, MeetingChange, MeetingPerson, Profile
from congress.matchmaking.queries.shown import managers_of
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
        return [one.id for one in managers_of(self.meeting.delegation_id)] if self.meeting.delegation_id else []


Recipients = Callable[[Seats], Collection[int]]

TOLD: dict[tuple[Happened, State], tuple[str, Recipients]] = {
    (Happened.REQUEST, State.PENDING): ("meeting_request", lambda seats: seats.asked),
    (Happened.PUBLISH, State.PENDING): ("meeting_request", lambda seats: seats.asked),
    (Happened.REQUEST, State.UNSCHEDULED): ("meeting_agreed", lambda seats: seats.others),
    (Happened.ACCEPT, State.UNSCHEDULED): ("meeting_agreed", lambda seats: seats.others),
    (Happened.PUBLISH, State.UNSCHEDULED): ("meeting_agreed", lambda seats: seats.everybody),
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


def tell_of_meeting(_sender: object, *, meeting: Meeting, change: MeetingChange) -> None:
    """The one place where it is decided who is told of a transition."""
    if not _is_visible(meeting, change):
        return
    seats = _seats(meeting, change)
    told = _delegates(seats)
    rule = TOLD.get((change.event, change.to_state))
    if rule:
        template, recipients = rule
        told |= {one: template for one in recipients(seats) if one not in told}
    if told:
        payload = {"meeting_id": meeting.id, "change_id": change.id, "told": [[*pair] for pair in told.items()]}
        enqueue(TELL_MEETING, payload, lane=Lane.URGENT, unique_key=f"{TELL_MEETING}:{change.id}")
    for profile_id, at in seats.leavers.items():
        key = f"{TELL_LEAVER}:{profile_id}:{at}"
        enqueue(TELL_LEAVER, {"profile_id": profile_id}, lane=Lane.URGENT, unique_key=key)


def remind_of_request(_sender: object, *, meeting: Meeting) -> None:
    """Those who are asked and have not answered, once more."""
    change = MeetingChange(event=Happened.REQUEST, to_state=State.PENDING)
    told = [[one, "meeting_reminder"] for one in _seats(meeting, change).asked]
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
    """Who is asked to join colleagues."""
    enqueue(TELL_INVITED, {"profile_id": profile.id, "delegation_id": profile.delegation_id}, lane=Lane.URGENT)


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


def _seats(meeting: Meeting, change: MeetingChange) -> Seats:
    rows = db.session.execute(
        sa.select(MeetingPerson, Registration.status, Registration.cancelled_at, Event.status)
        .join(Profile, Profile.id == MeetingPerson.profile_id)
        .join(Registration, Registration.id == Profile.registration_id)
        .join(Event, Event.id == Registration.event_id)
        .where(MeetingPerson.meeting_id == meeting.id)
        .order_by(MeetingPerson.profile_id)
    ).all()
    leavers = {
        person.profile_id: str(cancelled_at or "event")
        for person, status, cancelled_at, of_event in rows
        if status is RegistrationStatus.CANCELLED or of_event is EventStatus.CANCELLED
    }
    return Seats(
        meeting,
        change,
        {person.profile_id: person.side for person, *_more in rows},
        frozenset(person.profile_id for person, *_more in rows if person.seen_at),
        leavers if change.event is Happened.CANCEL else {},
    )
