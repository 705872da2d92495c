"""The list of laureates of a call: what was accepted, with its people and their organisations."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from congress.core.languages import gettext as _
from congress.core.spreadsheets import Table
from congress.core.text import search_key
from congress.extensions import db
from congress.programme.enums import IN_PROPOSAL, ProposalState
from congress.programme.models import Call, Proposal, ProposalPerson


@dataclass(frozen=True, slots=True)
class Laureate:
    """An accepted proposal as the public may see it, and nothing else of it; people are (name, organisation)."""

    code: str
    title: str
    people: tuple[tuple[str, str], ...]


def laureates_of(call: Call) -> list[Laureate]:
    """The accepted proposals by title, whatever the accents."""
    found = db.session.scalars(
        sa.select(Proposal)
        .where(Proposal.call_id == call.id, Proposal.state == ProposalState.ACCEPTED)
        .options(selectinload(Proposal.people))
        .order_by(Proposal.id)
    )
    made = [
        Laureate(
            one.code,
            one.title,
            tuple((person.full_name, person.organisation) for person in one.people if _is_named(person)),
        )
        for one in found
    ]
    return sorted(made, key=lambda one: search_key(one.title))


def _is_named(person: ProposalPerson) -> bool:
    """Somebody who said yes, and whose name was not erased."""
    return person.state in IN_PROPOSAL and bool(person.full_name)


def version_of(laureates: Sequence[Laureate]) -> str:
    """What changes when the list does, whoever changed it: a decision, a correction, an erasure."""
    return hashlib.sha256(repr([(one.title, one.people) for one in laureates]).encode()).hexdigest()[:24]


def table_of(title: str, laureates: Sequence[Laureate]) -> Table:
    """The list for a spreadsheet: a row for each person."""
    rows = [
        (one.code, one.title, name, organisation)
        for one in laureates
        for name, organisation in one.people or (("", ""),)
    ]
    return Table(title, [_("Code"), _("Title"), _("Name"), _("Organisation")], rows, (10, 50, 30, 30))
