"""A problem in flat lists and masks, made once so that the search does not ask the same questions again.

An actor is whoever or whatever can be in one meeting per slot: people first, then tables that several meetings want.
"""

from __future__ import annotations

from itertools import combinations, pairwise

from congress.matchmaking.timetable.problem import Meeting, Modality, Problem

# Pools: what meetings share in a slot. Interpreters come after these two, one pool per language pair.
TABLES, VIDEOS = 0, 1


class Board:
    """What the search has to know of a problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.slots = len(problem.slots)
        self.all_slots = (1 << self.slots) - 1
        self.people = len(problem.people)
        self.meetings = len(problem.meetings)
        self.online = self._slots_of(Modality.ONLINE)
        self.on_site = self._slots_of(Modality.ON_SITE)
        self.people_of = [tuple(dict.fromkeys(meeting.people)) for meeting in problem.meetings]
        self.own_table = [self._own_table(meeting) for meeting in problem.meetings]
        self.booths = frozenset(person.booth for person in problem.people if person.booth is not None)
        self.reserved = [self._reserved(meeting) for meeting in range(self.meetings)]
        self.video = [self._video(meeting) for meeting in range(self.meetings)]
        self.domain = [self._domain(meeting) for meeting in range(self.meetings)]
        self.held = [meeting.slot is not None for meeting in problem.meetings]
        self.priority = [int(meeting.priority) for meeting in problem.meetings]
        self.maximum = [self._maximum(person) for person in range(self.people)]
        self._resources()
        self._order()
        self._walks()
        self.plain = self._is_plain()

    def _slots_of(self, modality: Modality) -> int:
        return sum(1 << number for number, slot in enumerate(self.problem.slots) if slot.modality == modality)

    def _own_table(self, meeting: Meeting) -> int | None:
        """The table that it has to be: held, or the booth of the last of the people who has one."""
        if meeting.table is not None:
            return meeting.table
        booths = [self.problem.people[person].booth for person in meeting.people]
        return next((booth for booth in reversed(booths) if booth is not None), None)

    def _reserved(self, meeting: int) -> tuple[int, ...]:
        """The tables that are reserved for somebody of the meeting."""
        if self.own_table[meeting] is not None:
            return ()
        people = self.people_of[meeting]
        return tuple(
            number
            for number, table in enumerate(self.problem.tables)
            if table.reserved_for and number not in self.booths and not table.reserved_for.isdisjoint(people)
        )

    def is_common(self, table: int) -> bool:
        """Whether any meeting can take this table."""
        return table not in self.booths and not self.problem.tables[table].reserved_for

    def _video(self, meeting: int) -> int:
        """The slots in which the meeting is by video."""
        remote = self.online
        for person in self.people_of[meeting]:
            remote |= self.problem.people[person].remote
        return remote

    def _maximum(self, number: int) -> int:
        """How many meetings somebody can have: no more than there are slots that are not blocked."""
        person = self.problem.people[number]
        free = (self.all_slots & ~person.blocked).bit_count()
        return free if person.maximum is None else min(person.maximum, free)

    def _domain(self, number: int) -> int:
        """The slots in which the meeting could be if it were alone."""
        meeting, video = self.problem.meetings[number], self.video[number]
        mask = self.all_slots if meeting.allowed is None else meeting.allowed & self.all_slots
        for person in self.people_of[number]:
            mask &= ~self.problem.people[person].blocked
        mask &= ~(video & self.on_site)
        if self.problem.videos == 0 or meeting.table is not None:
            mask &= ~video
        mask &= video | self._seated(number)
        if meeting.slot is not None:
            mask &= 1 << meeting.slot
        return mask & self._interpreted(meeting)

    def _interpreted(self, meeting: Meeting) -> int:
        if meeting.interpreter is None:
            return self.all_slots
        there = self.problem.interpreters.get(meeting.interpreter, ())
        return sum(1 << slot for slot, number in enumerate(there[: self.slots]) if number > 0)

    def _seated(self, number: int) -> int:
        """The slots in which a table could be had."""
        tables, table = self.problem.tables, self.own_table[number]
        if table is None:
            free = 0
            for candidate in (*filter(self.is_common, range(len(tables))), *self.reserved[number]):
                free |= ~tables[candidate].closed
            return free & self.all_slots
        own = tables[table]
        people = self.people_of[number]
        booth = table not in self.booths or any(self.problem.people[person].booth == table for person in people)
        held = self.problem.meetings[number].table is not None
        open_to = not own.reserved_for or not own.reserved_for.isdisjoint(people)
        return ~own.closed & self.all_slots if open_to and (booth or held) else 0

    def _resources(self) -> None:
        """Pools with their room in each slot, and the actors of each meeting."""
        problem, slots = self.problem, range(self.slots)
        common = [table for number, table in enumerate(problem.tables) if self.is_common(number)]
        languages = {name: pool for pool, name in enumerate(sorted(problem.interpreters), VIDEOS + 1)}
        videos = self.meetings if problem.videos is None else problem.videos
        self.room = [[sum(not table.closed >> slot & 1 for table in common) for slot in slots], [videos] * self.slots]
        for name in languages:
            numbers = problem.interpreters[name]
            self.room.append([numbers[slot] if slot < len(numbers) else 0 for slot in slots])
        self.uses = [self._uses(meeting, languages) for meeting in range(self.meetings)]
        wanted = self._wanted_tables()
        actor_of = {table: self.people + number for number, table in enumerate(wanted)}
        self.actors = self.people + len(wanted)
        self.maximum += [self.slots] * len(wanted)
        self.actors_of = [
            people + ((actor_of[table],) if table is not None and table in actor_of else ())
            for people, table in zip(self.people_of, self.own_table, strict=True)
        ]

    def _uses(self, number: int, languages: dict[str, int]) -> tuple[tuple[int, int], ...]:
        """(slots, pool) for each pool that the meeting takes from."""
        table, video = self.own_table[number], self.video[number]
        uses = []
        if not self.reserved[number] and (table is None or self.is_common(table)):
            uses.append((self.all_slots & ~video, TABLES))
        if video:
            uses.append((video, VIDEOS))
        interpreter = self.problem.meetings[number].interpreter
        if interpreter in languages:
            uses.append((self.all_slots, languages[interpreter]))
        return tuple(uses)

    def _wanted_tables(self) -> list[int]:
        """Tables that meetings without a person in common want: two of them cannot be at once."""
        owners: dict[int, set[tuple[str, int]]] = {}
        for number, table in enumerate(self.own_table):
            if table is None:
                continue
            holder = self.problem.meetings[number].table is not None
            people = [one for one in self.people_of[number] if self.problem.people[one].booth == table]
            owners.setdefault(table, set()).add(("held", number) if holder or not people else ("booth", people[-1]))
        return sorted(table for table, names in owners.items() if len(names) > 1)

    def _order(self) -> None:
        """Who comes before whom, and the first slot that begins after each slot has ended."""
        self.after = [tuple(sorted(meeting.after)) for meeting in self.problem.meetings]
        before: list[list[int]] = [[] for _ in range(self.meetings)]
        for number, earlier in enumerate(self.after):
            for other in earlier:
                before[other].append(number)
        self.before = [tuple(later) for later in before]

    def _walks(self) -> None:
        """Whether a pause can be too short for a walk, and the zone of each meeting that has its own table."""
        slots = self.problem.slots
        pauses = [late.starts - early.ends for early, late in pairwise(slots)]
        longest = max(self.problem.walking.values(), default=0)
        self.walks = bool(pauses) and longest > min(pauses)
        self.zone = [None if table is None else self.problem.tables[table].zone for table in self.own_table]

    def too_far(self, zone: int, slot: int, other: int, later: int) -> bool:
        """Whether there is no time to walk from one zone, after a slot, to another before a later slot."""
        minutes = self.problem.walking.get((min(zone, other), max(zone, other)), 0)
        return self.problem.slots[later].starts - self.problem.slots[slot].ends < minutes if zone != other else False

    def _is_plain(self) -> bool:
        """Whether a meeting needs its people and one table of any, and nothing else."""
        only_tables = all(uses == ((self.all_slots, TABLES),) for uses in self.uses)
        return only_tables and not self.walks and not any(self.after) and not any(self.reserved)

    def excluded(self, meeting: int) -> bool:
        """Whether two of its people must not meet."""
        pairs = combinations(sorted(self.people_of[meeting]), 2)
        return any(pair in self.problem.excluded for pair in pairs)
