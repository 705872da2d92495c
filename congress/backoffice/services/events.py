"""Publishing, taking back and copying events with what other features know of them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from congress.backoffice.checklist import is_ready
from congress.events.errors import HasRegistrations, NotReady
from congress.events.models import Event, Series
from congress.events.services import events, publication
from congress.extensions import db
from congress.registration.figures import people_registered
from congress.registration.models import Category, Quota


def publish_event(event: Event) -> None:
    """Publish a draft that has everything it needs."""
    if not is_ready(event):
        raise NotReady
    publication.publish(event)


def unpublish_event(event: Event) -> None:
    """Make an event a draft again, as long as nobody holds a place."""
    if people_registered(event):
        raise HasRegistrations
    publication.unpublish(event)


def create_event(series: Series, values: dict[str, Any], model: Event | None) -> Event:
    """A draft; with a model, its categories and quotas too."""
    event = events.create_event(series, values, model)
    if model is not None:
        _copy_categories(model, event)
    return event


def _copy_categories(model: Event, event: Event) -> None:
    copies: dict[int, Category] = {}
    categories = sa.select(Category).where(Category.event_id == model.id, Category.archived_at.is_(None))
    for category in db.session.scalars(categories.order_by(Category.position, Category.id)):
        copies[category.id] = Category(
            event_id=event.id,
            name=category.name,
            description=category.description,
            attendance=category.attendance,
            is_public=category.is_public,
            colour=category.colour,
            position=category.position,
        )
    db.session.add_all(copies.values())
    quotas = sa.select(Quota).where(Quota.event_id == model.id).options(selectinload(Quota.categories))
    for quota in db.session.scalars(quotas.order_by(Quota.id)):
        drawn = [copies[category.id] for category in quota.categories if category.id in copies]
        if drawn:
            db.session.add(Quota(event_id=event.id, name=quota.name, capacity=quota.capacity, categories=drawn))
    db.session.flush()
