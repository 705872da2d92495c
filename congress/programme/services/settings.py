"""What holds for a programme as a whole."""

from __future__ import annotations

from congress.audit.services import apply_changes
from congress.core import clock
from congress.events.models import Event
from congress.events.services.pages import note
from congress.programme.services.drafting import lock_programme


def change_settings(event: Event, *, grid_minutes: int, walking_minutes: int | None = None) -> None:
    """Change the grid of the editor and perhaps the time for walking between rooms. Nothing released changes."""
    programme = lock_programme(event)
    values = {"grid_minutes": grid_minutes}
    if walking_minutes is not None:
        values["walking_minutes"] = walking_minutes
    before, after = apply_changes(programme, values)
    if after:
        programme.changed_at = clock.now()
        note("programme.settings_changed", event, ("programme", programme.id), before, after)
