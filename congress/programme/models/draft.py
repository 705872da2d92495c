"""What organisers work on: nothing here is public before a release."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from congress.core.columns import Hash, Id, Instant, OptionalInstant, Salt, ShortText, enum_column
from congress.events.models import Event, Room
from congress.extensions import Model
from congress.programme.enums import Level, MaterialKind, Participation, SessionState, SlotKind

TITLE_LENGTH = 300
"""Characters of the title of a session, and of the proposal that it was."""

Guid = sa.String(36)
"""A UUID in its canonical form: what calendars, exports and imports know a row by, for ever."""


class Programme(Model):
    """One event's programme as a whole. `draft_version` counts the changes of the draft."""

    __tablename__ = "programmes"
    __table_args__ = (
        sa.CheckConstraint("grid_minutes IN (5, 15, 30, 60)", name="grid"),
        sa.CheckConstraint("walking_minutes BETWEEN 0 AND 120", name="walking"),
    )

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), unique=True)
    draft_version: Mapped[int] = mapped_column(default=0)
    grid_minutes: Mapped[int] = mapped_column(default=15)
    walking_minutes: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[Instant]


class Track(Model):
    """A theme that sessions belong to, with its colour (`#rrggbb`)."""

    __tablename__ = "tracks"

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    name: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    colour: Mapped[str] = mapped_column(sa.String(7))
    position: Mapped[int] = mapped_column(default=0)


class SessionFormat(Model):
    """A kind of session (keynote, workshop) with its usual duration in minutes."""

    __tablename__ = "session_formats"
    __table_args__ = (sa.CheckConstraint("minutes BETWEEN 5 AND 1440", name="minutes"),)

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    name: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    minutes: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)


class RoomHours(Model):
    """When a room is open; a room without hours is always open."""

    __tablename__ = "room_hours"
    __table_args__ = (sa.CheckConstraint("closes_at > opens_at", name="closes_after_opening"),)

    id: Mapped[Id]
    room_id: Mapped[int] = mapped_column(sa.ForeignKey("rooms.id", ondelete="CASCADE"), index=True)
    opens_at: Mapped[Instant]
    closes_at: Mapped[Instant]


class Session(Model):
    """An item of the programme. `code` is its public address; `join_url` is for those who registered."""

    __tablename__ = "programme_sessions"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "code"),
        sa.UniqueConstraint("event_id", "guid"),
        sa.CheckConstraint("sign_up_capacity IS NULL OR sign_up_capacity >= 0", name="capacity"),
        sa.Index("ix_programme_sessions_state", "event_id", "state"),
    )

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id"), index=True)
    guid: Mapped[str] = mapped_column(Guid)
    code: Mapped[str] = mapped_column(sa.String(12))
    state: Mapped[SessionState] = enum_column(SessionState, "state", default=SessionState.SUBMITTED)
    title: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    subtitle: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)
    abstract: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)
    format_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("session_formats.id", ondelete="SET NULL"), index=True
    )
    track_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tracks.id", ondelete="SET NULL"), index=True)
    language: Mapped[str] = mapped_column(sa.String(10), default="fr")
    level: Mapped[Level] = enum_column(Level, "level", default=Level.ALL)
    participation: Mapped[Participation] = enum_column(Participation, "participation", default=Participation.ON_SITE)
    is_recorded: Mapped[bool] = mapped_column(default=False)
    join_url: Mapped[str | None] = mapped_column(sa.String(500))
    needs_sign_up: Mapped[bool] = mapped_column(default=False)
    sign_up_capacity: Mapped[int | None]
    note: Mapped[str] = mapped_column(sa.Text, default="")
    proposal_id: Mapped[int | None] = mapped_column(sa.ForeignKey("proposals.id", ondelete="SET NULL"), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Instant]
    changed_at: Mapped[Instant]
    event: Mapped[Event] = relationship(lazy="raise_on_sql")
    format: Mapped[SessionFormat | None] = relationship(lazy="raise_on_sql")
    track: Mapped[Track | None] = relationship(lazy="raise_on_sql")
    speakers: Mapped[list[Speaker]] = relationship(
        secondary="session_speakers",
        back_populates="sessions",
        lazy="raise_on_sql",
        order_by="SessionSpeaker.position, SessionSpeaker.speaker_id",
        viewonly=True,
    )
    materials: Mapped[list[Material]] = relationship(
        primaryjoin="and_(Material.session_id == Session.id, Material.removed_at.is_(None))",
        lazy="raise_on_sql",
        order_by="Material.position, Material.id",
        viewonly=True,
    )
    slots: Mapped[list[Slot]] = relationship(
        back_populates="session", lazy="raise_on_sql", order_by="Slot.starts_at, Slot.id"
    )


