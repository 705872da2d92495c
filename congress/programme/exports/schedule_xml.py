"""schedule.xml of voc/schedule (Pentabarf, frab, pretalx), which conference apps and recording teams read."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from congress.programme.exports.entries import Day, Entry, Link, Schedule
from congress.programme.exports.versions import GENERATOR, TIME_STEP, VERSION, version_of


def schedule_xml(schedule: Schedule, source: str) -> bytes:
    """The file: UTF-8, the same bytes for the same release; `source` is its own address."""
    root = Element("schedule")
    _add(root, "generator", name=GENERATOR, version=VERSION)
    _add(root, "url", source)
    _add(root, "version", version_of(schedule))
    _conference(root, schedule)
    guids = {name: room.guid for room, name in schedule.rooms}
    for day in schedule.days:
        _day(root, day, guids, schedule)
    indent(root, space=" ")
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _conference(root: Element, schedule: Schedule) -> None:
    conference = _add(root, "conference")
    for name, value in (
        ("acronym", schedule.acronym),
        ("title", schedule.title),
        ("start", schedule.days[0].date.isoformat()),
        ("end", schedule.days[-1].date.isoformat()),
        ("days", str(len(schedule.days))),
        ("timeslot_duration", TIME_STEP),
        ("base_url", schedule.addresses.programme),
        ("time_zone_name", schedule.event.zone),
    ):
        _add(conference, name, value)
    for track, name, slug in schedule.tracks:
        _add(conference, "track", name=name, color=track.colour, slug=slug)


def _day(root: Element, day: Day, guids: dict[str, str], schedule: Schedule) -> None:
    attributes = {
        "index": str(day.index),
        "date": day.date.isoformat(),
        "start": day.starts.isoformat(),
        "end": day.ends.isoformat(),
    }
    made = _add(root, "day", **attributes)
    for name, entries in day.rooms.items():
        room = _add(made, "room", name=name)
        if name in guids:
            room.set("guid", guids[name])
        for entry in entries:
            _event(room, entry, schedule)


def _event(room: Element, entry: Entry, schedule: Schedule) -> None:
    event = _add(room, "event", guid=entry.slot.guid, id=str(entry.slot.id))
    # A code may stand only once in the file; what repeats a session has the same address.
    if not entry.repeats:
        event.set("code", entry.session.code)
    for name, value in (
        ("date", entry.starts.isoformat()),
        ("start", f"{entry.starts:%H:%M}"),
        ("duration", entry.duration),
        ("room", entry.room),
        ("slug", entry.slug),
        ("url", entry.url),
        ("title", entry.title),
        ("subtitle", entry.subtitle),
        ("track", entry.track),
        ("type", entry.kind),
        ("language", entry.session.language),
        ("abstract", entry.abstract),
        ("description", ""),
        ("feedback_url", f"{entry.url}#feedback"),
    ):
        _add(event, name, value)
    recording = _add(event, "recording")
    _add(recording, "license", "")
    _add(recording, "optout", "false" if entry.session.is_recorded else "true")
    persons = _add(event, "persons")
    for speaker in entry.speakers:
        _add(persons, "person", schedule.name_of(speaker), id=str(speaker.id), guid=speaker.guid)
    _links(event, "links", "link", entry.links)
    _links(event, "attachments", "attachment", entry.attachments)


def _links(event: Element, group: str, name: str, links: list[Link]) -> None:
    made = _add(event, group)
    for link in links:
        _add(made, name, link.title, href=link.url)


def _add(parent: Element, tag: str, text: str = "", **attributes: Any) -> Element:
    made = SubElement(parent, tag, attributes)
    made.text = text or None
    return made
