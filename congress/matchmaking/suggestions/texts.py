"""How alike two texts are: TF-IDF vectors of what people seek and of what they give, sparse."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from congress.matchmaking.enums import OpportunityKind
from congress.matchmaking.suggestions.market import Person
from congress.matchmaking.suggestions.weights import FAINT, FEW_PEOPLE, FREQUENT, WORDS_SHOWN
from congress.matchmaking.suggestions.words import key_of, words_of

Vector = Mapping[int, float]
Numbers = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float64]


class Texts:
    """The vectors of everybody; a word is the number of its key in the order of the alphabet."""

    def __init__(self, people: Sequence[Person]) -> None:
        self._people = people
        sought, given = [_keys(_sought(one)) for one in people], [_keys(_given(one)) for one in people]
        self._keys = sorted(set(itertools.chain.from_iterable([*sought, *given])))
        numbers = {key: number for number, key in enumerate(self._keys)}
        counts = [_Counts(texts, numbers) for texts in (sought, given)]
        rarity = _rarity(counts, len(people), len(numbers))
        self._sought, self._given = (_Vectors(one, rarity) for one in counts)
        self._written: dict[int, Mapping[str, str]] = {}

    def alike(self, row: int) -> npt.NDArray[np.float32]:
        """How alike everybody's text is to that of one person; what is faint is nothing."""
        found = np.maximum(self._given.products(self._sought, row), self._sought.products(self._given, row))
        return np.where(found < FAINT, 0, np.minimum(found, 1)).astype(np.float32)

    def shared(self, row: int, other: int) -> tuple[float, tuple[str, ...]]:
        """How alike two texts are, and the words that count most in that, as the other one wrote them."""
        one_way = _common(self._sought.of(row), self._given.of(other))
        other_way = _common(self._given.of(row), self._sought.of(other))
        products = max(one_way, other_way, key=lambda found: round(sum(found.values()), 6))
        best = sorted(products, key=lambda word: (-round(products[word], 6), word))[:WORDS_SHOWN]
        if other not in self._written:
            self._written[other] = _written(self._people[other])
        return sum(products.values()), tuple(self._written[other][self._keys[word]] for word in best)


class _Counts:
    """How often which word stands in whose text, by person and word."""

    def __init__(self, texts: Sequence[Sequence[str]], numbers: Mapping[str, int]) -> None:
        self.people, self.width = len(texts), max(1, len(numbers))
        lengths = [len(keys) for keys in texts]
        words = np.array([numbers[key] for keys in texts for key in keys], np.int64)
        places = np.repeat(np.arange(len(texts)), lengths) * self.width + words
        self.places, self.counts = np.unique(places, return_counts=True)


class _Vectors:
    """Weights of length 1 for each person, kept by person and by word."""

    def __init__(self, counted: _Counts, rarity: Weights) -> None:
        who, words = np.divmod(counted.places, counted.width)
        weights = (1 + np.log(counted.counts)) * rarity[words]
        kept = weights > 0
        who, words, weights = who[kept], words[kept], weights[kept]
        norms = np.sqrt(np.bincount(who, weights**2, minlength=counted.people))
        self._words, self._weights = words, weights / norms[who]
        self._starts = np.searchsorted(who, np.arange(counted.people + 1))
        by_word = np.argsort(words, kind="stable")
        self._who, self._weights_by_word = who[by_word], self._weights[by_word]
        self._starts_by_word = np.searchsorted(words[by_word], np.arange(counted.width + 1))
        self._people = counted.people
        self._single: dict[int, Vector] = {}

    def products(self, others: _Vectors, row: int) -> Weights:
        """The products of everybody's vector here with one of the others."""
        total = np.zeros(self._people)
        for word, weight in others.of(row).items():
            posting = slice(self._starts_by_word[word], self._starts_by_word[word + 1])
            # Nobody stands twice in the posting of a word: no addition is lost.
            total[self._who[posting]] += weight * self._weights_by_word[posting]
        return total

    def of(self, row: int) -> Vector:
        """The vector of one person, for a look at single pairs."""
        if row not in self._single:
            part = slice(self._starts[row], self._starts[row + 1])
            self._single[row] = dict(zip(self._words[part].tolist(), self._weights[part].tolist(), strict=True))
        return self._single[row]


def _sought(person: Person) -> str:
    return " ".join([person.pitch, *(one.text for one in person.wishes if one.kind is not OpportunityKind.OFFER)])


def _given(person: Person) -> str:
    return " ".join([person.pitch, *(one.text for one in person.wishes if one.kind is not OpportunityKind.NEED)])


def _keys(text: str) -> list[str]:
    return [key for key in map(key_of, words_of(text)) if key]


def _rarity(counts: Sequence[_Counts], people: int, words: int) -> Weights:
    """The idf of words that two people have at least, and not nearly everybody; 0 for the others."""
    places = np.sort(np.concatenate([one.places for one in counts]))
    once = places[np.diff(places, prepend=-1) > 0]
    users = np.bincount(once % max(1, words), minlength=words)
    most = FREQUENT * people if people >= FEW_PEOPLE else people
    rarity: Weights = np.where((users > 1) & (users <= most), np.log((1 + people) / np.maximum(users, 1)), 0)
    return rarity


def _common(one: Vector, other: Vector) -> dict[int, float]:
    return {word: one[word] * other[word] for word in one.keys() & other.keys()}


def _written(person: Person) -> dict[str, str]:
    words = words_of(_sought(person) + " " + _given(person))
    return {key_of(word): word for word in reversed(words)}
