"""A session of meetings as organisers describe it: which slots follow, and what speaks against it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from congress.core.languages import lazy_gettext as _l
from congress.core.languages import translated
from congress.events.models import Event
from congress.matchmaking.enums import SessionModality
from congress.matchmaking.models import MeetingSession
from congress.matchmaking.setup_errors import SetupRefused

ONLINE_AROUND = dt.timedelta(days=60)
"""How far from the event's days a session by video may lie."""

Times = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """What a form says of a session."""

    name: dict[str, str]
    starts_at: dt.datetime
    slot_minutes: int
    gap_minutes: int
    slot_count: int
    modality: SessionModality

    @property
    def times(self) -> list[Times]:
        """Beginning and end of each slot."""
        return slot_times(self.starts_at, self.slot_minutes, self.gap_minutes, self.slot_count)

    @property
    def ends_at(self) -> dt.datetime:
        """The end of the last slot."""
        return self.times[-1][1]

    def moved(self, starts_at: dt.datetime) -> SessionPlan:
        """The same at another time."""
        return replace(self, starts_at=starts_at)


def plan_of(session: MeetingSession) -> SessionPlan:
    """A session as it is now."""
    return SessionPlan(
        dict(session.name),
        session.starts_at,
        session.slot_minutes,
        session.gap_minutes,
        session.slot_count,
        session.modality,
    )


def slot_times(starts_at: dt.datetime, slot_minutes: int, gap_minutes: int, count: int) -> list[Times]:
    """The slots of a session, without a pause but the gaps."""
    length, step = dt.timedelta(minutes=slot_minutes), dt.timedelta(minutes=slot_minutes + gap_minutes)
    return [(starts_at + number * step, starts_at + number * step + length) for number in range(count)]


def end_of(session: MeetingSession) -> dt.datetime:
    """The end of a session's last slot."""
    return plan_of(session).ends_at


def count_until(minutes: int, slot_minutes: int, gap_minutes: int) -> int:
    """How many slots fit into so many minutes."""
    return max(0, (minutes + gap_minutes) // (slot_minutes + gap_minutes))


def refuse_day(event: Event, plan: SessionPlan) -> None:
    """Meetings on site take place on days of the event; those by video some weeks around it as well."""
    around = ONLINE_AROUND if plan.modality is SessionModality.ONLINE else dt.timedelta()
    zone = ZoneInfo(event.zone)
    first = plan.starts_at.astimezone(zone).date()
    last = (plan.ends_at - dt.timedelta(microseconds=1)).astimezone(zone).date()
    if event.first_day - around <= first and last <= event.last_day + around:
        return
    if plan.modality is SessionModality.ONLINE:
        raise SetupRefused(_l("A session by video may lie 60 days before or after the event at most."))
    raise SetupRefused(_l("A session on site has to begin and end on days of the event."))


def refuse_overlap(plan: SessionPlan, others: Iterable[MeetingSession]) -> None:
    """Nobody can be in two sessions at once, so they follow each other."""
    for other in others:
        if plan.starts_at < end_of(other) and other.starts_at < plan.ends_at:
            name = translated(other.name)
            if name:
                raise SetupRefused(
                    _l("It overlaps with the session “%(name)s”. Sessions follow each other.", name=name)
                )
            raise SetupRefused(_l("It overlaps with another session. Sessions follow each other."))
