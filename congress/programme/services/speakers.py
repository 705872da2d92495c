"""Speakers: their data, photo, times, links. The history names the fields that changed and not their content."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from congress.accounts.models import Account
from congress.core import clock
from congress.core.addresses import address_key
from congress.core.errors import Missing
from congress.core.tokens import new_link
from congress.events.logos import Logo
from congress.events.models import Event
from congress.events.services.pages import note
from congress.extensions import db
from congress.programme import photos, releases
from congress.programme.codes import new_guid
from congress.programme.enums import LinkReason, SessionState
from congress.programme.errors import (
    AddressTaken,
    ChangedMeanwhile,
    EndsBeforeStart,
    NoAddress,
    StillSpeaking,
    TooMany,
    WasReleased,
)
from congress.programme.links import SPEAKER
from congress.programme.models import Availability, Session, SessionSpeaker, Speaker, SpeakerPhoto
from congress.programme.services.drafting import draft_changed, lock_programme
from congress.programme.services.sessions import free_code
from congress.programme.signals import speaker_link_requested

MAX_SPEAKERS = 10_000
MAX_WINDOWS = 50


def create_speaker(event: Event, values: Mapping[str, Any]) -> Speaker:
    """A new speaker; `AddressTaken` when the event has one with this address."""
    draft_changed(event)
    count = db.session.scalar(sa.select(sa.func.count(Speaker.id)).where(Speaker.event_id == event.id)) or 0
    if count >= MAX_SPEAKERS:
        raise TooMany
    salt, digest = new_link(SPEAKER)
    now = clock.now()
    speaker = Speaker(
        **_with_address(event, dict(values)),
        event_id=event.id,
        guid=new_guid(),
        code=free_code(event, Speaker),
        link_salt=salt,
        link_hash=digest,
        created_at=now,
        changed_at=now,
    )
    db.session.add(speaker)
    db.session.flush()
    note("speaker.created", event, ("speaker", speaker.id))
    return speaker


def change_speaker(event: Event, code: str, values: Mapping[str, Any], seen_version: int) -> Speaker:
    """Change a speaker's data; `ChangedMeanwhile` when it is no longer the version that the person saw.

    With another address the link changes too: who reads the old mailbox has no part in it any more.
    """
    speaker = speaker_of(event, code)
    if speaker.version != seen_version:
        raise ChangedMeanwhile
    wanted = _with_address(event, dict(values), besides=speaker)
    changed = [name for name, value in wanted.items() if getattr(speaker, name) != value]
    if "email_key" in changed:
        speaker.link_salt, speaker.link_hash = new_link(SPEAKER)
    for name in changed:
        setattr(speaker, name, wanted[name])
    if changed:
        shown = [name for name in changed if name not in {"email_key", "account_id"}]
        _touch(event, speaker, "speaker.changed", changed=shown)
    return speaker


def remove_speaker(event: Event, code: str) -> None:
    """Delete somebody who speaks nowhere and whom no release names."""
    speaker = speaker_of(event, code)
    speaks = sa.select(SessionSpeaker.session_id).where(SessionSpeaker.speaker_id == speaker.id).limit(1)
    if db.session.scalar(speaks) is not None:
        raise StillSpeaking
    latest = releases.latest(event.id)
    if latest is not None and speaker.id in latest.speaker_by_id:
        raise WasReleased
    note("speaker.removed", event, ("speaker", speaker.id))
    delete(speaker)
    draft_changed(event)


def delete(speaker: Speaker) -> None:
    """Delete the row with all that hangs on it, files included."""
    for photo in db.session.scalars(sa.select(SpeakerPhoto).filter_by(speaker_id=speaker.id)).all():
        photos.delete(photo)
    db.session.flush()
    db.session.execute(sa.delete(Speaker).where(Speaker.id == speaker.id))


def change_photo(event: Event, code: str, photo: Logo) -> None:
    """Another photo; the present one goes unless a release shows it."""
    speaker = speaker_of(event, code)
    photos.keep(speaker, photo)
    _touch(event, speaker, "speaker.photo_changed")


def remove_photo(event: Event, code: str) -> None:
    """No photo."""
    speaker = speaker_of(event, code)
    if speaker.photo_name is None:
        return
    speaker.photo_name = None
    db.session.flush()
    photos.drop_unseen([speaker.id], event.id)
    _touch(event, speaker, "speaker.photo_removed")


def add_window(event: Event, code: str, starts_at: dt.datetime, ends_at: dt.datetime) -> None:
    """A time in which the speaker can speak."""
    speaker = speaker_of(event, code)
    if ends_at <= starts_at:
        raise EndsBeforeStart
    held = sa.select(sa.func.count(Availability.id)).where(Availability.speaker_id == speaker.id)
    if (db.session.scalar(held) or 0) >= MAX_WINDOWS:
        raise TooMany
    db.session.add(Availability(speaker_id=speaker.id, starts_at=starts_at, ends_at=ends_at))
    _touch(event, speaker, "speaker.availability_changed")


def remove_window(event: Event, code: str, window_id: int) -> None:
    """Take a time away."""
    speaker = speaker_of(event, code)
    window = db.session.scalar(sa.select(Availability).filter_by(id=window_id, speaker_id=speaker.id))
    if window is None:
        raise Missing
    db.session.delete(window)
    _touch(event, speaker, "speaker.availability_changed")


def send_link(event: Event, code: str) -> None:
    """Ask for the mail with the speaker's own link."""
    speaker = speaker_of(event, code)
    if not speaker.email:
        raise NoAddress
    note("speaker.link_sent", event, ("speaker", speaker.id))
    speaker_link_requested.send(None, speaker=speaker, reason=LinkReason.LINK)


