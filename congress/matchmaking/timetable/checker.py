"""Whether a timetable keeps every hard rule: written apart from the engines, so as not to share their mistakes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, pairwise

from congress.matchmaking.timetable.problem import Modality, Place, Problem, Timetable


class Rule(StrEnum):
    """What a timetable may not do."""

    NUMBER = "number"
    NO_ANSWER = "no_answer"
    TWO_ANSWERS = "two_answers"
    PERSON_TWICE = "person_twice"
    TABLE_TWICE = "table_twice"
    BLOCKED = "blocked"
    NOT_ALLOWED = "not_allowed"
    SLOT_MOVED = "slot_moved"
    TABLE_MOVED = "table_moved"
    MAXIMUM = "maximum"
    EXCLUDED = "excluded"
    NO_TABLES_ONLINE = "no_tables_online"
    NO_VIDEO_ON_SITE = "no_video_on_site"
    REMOTE_AT_TABLE = "remote_at_table"
    VIDEO_AMONG_PRESENT = "video_among_present"
    VIDEOS = "videos"
    CLOSED = "closed"
    RESERVED = "reserved"
    BOOTH = "booth"
    INTERPRETERS = "interpreters"
    WALKING = "walking"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that is broken, and by what; `others` are the meetings it is broken together with."""

    rule: Rule
    meeting: int | None = None
    person: int | None = None
    slot: int | None = None
    table: int | None = None
    others: tuple[int, ...] = ()


Found = Iterator[Violation]
Placed = dict[int, Place]


def violations(problem: Problem, timetable: Timetable) -> list[Violation]:
    """Everything that is wrong; numbers first, and nothing else when those cannot be looked up."""
    found = list(_numbers(problem, timetable))
    if found:
        return found
    placed = {meeting: place for meeting, place in enumerate(timetable.places) if place is not None}
    return [*_answers(problem, timetable), *(violation for rule in RULES for violation in rule(problem, placed))]


def breaks_of_people(problem: Problem, timetable: Timetable) -> tuple[int, ...]:
    """For each person the runs of idle slots between the first and the last meeting of a session."""
    order = sorted(range(len(problem.slots)), key=lambda slot: problem.slots[slot].starts)
    ranks: dict[int, tuple[int, int]] = {}
    sizes: Counter[int] = Counter()
    for slot in order:
        session = problem.slots[slot].session
        ranks[slot] = (session, sizes[session])
        sizes[session] += 1
    busy: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for meeting, place in zip(problem.meetings, timetable.places, strict=True):
        for person in meeting.people if place else ():
            busy[person].add(ranks[place.slot])  # type: ignore[union-attr]
    return tuple(_gaps(sorted(busy[person])) for person in range(len(problem.people)))


def count_breaks(problem: Problem, timetable: Timetable) -> int:
    """The breaks of everybody together."""
    return sum(breaks_of_people(problem, timetable))


def _gaps(ranks: list[tuple[int, int]]) -> int:
    return sum(session == later and after > rank + 1 for (session, rank), (later, after) in pairwise(ranks))


def _numbers(problem: Problem, timetable: Timetable) -> Found:
    if len(timetable.places) != len(problem.meetings):
        yield Violation(Rule.NUMBER, meeting=len(timetable.places))
    for meeting in timetable.unplaced:
        if not 0 <= meeting < len(problem.meetings):
            yield Violation(Rule.NUMBER, meeting=meeting)
    for meeting, place in enumerate(timetable.places):
        if place is None:
            continue
        if not 0 <= place.slot < len(problem.slots):
            yield Violation(Rule.NUMBER, meeting=meeting, slot=place.slot)
        if place.table is not None and not 0 <= place.table < len(problem.tables):
            yield Violation(Rule.NUMBER, meeting=meeting, table=place.table)


def _answers(problem: Problem, timetable: Timetable) -> Found:
    for meeting in range(len(problem.meetings)):
        placed, excused = timetable.places[meeting] is not None, meeting in timetable.unplaced
        if not placed and not excused:
            yield Violation(Rule.NO_ANSWER, meeting=meeting)
        if placed and excused:
            yield Violation(Rule.TWO_ANSWERS, meeting=meeting)


def _people_once(problem: Problem, placed: Placed) -> Found:
    for person, meetings in _by_person(problem, placed).items():
        for first, second in combinations(meetings, 2):
            if _meet_in_time(problem, placed[first].slot, placed[second].slot):
                yield Violation(Rule.PERSON_TWICE, first, person, placed[first].slot, others=(second,))


def _tables_once(problem: Problem, placed: Placed) -> Found:
    users: dict[int, list[int]] = defaultdict(list)
    for meeting, place in placed.items():
        if place.table is not None:
            users[place.table].append(meeting)
    for table, meetings in users.items():
        for first, second in combinations(meetings, 2):
            if _meet_in_time(problem, placed[first].slot, placed[second].slot):
                yield Violation(Rule.TABLE_TWICE, first, None, placed[first].slot, table, (second,))


def _slots_of_people(problem: Problem, placed: Placed) -> Found:
    for number, place in placed.items():
        meeting = problem.meetings[number]
        for person in meeting.people:
            if _has(problem.people[person].blocked, place.slot):
                yield Violation(Rule.BLOCKED, number, person, place.slot)
        if meeting.allowed is not None and not _has(meeting.allowed, place.slot):
            yield Violation(Rule.NOT_ALLOWED, number, None, place.slot)


