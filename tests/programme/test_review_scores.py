"""The arithmetic of reviews: weighted means, medians, abstentions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.programme.models import Review, ReviewScore
from congress.programme.scores import mean_of, median, rounded, summary, summary_of, weighted_mean


def review(*points: int, abstained: bool = False) -> Review:
    scores = [ReviewScore(criterion_id=number, points=one) for number, one in enumerate(points, start=1)]
    return Review(abstained=abstained, scores=scores)


def test_a_review_is_the_weighted_mean_of_its_criteria() -> None:
    assert weighted_mean({1: 10, 2: 4}, {1: 1, 2: 2}) == 6
    assert weighted_mean({1: 10, 2: 4}, {1: 2, 2: 1}) == 8
    assert weighted_mean({1: 1, 2: 0, 3: 0}, {1: 1, 2: 1, 3: 1}) == Fraction(1, 3)


def test_a_criterion_that_was_added_later_counts_for_nothing_in_earlier_reviews() -> None:
    assert weighted_mean({1: 6}, {1: 1, 2: 99}) == 6
    assert weighted_mean({}, {1: 1}) is None
    assert weighted_mean({7: 3}, {1: 1}) is None


@pytest.mark.parametrize(
    ("values", "expected"), [([], None), ([5], 5), ([1, 9], 5), ([0, 6, 7], 6), ([1, 4, 5, 10], Fraction(9, 2))]
)
def test_the_median(values: list[int], expected: Fraction | None) -> None:
    assert median([Fraction(one) for one in values]) == expected


def test_abstentions_do_not_count() -> None:
    weights = {1: 1}
    found = summary_of([review(2), review(10), review(abstained=True)], weights)
    assert (found.reviews, found.abstained, found.score) == (2, 1, 6)
    assert (found.lowest, found.highest) == (2, 10)
    assert mean_of(review(3, abstained=True), weights) is None


def test_when_all_abstain_there_is_no_score() -> None:
    found = summary_of([review(abstained=True)], {1: 1})
    assert (found.reviews, found.abstained, found.score, found.lowest, found.highest) == (0, 1, None, None, None)
    assert summary([]).score is None


def test_a_review_without_points_is_counted_and_says_nothing() -> None:
    found = summary([None, Fraction(4)])
    assert (found.reviews, found.score) == (2, 4)


def test_scores_are_shown_with_two_decimals() -> None:
    assert rounded(Fraction(20, 3)) == 6.67
    assert rounded(None) is None


@given(st.dictionaries(st.integers(1, 8), st.tuples(st.integers(0, 10), st.integers(1, 100)), min_size=1))
def test_a_mean_lies_between_its_points(given_points: dict[int, tuple[int, int]]) -> None:
    points = {key: one for key, (one, _weight) in given_points.items()}
    weights = {key: weight for key, (_one, weight) in given_points.items()}
    found = weighted_mean(points, weights)
    assert found is not None
    assert min(points.values()) <= found <= max(points.values())
