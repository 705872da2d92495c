"""Writing the timetable of a run: what still fits, in one transaction, with what became of every meeting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import joinedload

from congress.core import clock
from congress.core.actors import SYSTEM, Actor, acting_as
from congress.events.models import Event
from congress.events.services.pages import note
from congress.extensions import db
from congress.matchmaking.models import TimetableRun
from congress.matchmaking.placement import Placement
from congress.matchmaking.placement.building import RowPlace, of_rows
from congress.matchmaking.placement.figures import figures_of
from congress.matchmaking.placement.rows import read
from congress.matchmaking.services import runs, scheduling
from congress.matchmaking.services.holding import hold
from congress.matchmaking.services.settling import Settlement, settle
from congress.matchmaking.timetable.problem import Timetable

Change = tuple[RowPlace | None, RowPlace | None]
"""Where a meeting was and where it is now."""


def apply(run_id: int, then: Placement, answer: Timetable, facts: Mapping[str, Any]) -> dict[str, Any] | None:
    """Write what the engine answered to the problem `then`; gives the figures, or None when the run is gone."""
    run = db.session.get(TimetableRun, run_id)
    if run is None:
        return None
    hold(run.event_id)
    db.session.refresh(run)
    if run.finished_at is not None:
        return None
    event = db.session.get_one(Event, run.event_id, options=[joinedload(Event.series)])
    rows = read(event)
    published = frozenset(one.id for one in rows.meetings if one.shown_slot_id is not None)
    settled = settle(of_rows(rows, movable=run.movable, now=clock.now()), then, answer, published)
    changes = _changes(settled)
    with acting_as(Actor("account", run.created_by_id) if run.created_by_id else SYSTEM):
        scheduling.put_all(event.id, {one: after for one, (_before, after) in changes.items()})
        result = _result(settled, then, answer, changes, published) | dict(facts)
        after = {"count": len(changes), "unplaced": len(result["unplaced"])}
        note("timetable.computed", event, ("timetable_run", run.id), after=after)
    runs.end_run(run.id, result)
    return {"placed": result["after"]["placed"], "unplaced": len(result["unplaced"])}


def _changes(settled: Settlement) -> dict[int, Change]:
    """The meetings that are elsewhere afterwards, by id."""
    now = settled.now
    found: dict[int, Change] = {}
    for number, meeting_id in enumerate(now.meeting_ids):
        before, after = now.before.places[number], settled.places[number]
        if before != after:
            found[meeting_id] = (now.place(before) if before else None, now.place(after) if after else None)
    return found


def _result(
    settled: Settlement,
    then: Placement,
    answer: Timetable,
    changes: Mapping[int, Change],
    published: frozenset[int],
) -> dict[str, Any]:
    """What the pages tell of a run: ids only."""
    now = settled.now
    free = [number for number in range(len(now.meeting_ids)) if now.is_free(number)]
    return {
        "before": figures_of(then.problem, then.before).as_json(),
        "after": figures_of(now.problem, settled.timetable).as_json(),
        "meetings": len(free),
        "held": len(now.meeting_ids) - len(free) + len(now.outside),
        "outside": sorted(now.outside),
        "added": [{"meeting": one, "to": to} for one, (was, to) in changes.items() if was is None],
        "moved": [
            {"meeting": one, "from": was, "to": to, "published": one in published}
            for one, (was, to) in changes.items()
            if was is not None and to is not None
        ],
        "removed": [{"meeting": one, "from": was} for one, (was, to) in changes.items() if to is None],
        "unplaced": _unplaced(settled, then, answer, free),
        "left_out": sorted(settled.left_out),
    }


def _unplaced(settled: Settlement, then: Placement, answer: Timetable, free: Sequence[int]) -> list[dict[str, Any]]:
    """The meetings without a place and the engine's reason; those that were left out are told of elsewhere."""
    reasons = {then.meeting_ids[number]: reason.value for number, reason in answer.unplaced.items()}
    return [
        {"meeting": meeting_id, "reason": reasons[meeting_id]}
        for number in free
        if settled.places[number] is None and (meeting_id := settled.now.meeting_ids[number]) in reasons
        if meeting_id not in settled.left_out
    ]
