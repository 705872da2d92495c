"""What the worker does for matchmaking."""

from congress.matchmaking.jobs import schedules

__all__ = ["schedules"]
