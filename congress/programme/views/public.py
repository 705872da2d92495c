"""The public programme: its days, sessions and speakers, as the latest release has them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, request, url_for

from congress.core import clock
from congress.core.access import PUBLIC, access
from congress.core.errors import Missing
from congress.core.links import absolute
from congress.core.page_cache import Built
from congress.events.models import Event
from congress.programme import timetable
from congress.programme.days import bounds, day_of
from congress.programme.feedback import feedback_window, takes_feedback
from congress.programme.filters import Filter, choices_of, read_filter
from congress.programme.snapshot import Programme
from congress.programme.structured_data import session_data
from congress.programme.timetable import Entry
from congress.programme.timetable_grid import grid_of
from congress.programme.views.public_pages import Shown, kept_page, load_shown, passing_page, programme_page

blueprint = Blueprint("programme", __name__, url_prefix="/<lang:lang_code>/events/<event_slug>/programme")
FILTERS = ("q", "track", "room", "language", "participation")
MOST_FOUND = 300
"""Sessions on one page of results; whoever finds more is asked to say it more exactly."""

AN_ORDINARY_DAY = dt.timedelta(days=1)


@blueprint.get("/")
@access(PUBLIC)
def index(event_slug: str) -> Response:
    """Today while the event lasts, else its first day; with a filter, what is found on all days."""
    if any(request.args.get(name) for name in FILTERS):
        shown = load_shown(event_slug)
        wanted = read_filter(request.args, shown.programme)
        if wanted.query:
            return passing_page(_found(shown, wanted))

    def build(shown: Shown) -> Built:
        now = clock.now()
        day = timetable.current_day(shown.event, shown.programme, now)
        return _day(shown, day, Filter(), "programme.index", {}, _next_morning(shown.event, now))

    return kept_page("index", event_slug, build)


@blueprint.get("/<string(length=10):day>/")
@access(PUBLIC)
def day(event_slug: str, day: str) -> Response:
    """One day, as a grid by room and as a list."""
    asked = _date(day)
    if any(request.args.get(name) for name in FILTERS):
        shown = load_shown(event_slug)
        wanted = read_filter(request.args, shown.programme)
        if wanted.query:
            return passing_page(_existing_day(shown, asked, wanted))
    return kept_page(f"day {asked}", event_slug, lambda shown: _existing_day(shown, asked, Filter()))


@blueprint.get("/sessions/<code>/")
@access(PUBLIC)
def session(event_slug: str, code: str) -> Response:
    """A session, also after it left the programme: its page stays, and says so."""
    _must_have(event_slug, code, "session_by_code")
    return kept_page(f"session {code}", event_slug, lambda shown: _session(shown, code))


@blueprint.get("/speakers/")
@access(PUBLIC)
def speakers(event_slug: str) -> Response:
    """Everybody who speaks, by family name."""

    def build(shown: Shown) -> Built:
        return programme_page("programme/public/speakers.html", "programme.speakers", {}, shown, {})

    return kept_page("speakers", event_slug, build)


@blueprint.get("/speakers/<code>/")
@access(PUBLIC)
def speaker(event_slug: str, code: str) -> Response:
    """Somebody who speaks, and when."""
    _must_have(event_slug, code, "speaker_by_code")
    return kept_page(f"speaker {code}", event_slug, lambda shown: _speaker(shown, code))


def _must_have(event_slug: str, code: str, look_up: str) -> None:
    """Nothing is kept under an address that a visitor invents."""
    if code not in getattr(load_shown(event_slug).programme, look_up):
        raise Missing


def _existing_day(shown: Shown, day: dt.date, wanted: Filter) -> Built:
    if not timetable.has_day(shown.event, shown.programme, day):
        raise Missing
    return _day(shown, day, wanted, "programme.day", {"day": day.isoformat()})


def _day(
    shown: Shown,
    day: dt.date,
    wanted: Filter,
    endpoint: str,
    address: dict[str, str],
    fresh_until: dt.datetime | None = None,
) -> Built:
    event, programme = shown.event, shown.programme
    entries = timetable.entries_of(programme, day, event.zone)
    if wanted.query:
        entries = wanted.keep(programme, entries)
    begins_at, ends_at = bounds(day, event.zone)
    values = {
        "day": day,
        "entries": entries,
        "grid": grid_of(programme, entries, day, event.zone),
        "starts": timetable.by_start(entries),
        "begins_at": begins_at,
        "ends_at": ends_at,
        "clocks_change": ends_at - begins_at != AN_ORDINARY_DAY,
        **_finding(shown, wanted),
    }
    return programme_page("programme/public/day.html", endpoint, address, shown, values, fresh_until)


def _found(shown: Shown, wanted: Filter) -> Built:
    """What is found on all days."""
    event, programme = shown.event, shown.programme
    entries = wanted.keep(programme, _all_entries(programme))
    days = [
        (day, timetable.by_start(together)) for day, together in timetable.by_day(entries[:MOST_FOUND], event.zone)
    ]
    values = {"entries": entries, "days": days, "most": MOST_FOUND, **_finding(shown, wanted)}
    return programme_page("programme/public/found.html", "programme.index", {}, shown, values)


def _finding(shown: Shown, wanted: Filter) -> dict[str, Any]:
    """The form of filters, and the tabs of days with what is found on each."""
    event, programme = shown.event, shown.programme
    found = [slot for slot in programme.live_slots if slot.session_id is not None]
    if wanted.query:
        found = [entry.slot for entry in wanted.keep(programme, _all_entries(programme))]
    on_day = Counter(day_of(slot.starts_at, event.zone) for slot in found)
    return {
        "wanted": wanted,
        "choices": choices_of(programme),
        "tabs": [(day, on_day[day]) for day in timetable.days_in_use(programme, event.zone)],
        "count": len(found),
    }


def _all_entries(programme: Programme) -> Sequence[Entry]:
    return [timetable.entry_of(programme, slot) for slot in programme.live_slots]


def _session(shown: Shown, code: str) -> Built:
    event, programme = shown.event, shown.programme
    one = programme.session_by_code[code]
    url = url_for("programme.session", event_slug=event.slug, code=code)
    values = {
        "session": one,
        "speakers": programme.speakers_of(one),
        "track": programme.track_by_id.get(one.track_id or 0),
        "occurrences": timetable.occurrences_of(programme, one, event.zone),
        "takes_feedback": takes_feedback(event, programme, one, clock.now()),
        "data": session_data(
            event,
            programme,
            one,
            url=absolute(url),
            event_url=absolute(url_for("site.event", event_slug=event.slug)),
        ),
    }
    window = feedback_window(event, programme, one) or ()
    changes_at = min((moment for moment in window if moment > clock.now()), default=None)
    return programme_page(
        "programme/public/session.html", "programme.session", {"code": code}, shown, values, changes_at
    )


def _speaker(shown: Shown, code: str) -> Built:
    programme = shown.programme
    one = programme.speaker_by_code[code]
    own = {session.id for session in programme.sessions_of(one)}
    entries = [timetable.entry_of(programme, slot) for slot in programme.live_slots if slot.session_id in own]
    values = {"speaker": one, "days": timetable.by_day(entries, shown.event.zone)}
    return programme_page("programme/public/speaker.html", "programme.speaker", {"code": code}, shown, values)


def _date(text: str) -> dt.date:
    """A day as its page is addressed, 2027-03-10, and in no other of the ways to write it."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise Missing from None
    if day.isoformat() != text:
        raise Missing
    return day


def _next_morning(event: Event, now: dt.datetime) -> dt.datetime:
    """When another day begins to be today."""
    return bounds(day_of(now, event.zone), event.zone)[1]
