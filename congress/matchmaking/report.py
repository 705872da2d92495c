"""What matchmaking brought: counted from facts, without names, for organisers and those who pay."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from congress.events.models import Event
from congress.matchmaking.enums import HAS_PLACE, MeetingEvent, MeetingState, Origin, Outcome, Side
from congress.matchmaking.queries import figures
from congress.matchmaking.queries.figures import PersonRow, SeatRow

SECONDS_PER_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Group:
    """The people of one type or country. `median` is that of their numbers of meetings, `without` those with none."""

    key: str
    people: int
    sent: int
    received: int
    meetings: int
    held: int
    median: float
    without: int


@dataclass(frozen=True, slots=True)
class Report:
    """One event. Shares are between 0 and 1, None where there is nothing to divide by.

    `accepted`, `declined` and `expired` count first answers to requests of participants.
    """

    people: int
    requests: int
    accepted: int
    declined: int
    expired: int
    open: int
    median_hours: float | None
    scheduled: int
    unscheduled: int
    held: int
    no_show: int
    unknown: int
    cancelled: int
    median_meetings: float
    most_meetings: int
    without: int
    tables_taken: int
    tables_possible: int
    messages: int
    outcomes: Mapping[Outcome, int]
    by_type: Sequence[Group]
    by_country: Sequence[Group]

    @property
    def acceptance(self) -> float | None:
        """The share of answered requests that were accepted."""
        return share(self.accepted, self.accepted + self.declined + self.expired)

    @property
    def meetings(self) -> int:
        """Meetings that have or had a time."""
        return self.scheduled + self.held + self.no_show + self.unknown

    @property
    def held_share(self) -> float | None:
        """The share of meetings known to have taken place among those of which it is known."""
        return share(self.held, self.held + self.no_show)

    @property
    def without_share(self) -> float | None:
        """The share of people without a meeting."""
        return share(self.without, self.people)

    @property
    def table_use(self) -> float | None:
        """The share of all tables in all slots that had a meeting."""
        return share(self.tables_taken, self.tables_possible)


def share(part: int, whole: int) -> float | None:
    """`part` of `whole`; None of nothing."""
    return part / whole if whole else None


def report_of(event: Event) -> Report:
    """Count everything. Nine queries, whatever the size of the event."""
    people = [one for one in figures.people(event) if one.is_listed]
    seats = figures.seats(event)
    states, requests = figures.meetings_by_state(event), figures.requests_by_state(event)
    answers = figures.answers(event)
    said = Counter(one.event for one in answers)
    hours = [one.after.total_seconds() / SECONDS_PER_HOUR for one in answers if one.event is not MeetingEvent.EXPIRE]
    per_person = _per_person(people, seats)
    taken, possible = figures.table_use(event)
    return Report(
        people=len(people),
        requests=sum(requests.values()),
        accepted=said[MeetingEvent.ACCEPT],
        declined=said[MeetingEvent.DECLINE],
        expired=said[MeetingEvent.EXPIRE],
        open=states.get(MeetingState.PENDING, 0),
        median_hours=statistics.median(hours) if hours else None,
        scheduled=states.get(MeetingState.SCHEDULED, 0),
        unscheduled=states.get(MeetingState.UNSCHEDULED, 0),
        held=states.get(MeetingState.HELD, 0),
        no_show=states.get(MeetingState.NO_SHOW, 0),
        unknown=states.get(MeetingState.UNKNOWN, 0),
        cancelled=states.get(MeetingState.CANCELLED, 0),
        median_meetings=statistics.median(per_person.values()) if per_person else 0,
        most_meetings=max(per_person.values(), default=0),
        without=sum(number == 0 for number in per_person.values()),
        tables_taken=taken,
        tables_possible=possible,
        messages=figures.messages(event),
        outcomes=Counter(one.outcome for one in seats if one.outcome is not None),
        by_type=_groups(people, seats, lambda one: one.type.value),
        by_country=_groups(people, seats, lambda one: one.country),
    )


def distribution(event: Event) -> list[tuple[int, int]]:
    """How many people have how many meetings: (meetings, people), without holes."""
    people = [one for one in figures.people(event) if one.is_listed]
    counted = Counter(_per_person(people, figures.seats(event)).values())
    return [(number, counted[number]) for number in range(max(counted, default=-1) + 1)]


def _per_person(people: Iterable[PersonRow], seats: Iterable[SeatRow]) -> dict[int, int]:
    counted = Counter(one.profile_id for one in seats if one.state in HAS_PLACE)
    return {one.id: counted[one.id] for one in people}


def _groups(people: Sequence[PersonRow], seats: Sequence[SeatRow], key: Callable[[PersonRow], str]) -> list[Group]:
    """The people by what `key` says of them, the largest group first."""
    members: dict[str, list[PersonRow]] = defaultdict(list)
    for one in people:
        members[key(one)].append(one)
    own: dict[int, list[SeatRow]] = defaultdict(list)
    for seat in seats:
        own[seat.profile_id].append(seat)
    groups = [_group(name, of_group, own) for name, of_group in members.items()]
    return sorted(groups, key=lambda one: (-one.people, one.key))


def _group(name: str, people: Sequence[PersonRow], own: Mapping[int, Sequence[SeatRow]]) -> Group:
    seats = [seat for one in people for seat in own.get(one.id, ())]
    asked = [seat for seat in seats if seat.origin is Origin.REQUEST]
    meetings = [sum(seat.state in HAS_PLACE for seat in own.get(one.id, ())) for one in people]
    return Group(
        key=name,
        people=len(people),
        sent=sum(seat.side is Side.REQUESTER for seat in asked),
        received=sum(seat.side is Side.TARGET for seat in asked),
        meetings=sum(meetings),
        held=sum(seat.state is MeetingState.HELD for seat in seats),
        median=statistics.median(meetings),
        without=sum(number == 0 for number in meetings),
    )


@dataclass(frozen=True, slots=True)
class HostRow:
    """What an organisation had part in: the stages that it hosts, added up."""

    name: str
    stages: int
    people: int
    meetings: int
    held: int


def by_host(stages: Sequence[tuple[Event, Report]]) -> list[HostRow]:
    """The clusters and other hosts of these events, by name. A stage counts for each of its hosts."""
    hosted: dict[str, list[Report]] = defaultdict(list)
    names = figures.hosts_by_event([event.id for event, _counted in stages])
    for event, counted in stages:
        for name in names.get(event.id, ()):
            hosted[name].append(counted)
    return [
        HostRow(
            name,
            len(of_host),
            sum(one.people for one in of_host),
            sum(one.meetings for one in of_host),
            sum(one.held for one in of_host),
        )
        for name, of_host in sorted(hosted.items())
    ]
