"""What a file would change in the draft: compared by identity, so that importing it twice changes nothing.

A session is found by the GUID of one of its times, by its own GUID, or by its code; a room, track or format by name;
a speaker by GUID, address or name. What the file does not mention stays as it is; nothing is ever deleted.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from congress.core.languages import gettext as _
from congress.core.languages import translated
from congress.programme.enums import MaterialKind
from congress.programme.imports.known import Known, folded
from congress.programme.imports.values import Contents, Entry, Link, Person, RowError
from congress.programme.models import Session, Slot

MAX_NAMES = 100
TEXTS = ("title", "subtitle", "abstract")


@dataclass(slots=True)
class SlotPlan:
    """A time: of a slot that is there, or of a new one. `room` is a name; empty for none."""

    slot: Slot | None
    entry: Entry
    changes: list[str]


@dataclass(slots=True)
class SessionPlan:
    """One session of the file: what is set on it, and which times it gets. `changes` names what differs."""

    session: Session | None
    entry: Entry
    texts: dict[str, dict[str, str]]
    values: dict[str, Any]
    format: str | None
    track: str | None
    people: list[Person] | None
    links: list[Link]
    slots: list[SlotPlan]
    changes: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        """What to call it in the preview."""
        return translated(self.entry.title) or next(iter(self.entry.title.values()), "")

    @property
    def is_new(self) -> bool:
        """Whether the draft does not have it yet."""
        return self.session is None

    @property
    def is_change(self) -> bool:
        """Whether anything would be written."""
        return self.is_new or bool(self.changes) or any(one.changes for one in self.slots)


@dataclass(slots=True)
class Plan:
    """Everything that would change, or the rows that stand in the way."""

    sessions: list[SessionPlan]
    errors: list[RowError]
    rooms: dict[str, tuple[str | None, int | None]]
    tracks: dict[str, str | None]
    formats: list[str]
    people: list[str]

    @property
    def new(self) -> list[SessionPlan]:
        """Sessions that the draft does not have yet."""
        return [one for one in self.sessions if one.is_new]

    @property
    def changed(self) -> list[SessionPlan]:
        """Sessions that would be another than they are."""
        return [one for one in self.sessions if not one.is_new and one.is_change]

    @property
    def unchanged(self) -> int:
        """How many sessions are as the file says already."""
        return sum(1 for one in self.sessions if not one.is_change)

    @property
    def can_be_applied(self) -> bool:
        """Whether there is something to do and nothing in its way."""
        return not self.errors and any(one.is_change for one in self.sessions)

    @property
    def digest(self) -> str:
        """The same for the same file compared with the same draft: what was previewed is what is written."""
        said = [
            [one.session.id if one.session else None, one.entry.row, one.title, sorted(one.changes)]
            + [[slot.slot.id if slot.slot else None, sorted(slot.changes)] for slot in one.slots]
            for one in self.sessions
        ]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def plan(contents: Contents, known: Known) -> Plan:
    """Compare a file with the draft."""
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in contents.entries:
        groups[entry.group].append(entry)
    errors = list(contents.errors)
    sessions: list[SessionPlan] = []
    taken: set[object] = set()
    for entries in groups.values():
        made = _session(entries, known)
        same = made.session.id if made.session is not None else made.entry.code
        if same in taken:
            errors.append(RowError(entries[0].row, _("Another entry of the file is the same session already.")))
        taken |= {same} - {None}
        errors += [RowError(one.row, _("This GUID is that of a break.")) for one in entries if known.is_pause(one)]
        sessions.append(made)
    found = Plan(
        sessions,
        errors,
        {name: values for name, values in contents.rooms.items() if known.room(name, values[0]) is None},
        {name: colour for name, colour in contents.tracks.items() if known.track(name) is None},
        sorted({one.format for one in sessions if one.format and known.format(one.format) is None}),
        _new_people(sessions, known),
    )
    if max(len(found.rooms), len(found.tracks), len(found.formats)) > MAX_NAMES:
        found.errors.append(
            RowError(_("the file"), _("It has more than %(number)s new rooms, tracks or formats.", number=MAX_NAMES))
        )
    return found


def _new_people(sessions: list[SessionPlan], known: Known) -> list[str]:
    people = {
        folded(one.name): one.name for plan in sessions for one in plan.people or () if known.speaker(one) is None
    }
    return sorted(people.values(), key=str.casefold)


def _session(entries: list[Entry], known: Known) -> SessionPlan:
    first = entries[0]
    session = known.session(entries)
    texts = {name: _text(session, name, getattr(first, name)) for name in TEXTS}
    values = {
        name: getattr(first, name)
        for name in ("language", "level", "participation", "is_recorded")
        if getattr(first, name) is not None
    }
    made = SessionPlan(
        session=session,
        entry=first,
        texts=texts,
        values=values,
        format=first.format,
        track=first.track,
        people=None if first.people is None else list(first.people),
        links=list(first.links),
        slots=[_slot(entry, session, known) for entry in entries if entry.starts_at is not None],
    )
    if session is not None:
        made.changes = _changes(made, session, known)
        made.links = [link for link in made.links if link.url not in _urls(session)]
    return made


def _text(session: Session | None, name: str, given: dict[str, str]) -> dict[str, str]:
    """The text with what the file gives in its languages; the others stay."""
    now = dict(getattr(session, name)) if session is not None else {}
    return {language: text for language, text in (now | given).items() if text}


def _changes(made: SessionPlan, session: Session, known: Known) -> list[str]:
    found = [
        name
        for name in TEXTS
        if made.texts[name] != {key: text for key, text in getattr(session, name).items() if text}
    ]
    found += [name for name, value in made.values.items() if getattr(session, name) != value]
    for name in ("format", "track"):
        wanted = getattr(made, name)
        if wanted is not None and not _is_called(wanted, getattr(session, name)):
            found.append(name)
    if made.people is not None and [known.speaker(one) for one in made.people] != list(session.speakers):
        found.append("speakers")
    if any(link.url not in _urls(session) for link in made.links):
        found.append("links")
    return found


def _is_called(wanted: str, row: Any) -> bool:
    if row is None:
        return not wanted
    return folded(wanted) in {folded(name) for name in row.name.values()}


def _urls(session: Session) -> set[str | None]:
    return {one.url for one in session.materials if one.kind is MaterialKind.LINK}


def _slot(entry: Entry, session: Session | None, known: Known) -> SlotPlan:
    slot = known.slot(entry, session)
    changes = []
    if slot is None:
        changes.append("time")
    else:
        if (slot.starts_at, slot.ends_at) != (entry.starts_at, entry.ends_at):
            changes.append("time")
        if entry.room is not None and not known.is_room(entry.room, slot.room_id):
            changes.append("room")
    return SlotPlan(slot, entry, changes)
