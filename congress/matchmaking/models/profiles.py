"""Who takes part: profiles, what they look for, when they are there, what they noted, who is suggested to them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from congress.core.columns import Id, Instant, OptionalInstant, ShortText, enum_column, enum_type
from congress.extensions import Model
from congress.matchmaking.enums import (
    DelegationState,
    Half,
    Mark,
    Notices,
    OpportunityKind,
    OrganisationType,
    Presence,
)
from congress.matchmaking.models.taxonomy import Tag
from congress.registration.models import Registration

PITCH_LENGTH = 300
TITLE_LENGTH = 160

opportunity_tags = sa.Table(
    "opportunity_tags",
    Model.metadata,
    sa.Column("opportunity_id", sa.ForeignKey("opportunities.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("tag_id", sa.ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Delegation(Model):
    """People of one organisation that are asked together. `only_one`: no two of them meet the same person."""

    __tablename__ = "delegations"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    name: Mapped[ShortText]
    only_one: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Instant]
    members: Mapped[list[Profile]] = relationship(
        back_populates="delegation", lazy="raise_on_sql", order_by="Profile.id"
    )


class Profile(Model):
    """One registration in matchmaking. It is listed while `listed_at` is set: from the opt-in to the withdrawal.

    Name and organisation are those of the registration. `code` stands in addresses. `visibility` maps a
    `ProfileField` to a `Visibility`, `listed` where it says nothing. `quota` is the most meetings that organisers
    allow, `max_meetings` what the person wants. `search_text` and `facets` repeat, for the directory, what all who
    are listed may see (`visibility.index`). `schedule_version` counts changes of the person's own schedule;
    `printed_version` is the one on paper.
    """

    __tablename__ = "profiles"
    __table_args__ = (
        sa.Index("ix_profiles_directory", "event_id", "listed_at"),
        sa.CheckConstraint("max_meetings IS NULL OR max_meetings >= 0", name="max_meetings"),
        sa.CheckConstraint("quota IS NULL OR quota >= 0", name="quota"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    registration_id: Mapped[int] = mapped_column(sa.ForeignKey("registrations.id", ondelete="CASCADE"), unique=True)
    type: Mapped[OrganisationType] = enum_column(OrganisationType, "type")
    country: Mapped[str] = mapped_column(sa.String(2), default="FR")
    languages: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    pitch: Mapped[str] = mapped_column(sa.String(PITCH_LENGTH), default="")
    visibility: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)
    listed_at: Mapped[OptionalInstant]
    withdrawn_at: Mapped[OptionalInstant]
    accepts_requests: Mapped[bool] = mapped_column(default=True)
    max_meetings: Mapped[int | None]
    quota: Mapped[int | None]
    notices: Mapped[Notices] = enum_column(Notices, "notices", default=Notices.EACH)
    digest_sent_at: Mapped[OptionalInstant]
    delegation_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("delegations.id", ondelete="SET NULL"), index=True
    )
    delegation_state: Mapped[DelegationState | None] = enum_column(DelegationState, "delegation_state", nullable=True)
    manages_delegation: Mapped[bool] = mapped_column(default=False)
    search_text: Mapped[str] = mapped_column(sa.Text, default="")
    facets: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    schedule_version: Mapped[int] = mapped_column(default=0)
    printed_version: Mapped[int | None]
    printed_at: Mapped[OptionalInstant]
    created_at: Mapped[Instant]
    changed_at: Mapped[Instant]
    registration: Mapped[Registration] = relationship(lazy="raise_on_sql")
    delegation: Mapped[Delegation | None] = relationship(back_populates="members", lazy="raise_on_sql")
    opportunities: Mapped[list[Opportunity]] = relationship(
        back_populates="profile", lazy="raise_on_sql", order_by="Opportunity.position, Opportunity.id"
    )
    presences: Mapped[list[PresenceHalf]] = relationship(lazy="raise_on_sql")

    @property
    def is_listed(self) -> bool:
        """Whether others see it: its owner opted in and has not withdrawn."""
        return self.listed_at is not None

    @property
    def joined_delegation_id(self) -> int | None:
        """The delegation that the person belongs to; an invitation alone is no membership."""
        return self.delegation_id if self.delegation_state is DelegationState.MEMBER else None


class PresenceHalf(Model):
    """How somebody is there for half a day; without a row as the category of the registration says."""

    __tablename__ = "presence_halves"

    profile_id: Mapped[int] = mapped_column(sa.ForeignKey("profiles.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    half: Mapped[Half] = mapped_column(enum_type(Half, "half"), primary_key=True)
    presence: Mapped[Presence] = enum_column(Presence, "presence")


class UnavailableSlot(Model):
    """A slot that somebody keeps free of meetings."""

    __tablename__ = "unavailable_slots"

    profile_id: Mapped[int] = mapped_column(sa.ForeignKey("profiles.id", ondelete="CASCADE"), primary_key=True)
    slot_id: Mapped[int] = mapped_column(
        sa.ForeignKey("meeting_slots.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Opportunity(Model):
    """A need, an offer or a topic of a profile. `partner_types` are values of `OrganisationType`; empty = any."""

    __tablename__ = "opportunities"

    id: Mapped[Id]
    profile_id: Mapped[int] = mapped_column(sa.ForeignKey("profiles.id", ondelete="CASCADE"), index=True)
    kind: Mapped[OpportunityKind] = enum_column(OpportunityKind, "kind")
    title: Mapped[str] = mapped_column(sa.String(TITLE_LENGTH))
    text: Mapped[str] = mapped_column(sa.Text, default="")
    partner_types: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    position: Mapped[int] = mapped_column(default=0)
    profile: Mapped[Profile] = relationship(back_populates="opportunities", lazy="raise_on_sql")
    tags: Mapped[list[Tag]] = relationship(secondary=opportunity_tags, lazy="raise_on_sql", order_by="Tag.id")


class ProfileMark(Model):
    """What one profile noted about another."""

    __tablename__ = "profile_marks"

    profile_id: Mapped[int] = mapped_column(sa.ForeignKey("profiles.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(
        sa.ForeignKey("profiles.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    mark: Mapped[Mark] = enum_column(Mark, "mark")
    created_at: Mapped[Instant]


class Suggestion(Model):
    """Somebody to meet, best `rank` first (from 1); `score` is between 0 and 1.

    `reasons` are one to three of {"kind": a `ReasonKind`, "tags": [ids], "words": [...]}.
    """

    __tablename__ = "suggestions"

    profile_id: Mapped[int] = mapped_column(sa.ForeignKey("profiles.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(
        sa.ForeignKey("profiles.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    rank: Mapped[int]
    score: Mapped[float]
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
