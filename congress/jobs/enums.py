"""Lanes and states of jobs."""

from __future__ import annotations

from enum import StrEnum


class Lane(StrEnum):
    """Which work goes first; see `LANE_ORDER`."""

    URGENT = "urgent"
    NORMAL = "normal"
    BULK = "bulk"
    DOCUMENTS = "documents"


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


LANE_ORDER = {Lane.URGENT: 0, Lane.NORMAL: 1, Lane.BULK: 2, Lane.DOCUMENTS: 3}
"""A smaller number goes first."""
