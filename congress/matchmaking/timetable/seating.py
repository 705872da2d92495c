"""Seats everybody; a meeting that finds no table within walking distance looks for another slot."""

from __future__ import annotations

from congress.matchmaking.timetable.construction import bits
from congress.matchmaking.timetable.placement import Placement
from congress.matchmaking.timetable.tables import Seating

# So many other slots are tried in all for meetings without a table.
ATTEMPTS = 60


def seat(placement: Placement) -> list[int | None]:
    """A table for each meeting on site. Meetings for which none can be found have no slot any more."""
    board = placement.board
    seating, attempts = Seating(board, placement.slot), ATTEMPTS
    while seating.failed:
        meeting = max(seating.failed, key=lambda number: (not board.held[number], board.priority[number], number))
        home = placement.take(meeting)
        for slot in bits(placement.open_slots(meeting) & ~(1 << home)):
            if attempts <= 0 or not placement.fits(meeting, slot):
                continue
            attempts -= 1
            placement.put(meeting, slot)
            other = Seating(board, placement.slot)
            if len(other.failed) < len(seating.failed):
                break
            placement.take(meeting)
        seating = Seating(board, placement.slot)
    return seating.tables