class Speaker(Model):
    """A person who speaks at one event; the link in the mail opens the own page, without an account."""

    __tablename__ = "speakers"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "code"),
        sa.UniqueConstraint("event_id", "guid"),
        sa.UniqueConstraint("event_id", "email_key"),
    )

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id", ondelete="SET NULL"), index=True)
    guid: Mapped[str] = mapped_column(Guid)
    code: Mapped[str] = mapped_column(sa.String(12))
    given_name: Mapped[ShortText] = mapped_column(default="")
    family_name: Mapped[ShortText]
    email: Mapped[str | None] = mapped_column(sa.String(254))
    email_key: Mapped[str | None] = mapped_column(sa.String(254), index=True)
    organisation: Mapped[ShortText] = mapped_column(default="")
    job_title: Mapped[ShortText] = mapped_column(default="")
    biography: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)
    language: Mapped[str] = mapped_column(sa.String(2), default="fr")
    photo_name: Mapped[str | None] = mapped_column(sa.String(60))
    link_salt: Mapped[Salt]
    link_hash: Mapped[Hash] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Instant]
    changed_at: Mapped[Instant]
    event: Mapped[Event] = relationship(lazy="raise_on_sql")
    availabilities: Mapped[list[Availability]] = relationship(
        lazy="raise_on_sql", order_by="Availability.starts_at, Availability.id"
    )
    sessions: Mapped[list[Session]] = relationship(
        secondary="session_speakers", back_populates="speakers", lazy="raise_on_sql", viewonly=True
    )

    @property
    def full_name(self) -> str:
        """Given name, then family name, as people wrote them."""
        return f"{self.given_name} {self.family_name}".strip()


class SpeakerPhoto(Model):
    """A photo that we drew anew, under a generated name. Earlier ones stay while a release shows them."""

    __tablename__ = "speaker_photos"

    id: Mapped[Id]
    speaker_id: Mapped[int] = mapped_column(sa.ForeignKey("speakers.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(sa.String(60), unique=True)
    width: Mapped[int]
    height: Mapped[int]
    created_at: Mapped[Instant]


class SessionSpeaker(Model):
    """Who speaks in a session, in which order."""

    __tablename__ = "session_speakers"

    session_id: Mapped[int] = mapped_column(
        sa.ForeignKey("programme_sessions.id", ondelete="CASCADE"), primary_key=True
    )
    speaker_id: Mapped[int] = mapped_column(
        sa.ForeignKey("speakers.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int] = mapped_column(default=0)


class Availability(Model):
    """A window in which a speaker can speak; a speaker without windows is always available."""

    __tablename__ = "speaker_availabilities"
    __table_args__ = (sa.CheckConstraint("ends_at > starts_at", name="ends_after_start"),)

    id: Mapped[Id]
    speaker_id: Mapped[int] = mapped_column(sa.ForeignKey("speakers.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]


class Material(Model):
    """Slides, a paper, a link. A file is kept under a generated `stored_name`; `file_name` is what it was called.

    What was removed from the draft keeps its row and its file while the latest release shows it.
    """

    __tablename__ = "session_materials"

    id: Mapped[Id]
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("programme_sessions.id", ondelete="CASCADE"), index=True)
    kind: Mapped[MaterialKind] = enum_column(MaterialKind, "kind")
    label: Mapped[ShortText]
    url: Mapped[str | None] = mapped_column(sa.String(1000))
    stored_name: Mapped[str | None] = mapped_column(sa.String(60), unique=True)
    file_name: Mapped[str | None] = mapped_column(sa.String(200))
    media_type: Mapped[str | None] = mapped_column(sa.String(100))
    bytes: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Instant]
    removed_at: Mapped[OptionalInstant]


class Slot(Model):
    """A time in the draft: of a session (which may have several), of a break, of a blocker.

    A break without a room is for all rooms. Times are UTC; `guid` is the calendar identity and outlives a removal.
    """

    __tablename__ = "slots"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "guid"),
        sa.CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        sa.CheckConstraint("(kind = 'session') = (session_id IS NOT NULL)", name="session"),
        sa.Index("ix_slots_time", "event_id", "starts_at"),
    )

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id"), index=True)
    guid: Mapped[str] = mapped_column(Guid)
    kind: Mapped[SlotKind] = enum_column(SlotKind, "kind", default=SlotKind.SESSION)
    session_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("programme_sessions.id", ondelete="CASCADE"), index=True
    )
    room_id: Mapped[int | None] = mapped_column(sa.ForeignKey("rooms.id", ondelete="SET NULL"), index=True)
    title: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]
    version: Mapped[int] = mapped_column(default=1)
    session: Mapped[Session | None] = relationship(back_populates="slots", lazy="raise_on_sql")
    room: Mapped[Room | None] = relationship(lazy="raise_on_sql")
