"""The taxonomy: one tree of tags for a series, so that their ids stay the same from stage to stage."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from congress.core.columns import Id
from congress.extensions import Model

active_tags = sa.Table(
    "active_tags",
    Model.metadata,
    sa.Column("event_id", sa.ForeignKey("events.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("tag_id", sa.ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True, index=True),
)
"""Which tags people of an event can choose; a tag that is not active keeps what was tagged with it."""


class Tag(Model):
    """A tag of a series' tree; `label` is {"fr", "en"}, `synonyms` {"fr": [...], "en": [...]} are found by search."""

    __tablename__ = "tags"

    id: Mapped[Id]
    series_id: Mapped[int] = mapped_column(sa.ForeignKey("series.id", ondelete="CASCADE"), index=True)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tags.id"), index=True)
    label: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    synonyms: Mapped[dict[str, list[str]]] = mapped_column(sa.JSON, default=dict)
    position: Mapped[int] = mapped_column(default=0)
