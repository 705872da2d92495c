"""Sessions as a CSV table, the one that the draft is exported as; one row per time, or per session without one."""

from __future__ import annotations

import re
from collections.abc import Mapping

from congress.core.addresses import is_address
from congress.core.errors import Malformed
from congress.core.languages import LANGUAGES
from congress.core.languages import gettext as _
from congress.core.languages import lazy_gettext as _l
from congress.core.spreadsheets import csv_rows
from congress.events.models import Event
from congress.programme.enums import Level, Participation
from congress.programme.errors import ScheduleRefused
from congress.programme.imports import fields
from congress.programme.imports.values import Contents, Entry, Person, check_number
from congress.programme.models import TITLE_LENGTH

TEXTS = ("title", "subtitle", "abstract")
COLUMNS = (
    "code",
    "guid",
    *(f"{name}_{language}" for name in TEXTS for language in LANGUAGES),
    "format",
    "track",
    "language",
    "level",
    "participation",
    "recorded",
    "room",
    "start",
    "end",
    "speakers",
)
"""The names of the columns; they are the same in both languages, so that any file can be read anywhere."""

YES = frozenset({"yes", "oui", "true", "1", "x"})
NO = frozenset({"no", "non", "false", "0"})
_PERSON = re.compile(r"(?P<name>[^<>]+?)\s*(?:<(?P<mail>[^<>]+)>)?")


def read_table(content: bytes, event: Event) -> Contents:
    """A CSV file with a header; commas, semicolons or tabs; UTF-8, or what old spreadsheets of Windows write."""
    rows = _rows(content)
    header = [name.strip().lower() for name in rows[0]] if rows else []
    unknown = [name for name in header if name and name not in COLUMNS]
    if not {f"title_{language}" for language in LANGUAGES} & set(header):
        raise ScheduleRefused(
            _l("This is neither a schedule.json, nor a schedule.xml, nor a table with a column title_fr or title_en.")
        )
    check_number(sum(any(cells) for cells in rows[1:]))
    contents = Contents()
    if unknown or len(set(header)) != len(header):
        names = ", ".join(unknown) or _("twice the same")
        contents.refuse(_("row %(number)s", number=1), _("Unknown columns: %(names)s", names=names[:200]))
        return contents
    for number, cells in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in cells):
            _add(
                contents,
                _("row %(number)s", number=number),
                dict(zip(header, cells, strict=False)),
                event,
            )
    return contents


def _rows(content: bytes) -> list[list[str]]:
    try:
        return csv_rows(content)
    except Malformed as error:
        raise ScheduleRefused(error.sentence if error.sentence is not Malformed.sentence else None) from error


def _add(contents: Contents, row: str, values: Mapping[str, str], event: Event) -> None:
    try:
        entry = _entry(row, values, event)
        contents.add(entry)
    except ValueError as error:
        contents.refuse(row, str(error))
        return
    if entry.room:
        contents.rooms.setdefault(entry.room, (None, None))
    if entry.track:
        contents.tracks.setdefault(entry.track, None)


def _entry(row: str, values: Mapping[str, str], event: Event) -> Entry:
    starts = fields.moment(values["start"], event.zone) if values.get("start") else None
    ends = fields.moment(values["end"], event.zone) if values.get("end") else None
    if (starts is None) != (ends is None):
        raise ValueError(_("A time needs a start and an end."))
    if starts and ends:
        fields.check_order(starts, ends)
    texts = {name: _texts(values, name) for name in TEXTS}
    if not any(texts["title"].values()):
        raise ValueError(_("The title is missing."))
    code, guid = fields.code(values.get("code")), fields.guid(values.get("guid"))
    return Entry(
        row=row,
        group=code or guid or row,
        guid=guid,
        code=code,
        title=texts["title"],
        subtitle=texts["subtitle"],
        abstract=texts["abstract"],
        format=_line(values, "format"),
        track=_line(values, "track"),
        language=fields.language(values.get("language")),
        level=Level(_one_of(values["level"], Level)) if values.get("level") else None,
        participation=Participation(_one_of(values["participation"], Participation))
        if values.get("participation")
        else None,
        is_recorded=_yes_or_no(values.get("recorded", "")),
        room=_line(values, "room"),
        starts_at=starts,
        ends_at=ends,
        people=_people(values["speakers"]) if "speakers" in values else None,
    )


def _texts(values: Mapping[str, str], name: str) -> dict[str, str]:
    """The languages that the table has a column for; an empty cell empties the text."""
    check = fields.text if name == "abstract" else lambda value: fields.line(value, TITLE_LENGTH)
    return {language: check(values[f"{name}_{language}"]) for language in LANGUAGES if f"{name}_{language}" in values}


def _line(values: Mapping[str, str], name: str) -> str | None:
    return fields.line(values[name]) if name in values else None


def _one_of(written: str, kinds: type[Level | Participation]) -> str:
    value = written.strip().lower()
    if value not in {kind.value for kind in kinds}:
        known = ", ".join(kind.value for kind in kinds)
        raise ValueError(_("“%(text)s” is none of %(known)s.", text=written[:40], known=known))
    return value


def _yes_or_no(written: str) -> bool | None:
    value = written.strip().lower()
    if not value:
        return None
    if value not in YES | NO:
        raise ValueError(_("“%(text)s” is neither yes nor no.", text=written[:40]))
    return value in YES


def _people(written: str) -> tuple[Person, ...]:
    """“Ada Lovelace <ada@example.org>; Grace Hopper”."""
    return fields.few((_person(part.strip()) for part in written.split(";") if part.strip()), fields.MAX_SPEAKERS)


def _person(written: str) -> Person:
    found = _PERSON.fullmatch(written)
    if not found:
        raise ValueError(_("“%(text)s” is not a name, or a name with <address>.", text=written[:60]))
    mail = found["mail"]
    if mail and not is_address(mail.strip()):
        raise ValueError(_("“%(text)s” is not an e-mail address.", text=mail[:60]))
    return Person(fields.line(found["name"]), None, mail.strip() if mail else None)
