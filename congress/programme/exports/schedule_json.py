"""schedule.json of voc/schedule, which conference apps and recording teams read."""

from __future__ import annotations

import json
from typing import Any

from congress.programme.exports.entries import Entry, Link, Schedule
from congress.programme.exports.versions import GENERATOR, TIME_STEP, VERSION, version_of
from congress.programme.snapshot import Speaker

SCHEMA = "https://c3voc.de/schedule/schema.json"


def schedule_json(schedule: Schedule) -> bytes:
    """The file: UTF-8, the same bytes for the same release."""
    document = {
        "$schema": SCHEMA,
        "generator": {"name": GENERATOR, "version": VERSION},
        "schedule": {
            "version": version_of(schedule),
            "base_url": schedule.addresses.programme,
            "conference": _conference(schedule),
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _conference(schedule: Schedule) -> dict[str, Any]:
    event, programme = schedule.event, schedule.programme
    return {
        "acronym": schedule.acronym,
        "title": schedule.title,
        "start": schedule.days[0].date.isoformat(),
        "end": schedule.days[-1].date.isoformat(),
        "daysCount": len(schedule.days),
        "timeslot_duration": TIME_STEP,
        "time_zone_name": event.zone,
        "url": schedule.addresses.programme,
        "tracks": [{"name": name, "slug": slug, "color": track.colour} for track, name, slug in schedule.tracks],
        "rooms": [{"name": name, "guid": room.guid, "capacity": room.capacity} for room, name in schedule.rooms],
        "days": [
            {
                "index": day.index,
                "date": day.date.isoformat(),
                "day_start": day.starts.isoformat(),
                "day_end": day.ends.isoformat(),
                "rooms": {
                    room: [_entry(schedule, entry) for entry in entries] for room, entries in day.rooms.items()
                },
            }
            for day in schedule.days
        ],
        "meta": {"release": programme.number},
    }


def _entry(schedule: Schedule, entry: Entry) -> dict[str, Any]:
    return {
        "guid": entry.slot.guid,
        "code": entry.session.code,
        "id": entry.slot.id,
        "logo": None,
        "date": entry.starts.isoformat(),
        "start": f"{entry.starts:%H:%M}",
        "end": entry.ends.isoformat(),
        "duration": entry.duration,
        "room": entry.room,
        "slug": entry.slug,
        "url": entry.url,
        "title": entry.title,
        "subtitle": entry.subtitle,
        "track": entry.track or None,
        "type": entry.kind,
        "language": entry.session.language or None,
        "abstract": entry.abstract,
        "description": "",
        "do_not_record": not entry.session.is_recorded,
        "persons": [_person(schedule, one) for one in entry.speakers],
        "links": [_reference(one) for one in entry.links],
        "attachments": [_reference(one) for one in entry.attachments],
        "feedback_url": f"{entry.url}#feedback",
    }


def _person(schedule: Schedule, speaker: Speaker) -> dict[str, Any]:
    # Without `public_name`: with it a person would be one of two kinds at once, which the schema refuses.
    return {
        "code": speaker.code,
        "guid": speaker.guid,
        "name": schedule.name_of(speaker),
        "biography": schedule.text(speaker.biography),
        "url": schedule.addresses.speaker(speaker.code),
    }


def _reference(link: Link) -> dict[str, str]:
    return {"url": link.url, "title": link.title, "type": "related"}
