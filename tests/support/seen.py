"""What a reader makes of one event of a calendar: the same small record for every reader."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Seen:
    """Times are UTC; an all-day event has dates."""

    uid: str
    sequence: int
    status: str
    starts: dt.date
    ends: dt.date
    title: str
    location: str
    description: str
