"""What every template may use: links, dates in the right zone and language, versioned assets, safe Markdown."""

from __future__ import annotations

import datetime as dt
import hashlib
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import nh3
from babel.dates import (
    format_date,
    format_datetime,
    format_interval,
    format_skeleton,
    format_time,
    get_timezone_location,
)
from babel.numbers import format_decimal
from flask import Flask, Response, current_app, g, request, send_from_directory, url_for
from markdown_it import MarkdownIt
from markupsafe import Markup

from congress.core.access import PUBLIC, access
from congress.core.languages import LANGUAGES, current_language, translated

ASSET_LIFETIME = 31_536_000
ALLOWED_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "h3", "h4", "blockquote", "hr"}
ALLOWED_SCHEMES = {"http", "https", "mailto", "tel"}
DATE_LOCALES = {"fr": "fr", "en": "en_GB"}
"""Day before month in both languages, as the readers of both expect it in Europe."""

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True})


def install(app: Flask) -> None:
    """Register filters, globals and the static route."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        date_long=date_long,
        date_short=date_short,
        date_range=date_range,
        day_short=day_short,
        month_short=month_short,
        datetime_long=datetime_long,
        datetime_short=datetime_short,
        time_short=time_short,
        zone_city=zone_city,
        iso=iso,
        number=number,
        translated=translated,
        markdown=markdown,
    )
    app.jinja_env.globals.update(asset=asset, other_language_url=other_language_url, LANGUAGES=LANGUAGES)
    app.context_processor(lambda: {"demo_mode": current_app.config["DEMO"]})
    app.add_url_rule("/static/<path:filename>", "static", static_file)


@access(PUBLIC)
def static_file(filename: str) -> Response:
    """A file of ours; immutable when its address carries the version of its content."""
    response = send_from_directory(_static_folder(), filename, max_age=0)
    if filename.endswith(".wasm"):
        response.content_type = "application/wasm"
    if request.args.get("v") and request.args["v"] == _version(filename):
        response.headers["Cache-Control"] = f"public, max-age={ASSET_LIFETIME}, immutable"
    else:
        response.headers["Cache-Control"] = "public, no-cache"
    return response


def asset(filename: str) -> str:
    """The address of a static file with the version of its content; worked out once, except while developing."""
    known: dict[str, str] = current_app.extensions.setdefault("asset_addresses", {})
    address = None if current_app.debug else known.get(filename)
    if address is None:
        address = known[filename] = url_for("static", filename=filename, v=_version(filename))
    return address


def other_language_url() -> str:
    """This page in the other language, or the other home page where the page has none."""
    other = next(code for code in LANGUAGES if code != current_language())
    if request.endpoint and request.view_args is not None and "lang" in g:
        arguments = {**(g.get("raw_view_args") or request.view_args), "lang_code": other}
        if current_app.url_map.is_endpoint_expecting(request.endpoint, "lang_code"):
            # Never among the arguments: `endpoint`, `_scheme` and the like mean something to url_for.
            query = urlencode(list(request.args.items(multi=True)))
            return url_for(request.endpoint, **arguments) + (f"?{query}" if query else "")
    return f"/{other}/"


def markdown(text: str | None) -> Markup:
    """An organiser's text: CommonMark without HTML, cleaned by the one sanitiser."""
    html = _markdown.render(text or "")
    return Markup(  # noqa: S704 (nh3 has just cleaned it)
        nh3.clean(html, tags=ALLOWED_TAGS, attributes={"a": {"href"}}, url_schemes=ALLOWED_SCHEMES)
    )


def date_long(value: dt.datetime | dt.date | None, zone: str = "UTC") -> str:
    """Saturday 13 March 2027."""
    return format_date(_local(value, zone), "full", locale=_locale()) if value else ""


def date_short(value: dt.datetime | dt.date | None, zone: str = "UTC") -> str:
    """13 Mar 2027."""
    return format_date(_local(value, zone), "medium", locale=_locale()) if value else ""


def day_short(value: dt.date) -> str:
    """Sat 13 Mar."""
    return format_skeleton("MMMEd", value, locale=_locale())


def datetime_long(value: dt.datetime | None, zone: str = "UTC") -> str:
    """Saturday 13 March 2027, 09:30."""
    if not value:
        return ""
    return f"{date_long(value, zone)}, {time_short(value, zone)}"


def datetime_short(value: dt.datetime | None, zone: str = "UTC") -> str:
    """13 Mar 2027, 09:30."""
    if not value:
        return ""
    return format_datetime(value.astimezone(ZoneInfo(zone)), "d MMM y, HH:mm", locale=_locale())


def time_short(value: dt.datetime | None, zone: str = "UTC") -> str:
    """09:30."""
    return format_time(value.astimezone(ZoneInfo(zone)), "HH:mm", locale=_locale()) if value else ""


def date_range(first: dt.date, last: dt.date) -> str:
    """12–14 March 2027; for one day as `date_long`."""
    if first == last:
        return date_long(first)
    return format_interval(first, last, "yMMMd" if first.month != last.month else "yMMMMd", locale=_locale())


def month_short(value: dt.date) -> str:
    """Mar."""
    return format_date(value, "MMM", locale=_locale())


def zone_city(zone: str) -> str:
    """Paris for Europe/Paris: what people call the time of a place."""
    return get_timezone_location(zone, locale=_locale(), return_city=True)


def iso(value: dt.datetime | dt.date | None) -> str:
    """For the datetime attribute of a time element."""
    return value.isoformat() if value else ""


def number(value: float | None) -> str:
    """3,000 or 3 000."""
    return format_decimal(value or 0, locale=current_language())


def _locale() -> str:
    return DATE_LOCALES[current_language()]


def _local(value: dt.datetime | dt.date, zone: str) -> dt.datetime | dt.date:
    return value.astimezone(ZoneInfo(zone)) if isinstance(value, dt.datetime) else value


def _static_folder() -> Path:
    return Path(current_app.root_path).parent / "static"


def _version(filename: str) -> str:
    path = _static_folder() / filename
    return _digest(path, path.stat().st_mtime_ns) if path.is_file() else ""


@lru_cache(maxsize=256)
def _digest(path: Path, _modified: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
