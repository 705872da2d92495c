"""The organisers' list of requests and meetings: what it can be narrowed to, and one page of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from congress.core.pagination import Page
from congress.core.pagination import page_of as paginate
from congress.core.text import search_key
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.enums import MeetingState
from congress.matchmaking.models import Meeting, MeetingPerson, MeetingSlot, MeetingTable, Profile
from congress.matchmaking.queries.drafts import hidden_of
from congress.matchmaking.queries.meetings import WITH_PEOPLE
from congress.registration.models import Registration

SEARCH_LENGTH = 200
MOST_WORDS = 8
MOST_DIGITS = 9
ONLY = ("unanswered", "locked", "hidden", "guaranteed", "proposed")
"""What else the list may be narrowed to: requests that wait, locked ones, places that nobody was told, …"""


@dataclass(frozen=True, slots=True)
class Filters:
    """Made from the address of the page, which says it all."""

    q: str = ""
    state: MeetingState | None = None
    only: str = ""
    slot: str = ""
    table: str = ""

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> Filters:
        """Read the arguments of an address; what makes no sense is left out."""
        state, only = arguments.get("state", ""), arguments.get("only", "")
        return cls(
            q=" ".join(arguments.get("q", "").split())[:SEARCH_LENGTH],
            state=MeetingState(state) if state in set(MeetingState) else None,
            only=only if only in ONLY else "",
            slot=_number(arguments.get("slot", "")),
            table=_number(arguments.get("table", "")),
        )

    def arguments(self) -> dict[str, str]:
        """The arguments of the address that shows this list; what narrows nothing is left out."""
        found = {one.name: str(getattr(self, one.name) or "") for one in fields(self)}
        return {name: value for name, value in found.items() if value}

    @property
    def is_narrow(self) -> bool:
        """Whether anything is left out."""
        return bool(self.arguments())


def page_of(event: Event, filters: Filters, number: int, *more: sa.ColumnElement[bool]) -> Page[Meeting]:
    """One page: by time, what has none last, the newest first; `more` are further conditions."""
    statement = (
        sa.select(Meeting)
        .outerjoin(MeetingSlot, MeetingSlot.id == Meeting.slot_id)
        .where(*conditions(event, filters), *more)
        .options(*WITH_PEOPLE, joinedload(Meeting.table).joinedload(MeetingTable.zone))
        .order_by(MeetingSlot.starts_at.is_(None), MeetingSlot.starts_at, Meeting.id.desc())
    )
    return paginate(statement, number)


def conditions(event: Event, filters: Filters) -> list[sa.ColumnElement[bool]]:
    """What a meeting has to be like to be on the list."""
    wanted: list[sa.ColumnElement[bool]] = [Meeting.event_id == event.id]
    if filters.state is not None:
        wanted.append(Meeting.state == filters.state)
    if filters.slot:
        wanted.append(Meeting.slot_id == int(filters.slot))
    if filters.table:
        table = sa.select(MeetingTable.id).where(
            MeetingTable.event_id == event.id, MeetingTable.number == int(filters.table)
        )
        wanted.append(Meeting.table_id.in_(table))
    if filters.only:
        wanted.append(_only(event, filters.only))
    return wanted + [_somebody_is_called(word) for word in search_key(filters.q).split()[:MOST_WORDS]]


def counts_of(event: Event) -> dict[MeetingState, int]:
    """How many there are in each state."""
    rows = db.session.execute(
        sa.select(Meeting.state, sa.func.count()).where(Meeting.event_id == event.id).group_by(Meeting.state)
    )
    return dict(rows.all())


def _only(event: Event, only: str) -> sa.ColumnElement[bool]:
    return {
        "unanswered": Meeting.state == MeetingState.PENDING,
        "locked": Meeting.locked_at.is_not(None),
        "hidden": hidden_of(event),
        "guaranteed": Meeting.is_guaranteed.is_(True),
        "proposed": Meeting.proposed_slot_id.is_not(None),
    }[only]


def _somebody_is_called(word: str) -> sa.ColumnElement[bool]:
    """Each word is found in somebody's name or organisation, accents and capitals aside."""
    return Meeting.id.in_(
        sa.select(MeetingPerson.meeting_id)
        .join(Profile, Profile.id == MeetingPerson.profile_id)
        .join(Registration, Registration.id == Profile.registration_id)
        .where(Registration.search_text.contains(word, autoescape=True))
    )


def _number(text: str) -> str:
    return text if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else ""
