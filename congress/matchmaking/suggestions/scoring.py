"""The two questions: everybody's list, and what changes with one person."""

from __future__ import annotations

from collections.abc import Iterable

from congress.matchmaking.suggestions.choosing import Candidate, Lists
from congress.matchmaking.suggestions.market import Changed, Market, Standing, Suggested
from congress.matchmaking.suggestions.pairs import all_candidates, candidates_of
from congress.matchmaking.suggestions.reasons import Explaining
from congress.matchmaking.suggestions.terms import Terms
from congress.matchmaking.suggestions.weights import EXPOSURE


def suggest_all(market: Market) -> list[Suggested]:
    """Everybody's list, by person and rank."""
    if not market.people:
        return []
    terms = Terms(market)
    lists = Lists([person.organisation for person in terms.people])
    lists.fill(all_candidates(terms))
    return [one for row in range(len(terms.people)) for one in _explained(terms, lists.of.get(row, ()))]


def suggest_one(market: Market, person_id: int, standing: Standing) -> Changed:
    """What changes with one person who takes part, while everybody else's choice stands."""
    terms = Terms(market)
    row = terms.row[person_id]
    own, theirs = candidates_of(terms, row)
    seen = {terms.row[one]: count for one, count in standing.seen.items() if one in terms.row}
    lists = Lists([person.organisation for person in terms.people], seen)
    lists.fill(own)
    entries = [candidate for candidate in theirs if standing.has_room(terms.people[candidate[0]].id, candidate[2])]
    changed = _explained(terms, lists.of.get(row, ()))
    return Changed(changed, [one for entry in entries[:EXPOSURE] for one in _explained(terms, [entry])])


def _explained(terms: Terms, entries: Iterable[Candidate]) -> list[Suggested]:
    explaining = Explaining(terms)
    return [
        Suggested(
            person=terms.people[row].id,
            other=terms.people[other].id,
            rank=rank,
            score=score,
            reasons=explaining.reasons(row, other),
        )
        for rank, (row, other, score) in enumerate(entries, start=1)
    ]
