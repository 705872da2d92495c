"""Accounts, sign-in links, sessions and counted attempts."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from congress.core.columns import Hash, Id, Instant, OptionalInstant, Salt, ShortText
from congress.extensions import Model


class Account(Model):
    """A person who can sign in. `email_key` is the address under NFKC and casefold."""

    __tablename__ = "accounts"

    id: Mapped[Id]
    email: Mapped[str] = mapped_column(sa.String(254))
    email_key: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[ShortText]
    language: Mapped[str] = mapped_column(sa.String(2), default="fr")
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    password_changed_at: Mapped[OptionalInstant]
    is_administrator: Mapped[bool] = mapped_column(default=False)
    disabled_at: Mapped[OptionalInstant]
    created_at: Mapped[Instant]

    @property
    def is_active(self) -> bool:
        """Flask-Login: whether it may sign in."""
        return self.disabled_at is None

    @property
    def is_authenticated(self) -> bool:
        """Flask-Login: a loaded account is signed in."""
        return True

    @property
    def is_anonymous(self) -> bool:
        """Flask-Login: never."""
        return False

    def get_id(self) -> str:
        """Flask-Login: the identifier kept in the cookie beside the session token."""
        return str(self.id)


class SignInLink(Model):
    """A link sent by mail. Written for unknown addresses too, so that both look and cost the same."""

    __tablename__ = "sign_in_links"

    id: Mapped[Id]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    salt: Mapped[Salt]
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    next_path: Mapped[str | None] = mapped_column(sa.String(300))
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    used_at: Mapped[OptionalInstant]


class AccountSession(Model):
    """A browser that is signed in; the cookie holds a token, the database its hash."""

    __tablename__ = "account_sessions"

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    device: Mapped[str] = mapped_column(sa.String(200), default="")
    method: Mapped[str] = mapped_column(sa.String(20))
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    revoked_at: Mapped[OptionalInstant]
    account: Mapped[Account] = relationship(lazy="raise_on_sql")


class Attempt(Model):
    """How often something limited was tried within a window; `key_hash` names what and who."""

    __tablename__ = "attempts"

    id: Mapped[Id]
    key_hash: Mapped[Hash] = mapped_column(unique=True)
    count: Mapped[int] = mapped_column(default=0)
    window_ends_at: Mapped[Instant] = mapped_column(index=True)
