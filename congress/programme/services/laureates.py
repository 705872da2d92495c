"""Publishing the laureates of a call, taking the page back, handing the list out as a file."""

from __future__ import annotations

from congress.core import clock
from congress.core.languages import gettext as _
from congress.core.spreadsheets import Table
from congress.events.models import Event
from congress.events.services.pages import event_changed, note
from congress.programme.call_queries import call_of
from congress.programme.enums import CallKind
from congress.programme.errors import TalksHaveNoLaureates
from congress.programme.laureates import laureates_of, table_of
from congress.programme.services.calls import lock_call


def publish(event: Event, call_id: int) -> None:
    """Show everybody who was accepted."""
    call = lock_call(event, call_id)
    if call.kind is CallKind.TALKS:
        raise TalksHaveNoLaureates
    if call.laureates_published_at is None:
        call.laureates_published_at = clock.now()
        note("laureates.published", event, ("call", call.id))
        event_changed(event)


def unpublish(event: Event, call_id: int) -> None:
    """The page does not exist any more."""
    call = lock_call(event, call_id)
    if call.laureates_published_at is not None:
        call.laureates_published_at = None
        note("laureates.unpublished", event, ("call", call.id))
        event_changed(event)


def export(event: Event, call_id: int, kind: str) -> Table:
    """The list as plain values; the history learns how many people and which kind of file, not who."""
    call = call_of(event, call_id)
    table = table_of(_("Laureates"), laureates_of(call))
    note("laureates.exported", event, ("call", call.id), after={"count": len(table.rows), "kind": kind})
    return table
