"""The organisers' list of speakers: searched and sorted here, because databases disagree on accents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from congress.core.pagination import MAX_PAGE, PAGE_SIZE, Page
from congress.core.text import search_key
from congress.events.models import Event
from congress.extensions import db
from congress.programme.enums import SessionState
from congress.programme.models import Session, SessionSpeaker, Speaker

SEARCH_LENGTH = 200
MAX_WORDS = 8


@dataclass(frozen=True, slots=True)
class Row:
    """A speaker as the list shows one, with the states of the sessions."""

    id: int
    code: str
    given_name: str
    family_name: str
    email: str | None
    organisation: str
    photo_name: str | None
    sessions: tuple[SessionState, ...]

    @property
    def full_name(self) -> str:
        """Given name, then family name."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def is_awaited(self) -> bool:
        """Whether a session waits for a yes."""
        return SessionState.ACCEPTED in self.sessions


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to."""

    q: str = ""
    only: str = ""

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> Filters:
        """Read the arguments of an address; what makes no sense is left out."""
        only = arguments.get("only", "")
        q = " ".join(arguments.get("q", "").split())[:SEARCH_LENGTH]
        return cls(q, only if only in {"unconfirmed", "no_session", "no_address"} else "")

    def arguments(self) -> dict[str, str]:
        """The arguments of the address that shows this list."""
        return {name: value for name, value in (("q", self.q), ("only", self.only)) if value}


def rows_of(event: Event) -> list[Row]:
    """Every speaker of an event by family name, in two queries."""
    states: dict[int, list[SessionState]] = defaultdict(list)
    cast = db.session.execute(
        sa.select(SessionSpeaker.speaker_id, Session.state)
        .join(Session, Session.id == SessionSpeaker.session_id)
        .where(Session.event_id == event.id)
        .order_by(Session.id)
    )
    for speaker_id, state in cast:
        states[speaker_id].append(state)
    columns = ("id", "code", "given_name", "family_name", "email", "organisation", "photo_name")
    found = db.session.execute(
        sa.select(*(getattr(Speaker, name) for name in columns)).where(Speaker.event_id == event.id)
    )
    rows = [Row(**row._mapping, sessions=tuple(states[row.id])) for row in found]
    return sorted(rows, key=lambda one: (search_key(one.family_name), search_key(one.given_name), one.id))


def page_of(rows: Sequence[Row], filters: Filters, number: int) -> Page[Row]:
    """One page of the speakers that match."""
    found = [row for row in rows if _matches(row, filters)]
    number = max(1, min(number, MAX_PAGE, -(-len(found) // PAGE_SIZE) or 1))
    return Page(found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], number, PAGE_SIZE, len(found))


def _matches(row: Row, filters: Filters) -> bool:
    wanted = {
        "": True,
        "unconfirmed": row.is_awaited,
        "no_session": not row.sessions,
        "no_address": not row.email,
    }[filters.only]
    text = search_key(" ".join([row.full_name, row.email or "", row.organisation, row.code]))
    return wanted and all(search_key(word) in text for word in filters.q.split()[:MAX_WORDS])
