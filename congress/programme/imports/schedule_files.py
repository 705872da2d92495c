"""schedule.json and schedule.xml as other tools write them (voc/schedule: frab, pretalx, pentabarf)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from congress.core.colours import clean_colour
from congress.core.languages import LANGUAGES
from congress.core.languages import gettext as _
from congress.core.languages import lazy_gettext as _l
from congress.core.strict_json import strict_loads
from congress.core.text import has_forbidden_characters, has_noncharacters
from congress.events.models import Event
from congress.programme.errors import ScheduleRefused
from congress.programme.imports import fields
from congress.programme.imports.values import Contents, Entry, Link, Person, check_number
from congress.programme.models import TITLE_LENGTH

UNTYPED = "other"


def read_json(content: bytes, event: Event, language: str) -> Contents:
    """A schedule.json."""
    try:
        document = strict_loads(content.removeprefix(b"\xef\xbb\xbf"))
        conference = document["schedule"]["conference"]
        days = conference["days"]
        found = [(str(room), values) for day in days for room, events in day["rooms"].items() for values in events]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ScheduleRefused(_l("This is not a schedule.json: conference, days or rooms are missing.")) from error
    contents = Contents()
    _add_rooms(contents, conference.get("rooms"), days)
    _add_tracks(contents, conference.get("tracks"))
    _add_entries(contents, event, language, ((room, _plain(values)) for room, values in found))
    return contents


def read_xml(content: bytes, event: Event, language: str) -> Contents:
    """A schedule.xml. A DTD, entities and external references are refused before anything is expanded."""
    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise ScheduleRefused(
            _l("The file declares a document type (DTD) or entities. For safety it was not read.")
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise ScheduleRefused(_l("The file is not valid XML.")) from error
    if root.tag != "schedule":
        raise ScheduleRefused(_l("This XML file is not a schedule.xml."))
    contents = Contents()
    for room in root.iterfind("day/room"):
        if name := _quiet_line(room.get("name")):
            contents.rooms.setdefault(name, (_quiet_guid(room.get("guid")), None))
    for track in root.iterfind("conference/track"):
        if name := _quiet_line(track.get("name")):
            contents.tracks.setdefault(name, clean_colour(track.get("color")))
    found = (
        (room.get("name") or "", _of_element(one))
        for room in root.iterfind("day/room")
        for one in room.iterfind("event")
    )
    _add_entries(contents, event, language, found)
    return contents


def _add_entries(
    contents: Contents, event: Event, language: str, found: Iterator[tuple[str, Mapping[str, Any]]]
) -> None:
    for number, (room, values) in enumerate(found, start=1):
        check_number(number)
        row = _("entry %(number)s", number=number)
        try:
            contents.add(_entry(row, room, values, event, language))
        except (ValueError, TypeError, AttributeError) as error:
            contents.refuse(row, _sentence(error, values))


def _entry(row: str, room: str, values: Mapping[str, Any], event: Event, language: str) -> Entry:
    spoken = fields.language(values.get("language"))
    written = spoken if spoken in LANGUAGES else language
    starts = fields.moment(values.get("date"), event.zone)
    ends = (
        fields.moment(values["end"], event.zone)
        if values.get("end")
        else starts + fields.duration(values.get("duration"))
    )
    fields.check_order(starts, ends)
    code = fields.code(values.get("code"))
    guid = fields.guid(values.get("guid")) or _guid_of(values)
    url = str(values.get("url") or "")
    abstract = "\n\n".join(filter(None, (fields.text(values.get(name)) for name in ("abstract", "description"))))
    kind = fields.line(values.get("type"))
    optout = values.get("do_not_record")
    return Entry(
        row=row,
        group=url or code or guid,
        guid=guid,
        code=code,
        title={written: fields.title(values.get("title"))},
        subtitle={written: fields.line(values.get("subtitle"), TITLE_LENGTH)},
        abstract={written: abstract},
        format="" if kind == UNTYPED else kind,
        track=fields.line(values.get("track")),
        language=spoken,
        is_recorded=None if optout is None else not optout,
        room=fields.line(room),
        starts_at=starts,
        ends_at=ends,
        people=fields.few((_person(one) for one in values.get("persons") or ()), fields.MAX_SPEAKERS),
        links=fields.few(_links(values), fields.MAX_LINKS),
    )


def _guid_of(values: Mapping[str, Any]) -> str:
    """Old files have none: made from the address or the number, so that a second import finds it again."""
    name = str(values.get("url") or values.get("id") or values.get("title") or "")
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{name} {values.get('date') if not values.get('id') else ''}"))


def _person(values: Mapping[str, Any]) -> Person:
    name = fields.line(values.get("public_name") or values.get("name") or values.get("full_public_name"))
    if not name:
        raise ValueError(_("A speaker has no name."))
    return Person(name, fields.guid(values.get("guid")), None, fields.text(values.get("biography")))


def _links(values: Mapping[str, Any]) -> Iterator[Link]:
    for one in (*(values.get("links") or ()), *(values.get("attachments") or ())):
        if url := fields.address(one.get("url")):
            yield Link(url, fields.line(one.get("title")) or url[: fields.NAME_LENGTH])


def _of_element(event: Element) -> dict[str, Any]:
    """An <event> with the names that schedule.json uses."""
    values: dict[str, Any] = {child.tag: (child.text or "") for child in event}
    values |= {"guid": event.get("guid"), "id": event.get("id"), "code": event.get("code")}
    values["persons"] = [{"name": one.text, "guid": one.get("guid")} for one in event.iterfind("persons/person")]
    values["links"] = [{"url": one.get("href"), "title": one.text} for one in event.iterfind("links/link")]
    values["attachments"] = [
        {"url": one.get("href"), "title": one.text} for one in event.iterfind("attachments/attachment")
    ]
    optout = event.findtext("recording/optout")
    values["do_not_record"] = None if optout is None else optout.strip().lower() in {"true", "1"}
    return values


def _plain(values: Any) -> Mapping[str, Any]:
    return values if isinstance(values, Mapping) else {}


def _add_rooms(contents: Contents, rooms: Any, days: Any) -> None:
    for room in rooms if isinstance(rooms, list) else ():
        if isinstance(room, Mapping) and (name := _quiet_line(room.get("name"))):
            capacity = room.get("capacity")
            size = int(capacity) if isinstance(capacity, int | float) and 0 <= capacity <= 100_000 else None  # noqa: PLR2004
            contents.rooms.setdefault(name, (_quiet_guid(room.get("guid")), size))
    for day in days:
        for room in day["rooms"]:
            if name := _quiet_line(room):
                contents.rooms.setdefault(name, (None, None))


def _add_tracks(contents: Contents, tracks: Any) -> None:
    for track in tracks if isinstance(tracks, list) else ():
        if isinstance(track, Mapping) and (name := _quiet_line(track.get("name"))):
            contents.tracks.setdefault(name, clean_colour(str(track.get("color") or "")))


def _quiet_line(value: object) -> str:
    """A name of the head of the file; what is wrong with it is told by the entries that use it."""
    try:
        return fields.line(value)
    except ValueError:
        return ""


def _quiet_guid(value: object) -> str | None:
    try:
        return fields.guid(value)
    except ValueError:
        return None


def _sentence(error: Exception, values: Mapping[str, Any]) -> str:
    said = str(error) if isinstance(error, ValueError) else _("This entry is not as the format describes it.")
    named = str(values.get("title") or "")[:60]
    if not named or has_forbidden_characters(named) or has_noncharacters(named):
        return said
    return f"{named}: {said}"
