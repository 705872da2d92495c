"""What the worker does for matchmaking."""

from congress.matchmaking.jobs import schedules, suggestions, timetable

__all__ = ["schedules", "suggestions", "timetable"]