def _holds(problem: Problem, placed: Placed) -> Found:
    for number, place in placed.items():
        meeting = problem.meetings[number]
        if meeting.slot is not None and place.slot != meeting.slot:
            yield Violation(Rule.SLOT_MOVED, number, None, place.slot)
        if meeting.table is not None and place.table != meeting.table:
            yield Violation(Rule.TABLE_MOVED, number, None, place.slot, place.table)


def _maxima(problem: Problem, placed: Placed) -> Found:
    for person, meetings in _by_person(problem, placed).items():
        maximum = problem.people[person].maximum
        if maximum is not None and len(meetings) > maximum:
            yield Violation(Rule.MAXIMUM, None, person, others=tuple(meetings))


def _exclusions(problem: Problem, placed: Placed) -> Found:
    for number in placed:
        for one, other in combinations(sorted(set(problem.meetings[number].people)), 2):
            if (one, other) in problem.excluded:
                yield Violation(Rule.EXCLUDED, number, one)


def _modality(problem: Problem, placed: Placed) -> Found:
    for number, place in placed.items():
        modality = problem.slots[place.slot].modality
        away = [one for one in problem.meetings[number].people if _has(problem.people[one].remote, place.slot)]
        if place.table is None:
            if modality is Modality.ON_SITE:
                yield Violation(Rule.NO_VIDEO_ON_SITE, number, None, place.slot)
            elif modality is Modality.HYBRID and not away:
                yield Violation(Rule.VIDEO_AMONG_PRESENT, number, None, place.slot)
            continue
        if modality is Modality.ONLINE:
            yield Violation(Rule.NO_TABLES_ONLINE, number, None, place.slot, place.table)
        for person in away:
            yield Violation(Rule.REMOTE_AT_TABLE, number, person, place.slot, place.table)


def _videos(problem: Problem, placed: Placed) -> Found:
    if problem.videos is None:
        return
    for slot, count in Counter(place.slot for place in placed.values() if place.table is None).items():
        if count > problem.videos:
            yield Violation(Rule.VIDEOS, slot=slot)


def _tables(problem: Problem, placed: Placed) -> Found:
    owners: dict[int | None, set[int]] = defaultdict(set)
    for person, one in enumerate(problem.people):
        owners[one.booth].add(person)
    for number, place in placed.items():
        if place.table is None:
            continue
        table, meeting = problem.tables[place.table], problem.meetings[number]
        if _has(table.closed, place.slot):
            yield Violation(Rule.CLOSED, number, None, place.slot, place.table)
        if table.reserved_for and table.reserved_for.isdisjoint(meeting.people):
            yield Violation(Rule.RESERVED, number, None, place.slot, place.table)
        if meeting.table is None and owners.get(place.table) and owners[place.table].isdisjoint(meeting.people):
            yield Violation(Rule.BOOTH, number, None, place.slot, place.table)
        booths = [booth for one in meeting.people if (booth := problem.people[one].booth) is not None]
        # Whoever put the meeting at another table has decided against the booth.
        if booths and meeting.table is None and place.table != booths[-1]:
            yield Violation(Rule.BOOTH, number, None, place.slot, place.table)


def _interpreters(problem: Problem, placed: Placed) -> Found:
    wanted: Counter[tuple[str, int]] = Counter()
    for number, place in placed.items():
        pair = problem.meetings[number].interpreter
        if pair is not None:
            wanted[pair, place.slot] += 1
    for (pair, slot), count in wanted.items():
        there = dict(enumerate(problem.interpreters.get(pair, ()))).get(slot, 0)
        if count > there:
            yield Violation(Rule.INTERPRETERS, slot=slot)


def _walks(problem: Problem, placed: Placed) -> Found:
    """A video takes place wherever the person is, so only tables are looked at; twice at a time is another rule."""
    for person, meetings in _by_person(problem, placed).items():
        at_tables = [number for number in meetings if placed[number].table is not None]
        at_tables.sort(key=lambda number: problem.slots[placed[number].slot].starts)
        for first, second in pairwise(at_tables):
            pause = problem.slots[placed[second].slot].starts - problem.slots[placed[first].slot].ends
            if 0 <= pause < _minutes(problem, placed[first], placed[second]):
                yield Violation(Rule.WALKING, second, person, placed[second].slot, placed[second].table, (first,))


def _order(problem: Problem, placed: Placed) -> Found:
    for number, place in placed.items():
        for earlier in problem.meetings[number].after:
            if earlier in placed and problem.slots[placed[earlier].slot].ends > problem.slots[place.slot].starts:
                yield Violation(Rule.ORDER, number, None, place.slot, others=(earlier,))


RULES: tuple[Callable[[Problem, Placed], Found], ...] = (
    _people_once,
    _tables_once,
    _slots_of_people,
    _holds,
    _maxima,
    _exclusions,
    _modality,
    _videos,
    _tables,
    _interpreters,
    _walks,
    _order,
)


def _by_person(problem: Problem, placed: Placed) -> dict[int, list[int]]:
    meetings: dict[int, list[int]] = defaultdict(list)
    for number in placed:
        for person in set(problem.meetings[number].people):
            meetings[person].append(number)
    return meetings


def _meet_in_time(problem: Problem, one: int, other: int) -> bool:
    first, second = problem.slots[one], problem.slots[other]
    return one == other or (first.starts < second.ends and second.starts < first.ends)


def _minutes(problem: Problem, first: Place, second: Place) -> int:
    zones = sorted(problem.tables[place.table].zone for place in (first, second) if place.table is not None)
    return 0 if zones[0] == zones[1] else problem.walking.get((zones[0], zones[1]), 0)


def _has(mask: int, slot: int) -> bool:
    return bool(mask >> slot & 1)
