"""Calls for talks, pitches or interests: their forms, the proposals, and what reviewers think of them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from congress.accounts.models import Account
from congress.core.columns import Hash, Id, Instant, OptionalInstant, Salt, ShortText, enum_column
from congress.events.models import Event
from congress.extensions import Model
from congress.programme.enums import CallKind, Decision, PersonState, ProposalState, QuestionKind
from congress.programme.models.draft import TITLE_LENGTH, SessionFormat, Track


class Call(Model):
    """A call of one event. It takes proposals from `opens_at` to `closes_at` (excluded) once it is published.

    `is_blind`: reviewers see no names, nowhere. `only_assigned`: they see only what was assigned to them.
    """

    __tablename__ = "calls"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "slug"),
        sa.CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        sa.CheckConstraint("max_people BETWEEN 1 AND 20", name="max_people"),
    )

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id"), index=True)
    slug: Mapped[str] = mapped_column(sa.String(80))
    kind: Mapped[CallKind] = enum_column(CallKind, "kind", default=CallKind.TALKS)
    title: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    text: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)
    opens_at: Mapped[Instant]
    closes_at: Mapped[Instant]
    published_at: Mapped[OptionalInstant]
    laureates_published_at: Mapped[OptionalInstant]
    is_blind: Mapped[bool] = mapped_column(default=False)
    only_assigned: Mapped[bool] = mapped_column(default=False)
    reviews_close_at: Mapped[OptionalInstant]
    max_people: Mapped[int] = mapped_column(default=5)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Instant]
    changed_at: Mapped[Instant]
    event: Mapped[Event] = relationship(lazy="raise_on_sql")
    questions: Mapped[list[Question]] = relationship(
        back_populates="call", lazy="raise_on_sql", order_by="Question.position, Question.id"
    )
    criteria: Mapped[list[Criterion]] = relationship(
        back_populates="call", lazy="raise_on_sql", order_by="Criterion.position, Criterion.id"
    )


class Question(Model):
    """A field of a call's form. `options` is [{"id": ..., "label": {"fr", "en"}}]; ids never change.

    A question with answers is archived, not deleted. `names_people`: its answer is hidden in blind review.
    """

    __tablename__ = "call_questions"

    id: Mapped[Id]
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("calls.id", ondelete="CASCADE"), index=True)
    kind: Mapped[QuestionKind] = enum_column(QuestionKind, "kind")
    label: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    help: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)
    is_required: Mapped[bool] = mapped_column(default=False)
    names_people: Mapped[bool] = mapped_column(default=False)
    options: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    position: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[OptionalInstant]
    call: Mapped[Call] = relationship(back_populates="questions", lazy="raise_on_sql")


class Proposal(Model):
    """What somebody sent to a call. `decision` is pending until decisions are applied in bulk."""

    __tablename__ = "proposals"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "code"),
        sa.Index("ix_proposals_call", "call_id", "state"),
    )

    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id"), index=True)
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("calls.id"))
    code: Mapped[str] = mapped_column(sa.String(12))
    state: Mapped[ProposalState] = enum_column(ProposalState, "state", default=ProposalState.DRAFT)
    decision: Mapped[Decision | None] = enum_column(Decision, "decision", nullable=True)
    title: Mapped[str] = mapped_column(sa.String(TITLE_LENGTH))
    abstract: Mapped[str] = mapped_column(sa.Text, default="")
    language: Mapped[str] = mapped_column(sa.String(2))
    format_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("session_formats.id", ondelete="SET NULL"), index=True
    )
    track_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tracks.id", ondelete="SET NULL"), index=True)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Instant]
    changed_at: Mapped[Instant]
    submitted_at: Mapped[OptionalInstant]
    decided_at: Mapped[OptionalInstant]
    call: Mapped[Call] = relationship(lazy="raise_on_sql")
    format: Mapped[SessionFormat | None] = relationship(lazy="raise_on_sql")
    track: Mapped[Track | None] = relationship(lazy="raise_on_sql")
    people: Mapped[list[ProposalPerson]] = relationship(
        back_populates="proposal", lazy="raise_on_sql", order_by="ProposalPerson.id"
    )
    answers: Mapped[list[ProposalAnswer]] = relationship(lazy="raise_on_sql")
    files: Mapped[list[ProposalFile]] = relationship(lazy="raise_on_sql", order_by="ProposalFile.id")
    reviews: Mapped[list[Review]] = relationship(back_populates="proposal", lazy="raise_on_sql", order_by="Review.id")


class ProposalPerson(Model):
    """The submitter or a co-submitter, with the link to the proposal."""

    __tablename__ = "proposal_people"
    __table_args__ = (
        sa.UniqueConstraint("proposal_id", "email_key"),
        sa.Index(
            "uq_proposal_people_submitter",
            "proposal_id",
            unique=True,
            sqlite_where=sa.text("state = 'submitter'"),
            postgresql_where=sa.text("state = 'submitter'"),
        ),
    )

    id: Mapped[Id]
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposals.id", ondelete="CASCADE"), index=True)
    state: Mapped[PersonState] = enum_column(PersonState, "state")
    given_name: Mapped[ShortText] = mapped_column(default="")
    family_name: Mapped[ShortText] = mapped_column(default="")
    email: Mapped[str] = mapped_column(sa.String(254))
    email_key: Mapped[str] = mapped_column(sa.String(254), index=True)
    organisation: Mapped[ShortText] = mapped_column(default="")
    job_title: Mapped[ShortText] = mapped_column(default="")
    biography: Mapped[str] = mapped_column(sa.Text, default="")
    language: Mapped[str] = mapped_column(sa.String(2))
    link_salt: Mapped[Salt]
    link_hash: Mapped[Hash] = mapped_column(unique=True)
    created_at: Mapped[Instant]
    proposal: Mapped[Proposal] = relationship(back_populates="people", lazy="raise_on_sql")

    @property
    def full_name(self) -> str:
        """Given name, then family name, as people wrote them."""
        return f"{self.given_name} {self.family_name}".strip()


class ProposalAnswer(Model):
    """The answer to one question: text, number, true or false, ISO date, id or ids of options."""

    __tablename__ = "proposal_answers"

    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposals.id", ondelete="CASCADE"), primary_key=True)
    question_id: Mapped[int] = mapped_column(
        sa.ForeignKey("call_questions.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    value: Mapped[Any] = mapped_column(sa.JSON)


class ProposalFile(Model):
    """An attachment of a proposal, or the answer to a question for a file."""

    __tablename__ = "proposal_files"

    id: Mapped[Id]
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposals.id", ondelete="CASCADE"), index=True)
    question_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("call_questions.id", ondelete="SET NULL"), index=True
    )
    stored_name: Mapped[str] = mapped_column(sa.String(60), unique=True)
    file_name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    bytes: Mapped[int]
    created_at: Mapped[Instant]


class Criterion(Model):
    """What reviewers give 0 to 10 points for, and how much it counts."""

    __tablename__ = "review_criteria"
    __table_args__ = (sa.CheckConstraint("weight BETWEEN 1 AND 100", name="weight"),)

    id: Mapped[Id]
    call_id: Mapped[int] = mapped_column(sa.ForeignKey("calls.id", ondelete="CASCADE"), index=True)
    name: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    help: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)
    weight: Mapped[int] = mapped_column(default=1)
    position: Mapped[int] = mapped_column(default=0)
    call: Mapped[Call] = relationship(back_populates="criteria", lazy="raise_on_sql")


class ReviewAssignment(Model):
    """Who is asked to review what."""

    __tablename__ = "review_assignments"

    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposals.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[int] = mapped_column(
        sa.ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Review(Model):
    """One reviewer's opinion of one proposal: points and a comment, or an abstention."""

    __tablename__ = "reviews"
    __table_args__ = (sa.UniqueConstraint("proposal_id", "account_id"),)

    id: Mapped[Id]
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("proposals.id", ondelete="CASCADE"))
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id", ondelete="SET NULL"), index=True)
    abstained: Mapped[bool] = mapped_column(default=False)
    comment: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[Instant]
    changed_at: Mapped[Instant]
    proposal: Mapped[Proposal] = relationship(back_populates="reviews", lazy="raise_on_sql")
    account: Mapped[Account | None] = relationship(lazy="raise_on_sql")
    scores: Mapped[list[ReviewScore]] = relationship(lazy="raise_on_sql")


class ReviewScore(Model):
    """Points for one criterion."""

    __tablename__ = "review_scores"
    __table_args__ = (sa.CheckConstraint("points BETWEEN 0 AND 10", name="points"),)

    review_id: Mapped[int] = mapped_column(sa.ForeignKey("reviews.id", ondelete="CASCADE"), primary_key=True)
    criterion_id: Mapped[int] = mapped_column(
        sa.ForeignKey("review_criteria.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    points: Mapped[int]
