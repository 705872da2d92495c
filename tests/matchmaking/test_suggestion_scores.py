"""The formula, counted by hand."""

from __future__ import annotations

import math

import pytest

from congress.matchmaking.enums import OpportunityKind, OrganisationType, ReasonKind
from congress.matchmaking.suggestions import weights
from congress.matchmaking.suggestions.market import Market, Person, Reason, Standing, Suggested, Wish, pair_of
from congress.matchmaking.suggestions.scoring import suggest_all, suggest_one
from congress.matchmaking.suggestions.tree import Tree
from congress.matchmaking.suggestions.words import key_of, words_of

NEED, OFFER, TOPIC = OpportunityKind.NEED, OpportunityKind.OFFER, OpportunityKind.TOPIC
PARENTS = {1: None, 11: 1, 12: 1, 111: 11, 2: None}
"""1 has the children 11 and 12, 11 has 111; 2 stands alone."""


def person(number: int, *wishes: Wish, kind: OrganisationType = OrganisationType.BIOTECH, **values) -> Person:
    return Person(number, kind, organisation=f"org {number}", wishes=wishes, **{"slots": 0b1111} | values)


def wish(kind: OpportunityKind, *tags: int, **values) -> Wish:
    return Wish(kind, frozenset(tags), **values)


def of(market: Market, owner: int) -> dict[int, Suggested]:
    return {one.other: one for one in suggest_all(market) if one.person == owner}


@pytest.mark.parametrize(
    ("one", "other", "closeness"),
    [(11, 11, 1), (1, 11, 0.5), (11, 1, 0.5), (11, 12, 0.25), (111, 1, 0), (111, 12, 0), (1, 2, 0), (11, 2, 0)],
)
def test_closeness_in_the_tree(one, other, closeness):
    tree = Tree(PARENTS)
    assert tree.closeness(one, other) == closeness
    assert dict(tree.around(one)).get(other, 0) == closeness


def test_the_whole_formula_by_hand():
    market = Market([person(1, wish(NEED, 11)), person(2, wish(OFFER, 11))], PARENTS)
    # Both ways: the tag in full, no type asked for, no words, enough slots but no language, no bookmark.
    direction = weights.TAGS + weights.TYPE * weights.ANY_TYPE + weights.PRACTICAL * weights.SLOTS_SHARE
    [one, other] = suggest_all(market)
    assert one == Suggested(1, 2, 1, round(direction, 4), (Reason(ReasonKind.THEY_OFFER, tags=(11,)),))
    assert other == Suggested(2, 1, 1, round(direction, 4), (Reason(ReasonKind.THEY_NEED, tags=(11,)),))


@pytest.mark.parametrize(("tag", "closeness"), [(1, 0.5), (111, 0.5), (12, 0.25)])
def test_a_near_tag_counts_less_and_is_named(tag, closeness):
    found = of(Market([person(1, wish(NEED, 11)), person(2, wish(OFFER, tag))], PARENTS), 1)[2]
    rest = weights.TYPE * weights.ANY_TYPE + weights.PRACTICAL * weights.SLOTS_SHARE
    assert found.score == pytest.approx(weights.TAGS * math.sqrt(closeness) + rest, abs=1e-4)
    assert found.reasons[0] == Reason(ReasonKind.THEY_OFFER, tags=(tag,))


def test_a_rare_tag_says_more():
    crowd = [person(number, wish(OFFER, 2)) for number in range(10, 20)]
    lists = of(Market([person(1, wish(NEED, 2), wish(NEED, 11)), *crowd, person(30, wish(OFFER, 11))], PARENTS), 1)
    assert lists[30].rank == 1


def test_pairs_take_the_harmonic_mean_and_not_less_than_the_floor():
    # 1 gets everything from 2; 2 has nine other offers, so that 1 is worth little to 2.
    generous = person(2, wish(OFFER, *PARENTS), *(wish(OFFER, 100 + number) for number in range(9)))
    one_way = of(Market([person(1, wish(NEED, 11)), generous], PARENTS), 1)[2].score
    fair = of(Market([person(1, wish(NEED, 11)), person(2, wish(OFFER, 11))], PARENTS), 1)[2].score
    assert weights.ONE_SIDED * fair < one_way < fair


def test_the_floor_for_one_sided_interest():
    # Only 1 asks for a type; nothing else connects both, and they share one slot and no language.
    seeker = person(1, wish(NEED, partner_types=frozenset({OrganisationType.INVESTOR})), slots=0b1)
    investor = person(
        2, wish(NEED, partner_types=frozenset({OrganisationType.PUBLIC})), kind=OrganisationType.INVESTOR
    )
    found = of(Market([seeker, investor], PARENTS), 1)[2]
    practical = weights.PRACTICAL * weights.SLOTS_SHARE / weights.ENOUGH_SLOTS
    outward, inward = weights.TYPE + practical, practical
    assert 2 * outward * inward / (outward + inward) < weights.ONE_SIDED * outward
    assert found.score == pytest.approx(weights.ONE_SIDED * outward, abs=1e-4)
    assert found.reasons == (Reason(ReasonKind.TYPE_SOUGHT),)


def test_words_in_both_languages_and_with_accents():
    market = Market(
        [
            person(1, wish(NEED, text="Bioréacteurs pour enzymes")),
            person(2, wish(OFFER, text="Our bioreactor and ENZYME plant")),
            person(3, wish(OFFER, text="Conseil en brevets")),
        ]
    )
    found = of(market, 1)
    assert found.keys() == {2}
    assert found[2].reasons[0] == Reason(ReasonKind.SAME_WORDS, words=("bioreactor", "enzyme"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("bioréacteurs", "bioreactor"),
        ("protéine", "proteins"),
        ("biotechnologie", "biotechnologies"),
        ("Technology", "technologies"),
        ("biologique", "biologiques"),
        ("Œuvres", "oeuvre"),
        ("végétales", "végétaux"),
    ],
)
def test_the_same_word(one, other):
    assert key_of(words_of(one)[0]) == key_of(words_of(other)[0]) != ""


