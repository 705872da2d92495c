"""The terms of the formula for everybody at once: rows are those who look, columns those who are looked at."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import numpy.typing as npt

from congress.matchmaking.enums import OrganisationType
from congress.matchmaking.suggestions import weights
from congress.matchmaking.suggestions.market import Market, Person
from congress.matchmaking.suggestions.tags import Fit, Matrix
from congress.matchmaking.suggestions.texts import Texts
from congress.matchmaking.suggestions.tree import Tree

Flags = npt.NDArray[np.bool_]
TYPES = {kind: number for number, kind in enumerate(OrganisationType)}
_WORD = 64


class Terms:
    """A market as arrays; people in the order of their ids, so that the order of rows changes nothing."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.people: list[Person] = sorted(market.people, key=lambda person: person.id)
        self.row = {person.id: row for row, person in enumerate(self.people)}
        self.ids = np.array([person.id for person in self.people], np.uint64)
        self.fit = Fit(self.people, Tree(market.parents), market.population)
        self.texts = Texts(self.people)
        self.types = np.array([TYPES[person.type] for person in self.people], np.intp)
        self.asked_types = np.array([_asked_types(person) for person in self.people], np.float32)
        self.named_types = np.array([_named_types(person) for person in self.people], bool)
        self.languages = _flags([person.languages for person in self.people])
        self.slots = _bits([person.slots for person in self.people])
        self.taste = self._taste()
        self.bookmarked = self._flags_of(market.bookmarks)
        self.apart = self._flags_of(market.apart | {(high, low) for low, high in market.apart})
        self._organisations = _numbers([person.organisation or None for person in self.people])
        self._delegations = _numbers([person.delegation for person in self.people])
        self._accept = np.array([person.accepts_requests for person in self.people], bool)
        self._allowed = np.ones((len(TYPES), len(TYPES)), bool)
        for asking, asked in market.forbidden:
            self._allowed[TYPES[asking], TYPES[asked]] = False

    def directions(self, rows: Any, columns: Any, alike: Matrix) -> tuple[Matrix, Flags]:
        """What `columns` are worth to `rows`, and where more than language and slots speaks for a suggestion."""
        tags, asked = self.fit.met(rows, columns), self.asked_types[rows][:, self.types[columns]]
        behaviour = self.behaviour(rows, columns)
        score: Matrix = (
            weights.TAGS * tags
            + weights.TYPE * asked
            + weights.TEXT * alike
            + weights.PRACTICAL * self._practical(rows, columns)
            + weights.BEHAVIOUR * behaviour
        ).astype(np.float32)
        named = self.named_types[rows][:, self.types[columns]] | self.named_types[columns][:, self.types[rows]].T
        said: Flags = (tags > 0) | named | (alike > 0) | (behaviour > 0)
        return score, said

    def allowed(self, rows: Any, columns: Any) -> Flags:
        """Whom `rows` may be suggested, whatever speaks for it."""
        organisations, delegations = self._organisations, self._delegations
        allowed: Flags = self._allowed[self.types[rows]][:, self.types[columns]] & self._accept[columns][None, :]
        allowed &= self.ids[rows, None] != self.ids[columns][None, :]
        allowed &= (organisations[rows, None] != organisations[columns][None, :]) | (organisations[rows, None] < 0)
        allowed &= (delegations[rows, None] != delegations[columns][None, :]) | (delegations[rows, None] < 0)
        allowed &= ~self._marked(self.apart, rows, columns)
        if self.market.has_slots:
            allowed &= self.common_slots(rows, columns) > 0
        return allowed

    def common_slots(self, rows: Any, columns: Any) -> npt.NDArray[np.int64]:
        """In how many slots both could meet."""
        shared = self.slots[rows][:, None, :] & self.slots[columns][None, :, :]
        common: npt.NDArray[np.int64] = np.bitwise_count(shared).sum(axis=2, dtype=np.int64)
        return common

    def behaviour(self, rows: Any, columns: Any) -> Matrix:
        """Bookmarks, and likeness to those with whom somebody agreed to meet."""
        alike: Any = np.minimum(self.taste[rows] @ self.fit.profiles[columns].T, 1)
        alike[alike < weights.RESEMBLES] = 0
        alike[self._marked(self.bookmarked, rows, columns)] = 1
        return np.asarray(alike, np.float32)

    def _practical(self, rows: Any, columns: Any) -> Matrix:
        times: Any = 1
        if self.market.has_slots:
            times = np.minimum(self.common_slots(rows, columns), weights.ENOUGH_SLOTS) / weights.ENOUGH_SLOTS
        spoken = (self.languages[rows] @ self.languages[columns].T) > 0
        return np.asarray(weights.SLOTS_SHARE * times + (1 - weights.SLOTS_SHARE) * spoken, np.float32)

    def _taste(self) -> Matrix:
        taste = np.zeros_like(self.fit.profiles)
        for low, high in sorted(self.market.agreed):
            if low in self.row and high in self.row:
                one, other = self.row[low], self.row[high]
                taste[one] += self.fit.profiles[other]
                taste[other] += self.fit.profiles[one]
        norms = np.linalg.norm(taste, axis=1, keepdims=True)
        return np.asarray(taste / np.where(norms > 0, norms, 1), np.float32)

    def _flags_of(self, pairs: Any) -> dict[int, list[int]]:
        """For each row the rows that are marked with it."""
        found: dict[int, list[int]] = defaultdict(list)
        for who, whom in pairs:
            if who in self.row and whom in self.row:
                found[self.row[who]].append(self.row[whom])
        return found

    def _marked(self, marks: dict[int, list[int]], rows: Any, columns: Any) -> Flags:
        everybody = np.arange(len(self.people))
        wide = np.zeros((len(everybody[rows]), len(everybody)), bool)
        for at, row in enumerate(everybody[rows]):
            wide[at, marks.get(int(row), [])] = True
        return wide[:, columns]


def _asked_types(person: Person) -> list[float]:
    """For each type of organisation, how far the person's wishes ask for it."""
    if not person.wishes:
        return [weights.ANY_TYPE] * len(TYPES)
    asked = [
        [float(kind in wish.partner_types) if wish.partner_types else weights.ANY_TYPE for kind in TYPES]
        for wish in person.wishes
    ]
    return [sum(column) / len(asked) for column in zip(*asked, strict=True)]


def _named_types(person: Person) -> list[bool]:
    return [any(kind in wish.partner_types for wish in person.wishes) for kind in TYPES]


def _flags(sets: list[frozenset[str]]) -> Matrix:
    columns = {name: number for number, name in enumerate(sorted(frozenset().union(*sets)))}
    flags = np.zeros((len(sets), len(columns)), np.float32)
    for row, names in enumerate(sets):
        flags[row, [columns[name] for name in names]] = 1
    return flags


def _bits(masks: list[int]) -> npt.NDArray[np.uint64]:
    """Masks of any length as words of 64 bits."""
    words = max(1, -(-max((mask.bit_length() for mask in masks), default=0) // _WORD))
    cut = (1 << _WORD) - 1
    rows = [[(mask >> (_WORD * word)) & cut for word in range(words)] for mask in masks]
    return np.array(rows, np.uint64).reshape(len(masks), words)


def _numbers(names: list[Any]) -> npt.NDArray[np.int64]:
    """The same number for the same name; -1 for none."""
    known: dict[Any, int] = {}
    return np.array([-1 if name is None else known.setdefault(name, len(known)) for name in names], np.int64)
