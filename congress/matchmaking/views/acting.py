"""What the pages about meetings share: finding a row, acting once, times in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, g
from flask.typing import ResponseReturnValue

from congress.core import clock
from congress.core.errors import Missing
from congress.core.http import see_other
from congress.core.templating import date_long, day_short, time_short
from congress.events.forms.base import StaffForm
from congress.events.models import Event
from congress.matchmaking.listing import Row
from congress.matchmaking.models import Meeting, MeetingSlot
from congress.matchmaking.places import Place
from congress.matchmaking.queries.profiles import profile_of
from congress.matchmaking.queries.shown import meeting_of
from congress.matchmaking.schedule import place_in_words
from congress.matchmaking.views.participant import current_matchmaking, current_profile, current_registration


def row_of(meeting: Meeting) -> Row:
    """A meeting as the reader of this page sees it."""
    return Row(meeting, current_profile(), current_matchmaking(), clock.now())


def current_row(code: str) -> Row:
    """The meeting of this page; one that the reader has nothing to do with is missing."""
    meeting = meeting_of(current_profile(), code)
    if meeting is None:
        raise Missing
    return row_of(meeting)


def acted(form: StaffForm, act: Callable[[], object], said: str, back: str) -> ResponseReturnValue | None:
    """Do it once for this form and lead on; None when it was refused, which the form then says."""
    if form.attempt(act) is None:
        # What was read before belongs to what was undone.
        g.matchmaking_profile = profile_of(current_registration())
        return None
    flash(said, "success")
    return see_other(back)


def moment(slot: MeetingSlot, event: Event) -> str:
    """Saturday 13 March 2027, 09:30–09:50."""
    starts, ends = time_short(slot.starts_at, event.zone), time_short(slot.ends_at, event.zone)
    return f"{date_long(slot.starts_at, event.zone)}, {starts}–{ends}"


def moment_in_short(slot: MeetingSlot, event: Event) -> str:
    """Sat 13 Mar, 09:30–09:50: for lists of times."""
    starts, ends = time_short(slot.starts_at, event.zone), time_short(slot.ends_at, event.zone)
    day = day_short(slot.starts_at.astimezone(ZoneInfo(event.zone)))
    return f"{day[:1].upper()}{day[1:]}, {starts}–{ends}"


def moments(slots: Iterable[MeetingSlot], event: Event) -> list[tuple[int, str]]:
    """The choices of a form."""
    return [(one.id, moment_in_short(one, event)) for one in slots]


def moments_of_places(places: Sequence[Place], event: Event) -> list[tuple[int, str]]:
    """The same with the table."""
    return [(one.slot.id, f"{moment_in_short(one.slot, event)} · {place_in_words(one.table)}") for one in places]


def status_of(form: StaffForm) -> int:
    """A form that was sent and comes back was not understood or refused."""
    return 422 if form.is_submitted() else 200


def values_of(row: Row, **more: Any) -> dict[str, Any]:
    """What every page about one meeting shows."""
    return {"row": row, "meeting": row.meeting, "place_in_words": place_in_words, **more}
