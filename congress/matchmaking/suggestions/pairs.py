"""The score of pairs: both directions as one number, and who may stand in whose list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from congress.matchmaking.suggestions.tags import Matrix
from congress.matchmaking.suggestions.terms import Terms
from congress.matchmaking.suggestions.weights import CANDIDATES, DIGITS, ONE_SIDED

BLOCK = 128
"""So many rows at a time: the arrays in between stay small."""
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Who could stand in whose list, best first: three columns of the same length."""

    owners: Rows
    others: Rows
    scores: npt.NDArray[np.float64]

    def __iter__(self) -> Iterator[tuple[int, int, float]]:
        return zip(self.owners.tolist(), self.others.tolist(), self.scores.tolist(), strict=True)


def all_candidates(terms: Terms) -> Candidates:
    """The best of each list."""
    count = len(terms.people)
    directions, said = np.zeros((count, count), np.float32), np.zeros((count, count), bool)
    everybody = slice(None)
    for rows in _blocks(count):
        alike = np.stack([terms.texts.alike(row) for row in range(rows.start, rows.stop)])
        directions[rows], said[rows] = terms.directions(rows, everybody, alike)
    found = []
    for rows in _blocks(count):
        scores = both(directions[rows], directions[:, rows].T)
        wanted = said[rows] & terms.allowed(rows, everybody)
        found.append(_best(np.where(wanted, scores, 0), rows.start))
    return _ordered(terms, found)


def candidates_of(terms: Terms, row: int) -> tuple[Candidates, Candidates]:
    """The best for one person's list, and everybody in whose list the person could stand."""
    one, everybody = slice(row, row + 1), slice(None)
    alike = terms.texts.alike(row)[None, :]
    outward, said = terms.directions(one, everybody, alike)
    inward, said_by_them = terms.directions(everybody, one, alike.T)
    scores = both(outward, inward.T)
    own = _ordered(terms, [_best(np.where(said & terms.allowed(one, everybody), scores, 0), row)])
    theirs = np.where((said_by_them & terms.allowed(everybody, one)).T, scores, 0)[0]
    owners = np.flatnonzero(theirs > 0)
    return own, _ordered(terms, [Candidates(owners, np.full(len(owners), row), theirs[owners])])


def both(outward: Matrix, inward: Matrix) -> npt.NDArray[np.float64]:
    """The harmonic mean with the one-sided floor, in the digits that count."""
    one, other = outward.astype(np.float64), inward.astype(np.float64)
    harmonic = 2 * one * other / np.maximum(one + other, 1e-9)
    return np.asarray(np.round(np.maximum(harmonic, ONE_SIDED * np.maximum(one, other)), DIGITS), np.float64)


def _blocks(count: int) -> Iterator[slice]:
    return (slice(start, min(start + BLOCK, count)) for start in range(0, count, BLOCK))


def _best(scores: npt.NDArray[np.float64], first_row: int) -> Candidates:
    most = min(CANDIDATES, scores.shape[1])
    best = np.argpartition(-scores, most - 1, axis=1)[:, :most]
    values: Any = np.take_along_axis(scores, best, axis=1)
    owners = np.repeat(np.arange(first_row, first_row + len(scores)), most).reshape(best.shape)
    kept = values > 0
    return Candidates(owners[kept], best[kept], values[kept])


def _ordered(terms: Terms, parts: list[Candidates]) -> Candidates:
    """Best first; equal ones by a hash of both ids, the same in both lists."""
    owners, others = np.concatenate([part.owners for part in parts]), np.concatenate([part.others for part in parts])
    scores = np.concatenate([part.scores for part in parts])
    one, other = terms.ids[owners], terms.ids[others]
    low, high = np.minimum(one, other), np.maximum(one, other)
    mixed = ((low * np.uint64(0x9E3779B97F4A7C15)) ^ (high * np.uint64(0xC2B2AE3D27D4EB4F))) >> np.uint64(20)
    order = np.lexsort((owners, mixed, -scores))
    return Candidates(owners[order], others[order], scores[order])
