"""Suggestions as rows: asking for them, replacing lists in one transaction, forgetting people.

Nothing is computed here. Whoever changes what lists depend on writes a job row; many changes make one job, because
its key names a stretch of time, and it starts when that is over.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from congress.core import clock
from congress.core.upserts import insert_many_unless_there, insert_unless_there
from congress.events.models import Event
from congress.extensions import db
from congress.jobs.enums import Lane
from congress.jobs.services import enqueue
from congress.matchmaking.enums import Mark
from congress.matchmaking.models import Matchmaking, Profile, ProfileMark, Suggestion
from congress.matchmaking.queries import suggestions as queries
from congress.matchmaking.queries.suggestions import ALL, ONE
from congress.matchmaking.suggestions.market import Row
from congress.matchmaking.suggestions.weights import LIST

SOON, LATER = dt.timedelta(minutes=1), dt.timedelta(minutes=15)
AT_ONCE = dt.timedelta(seconds=2)
MARGIN = dt.timedelta(seconds=1)
"""A change of the last moment may still be being committed when its stretch of time ends."""
STEPS = 3


def ask_for_all(event_id: int, within: dt.timedelta = SOON) -> int:
    """Have every list of an event made anew, once for all changes of this minute."""
    return _ask(ALL, event_id, {"event_id": event_id}, within, Lane.BULK)


def ask_for_series(series_id: int) -> None:
    """The same for every event of a series: its tags stand in one tree."""
    events = sa.select(Matchmaking.event_id).join(Event, Event.id == Matchmaking.event_id)
    for event_id in db.session.scalars(
        events.where(Event.series_id == series_id).order_by(Matchmaking.event_id)
    ).all():
        ask_for_all(event_id)


def ask_for_one(profile: Profile, within: dt.timedelta = AT_ONCE) -> None:
    """Have one person's list made anew, and the person put into the lists of others or taken out.

    A full run that is about to start does this, too: a tag that moves changes hundreds of people at once.
    """
    if not queries.is_waiting(_key(ALL, profile.event_id, SOON)):
        _ask(ONE, profile.id, {"profile_id": profile.id}, within, Lane.NORMAL)


def forget(profile_id: int) -> None:
    """Nobody is suggested this person any more, nor this person anybody."""
    mine = (Suggestion.profile_id == profile_id) | (Suggestion.other_id == profile_id)
    db.session.execute(sa.delete(Suggestion).where(mine).execution_options(synchronize_session=False))


def set_mark(profile: Profile, other: Profile, mark: Mark | None) -> None:
    """Note something about somebody, or nothing any more. For the own eyes only: the other one learns nothing."""
    own = (ProfileMark.profile_id == profile.id) & (ProfileMark.other_id == other.id)
    db.session.execute(sa.delete(ProfileMark).where(own).execution_options(synchronize_session=False))
    if mark is not None:
        values = {"profile_id": profile.id, "other_id": other.id, "mark": mark, "created_at": clock.now()}
        # Two taps at once are one mark.
        insert_unless_there(ProfileMark, values, ("profile_id", "other_id"))
    ask_for_one(profile, SOON)


def replace_all(event_id: int, rows: Iterable[Row]) -> dict[str, int]:
    """Every list of the event; one that has not changed is not written. Who has left meanwhile is left out."""
    known, lists = queries.ids_of(event_id), defaultdict(list)
    for row in rows:
        if row[0] in known and row[1] in known:
            lists[row[0]].append(row)
    stored = _stored(event_id)
    changed = [one for one in stored.keys() | lists.keys() if stored.get(one) != _as_text(lists.get(one, ()))]
    _rewrite(changed, [row for one in changed for row in lists.get(one, ())])
    return {"people": len(known), "suggestions": sum(map(len, lists.values())), "changed": len(changed)}


def replace_one(event_id: int, profile_id: int, own: Sequence[Row], entries: Sequence[Row]) -> dict[str, int]:
    """One person's list, and that person's entries in the lists of others, whose last ones make room."""
    known = queries.ids_of(event_id)
    forget(profile_id)
    if profile_id not in known:
        return {"suggestions": 0, "entries": 0}
    entering = {row[0]: row for row in entries if row[0] in known}
    lists = {owner: [*kept, entering[owner]] for owner, kept in _lists_of(entering).items()}
    rows = [row for row in own if row[1] in known]
    for entered in lists.values():
        rows += _ranked(entered)
    _rewrite(list(entering), rows)
    return {"suggestions": len(own), "entries": len(entering)}


def _ask(kind: str, row_id: int, payload: dict[str, Any], within: dt.timedelta, lane: Lane) -> int:
    run_at = dt.datetime.fromtimestamp(_ends(within), dt.UTC) + MARGIN
    key = _key(kind, row_id, within)
    return enqueue(kind, payload, lane=lane, run_at=run_at, unique_key=key, progress_total=STEPS)


def _key(kind: str, row_id: int, within: dt.timedelta) -> str:
    return f"{kind}:{row_id}:{int(within.total_seconds())}:{_ends(within)}"


def _ends(within: dt.timedelta) -> int:
    """When the present stretch of time is over, in seconds."""
    seconds = int(within.total_seconds())
    return (int(clock.now().timestamp()) // seconds + 1) * seconds


def _stored(event_id: int) -> Mapping[int, list[tuple[int, float, str]]]:
    statement = sa.select(
        Suggestion.profile_id, Suggestion.other_id, Suggestion.score, sa.cast(Suggestion.reasons, sa.Text)
    ).where(queries.of_event(event_id))
    found: dict[int, list[tuple[int, float, str]]] = defaultdict(list)
    for owner, other, score, reasons in db.session.execute(
        statement.order_by(Suggestion.profile_id, Suggestion.rank)
    ):
        found[owner].append((other, score, reasons))
    return found


def _as_text(rows: Iterable[Row]) -> list[tuple[int, float, str]]:
    return [(other, score, json.dumps(reasons)) for _owner, other, _rank, score, reasons in rows]


def _lists_of(owners: Collection[int]) -> Mapping[int, list[Row]]:
    """The lists of these people, empty ones too."""
    found: dict[int, list[Row]] = {owner: [] for owner in owners}
    statement = sa.select(Suggestion).where(Suggestion.profile_id.in_(owners)).order_by(Suggestion.rank)
    for one in db.session.scalars(statement):
        found[one.profile_id].append((one.profile_id, one.other_id, one.rank, one.score, one.reasons))
    return found


def _ranked(rows: Sequence[Row]) -> list[Row]:
    """Best first; of equal ones those that stood there."""
    best = sorted(rows, key=lambda row: -row[3])[:LIST]
    return [
        (owner, other, rank, score, reasons) for rank, (owner, other, _rank, score, reasons) in enumerate(best, 1)
    ]


def _rewrite(owners: Collection[int], rows: Sequence[Row]) -> None:
    """Delete the lists of these people and write the rows."""
    statement = sa.delete(Suggestion).where(Suggestion.profile_id.in_(owners))
    db.session.execute(statement.execution_options(synchronize_session=False))
    names = ("profile_id", "other_id", "rank", "score", "reasons")
    # A full run and that of one person may write the same pair at once; either is right.
    insert_many_unless_there(Suggestion, [dict(zip(names, row, strict=True)) for row in rows])
