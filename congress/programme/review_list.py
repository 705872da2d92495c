"""What one account may review: the list, how far it is, and what comes next. No name of an author is read here."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from congress.accounts.models import Account
from congress.core import clock
from congress.core.text import search_key
from congress.events.models import Event
from congress.extensions import db
from congress.programme.enums import IN_PROPOSAL, PersonState, ProposalState
from congress.programme.models import Call, Proposal, ProposalPerson, Review, ReviewAssignment
from congress.programme.permissions import can_review

SEARCH_LENGTH = 100
DECIDED = (ProposalState.ACCEPTED, ProposalState.REJECTED)


class Show(StrEnum):
    """Which proposals the list shows."""

    TODO = "todo"
    DONE = "done"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Line:
    """A proposal of the list: how many reviewed it, whether this account did, whether it still can."""

    proposal: Proposal
    reviews: int
    is_mine: bool
    is_open: bool

    @property
    def is_to_do(self) -> bool:
        """Whether this account's review is missing."""
        return self.is_open and not self.is_mine


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; made from the address of the page."""

    q: str = ""
    show: Show = Show.TODO
    call: str = ""
    track: str = ""

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> Filters:
        """Read the arguments of an address; what makes no sense is left out."""
        show = arguments.get("show", "")
        return cls(
            q=" ".join(arguments.get("q", "").split())[:SEARCH_LENGTH],
            show=Show(show) if show in set(Show) else Show.TODO,
            call=arguments.get("call", ""),
            track=arguments.get("track", ""),
        )

    @property
    def is_narrow(self) -> bool:
        """Whether words, a call or a track leave anything out."""
        return bool(self.q or self.call or self.track)

    def arguments(self) -> dict[str, str]:
        """The arguments of the address that shows this list; defaults are left out."""
        show = "" if self.show is Show.TODO else self.show.value
        found = {"q": self.q, "show": show, "call": self.call, "track": self.track}
        return {name: value for name, value in found.items() if value}


def reviewable(event: Event, account: Account) -> list[Line]:
    """Every submitted proposal that the account may review, and the decided ones that it did; own ones never."""
    now = clock.now()
    rows = db.session.execute(
        sa.select(Proposal, _count(), _is_mine(account))
        .join(Proposal.call)
        .where(
            Proposal.event_id == event.id,
            ~is_own(account),
            sa.or_(
                sa.and_(Proposal.state == ProposalState.SUBMITTED, may_see(account)),
                sa.and_(Proposal.state.in_(DECIDED), _is_mine(account)),
            ),
        )
        .options(contains_eager(Proposal.call), joinedload(Proposal.track), joinedload(Proposal.format))
        .order_by(Proposal.id)
    )
    found = [Line(row[0], row[1], bool(row[2]), can_review(row[0].call, row[0].state, now)) for row in rows]
    return sorted(found, key=lambda line: in_turn(line, account))


def number_to_review(event: Event, account: Account) -> int:
    """How many reviews of this account are missing."""
    late = sa.and_(Call.reviews_close_at.is_not(None), Call.reviews_close_at <= clock.now())
    found = db.session.scalar(
        sa.select(sa.func.count(Proposal.id))
        .join(Proposal.call)
        .where(
            Proposal.event_id == event.id,
            Proposal.state == ProposalState.SUBMITTED,
            ~late,
            ~is_own(account),
            may_see(account),
            ~_is_mine(account),
        )
    )
    return found or 0


def narrowed(lines: Sequence[Line], filters: Filters) -> list[Line]:
    """The lines that match, in the same order."""
    return [line for line in lines if _is_shown(line, filters.show) and _matches(line.proposal, filters)]


def next_of(lines: Sequence[Line], after: str = "") -> Line | None:
    """The one whose review is missing most, `after` (a code) left out."""
    return next((line for line in lines if line.is_to_do and line.proposal.code != after), None)


def in_turn(line: Line, account: Account) -> tuple[int, int]:
    """Least reviewed first; among equals another order for each account, so that not all begin with the same."""
    return line.reviews, zlib.crc32(f"{account.id} {line.proposal.id}".encode())


def is_own(account: Account) -> sa.ColumnElement[bool]:
    """The condition that the account's address is one of the proposal's people, unless that one declined to be."""
    return sa.exists().where(
        ProposalPerson.proposal_id == Proposal.id,
        ProposalPerson.email_key == account.email_key,
        ProposalPerson.state != PersonState.DECLINED,
    )


def by_one_of_its_people() -> sa.ColumnElement[bool]:
    """The condition that a review was written by somebody who is among the proposal's people by now."""
    return sa.exists().where(
        Account.id == Review.account_id,
        ProposalPerson.email_key == Account.email_key,
        ProposalPerson.proposal_id == Review.proposal_id,
        ProposalPerson.state.in_(IN_PROPOSAL),
    )


def may_see(account: Account) -> sa.ColumnElement[bool]:
    """The condition that the call is for all reviewers, or that the proposal was assigned to this one."""
    assigned = sa.exists().where(
        ReviewAssignment.proposal_id == Proposal.id, ReviewAssignment.account_id == account.id
    )
    return sa.or_(Call.only_assigned.is_(sa.false()), assigned)


def _count() -> Any:
    return sa.select(sa.func.count(Review.id)).where(Review.proposal_id == Proposal.id).scalar_subquery()


def _is_mine(account: Account) -> sa.ColumnElement[bool]:
    return sa.exists().where(Review.proposal_id == Proposal.id, Review.account_id == account.id)


def _is_shown(line: Line, show: Show) -> bool:
    if show is Show.ALL:
        return True
    return line.is_to_do if show is Show.TODO else line.is_mine


def _matches(proposal: Proposal, filters: Filters) -> bool:
    if filters.call and proposal.call.slug != filters.call:
        return False
    if filters.track and str(proposal.track_id) != filters.track:
        return False
    written = search_key(f"{proposal.code} {proposal.title} {proposal.abstract}")
    return all(search_key(word) in written for word in filters.q.split())
