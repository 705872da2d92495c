"""Rows for the directory: light ones of everybody who takes part, and whole profiles of one page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.enums import DelegationState
from congress.matchmaking.models import Delegation, Profile
from congress.matchmaking.queries.profiles import TAKES_PART, WITH_EVERYTHING


def rows_of(event: Event, *, with_words: bool, with_times: bool) -> Sequence[Any]:
    """Everybody who takes part: what is counted and sorted by; `search_text` and `listed_at` when they are needed."""
    delegation = sa.case((Profile.delegation_state == DelegationState.MEMBER, Profile.delegation_id))
    columns = [
        Profile.id,
        sa.type_coerce(Profile.type, sa.String).label("type"),
        Profile.facets,
        delegation.label("delegation_id"),
    ]
    columns += [Profile.search_text] if with_words else []
    columns += [Profile.listed_at] if with_times else []
    statement = sa.select(*columns).join(Profile.registration)
    return db.session.execute(statement.where(Profile.event_id == event.id, *TAKES_PART)).all()


def whole(ids: Sequence[int]) -> list[Profile]:
    """These profiles with everything that a card shows, in the order of the ids."""
    statement = sa.select(Profile).where(Profile.id.in_(ids)).options(*WITH_EVERYTHING)
    found = {one.id: one for one in db.session.scalars(statement.execution_options(populate_existing=True))}
    return [found[one] for one in ids if one in found]


def delegation_names(event: Event) -> dict[int, tuple[str, str]]:
    """The code and the name of every delegation, by id."""
    statement = sa.select(Delegation.id, Delegation.code, Delegation.name).where(Delegation.event_id == event.id)
    return {one: (code, name) for one, code, name in db.session.execute(statement)}
