"""What the pages of the public programme share: who may see them, the frame around them, how they are kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, url_for

from congress.core import clock
from congress.core.errors import Missing
from congress.core.http import PRIVATE
from congress.core.languages import current_language, gettext
from congress.core.page_cache import Built, as_cached, cached_response, conditional_response
from congress.core.public_pages import public_page
from congress.events.models import Event
from congress.events.queries import event_by_slug
from congress.programme import documents, releases, track_colours, words
from congress.programme.call_queries import public_calls
from congress.programme.permissions import is_open
from congress.programme.snapshot import Programme

FOR_ONE = {"Cache-Control": PRIVATE}
Nav = list[tuple[str, str, bool]]


@dataclass(frozen=True, slots=True)
class Shown:
    """An event whose programme is public, and the latest release of it."""

    event: Event
    programme: Programme


def load_shown(event_slug: str) -> Shown:
    """Raises `Missing` for drafts, unknown events, and before the first release: all of them look the same."""
    event = event_by_slug(event_slug)
    programme = releases.latest(event.id) if event and event.is_published else None
    if event is None or programme is None:
        raise Missing
    return Shown(event, programme)


def kept_page(key: str, event_slug: str, build: Callable[[Shown], Built]) -> Response:
    """The page as it was rendered for this version, for everybody; `key` names it within the event's programme."""
    state = releases.public_state(event_slug)
    if state is None:
        raise Missing
    # The document comes after the release, when the worker has drawn it, and pages offer it from then on.
    is_drawn = documents.is_there(state.event_id, state.release_id, state.fingerprint, current_language())
    address = f"programme {event_slug} {current_language()} {key}"
    return cached_response(address, f"{state.version} {is_drawn}", lambda: build(load_shown(event_slug)))


def passing_page(built: Built) -> Response:
    """An answer to what one visitor asked: compressed as the others, and kept by nobody."""
    return conditional_response(as_cached("", built), "text/html; charset=utf-8", {"Cache-Control": PRIVATE})


def programme_page(
    template: str,
    endpoint: str,
    address: Mapping[str, Any],
    shown: Shown,
    values: Mapping[str, Any],
    fresh_until: dt.datetime | None = None,
) -> Built:
    """A page below `/programme/` (templates/programme/public/page.html) at `endpoint` with `address`."""
    event, programme = shown.event, shown.programme
    nav, nav_changes_at = _navigation(event, endpoint)
    frame = {
        "event": event,
        "series": event.series,
        "programme": programme,
        "navigation": nav,
        "words": words,
        "has_pdf": has_pdf(shown),
        "track_css_url": track_css_url(track.colour for track in programme.tracks),
    }
    moments = [moment for moment in (fresh_until, nav_changes_at) if moment is not None]
    return public_page(
        template,
        endpoint,
        {"event_slug": event.slug, **address},
        frame | dict(values),
        min(moments, default=None),
    )


def track_css_url(colours: Iterable[str]) -> str:
    """The address of the style sheet of these colours; empty without any."""
    address = track_colours.address_of(colours)
    return url_for("programme_styles.tracks", colours=address) if address else ""


def has_pdf(shown: Shown) -> bool:
    """Whether the document of this release can be had in the language of the page."""
    release = releases.release_of(shown.event.id, shown.programme.number)
    return release is not None and documents.file_of(release, current_language()) is not None


def _navigation(event: Event, endpoint: str) -> tuple[Nav, dt.datetime | None]:
    """The pages beside each other, and when time alone changes them: calls open and close."""
    now, calls = clock.now(), public_calls(event)
    entries = [
        ("programme.index", gettext("Programme"), ("programme.day", "programme.session")),
        ("programme.speakers", gettext("Speakers"), ("programme.speaker",)),
        ("programme.changes", gettext("Changes"), ("programme.release",)),
    ]
    if any(is_open(call, now) for call in calls):
        entries.append(("calls.index", gettext("Calls"), ()))
    nav = [
        (label, url_for(name, event_slug=event.slug), endpoint == name or endpoint in below)
        for name, label, below in entries
    ]
    moments = [moment for call in calls for moment in (call.opens_at, call.closes_at) if moment > now]
    return nav, min(moments, default=None)
