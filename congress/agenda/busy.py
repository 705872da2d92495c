"""What else somebody has to do at the time of a session: other sign-ups, and what higher layers register here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from congress.agenda.queries import live_sign_ups_of
from congress.core.languages import translated
from congress.programme.snapshot import Programme, Slot
from congress.registration.models import Registration


@dataclass(frozen=True, slots=True)
class Busy:
    """Something at a time, as its reader calls it."""

    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime


Provider = Callable[[Registration, dt.datetime, dt.datetime], Iterable[Busy]]
"""Gives what a registration is busy with between two instants (the second excluded)."""

_providers: list[Provider] = []


def provides_busy(provider: Provider) -> Provider:
    """Ask this function, too, whenever somebody signs up: meetings are one such thing."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def busy_during(registration: Registration, programme: Programme, slots: Sequence[Slot]) -> list[Busy]:
    """What overlaps with these slots, in the order of time; sessions that the slots belong to do not count."""
    found = _sign_ups(registration, programme, slots)
    for slot in slots:
        for provider in _providers:
            found += provider(registration, slot.starts_at, slot.ends_at)
    return sorted(set(found), key=lambda one: (one.starts_at, one.ends_at, one.title))


def _sign_ups(registration: Registration, programme: Programme, slots: Sequence[Slot]) -> list[Busy]:
    own = {slot.session_id for slot in slots}
    return [
        Busy(translated(programme.session_by_id[one.session_id].title), other.starts_at, other.ends_at)
        for one in live_sign_ups_of([registration.id])
        if one.session_id not in own
        for other in programme.slots_by_session.get(one.session_id, ())
        if any(overlap(slot, other) for slot in slots)
    ]


def overlap(one: Slot, other: Slot) -> bool:
    """Whether two slots share a moment; one that begins when the other ends does not."""
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at