def ask_unconfirmed(event: Event) -> int:
    """Ask everybody with an accepted session to confirm it; returns how many mails were asked for."""
    found = unconfirmed(event)
    for speaker in found:
        note("speaker.link_sent", event, ("speaker", speaker.id))
        speaker_link_requested.send(None, speaker=speaker, reason=LinkReason.CONFIRM)
    return len(found)


def unconfirmed(event: Event) -> list[Speaker]:
    """Who has an address and a session that is accepted and not yet confirmed."""
    waiting = (
        sa.select(SessionSpeaker.speaker_id)
        .join(Session, Session.id == SessionSpeaker.session_id)
        .where(Session.event_id == event.id, Session.state == SessionState.ACCEPTED)
    )
    return list(
        db.session.scalars(
            sa.select(Speaker)
            .where(Speaker.event_id == event.id, Speaker.email.is_not(None), Speaker.id.in_(waiting))
            .order_by(Speaker.id)
        )
    )


def renew_link(event: Event, code: str) -> None:
    """Withdraw the link and make another; it is sent when somebody asks for it."""
    speaker = speaker_of(event, code)
    speaker.link_salt, speaker.link_hash = new_link(SPEAKER)
    db.session.flush()
    note("speaker.link_renewed", event, ("speaker", speaker.id))


def speaker_of(event: Event, code: str) -> Speaker:
    """A speaker of this event as stored now, under the lock of the draft; `Missing` for that of another one."""
    lock_programme(event)
    speaker = db.session.scalar(
        sa.select(Speaker)
        .where(Speaker.event_id == event.id, Speaker.code == code)
        .options(joinedload(Speaker.event))
        .execution_options(populate_existing=True)
    )
    if speaker is None:
        raise Missing
    return speaker


def _touch(event: Event, speaker: Speaker, action: str, *, changed: Iterable[str] = ()) -> None:
    speaker.version += 1
    speaker.changed_at = clock.now()
    draft_changed(event)
    names = sorted(changed)
    note(action, event, ("speaker", speaker.id), after={"changed": names} if names else None)


def _with_address(event: Event, values: dict[str, Any], besides: Speaker | None = None) -> dict[str, Any]:
    """The values with what follows from the address: its key, and the account that has it."""
    if "email" not in values:
        return values
    email = values["email"] or None
    key = address_key(email) if email else None
    if key is not None:
        other = sa.select(Speaker.id).where(Speaker.event_id == event.id, Speaker.email_key == key)
        if besides is not None:
            other = other.where(Speaker.id != besides.id)
        if db.session.scalar(other) is not None:
            raise AddressTaken
    account_id = db.session.scalar(sa.select(Account.id).where(Account.email_key == key)) if key else None
    return {**values, "email": email, "email_key": key, "account_id": account_id}
