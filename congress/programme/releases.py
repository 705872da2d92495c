"""Releases as the public reads them. A snapshot never changes, so each is read from the database once per process."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import defer

from congress.events.enums import SEEN_BY_PUBLIC
from congress.events.models import Event, Series
from congress.extensions import db
from congress.programme import snapshot
from congress.programme.models import Release
from congress.programme.snapshot import Programme

KEPT = 8
"""Programmes kept in the memory of a process: about 1 MB each for 200 sessions, 15 MB for 3,000."""

# Tables and not classes: a version is asked for by every request, and without entities that costs a third less.
_events, _series, _releases = (cast(sa.Table, table.__table__) for table in (Event, Series, Release))
_PUBLIC_VERSION = (
    sa.select(
        _events.c.id,
        _releases.c.id,
        _releases.c.fingerprint,
        _events.c.status,
        _events.c.changed_at,
        _series.c.changed_at,
    )
    .join(_series, _series.c.id == _events.c.series_id)
    .join(_releases, _releases.c.event_id == _events.c.id)
    .where(_events.c.slug == sa.bindparam("slug"), _events.c.status.in_(SEEN_BY_PUBLIC))
    .order_by(_releases.c.number.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class PublicState:
    """Which release the public sees, and what changes whenever a page of it shows something else."""

    event_id: int
    release_id: int
    fingerprint: str
    version: str


def public_state(slug: str) -> PublicState | None:
    """None for drafts and unknown events, and before the first release: then there is no such page.

    Registrations are not part of the version, although they renew the page of the event: the programme shows no
    numbers of places.
    """
    row = db.session.execute(_PUBLIC_VERSION, {"slug": slug}).one_or_none()
    return None if row is None else PublicState(row[0], row[1], row[2], " ".join(map(str, row[1:])))


def public_version(slug: str) -> str | None:
    """The version alone, for files."""
    state = public_state(slug)
    return state.version if state else None


def latest(event_id: int) -> Programme | None:
    """The latest release of an event, or None before the first."""
    return _read(
        sa.select(Release.id, Release.fingerprint)
        .where(Release.event_id == event_id)
        .order_by(Release.number.desc())
        .limit(1)
    )


def latest_number(event_id: int) -> int:
    """The number of the latest release; 0 before the first."""
    return db.session.scalar(sa.select(sa.func.max(Release.number)).where(Release.event_id == event_id)) or 0


def released_among(event_ids: Collection[int]) -> frozenset[int]:
    """Those of the events that have a release."""
    which = sa.select(Release.event_id).where(Release.event_id.in_(event_ids)).distinct()
    return frozenset(db.session.scalars(which))


def by_number(event_id: int, number: int) -> Programme | None:
    """One release of an event."""
    return _read(
        sa.select(Release.id, Release.fingerprint).where(Release.event_id == event_id, Release.number == number)
    )


def releases_of(event: Event) -> list[Release]:
    """All releases, the latest first, without their snapshots."""
    return list(
        db.session.scalars(sa.select(Release).where(Release.event_id == event.id).order_by(Release.number.desc()))
    )


def release_of(event_id: int, number: int) -> Release | None:
    """The row of one release, without its snapshot and its changes."""
    return db.session.scalar(
        sa.select(Release)
        .where(Release.event_id == event_id, Release.number == number)
        .options(defer(Release.changes))
    )


def names_of(event: Event) -> list[str]:
    """The names of all releases, the latest first."""
    found = sa.select(Release.name).where(Release.event_id == event.id).order_by(Release.number.desc())
    return list(db.session.scalars(found))


def _read(which: sa.Select[int, str]) -> Programme | None:
    row = db.session.execute(which).one_or_none()
    return None if row is None else _kept(row.id, row.fingerprint)


@lru_cache(maxsize=KEPT)
def _kept(release_id: int, _fingerprint: str) -> Programme:
    document = db.session.scalar(sa.select(Release.snapshot).where(Release.id == release_id))
    return snapshot.from_json(cast("dict[str, Any]", document))
