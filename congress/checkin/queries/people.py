"""Finding people of one event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from congress.checkin.queries.entries import rows_of
from congress.registration.models import Category, Registration

CANDIDATES = 200
"""How many rows are looked at before those are left out that match only by what is not shown."""


def people_like(event_id: int, words: Sequence[str], reference: str) -> Sequence[Any]:
    """People of the event whose search text has every word, or whose reference begins so."""
    matches = [Registration.search_text.contains(word, autoescape=True) for word in words]
    by_name = sa.and_(*matches) if matches else sa.false()
    by_reference = Registration.reference.startswith(reference, autoescape=True) if reference else sa.false()
    people, categories = Registration.__table__.c, Category.__table__.c
    statement = (
        sa.select(
            people.id.label("registration_id"),
            people.public_id,
            people.given_name,
            people.family_name,
            people.organisation,
            people.reference,
            people.status,
            categories.name.label("category"),
            categories.attendance,
        )
        .join_from(Registration.__table__, Category.__table__, categories.id == people.category_id)
        .where(people.event_id == event_id, sa.or_(by_name, by_reference))
        .order_by(people.status == "cancelled", people.family_name, people.given_name, people.id)
        .limit(CANDIDATES)
    )
    return rows_of(statement).all()
