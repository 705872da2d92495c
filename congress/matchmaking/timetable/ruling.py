"""Meetings that no timetable can hold, and why a meeting has no place in this one."""

from __future__ import annotations

from congress.matchmaking.timetable.board import Board
from congress.matchmaking.timetable.placement import FREE, Placement
from congress.matchmaking.timetable.problem import Unplaced


def ruled_out(board: Board) -> set[int]:
    """Excluded pairs, held slots that cannot be, and what would close a circle of what comes before what."""
    ruled = {
        number
        for number in range(board.meetings)
        if board.excluded(number) or (_is_held(board, number) and not board.domain[number])
    }
    accepted: set[int] = set()
    for number in sorted(range(board.meetings), key=lambda one: (not board.held[one], board.priority[one], one)):
        if number in ruled:
            continue
        if board.after[number] and _comes_before_itself(board, number, accepted):
            ruled.add(number)
        else:
            accepted.add(number)
    return ruled


def _is_held(board: Board, number: int) -> bool:
    meeting = board.problem.meetings[number]
    return meeting.slot is not None or meeting.table is not None


def _comes_before_itself(board: Board, number: int, accepted: set[int]) -> bool:
    seen: set[int] = set()
    queue = [number]
    while queue:
        for earlier in board.after[queue.pop()]:
            if earlier == number:
                return True
            if earlier in accepted and earlier not in seen:
                seen.add(earlier)
                queue.append(earlier)
    return False


def reason(placement: Placement, meeting: int, ruled: set[int]) -> Unplaced:
    """The first reason that holds for a meeting without a place."""
    board = placement.board
    if meeting in ruled or _impossible_order(placement, meeting):
        return Unplaced.RULE
    people = board.people_of[meeting]
    if any(placement.count[person] >= board.maximum[person] for person in people):
        return Unplaced.PERSON_FULL
    if not placement.open_slots(meeting):
        return Unplaced.NO_COMMON_SLOT
    return Unplaced.TABLES_FULL


def _impossible_order(placement: Placement, meeting: int) -> bool:
    """Whether every slot that it could have is before what it follows or after what it precedes."""
    board, slots = placement.board, placement.slot
    window = board.all_slots
    for other in board.after[meeting]:
        if slots[other] != FREE:
            window &= ~((2 << slots[other]) - 1)
    for other in board.before[meeting]:
        if slots[other] != FREE:
            window &= (1 << slots[other]) - 1
    return bool(board.domain[meeting]) and not board.domain[meeting] & window
