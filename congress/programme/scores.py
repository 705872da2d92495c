"""From points to a score: what reviews say of a proposal, as pure arithmetic in exact fractions.

One review says the mean of its criteria, weighted. A proposal's score is the median of the reviews that did not
abstain, so that one reviewer who gives 0 or 10 to everything moves little.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from congress.programme.models import Criterion, Review

MAX_POINTS = 10


@dataclass(frozen=True, slots=True)
class Summary:
    """What all reviews of a proposal say together. `score`, `lowest`, `highest` are None when nobody gave points."""

    reviews: int
    abstained: int
    score: Fraction | None
    lowest: Fraction | None
    highest: Fraction | None


def weighted_mean(points: Mapping[int, int], weights: Mapping[int, int]) -> Fraction | None:
    """The mean of the points of one review; criteria without points (added later) count for nothing.

    `points` and `weights` by the id of the criterion.
    """
    given = {criterion: one for criterion, one in points.items() if criterion in weights}
    total = sum(weights[criterion] for criterion in given)
    if not total:
        return None
    return Fraction(sum(weights[criterion] * one for criterion, one in given.items()), total)


def median(values: Sequence[Fraction]) -> Fraction | None:
    """The middle one, or the mean of the two in the middle; None without any."""
    return statistics.median(values) if values else None


def summary(means: Iterable[Fraction | None], abstained: int = 0) -> Summary:
    """The summary of reviews that did not abstain, by their weighted means, and of `abstained` that did."""
    found = list(means)
    given = [one for one in found if one is not None]
    return Summary(
        reviews=len(found),
        abstained=abstained,
        score=median(given),
        lowest=min(given, default=None),
        highest=max(given, default=None),
    )


def weights_of(criteria: Iterable[Criterion]) -> dict[int, int]:
    """How much each criterion counts, by its id."""
    return {one.id: one.weight for one in criteria}


def mean_of(review: Review, weights: Mapping[int, int]) -> Fraction | None:
    """What one review says; None for an abstention."""
    if review.abstained:
        return None
    return weighted_mean({one.criterion_id: one.points for one in review.scores}, weights)


def summary_of(reviews: Sequence[Review], weights: Mapping[int, int]) -> Summary:
    """The summary of a proposal's reviews, loaded with their points."""
    voting = [one for one in reviews if not one.abstained]
    return summary((mean_of(one, weights) for one in voting), len(reviews) - len(voting))


def rounded(value: Fraction | None) -> float | None:
    """For people: two decimals."""
    return None if value is None else round(float(value), 2)
