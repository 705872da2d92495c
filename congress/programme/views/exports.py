"""A release for other programs: schedule.xml, schedule.json, CSV and XLSX, of the latest or of any release.

Open to programs of other sites (CORS): there is nothing in these files that is not on the public pages.
"""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from congress.core.access import PUBLIC, access
from congress.core.errors import Missing
from congress.core.languages import current_language
from congress.core.links import absolute
from congress.core.page_cache import Built, cached_response
from congress.core.spreadsheets import TYPES, csv_chunks, xlsx_chunks
from congress.events.queries import public_event
from congress.programme import releases
from congress.programme.exports.entries import Addresses, Schedule, schedule_of
from congress.programme.exports.schedule_json import schedule_json
from congress.programme.exports.schedule_xml import schedule_xml
from congress.programme.exports.tables import schedule_table

blueprint = Blueprint("programme_exports", __name__, url_prefix="/<lang:lang_code>/events/<event_slug>/programme")
HEADERS = {
    "Cache-Control": "public, max-age=0, must-revalidate",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
CONTENT_TYPES = TYPES | {"xml": "application/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
FILES = "<any(xml, json, csv, xlsx):kind>"


@blueprint.get(f"/schedule.{FILES}")
@access(PUBLIC)
def latest(event_slug: str, kind: str) -> Response:
    """The latest release."""
    return _answer(event_slug, kind, None)


@blueprint.get(f"/releases/<int:number>/schedule.{FILES}")
@access(PUBLIC)
def release(event_slug: str, number: int, kind: str) -> Response:
    """One release, at an address that stays."""
    return _answer(event_slug, kind, number)


def _answer(slug: str, kind: str, number: int | None) -> Response:
    version = releases.public_version(slug)
    if version is None:
        raise Missing

    def build() -> Built:
        schedule = _schedule(slug, number)
        return Built(_written(schedule, kind, number), changed_at=schedule.programme.released_at)

    # Only numbers that exist are kept: `_schedule` refuses the others before anything is stored.
    key = f"schedule {slug} {kind} {number} {current_language()}"
    response = cached_response(key, version, build, CONTENT_TYPES[kind], HEADERS)
    if kind in TYPES:
        response.headers.set("Content-Disposition", "attachment", filename=f"{slug}-{current_language()}.{kind}")
    return response


def _schedule(slug: str, number: int | None) -> Schedule:
    event = public_event(slug)
    if event is None:
        raise Missing
    programme = releases.latest(event.id) if number is None else releases.by_number(event.id, number)
    if programme is None:
        raise Missing
    return schedule_of(event, programme, current_language(), _addresses(slug))


def _written(schedule: Schedule, kind: str, number: int | None) -> bytes:
    if kind == "json":
        return schedule_json(schedule)
    if kind == "xml":
        return schedule_xml(schedule, _source(schedule.event.slug, number))
    table = schedule_table(schedule)
    return b"".join(csv_chunks(table) if kind == "csv" else xlsx_chunks(table))


def _source(slug: str, number: int | None) -> str:
    if number is None:
        return absolute(url_for(".latest", event_slug=slug, kind="xml"))
    return absolute(url_for(".release", event_slug=slug, number=number, kind="xml"))


def _addresses(slug: str) -> Addresses:
    return Addresses(
        programme=absolute(url_for("programme.index", event_slug=slug)),
        session=lambda code: absolute(url_for("programme.session", event_slug=slug, code=code)),
        speaker=lambda code: absolute(url_for("programme.speaker", event_slug=slug, code=code)),
        material=lambda code, material_id: absolute(
            url_for("programme_materials.material", event_slug=slug, code=code, material_id=material_id)
        ),
    )
