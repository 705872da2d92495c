"""The releases of an event as people read them: what each changed, without reading its snapshot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from congress.events.models import Event
from congress.extensions import db
from congress.programme import differences
from congress.programme.differences import Told
from congress.programme.enums import ChangeKind
from congress.programme.models import Release
from congress.programme.snapshot import Texts

ORDER = (ChangeKind.NEW, ChangeKind.RESTORED, ChangeKind.MOVED, ChangeKind.CANCELLED)


@dataclass(frozen=True, slots=True)
class Step:
    """One release. The first one has no `changes`: everything in it is new, `count` says how much."""

    id: int
    number: int
    name: str
    comment: Texts
    at: dt.datetime
    count: int
    changes: Mapping[ChangeKind, Sequence[Told]]

    @property
    def is_first(self) -> bool:
        """Whether there was nothing before."""
        return self.number == 1


def of_event(event: Event, language: str | None = None) -> list[Step]:
    """All releases, the latest first; with a `language` only the changes that its readers see."""
    return [_step(row, language) for row in db.session.execute(_of(event).order_by(Release.number.desc()))]


def step(event: Event, number: int) -> Step | None:
    """One release."""
    row = db.session.execute(_of(event).where(Release.number == number)).one_or_none()
    return None if row is None else _step(row)


def grouped(changes: Sequence[Told]) -> dict[ChangeKind, list[Told]]:
    """Changes by kind, in the order in which they are told."""
    found = {kind: [one for one in changes if one.kind is kind] for kind in ORDER}
    return {kind: ones for kind, ones in found.items() if ones}


def _of(event: Event) -> sa.Select[int, int, str, dict[str, str], dt.datetime, list[dict[str, object]]]:
    return sa.select(
        Release.id, Release.number, Release.name, Release.comment, Release.created_at, Release.changes
    ).where(Release.event_id == event.id)


def _step(
    row: sa.Row[int, int, str, dict[str, str], dt.datetime, list[dict[str, object]]], language: str | None = None
) -> Step:
    release_id, number, name, comment, at, changes = row
    told = [] if number == 1 else [differences.from_json(one) for one in changes]
    seen = [one for one in told if language is None or differences.is_seen_in(language, one)]
    return Step(release_id, number, name, comment, at, len(changes), grouped(seen))
