"""All meetings of two slots that hang together by their people: what a chain is when more than two meet."""

from __future__ import annotations

from congress.matchmaking.timetable.costs import Costs
from congress.matchmaking.timetable.placement import FREE, Placement

# A larger component is hardly ever worth its move.
LARGEST = 40


def component(placement: Placement, start: int, slot: int, other: int) -> list[int]:
    """The meetings that have to change places when one of them does; none when one of them cannot."""
    board, meetings, seen = placement.board, [start], {start}
    for meeting in meetings:
        goal = other if placement.slot[meeting] == slot else slot
        if not board.domain[meeting] >> goal & 1 or len(meetings) > LARGEST:
            return []
        for actor in board.actors_of[meeting]:
            neighbour = placement.at[actor][goal]
            if neighbour != FREE and neighbour not in seen:
                seen.add(neighbour)
                meetings.append(neighbour)
    return meetings


def component_cost(placement: Placement, costs: Costs, meetings: list[int], slot: int, other: int) -> float:
    """What the change costs all people who meet in one of the two slots only."""
    both, cost = 1 << slot | 1 << other, 0.0
    for person in {person for meeting in meetings for person in placement.board.people_of[meeting]}:
        mask = placement.mask[person]
        if (mask & both).bit_count() == 1:
            cost += costs[mask ^ both] - costs[mask]
    return cost
