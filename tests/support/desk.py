"""Registrations of the tour, as its organisers find them: written at once, read back by name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from congress.events.models import Event
from congress.extensions import db
from congress.registration.models import Category, Registration
from congress.registration.search import search_text
from tests.factories.registrations import make_category, make_registration
from tests.support.tour import Tour


def address(tour: Tour, path: str = "", *, event: str = "", language: str = "en") -> str:
    """A page of the registrations of Grand Est, or of another event."""
    return f"/{language}/manage/events/{event or tour.event}/registrations/{path}"


def add_category(tour: Tour, name: str, capacity: int | None = 100, *, event: str = "", **values: Any) -> int:
    """A category by its English name."""
    with tour.app.app_context():
        found = _event(event or tour.event)
        category = make_category(found, capacity, name={"fr": f"{name} (fr)", "en": name}, **values)
        db.session.commit()
        return category.id


def add_person(tour: Tour, name: str = "Zoé Lefèvre", *, event: str = "", **values: Any) -> str:
    """A registration; returns its public id. Without `category_id` it is in the event's first category."""
    with tour.app.app_context():
        found = _event(event or tour.event)
        given, _space, family = name.partition(" ")
        first = sa.select(Category).where(Category.event_id == found.id).order_by(Category.id).limit(1)
        category_id = values.pop("category_id", None)
        category = db.session.get(Category, category_id) if category_id else db.session.scalar(first)
        email = values.pop("email", f"{family.lower() or given.lower()}@example.org")
        organisation = values.pop("organisation", "Exemple SA")
        one = make_registration(
            found,
            category,
            given_name=given,
            family_name=family,
            email=email,
            organisation=organisation,
            search_text=search_text(given, family, email, organisation),
            **values,
        )
        db.session.commit()
        return one.public_id


def one(tour: Tour, public_id: str) -> Registration:
    """A registration as it is now, detached."""
    found: Registration = tour.read(sa.select(Registration).where(Registration.public_id == public_id))
    return found


@contextmanager
def counted_queries(tour: Tour) -> Iterator[list[str]]:
    """Every statement that is sent meanwhile."""
    sent: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    with tour.app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def _event(slug: str) -> Event:
    found = db.session.scalar(sa.select(Event).where(Event.slug == slug))
    assert found is not None
    return found
