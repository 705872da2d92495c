"""The organisers' list of the proposals of a call: what it can be searched for and narrowed to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from congress.core.pagination import Page, page_of
from congress.core.text import search_key
from congress.extensions import db
from congress.programme.enums import ProposalState
from congress.programme.models import Call, Proposal, ProposalPerson

SEARCH_LENGTH = 200
MAX_WORDS = 8
NUMBER_LENGTH = 9


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; made from the address of the page, which says it all."""

    q: str = ""
    state: ProposalState | None = None
    track: int | None = None
    format: int | None = None

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> Filters:
        """Read the arguments of an address; what makes no sense is left out."""
        state = arguments.get("state", "")
        return cls(
            q=" ".join(arguments.get("q", "").split())[:SEARCH_LENGTH],
            state=ProposalState(state) if state in set(ProposalState) else None,
            track=_number(arguments.get("track", "")),
            format=_number(arguments.get("format", "")),
        )

    def arguments(self) -> dict[str, str]:
        """The arguments of the address that shows this list; defaults are left out."""
        values = {"q": self.q, "state": self.state, "track": self.track, "format": self.format}
        return {name: str(value) for name, value in values.items() if value}

    @property
    def is_narrow(self) -> bool:
        """Whether anything is left out."""
        return bool(self.arguments())


def proposals_page(call: Call, filters: Filters, number: int) -> Page[Any]:
    """One page of the proposals that match, newest first; a constant number of queries."""
    found = matching(call, filters).options(
        joinedload(Proposal.track), joinedload(Proposal.format), selectinload(Proposal.people)
    )
    return page_of(found.order_by(Proposal.changed_at.desc(), Proposal.id.desc()), number)


def matching(call: Call, filters: Filters) -> sa.Select[Any]:
    """The proposals of a call that match."""
    return sa.select(Proposal).where(*_conditions(call, filters))


def _conditions(call: Call, filters: Filters) -> Sequence[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [Proposal.call_id == call.id]
    if filters.state:
        found.append(Proposal.state == filters.state)
    if filters.track:
        found.append(Proposal.track_id == filters.track)
    if filters.format:
        found.append(Proposal.format_id == filters.format)
    if filters.q:
        found.append(Proposal.id.in_(_found(call, filters.q)))
    return found


def _found(call: Call, typed: str) -> list[int]:
    """The proposals in whose title, code or people every word stands, whatever the accents.

    Compared here and not by the database: SQLite knows no accents, and a call has hundreds of proposals at most.
    """
    words = [search_key(word) for word in typed.split()[:MAX_WORDS]]
    rows = db.session.execute(
        sa.select(Proposal.id, Proposal.title, Proposal.code).where(Proposal.call_id == call.id)
    ).all()
    texts = {row.id: [row.title, row.code] for row in rows}
    person = ProposalPerson
    people = sa.select(
        person.proposal_id, person.given_name, person.family_name, person.organisation, person.email_key
    ).join(person.proposal)
    for proposal_id, *named in db.session.execute(people.where(Proposal.call_id == call.id)):
        texts[proposal_id] += named
    keys = {proposal_id: search_key(" ".join(parts)) for proposal_id, parts in texts.items()}
    return [proposal_id for proposal_id, key in keys.items() if all(word in key for word in words)]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= NUMBER_LENGTH else None
