"""What the worker does for matchmaking."""

from congress.matchmaking.jobs import schedules, timetable

__all__ = ["schedules", "timetable"]
