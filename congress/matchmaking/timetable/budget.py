"""How long a run may take, in seconds or in rounds, and who is told how far it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic

from congress.matchmaking.timetable.costs import breaks_in, sessions_of
from congress.matchmaking.timetable.placement import FREE
from congress.matchmaking.timetable.problem import Problem, Progress

TELL_EVERY = 0.5
# The seating at the end needs some of the time, per meeting.
SEATING = 0.0002


class Budget:
    """Counts seconds or rounds. `rounds` bounds a run by work, so that it is the same on any machine."""

    def __init__(
        self,
        problem: Problem,
        seconds: float,
        rounds: int | None,
        on_progress: Callable[[Progress], None] | None,
        is_cancelled: Callable[[], bool] | None,
    ) -> None:
        self.problem = problem
        self.sessions = sessions_of(problem.slots)
        self.seconds = max(0.0, seconds - SEATING * len(problem.meetings))
        self.rounds = rounds
        self.on_progress = on_progress
        self.is_cancelled = is_cancelled
        self.begun = monotonic()
        self.improving: float | None = None
        self.told = 0.0
        self.done = 0

    def over(self) -> bool:
        """Whether to stop at once."""
        if self.is_cancelled is not None and self.is_cancelled():
            return True
        return self.rounds is None and monotonic() - self.begun >= self.seconds

    def next(self, best: Sequence[int]) -> float:
        """The share that is done before another round, 1 or more when there is to be none."""
        now = monotonic() - self.begun
        if self.improving is None:
            self.improving = now
        share = self._share(now)
        if self.on_progress is not None and (self.told == 0.0 or now - self.told >= TELL_EVERY):
            self.tell(best, min(share, 1.0))
        self.done += 1
        return 1.0 if self.is_cancelled is not None and self.is_cancelled() else share

    def _share(self, now: float) -> float:
        if self.rounds is not None:
            return self.done / self.rounds if self.rounds else 1.0
        begun = self.improving or 0.0
        return (now - begun) / (self.seconds - begun) if self.seconds > begun else 1.0

    def tell(self, slots: Sequence[int], share: float) -> None:
        """Report this state."""
        if self.on_progress is None:
            return
        self.told = monotonic() - self.begun
        masks = [0] * len(self.problem.people)
        for meeting, slot in zip(self.problem.meetings, slots, strict=True):
            for person in meeting.people if slot != FREE else ():
                masks[person] |= 1 << slot
        placed = sum(slot != FREE for slot in slots)
        breaks = sum(breaks_in(mask, self.sessions) for mask in masks)
        self.on_progress(Progress(placed, breaks, self.told, share))
