"""What holds for a programme as a whole."""

from __future__ import annotations

from congress.audit.services import apply_changes
from congress.core import clock
from congress.events.models import Event
from congress.events.services.pages import note
from congress.programme.services.drafting import lock_programme


def change_settings(event: Event, *, grid_minutes: int, walking_minutes: int) -> None:
    """Change the grid of the editor and the time for walking between rooms; nothing that is released changes."""
    programme = lock_programme(event)
    before, after = apply_changes(programme, {"grid_minutes": grid_minutes, "walking_minutes": walking_minutes})
    if after:
        programme.changed_at = clock.now()
        note("programme.settings_changed", event, ("programme", programme.id), before, after)
