"""What a release made now would change, for those who decide about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from congress.core import clock
from congress.events.models import Event
from congress.extensions import db
from congress.programme import differences, history, queries, releases
from congress.programme.conflict_words import KINDS, Teller
from congress.programme.conflicts import ScheduleWarning, warnings_of
from congress.programme.differences import Told
from congress.programme.draft import draft_programme
from congress.programme.enums import ChangeKind, WarningKind
from congress.programme.models import Release, Session
from congress.programme.schedule import schedule_of
from congress.programme.snapshot import Programme


@dataclass(frozen=True, slots=True)
class Pending:
    """The draft beside the latest release (`before`, None when there is none). `version` is the draft's.

    `is_changed`: something was written since the latest release, be it a text only.
    """

    version: int
    before: Programme | None
    after: Programme
    changes: Mapping[ChangeKind, Sequence[Told]]
    is_changed: bool

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing that could be released."""
        return self.before is None and not self.after.live_sessions

    @property
    def can_be_released(self) -> bool:
        """Whether a release would say anything."""
        return self.is_changed and not self.is_empty


def pending_release(event: Event) -> Pending:
    """The draft as it would be released now."""
    programme = queries.programme_of(event)
    version = programme.draft_version if programme else 0
    before = releases.latest(event.id)
    number = before.number + 1 if before else 1
    after = draft_programme(event, before, number, "", clock.now())
    told = [differences.told(one, before, after) for one in differences.differences(before, after)]
    released = sa.select(Release.draft_version).where(Release.event_id == event.id, Release.number == number - 1)
    return Pending(version, before, after, history.grouped(told), db.session.scalar(released) != version)


def warnings_in_words(event: Event) -> list[tuple[str, list[str]]]:
    """All warnings of the draft: the name of each kind, and its sentences."""
    found = warnings_of(event)
    teller = Teller(schedule_of(event), _titles(found))
    by_kind: dict[WarningKind, list[str]] = {}
    for one in found:
        by_kind.setdefault(one.kind, []).append(teller.tell(one).sentence)
    return [(str(KINDS[kind]), by_kind[kind]) for kind in KINDS if kind in by_kind]


def _titles(found: Sequence[ScheduleWarning]) -> Mapping[int, Mapping[str, str]]:
    """The titles of the sessions that have no slot."""
    ids = [one.session_id for one in found if one.slot_id is None]
    rows = db.session.execute(sa.select(Session.id, Session.title).where(Session.id.in_(ids)))
    return {row.id: row.title for row in rows}
