"""Needs, offers and topics of a profile, in the order that their owner gave them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from congress.audit.services import record
from congress.core import clock
from congress.core.errors import Missing
from congress.extensions import db
from congress.matchmaking.enums import OpportunityKind
from congress.matchmaking.errors import TooManyOpportunities
from congress.matchmaking.models import Opportunity, Profile, Tag
from congress.matchmaking.queries.taxonomy import active_ids
from congress.matchmaking.services.indexing import renew
from congress.matchmaking.services.profiles import locked
from congress.matchmaking.signals import profile_changed

MOST = 20
TEXT_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wrote about a need, an offer or a topic."""

    kind: OpportunityKind
    title: str
    text: str = ""
    tag_ids: frozenset[int] = frozenset()
    partner_types: Sequence[str] = ()


def add(profile: Profile, wish: Wish, *, position: int | None = None) -> Opportunity:
    """Another one, at the end or where it stood before it was removed."""
    own = locked(profile.id)
    if len(own.opportunities) >= MOST:
        raise TooManyOpportunities
    last = max((one.position for one in own.opportunities), default=-1)
    row = Opportunity(profile_id=own.id, position=last + 1 if position is None else position)
    _write(own, row, wish, ())
    db.session.add(row)
    _changed(own, "opportunity.added")
    return row


def change(profile: Profile, opportunity_id: int, wish: Wish) -> None:
    """Write it anew; a tag that is no longer active stays when it was there."""
    own = locked(profile.id)
    row = _own(own, opportunity_id)
    _write(own, row, wish, {tag.id for tag in row.tags})
    _changed(own, "opportunity.changed")


def remove(profile: Profile, opportunity_id: int) -> tuple[Wish, int]:
    """Take it away; returns what is needed to put it back."""
    own = locked(profile.id)
    row = _own(own, opportunity_id)
    tags = frozenset(tag.id for tag in row.tags)
    gone = Wish(row.kind, row.title, row.text, tags, tuple(row.partner_types)), row.position
    db.session.delete(row)
    _changed(own, "opportunity.removed")
    return gone


def move(profile: Profile, opportunity_id: int, *, up: bool) -> None:
    """One place up or down."""
    own = locked(profile.id)
    rows = list(own.opportunities)
    place = rows.index(_own(own, opportunity_id))
    other = place - 1 if up else place + 1
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
        for position, one in enumerate(rows):
            one.position = position
        own.changed_at = clock.now()
        db.session.flush()


def _own(profile: Profile, opportunity_id: int) -> Opportunity:
    statement = sa.select(Opportunity).where(Opportunity.id == opportunity_id, Opportunity.profile_id == profile.id)
    found = db.session.scalar(statement.options(selectinload(Opportunity.tags)))
    if found is None:
        raise Missing
    return found


def _write(profile: Profile, row: Opportunity, wish: Wish, kept: Collection[int]) -> None:
    allowed = (active_ids(profile.registration.event) | set(kept)) & wish.tag_ids
    values: dict[str, Any] = {
        "kind": wish.kind,
        "title": wish.title,
        "text": wish.text,
        "partner_types": list(wish.partner_types),
        "tags": list(db.session.scalars(sa.select(Tag).where(Tag.id.in_(allowed)).order_by(Tag.id))),
    }
    for name, value in values.items():
        setattr(row, name, value)


def _changed(profile: Profile, action: str) -> None:
    profile.changed_at = clock.now()
    record(action, "registration", profile.registration_id, event_id=profile.event_id)
    renew([profile.id])
    profile_changed.send(None, profile=profile)
