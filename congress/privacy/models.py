"""The list of erasures, re-applied after a backup is restored."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from congress.core.columns import Hash, Id, Instant
from congress.extensions import Model


class Erasure(Model):
    """Somebody was erased; only a keyed hash of the address is kept."""

    __tablename__ = "erasures"

    id: Mapped[Id]
    address_hash: Mapped[Hash] = mapped_column(index=True)
    event_id: Mapped[int | None] = mapped_column(sa.ForeignKey("events.id", ondelete="SET NULL"))
    at: Mapped[Instant]
    counts: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
