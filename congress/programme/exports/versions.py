"""What the files say of themselves."""

from __future__ import annotations

from congress.programme.exports.entries import Schedule

GENERATOR = "Congress"
VERSION = "1.0"
TIME_STEP = "00:05"
"""The smallest step in which times differ, hours and minutes."""


def version_of(schedule: Schedule) -> str:
    """The release's name and when it was made, in UTC."""
    programme = schedule.programme
    return f"{programme.name} ({programme.released_at:%Y-%m-%d %H:%M} UTC)"
