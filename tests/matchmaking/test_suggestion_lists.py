"""What holds for every list, whoever takes part."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from congress.matchmaking.enums import OpportunityKind, OrganisationType, ReasonKind
from congress.matchmaking.suggestions import weights
from congress.matchmaking.suggestions.choosing import Lists
from congress.matchmaking.suggestions.market import Market, Person, Standing, Wish, pair_of
from congress.matchmaking.suggestions.scoring import suggest_all, suggest_one
from congress.matchmaking.suggestions.tags import WANTED
from congress.matchmaking.suggestions.tree import Tree
from congress.matchmaking.suggestions.words import key_of, words_of

PARENTS = {1: None, 2: None, 11: 1, 12: 1, 21: 2, 22: 2, 211: 21, 212: 21}
TREE = Tree(PARENTS)
WORDS = ["enzyme", "reactor", "protéine", "fermentation", "algues", "brevet", "usine", "culture"]
TYPES = list(OrganisationType)

wishes = st.builds(
    Wish,
    st.sampled_from(OpportunityKind),
    st.frozensets(st.sampled_from(sorted(PARENTS)), max_size=3),
    st.frozensets(st.sampled_from(TYPES[:3]), max_size=2),
    st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join),
)


@st.composite
def markets(draw) -> Market:
    count = draw(st.integers(2, 12))
    people = [
        Person(
            number,
            draw(st.sampled_from(TYPES[:3])),
            draw(st.sampled_from(["", "acme", "globex", f"own {number}"])),
            draw(st.sampled_from([None, None, 1, 2])),
            draw(st.frozensets(st.sampled_from(["fr", "en", "de"]), max_size=2)),
            draw(st.integers(0, 15)),
            tuple(draw(st.lists(wishes, max_size=3))),
            draw(st.sampled_from(["", "Enzymes et protéines", "reactor"])),
            draw(st.booleans()),
        )
        for number in range(1, count + 1)
    ]
    ids = st.integers(1, count)
    directed = st.frozensets(st.tuples(ids, ids).filter(lambda pair: pair[0] != pair[1]), max_size=6)
    pairs = directed.map(lambda found: frozenset(pair_of(*pair) for pair in found))
    types = st.frozensets(st.tuples(st.sampled_from(TYPES[:3]), st.sampled_from(TYPES[:3])), max_size=2)
    return Market(people, PARENTS, draw(directed), draw(pairs), draw(pairs), draw(types), draw(st.booleans()))


@settings(deadline=None)
@given(markets(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(market, chance):
    shuffled = list(market.people)
    chance.shuffle(shuffled)
    again = Market(
        [
            Person(
                **{name: getattr(one, name) for name in Person.__slots__}
                | {"wishes": tuple(chance.sample(one.wishes, len(one.wishes)))}
            )
            for one in shuffled
        ],
        dict(reversed(market.parents.items())),
        market.bookmarks,
        market.agreed,
        market.apart,
        market.forbidden,
        market.has_slots,
    )
    assert suggest_all(again) == suggest_all(market)


@settings(deadline=None)
@given(markets())
def test_who_is_excluded_is_excluded(market):
    people = {one.id: one for one in market.people}
    for found in suggest_all(market):
        one, other = people[found.person], people[found.other]
        assert one.id != other.id
        assert one.organisation != other.organisation or not one.organisation
        assert one.delegation != other.delegation or one.delegation is None
        assert pair_of(one.id, other.id) not in market.apart
        assert (one.type, other.type) not in market.forbidden
        assert other.accepts_requests
        assert one.slots & other.slots or not market.has_slots


@settings(deadline=None)
@given(markets())
def test_the_score_of_a_pair_is_the_same_for_both(market):
    scores = {(one.person, one.other): one.score for one in suggest_all(market)}
    for (one, other), score in scores.items():
        assert 0 < score <= 1
        assert scores.get((other, one), score) == score


@settings(deadline=None)
@given(markets())
def test_reasons_come_from_what_scored(market):
    people = {one.id: one for one in market.people}
    for found in suggest_all(market):
        assert 1 <= len(found.reasons) <= weights.REASONS
        assert {reason.kind for reason in found.reasons} != {ReasonKind.COMMON_LANGUAGE}
        for reason in found.reasons:
            assert is_true(market, people[found.person], people[found.other], reason)


def is_true(market: Market, one: Person, other: Person, reason) -> bool:
    """The reason again from the data, past the arrays."""
    for looked_for, had, _weight, kind in WANTED:
        if reason.kind is kind:
            wanted = one.tags(looked_for)
            return reason.tags != () and all(
                tag in other.tags(had) and any(TREE.closeness(tag, own) for own in wanted) for tag in reason.tags
            )
    if reason.kind is ReasonKind.SAME_WORDS:
        return set(map(key_of, reason.words)) <= keys_of(one) & keys_of(other) and reason.words != ()
    if reason.kind is ReasonKind.COMMON_LANGUAGE:
        return set(reason.words) == one.languages & other.languages
    return {
        ReasonKind.TYPE_SOUGHT: any(other.type in wish.partner_types for wish in one.wishes),
        ReasonKind.YOUR_TYPE_SOUGHT: any(one.type in wish.partner_types for wish in other.wishes),
        ReasonKind.YOU_BOOKMARKED: (one.id, other.id) in market.bookmarks,
        ReasonKind.LIKE_ACCEPTED: any(one.id in pair for pair in market.agreed),
    }[reason.kind]


def keys_of(person: Person) -> set[str]:
    text = " ".join([person.pitch, *(wish.text for wish in person.wishes)])
    return set(map(key_of, words_of(text)))


@settings(deadline=None, max_examples=30)
@given(markets(), st.data())
def test_one_person_alone_is_scored_as_in_the_full_run(market, data):
    person = data.draw(st.sampled_from(market.people)).id
    own = suggest_one(market, person, Standing()).own
    assert own == [one for one in suggest_all(market) if one.person == person]


def crowd(count: int, organisation: str = "") -> list[Person]:
    """Everybody wants what one person offers; the others fit a little."""
    star = Person(1, TYPES[0], "star", slots=1, wishes=(Wish(OpportunityKind.OFFER, frozenset({11})),))
    wanted = (Wish(OpportunityKind.NEED, frozenset({11})), Wish(OpportunityKind.TOPIC, frozenset({2})))
    numbers = range(2, count + 2)
    return [star] + [
        Person(number, TYPES[1], organisation or f"org {number}", slots=1, wishes=wanted) for number in numbers
    ]


def test_nobody_fills_every_list():
    lists = suggest_all(Market(crowd(150), PARENTS))
    exposure = Counter(one.other for one in lists)
    assert exposure[1] == weights.EXPOSURE == max(exposure.values())
    lengths = Counter(one.person for one in lists)
    assert max(lengths.values()) == weights.LIST
    assert min(lengths.values()) >= weights.FIRST_ROUND


def test_a_large_company_does_not_fill_a_list():
    lists = suggest_all(Market(crowd(20, "large company"), PARENTS))
    assert sum(one.person == 1 for one in lists) == weights.PER_ORGANISATION


def test_ranks_follow_scores():
    lists = suggest_all(Market(crowd(60), PARENTS))
    for owner in {one.person for one in lists}:
        own = [one for one in lists if one.person == owner]
        assert [one.rank for one in own] == list(range(1, len(own) + 1))
        assert [one.score for one in own] == sorted((one.score for one in own), reverse=True)


@pytest.mark.parametrize("seen", [0, weights.EXPOSURE - 1, weights.EXPOSURE])
def test_what_stands_elsewhere_counts(seen):
    lists = Lists(["", ""], {1: seen})
    lists.fill([(0, 1, 0.5)])
    assert bool(lists.of.get(0)) is (seen < weights.EXPOSURE)
