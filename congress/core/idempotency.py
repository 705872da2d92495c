"""A form sent twice, or an API call repeated, acts once and answers the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from congress.core import clock
from congress.core.columns import Hash, Id, Instant
from congress.core.errors import DomainError
from congress.core.languages import lazy_gettext as _l
from congress.core.upserts import insert_unless_there
from congress.extensions import Model, db


class IdempotencyKey(Model):
    """A key that was used, bound to who used it, where and with what, and the result to repeat."""

    __tablename__ = "idempotency_keys"

    id: Mapped[Id]
    scope_hash: Mapped[Hash] = mapped_column(unique=True)
    body_hash: Mapped[Hash]
    result: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    created_at: Mapped[Instant] = mapped_column(index=True)


class KeyReused(DomainError):
    """The same key with another body."""

    sentence = _l("This form was already sent with other content. Please reload the page and start again.")


def body_digest(pairs: Iterable[tuple[str, str]]) -> bytes:
    """A digest of the fields of a form, whatever their order."""
    digest = hashlib.sha256()
    for name, value in sorted(pairs):
        for part in (name, value):
            encoded = part.encode("utf-8", "surrogatepass")
            digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return digest.digest()


def once(key: str, scope: str, body: bytes, produce: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Run `produce` the first time `key` is used in `scope`; afterwards repeat its result.

    `scope` names the person and the path. The row is written before `produce` runs, so that a second request with
    the same key waits for the first one's transaction.
    """
    scope_hash = hashlib.sha256(f"{scope}\0{key}".encode("utf-8", "replace")).digest()
    if _claim(scope_hash, body):
        result = produce()
        db.session.execute(
            sa.update(IdempotencyKey).where(IdempotencyKey.scope_hash == scope_hash).values(result=result)
        )
        return result
    row = db.session.execute(
        sa.select(IdempotencyKey.body_hash, IdempotencyKey.result).where(IdempotencyKey.scope_hash == scope_hash)
    ).one()
    if row.body_hash != body:
        raise KeyReused
    return dict(row.result or {})


def _claim(scope_hash: bytes, body: bytes) -> bool:
    values = {"scope_hash": scope_hash, "body_hash": body, "created_at": clock.now()}
    return insert_unless_there(IdempotencyKey, values, ("scope_hash",)) is not None