@pytest.mark.parametrize("word", ["nous", "WITH", "à", "2026", "le", "recherchons"])
def test_words_that_say_nothing(word):
    assert not any(map(key_of, words_of(word)))


def test_competitors_share_words_without_being_suggested_for_them():
    market = Market([person(number, wish(OFFER, text="Fermentation of enzymes")) for number in (1, 2)])
    assert suggest_all(market) == []


def test_behaviour():
    people = [
        person(1, wish(NEED, 11)),
        person(2, wish(OFFER, 2)),
        person(3, wish(OFFER, 2)),
        person(4, wish(OFFER, 12)),
    ]
    assert of(Market(people, PARENTS, bookmarks=frozenset({(1, 2)})), 1)[2].reasons == (
        Reason(ReasonKind.YOU_BOOKMARKED),
    )
    met = Market(people, PARENTS, agreed=frozenset({(1, 2)}), apart=frozenset({(1, 2)}))
    assert of(met, 1)[3].reasons == (Reason(ReasonKind.LIKE_ACCEPTED),)
    assert 2 not in of(met, 1)


def test_nobody_learns_of_a_bookmark():
    people = [person(1, wish(NEED, 11)), person(2, wish(OFFER, 2))]
    assert of(Market(people, PARENTS, bookmarks=frozenset({(1, 2)})), 2) == {}


def test_language_alone_suggests_nobody_but_is_told():
    speaks = {"languages": frozenset({"fr", "en"})}
    assert suggest_all(Market([person(1, **speaks), person(2, **speaks)])) == []
    found = of(Market([person(1, wish(NEED, 11), **speaks), person(2, wish(OFFER, 11), **speaks)], PARENTS), 1)[2]
    assert found.reasons[-1] == Reason(ReasonKind.COMMON_LANGUAGE, words=("en", "fr"))


FITTING = (wish(NEED, 11), wish(OFFER, 11))


@pytest.mark.parametrize(
    ("first", "second", "market"),
    [
        ({"delegation": 7}, {"delegation": 7}, {}),
        ({}, {}, {"apart": frozenset({(1, 2)})}),
        ({}, {}, {"forbidden": frozenset({(OrganisationType.BIOTECH, OrganisationType.BIOTECH)})}),
        ({"slots": 0b01}, {"slots": 0b10}, {}),
        ({"accepts_requests": False}, {"accepts_requests": False}, {}),
    ],
)
def test_who_is_never_suggested(first, second, market):
    people = [person(1, *FITTING, **first), person(2, *FITTING, **second)]
    assert suggest_all(Market(people, PARENTS, **market)) == []
    assert len(suggest_all(Market([person(1, *FITTING), person(2, *FITTING)], PARENTS))) == 2


def test_colleagues_are_not_suggested_to_each_other():
    people = [
        Person(number, OrganisationType.BIOTECH, organisation=name, slots=1, wishes=FITTING)
        for number, name in enumerate(["acme", "acme", "", ""], start=1)
    ]
    found = {pair_of(one.person, one.other) for one in suggest_all(Market(people, PARENTS))}
    assert found == {(1, 3), (1, 4), (2, 3), (2, 4), (3, 4)}


def test_rules_are_one_way():
    people = [person(1, *FITTING), person(2, *FITTING, kind=OrganisationType.INVESTOR)]
    forbidden = frozenset({(OrganisationType.BIOTECH, OrganisationType.INVESTOR)})
    market = Market(people, PARENTS, forbidden=forbidden)
    assert [(one.person, one.other) for one in suggest_all(market)] == [(2, 1)]


def test_without_slots_nobody_is_left_out():
    people = [person(number, *FITTING, slots=0) for number in (1, 2)]
    assert suggest_all(Market(people, PARENTS)) == []
    assert len(suggest_all(Market(people, PARENTS, has_slots=False))) == 2


def test_more_than_64_slots():
    people = [person(1, *FITTING, slots=1 << 90), person(2, *FITTING, slots=1 << 90 | 1)]
    assert len(suggest_all(Market(people, PARENTS))) == 2


def test_one_changed_person_gets_the_list_of_a_full_run():
    people = [person(number, wish(NEED, 10 + number % 3), wish(OFFER, 11), wish(TOPIC, 2)) for number in range(1, 25)]
    market = Market(people, PARENTS)
    changed = suggest_one(market, 7, Standing())
    assert changed.own == [one for one in suggest_all(market) if one.person == 7]
    assert {one.other for one in changed.entries} == {7}
    assert {one.person for one in changed.entries} == {one.other for one in changed.own}


def test_an_entry_needs_room_in_the_list_of_the_other():
    market = Market([person(1, wish(NEED, 11)), person(2, wish(OFFER, 11)), person(3, wish(OFFER, 11))], PARENTS)
    full = {2: weights.LIST, 3: weights.LIST}
    standing = Standing(lengths=full, last_scores={2: 0.99, 3: 0.1})
    assert [one.person for one in suggest_one(market, 1, standing).entries] == [3]
    crowded = Standing(colleagues={3: weights.PER_ORGANISATION})
    assert [one.person for one in suggest_one(market, 1, crowded).entries] == [2]
    seen = Standing(seen={2: weights.EXPOSURE})
    assert [one.other for one in suggest_one(market, 1, seen).own] == [3]


def test_nobody_at_all():
    assert suggest_all(Market([])) == []
    assert suggest_all(Market([person(1)])) == []
