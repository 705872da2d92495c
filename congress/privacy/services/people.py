"""Giving a person's data out, and erasing them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
import structlog

from congress.audit.services import record
from congress.core import clock
from congress.core.tokens import derive_token, hash_token
from congress.core.transactions import after_commit
from congress.extensions import db
from congress.privacy.errors import WrongReference
from congress.privacy.models import Erasure
from congress.privacy.queries import registrations_of
from congress.privacy.registry import PROVIDERS
from congress.registration.models import Registration

log = structlog.get_logger(__name__)
BUSY_TIMEOUT_MS = 2000


def export(address_key: str, event_id: int | None) -> dict[str, dict[str, Any]]:
    """Everything about an address, by feature; giving it out is noted."""
    record("person.exported", "event", event_id, event_id=event_id)
    return {provider.name: provider.export(address_key, event_id) for provider in PROVIDERS}


def confirm_erasure(registration: Registration, reference: str) -> dict[str, dict[str, int]]:
    """Erase the person behind a registration from its event; whoever asks has typed its reference."""
    if reference.strip().upper() != registration.reference.upper():
        raise WrongReference
    return erase(registration.email_key, registration.event_id)


def erase(address_key: str, event_id: int | None) -> dict[str, dict[str, int]]:
    """Erase an address from one event, or from everywhere; returns counts by feature.

    The address itself is kept nowhere: a keyed hash allows to do it again after a backup was restored.
    """
    counts = {provider.name: provider.erase(address_key, event_id) for provider in PROVIDERS}
    erasure = Erasure(address_hash=_keyed_hash(address_key), event_id=event_id, at=clock.now(), counts=counts)
    db.session.add(erasure)
    db.session.flush()
    record("person.erased", "erasure", erasure.id, event_id=event_id, after=counts)
    after_commit(_forget_deleted_pages)
    return counts


def reapply_erasures() -> int:
    """Erase again whom a restored backup brought back; people who registered after their erasure stay."""
    known = {
        (one.address_hash, one.event_id): one.at
        for one in db.session.scalars(sa.select(Erasure).order_by(Erasure.at))
    }
    rows = db.session.execute(
        sa.select(Registration.email_key, Registration.event_id, sa.func.min(Registration.created_at)).group_by(
            Registration.email_key, Registration.event_id
        )
    ).all()
    done = 0
    for address_key, event_id, registered_at in rows:
        hashed = _keyed_hash(address_key)
        at = max((known[key] for key in ((hashed, event_id), (hashed, None)) if key in known), default=None)
        if at is not None and registered_at < at and registrations_of(address_key, event_id):
            erase(address_key, event_id)
            done += 1
    return done


def _keyed_hash(address_key: str) -> bytes:
    return hash_token(derive_token("erasure", address_key.encode("utf-8", "replace")))


def _forget_deleted_pages() -> None:
    """SQLite: move the log into the file, where deleted content is overwritten, and empty the log."""
    engine = db.engine
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        before = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {int(before)}")
        cursor.close()
    finally:
        connection.close()
    if busy:
        log.warning("erasure_checkpoint_waits_for_readers")
