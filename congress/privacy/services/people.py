"""Giving a person's data out, and erasing them."""

from __future__ import annotations

import datetime as dt
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
from congress.privacy.registry import PROVIDERS
from congress.programme.models import Proposal, ProposalPerson, Speaker
from congress.programme.personal_data import erase_speaker as erase_one_speaker
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


def erase(address_key: str, event_id: int | None, *, keep_published: bool = False) -> dict[str, dict[str, int]]:
    """Erase an address from one event, or from everywhere; returns counts by feature.

    `keep_published`: what the programme says of its speakers stays, because nobody asked and only the time is over.
    The address itself is kept nowhere: a keyed hash allows to do it again after a backup was restored.
    """
    providers = [one for one in PROVIDERS if not (keep_published and one.is_published)]
    counts = {provider.name: provider.erase(address_key, event_id) for provider in providers}
    erasure = Erasure(address_hash=_keyed_hash(address_key), event_id=event_id, at=clock.now(), counts=counts)
    db.session.add(erasure)
    db.session.flush()
    record("person.erased", "erasure", erasure.id, event_id=event_id, after=counts)
    after_commit(_forget_deleted_pages)
    return counts


def erase_speaker(speaker: Speaker) -> None:
    """Erase a speaker from the event: with everything else about the address, when there is one."""
    if speaker.email_key is not None:
        erase(speaker.email_key, speaker.event_id)
        return
    event, speaker_id = speaker.event, speaker.id
    erase_one_speaker(event, speaker)
    record("person.erased", "speaker", speaker_id, event_id=event.id)
    after_commit(_forget_deleted_pages)


def reapply_erasures() -> int:
    """Erase again whom a restored backup brought back; people who came after their erasure stay."""
    known = {
        (one.address_hash, one.event_id): one for one in db.session.scalars(sa.select(Erasure).order_by(Erasure.at))
    }
    done = 0
    for address_key, event_id, came_at in _people():
        hashed = _keyed_hash(address_key)
        found = [known[key] for key in ((hashed, event_id), (hashed, None)) if key in known]
        last = max(found, key=lambda one: one.at, default=None)
        if last is not None and came_at < last.at:
            erase(address_key, event_id, keep_published="speakers" not in last.counts)
            done += 1
    return done


def _people() -> list[tuple[str, int, dt.datetime]]:
    """(address, event, first seen there) of everybody who registered, speaks or proposed something."""
    seen: dict[tuple[str, int], dt.datetime] = {}
    for table in (Registration, Speaker):
        rows = db.session.execute(
            sa.select(table.email_key, table.event_id, sa.func.min(table.created_at))
            .where(table.email_key.is_not(None))
            .group_by(table.email_key, table.event_id)
        )
        for address_key, event_id, at in rows:
            key = (str(address_key), event_id)
            seen[key] = min(at, seen.get(key, at))
    authors = db.session.execute(
        sa.select(ProposalPerson.email_key, Proposal.event_id, sa.func.min(ProposalPerson.created_at))
        .join(ProposalPerson.proposal)
        .group_by(ProposalPerson.email_key, Proposal.event_id)
    )
    for address_key, event_id, at in authors:
        seen[address_key, event_id] = min(at, seen.get((address_key, event_id), at))
    return [(*key, at) for key, at in sorted(seen.items())]


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
