"""What happens when the clock says so."""

from __future__ import annotations

from congress.privacy.jobs import enqueue_retention


def look_for_ended_retention(_sender: object) -> None:
    """Once a day, whichever hour comes first."""
    enqueue_retention()
