"""The published format of B2B meeting instances (MiniZinc data): read into a problem, and written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from congress.matchmaking.timetable.problem import Meeting, Modality, Person, Problem, Slot, Table

MINUTES = 30
"""The format has no times: a slot lasts half an hour, and the next follows at once."""
LARGEST_FILE = 8_000_000
LARGEST = {"nBusiness": 20_000, "nMeetings": 100_000, "nTables": 20_000, "nTotalSlots": 1_000, "nMorningSlots": 1_000}
DIGITS = 6
MORNING, AFTERNOON, ANY = 1, 2, 3
IN_ROW = 3

Item = TypeVar("Item")

TOKEN = re.compile(
    r"(?P<space>\s+|%[^\n]*|/\*.*?\*/)|(?P<name>[A-Za-z_]\w*)|(?P<number>-?\d+)|(?P<sign>\[\||\|\]|\.\.|[\[\]{}|,;=])",
    re.DOTALL,
)


class UnreadableError(ValueError):
    """The text is not a B2B instance: where and why, in a sentence."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(f"Line {line}: {reason}" if line else reason)


@dataclass(frozen=True, slots=True)
class Value:
    """What stands right of an equals sign, or a part of it: `kind` is number, set, list or table."""

    kind: str
    line: int
    number: int = 0
    members: frozenset[int] = frozenset()
    items: tuple[Value, ...] = ()
    rows: tuple[tuple[int, ...], ...] = ()
    lines: tuple[int, ...] = ()


def read(text: str) -> Problem:
    """The problem that the text states; everybody is on site, and all slots belong to one session."""
    if len(text) > LARGEST_FILE:
        raise UnreadableError(f"The file is larger than {LARGEST_FILE // 1_000_000} MB.")
    values = _Reader(text).assignments()
    people, meetings, tables, slots, morning = (_size(values, name) for name in LARGEST)
    if morning > slots:
        raise UnreadableError("nMorningSlots is larger than nTotalSlots.", values["nMorningSlots"].line)
    held = _fixed(values, meetings, slots)
    after = _sets(values, "precedences", meetings, meetings)
    rows = _requested(values, meetings, people)
    return Problem(
        slots=tuple(Slot(at * MINUTES, (at + 1) * MINUTES, modality=Modality.ON_SITE) for at in range(slots)),
        people=tuple(Person(blocked=_mask(numbers)) for numbers in _sets(values, "forbidden", people, slots)),
        tables=(Table(),) * tables,
        meetings=tuple(
            Meeting((one, other), allowed=_session(session, morning, slots), slot=slot, after=earlier)
            for (one, other, session), slot, earlier in zip(rows, held, after, strict=True)
        ),
    )


def write(problem: Problem, morning: int | None = None) -> str:
    """The same problem as text, when the format can state it; `morning` is how many slots come before noon."""
    slots = len(problem.slots)
    morning = slots if morning is None else morning
    sizes = zip(
        LARGEST, (len(problem.people), len(problem.meetings), len(problem.tables), slots, morning), strict=True
    )
    sessions = {_session(number, morning, slots): number for number in (AFTERNOON, MORNING, ANY)}
    sessions[(1 << slots) - 1] = ANY
    rows = [_row(meeting, sessions) for meeting in problem.meetings]
    _expect_plain(problem)
    blocked = [_set_text(_slots_of(person.blocked, slots)) for person in problem.people]
    fixed = [str(0 if meeting.slot is None else meeting.slot + 1) for meeting in problem.meetings]
    after = [_set_text(meeting.after, empty="{}") for meeting in problem.meetings]
    parts = [
        "requested = [|" + "\n|".join(rows) + "\n|];",
        "forbidden = [" + ",\n".join(blocked) + "];",
        "fixed = [" + ",".join(fixed) + "];",
        "precedences = [" + ",\n".join(after) + "];",
    ]
    return "\n".join([*(f"{name} = {size};" for name, size in sizes), *parts, ""])


class _Reader:
    """Walks along the text once; nothing in it is ever evaluated."""

    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.kind, self.text, self.line = next(self.tokens)
        self.spread = 0

    def assignments(self) -> dict[str, Value]:
        values: dict[str, Value] = {}
        while self.kind != "end":
            line, name = self.line, self.take("name")
            if name in values:
                raise UnreadableError(f"{name} stands here a second time.", line)
            self.take("=")
            values[name] = self.value()
            self.take(";")
        return values

    def take(self, *kinds: str) -> str:
        if self.kind not in kinds:
            wanted = " or ".join(f"“{one}”" for one in kinds)
            raise UnreadableError(f"“{self.text}” stands where {wanted} should be.", self.line)
        taken = self.text
        self.kind, self.text, self.line = next(self.tokens)
        return taken

    def value(self) -> Value:
        line, kind = self.line, self.kind
        if kind == "[|":
            return self.table(line)
        if kind == "[":
            self.take("[")
            return Value("list", line, items=tuple(self.until("]", self.part)))
        return self.part()

    def part(self) -> Value:
        """A number or a set: lists hold nothing deeper."""
        line, kind = self.line, self.kind
        if kind == "{":
            self.take("{")
            return Value("set", line, members=frozenset(self.until("}", self.number)))
        number = self.number()
        if self.kind != "..":
            return Value("number", line, number)
        self.take("..")
        last = self.number()
        self.spread += max(0, last - number)
        if self.spread > LARGEST_FILE:
            raise UnreadableError("The ranges are too long.", line)
        return Value("set", line, members=frozenset(range(number, last + 1)))

    def table(self, line: int) -> Value:
        self.take("[|")
        rows: list[tuple[int, ...]] = []
        lines: list[int] = []
        while self.kind != "|]":
            lines.append(self.line)
            rows.append(tuple(self.until("|", self.number, "|]")))
        self.take("|]")
        return Value("table", line, rows=tuple(rows), lines=tuple(lines))

    def until(self, end: str, item: Callable[[], Item], left_there: str = "") -> Iterator[Item]:
        """Items with commas between them, one more after the last allowed."""
        while self.kind not in {end, left_there}:
            yield item()
            if self.kind not in {end, left_there}:
                self.take(",", end)
        if self.kind == end:
            self.take(end)

    def number(self) -> int:
        line, text = self.line, self.take("number")
        if len(text) > DIGITS + 1:
            raise UnreadableError(f"{text[:DIGITS]}… is too large a number.", line)
        return int(text)


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """Kind, text and line of each piece that matters; a sign is its own kind."""
    at, line = 0, 1
    while at < len(text):
        found = TOKEN.match(text, at)
        if found is None:
            raise UnreadableError(f"“{text[at]}” means nothing here.", line)
        kind, piece = str(found.lastgroup), found.group()
        if kind != "space":
            yield (piece if kind == "sign" else kind), piece, line
        line += piece.count("\n")
        at = found.end()
    yield "end", "the end of the file", line


