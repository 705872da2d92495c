"""The rows of a taxonomy, and which of them an event uses."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa

from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.models import Opportunity, Profile, Tag, active_tags, opportunity_tags


def tags_of_series(series_id: int) -> Sequence[Tag]:
    """Every tag of the series, as it is now."""
    statement = sa.select(Tag).where(Tag.series_id == series_id).order_by(Tag.position, Tag.id)
    return db.session.scalars(statement.execution_options(populate_existing=True)).all()


def active_ids(event: Event) -> frozenset[int]:
    """The tags that people of the event can choose."""
    statement = sa.select(active_tags.c.tag_id).where(active_tags.c.event_id == event.id)
    return frozenset(db.session.scalars(statement))


def uses_of_series(series_id: int) -> Mapping[int, int]:
    """How many needs, offers and topics carry each tag, at all events of the series; a tag without is left out."""
    statement = (
        sa.select(opportunity_tags.c.tag_id, sa.func.count())
        .join(Tag, Tag.id == opportunity_tags.c.tag_id)
        .where(Tag.series_id == series_id)
        .group_by(opportunity_tags.c.tag_id)
    )
    return dict(db.session.execute(statement).all())


def profiles_with_tags(tag_ids: Collection[int]) -> Sequence[Profile]:
    """The profiles that say something with one of these tags."""
    tagged = (
        sa.select(Opportunity.profile_id)
        .join(opportunity_tags, opportunity_tags.c.opportunity_id == Opportunity.id)
        .where(opportunity_tags.c.tag_id.in_(tag_ids))
    )
    return db.session.scalars(sa.select(Profile).where(Profile.id.in_(tagged)).order_by(Profile.id)).all()