def _named(values: Mapping[str, Value], name: str, kind: str) -> Value:
    if name not in values:
        raise UnreadableError(f"The file does not say what {name} is.")
    if values[name].kind != kind:
        raise UnreadableError(f"{name} has to be a {kind}.", values[name].line)
    return values[name]


def _size(values: Mapping[str, Value], name: str) -> int:
    value = _named(values, name, "number")
    if not 0 <= value.number <= LARGEST[name]:
        raise UnreadableError(f"{name} has to be between 0 and {LARGEST[name]}.", value.line)
    return value.number


def _items(values: Mapping[str, Value], name: str, count: int) -> tuple[Value, ...]:
    value = _named(values, name, "list")
    if len(value.items) != count:
        raise UnreadableError(f"{name} has {len(value.items)} entries instead of {count}.", value.line)
    return value.items


def _sets(values: Mapping[str, Value], name: str, count: int, highest: int) -> list[frozenset[int]]:
    """One set for each of the list, numbered from 0; {0} and {} are both empty."""
    sets = []
    for item in _items(values, name, count):
        members = item.members - {0}
        if item.kind != "set" or not all(1 <= member <= highest for member in members):
            raise UnreadableError(f"An entry of {name} has to be a set of numbers from 0 to {highest}.", item.line)
        sets.append(frozenset(member - 1 for member in members))
    return sets


def _fixed(values: Mapping[str, Value], meetings: int, slots: int) -> list[int | None]:
    held: list[int | None] = []
    for item in _items(values, "fixed", meetings):
        if item.kind != "number" or not 0 <= item.number <= slots:
            raise UnreadableError(f"An entry of fixed has to be a number from 0 to {slots}.", item.line)
        held.append(item.number - 1 if item.number else None)
    return held


def _requested(values: Mapping[str, Value], meetings: int, people: int) -> list[tuple[int, int, int]]:
    table = _named(values, "requested", "table")
    if len(table.rows) != meetings:
        raise UnreadableError(f"requested has {len(table.rows)} rows instead of {meetings}.", table.line)
    rows = []
    for row, line in zip(table.rows, table.lines, strict=True):
        if len(row) != IN_ROW:
            raise UnreadableError("A row of requested has three numbers: two people and the session.", line)
        one, other, session = row
        if not (1 <= one <= people and 1 <= other <= people) or one == other:
            raise UnreadableError(f"A meeting has two different people between 1 and {people}.", line)
        if session not in {MORNING, AFTERNOON, ANY}:
            raise UnreadableError("The session is 1 (morning), 2 (afternoon) or 3 (any).", line)
        rows.append((one - 1, other - 1, session))
    return rows


def _session(session: int, morning: int, slots: int) -> int | None:
    """The mask of the slots of a session."""
    before = (1 << morning) - 1
    return {MORNING: before, AFTERNOON: ((1 << slots) - 1) & ~before}.get(session)


def _mask(slots: frozenset[int]) -> int:
    return sum(1 << slot for slot in slots)


def _slots_of(mask: int, slots: int) -> frozenset[int]:
    return frozenset(slot for slot in range(slots) if mask >> slot & 1)


def _set_text(numbers: frozenset[int], empty: str = "{0}") -> str:
    return "{" + ",".join(str(number + 1) for number in sorted(numbers)) + "}" if numbers else empty


def _row(meeting: Meeting, sessions: Mapping[int | None, int]) -> str:
    if len(meeting.people) != IN_ROW - 1 or meeting.allowed not in sessions:
        raise ValueError("The format knows meetings of two people, in the morning, in the afternoon or at any time.")
    one, other = meeting.people
    return f"{one + 1}, {other + 1}, {sessions[meeting.allowed]}"


def _expect_plain(problem: Problem) -> None:
    """Whatever would be lost in writing is refused."""
    plain = (
        all(person == Person(blocked=person.blocked) for person in problem.people)
        and all(table == Table() for table in problem.tables)
        and all(replace(one, table=None, interpreter=None) == one for one in problem.meetings)
        and all(slot.modality is Modality.ON_SITE and not slot.session for slot in problem.slots)
        and not problem.excluded
    )
    if not plain:
        raise ValueError("The format knows no maxima, booths, modes, sessions, zones, exclusions or interpreters.")
