"""Leaving the directory at once, by the person or by organisers on the person's behalf."""

from __future__ import annotations

from congress.core import clock
from congress.extensions import db
from congress.matchmaking.models import Profile
from congress.matchmaking.services.cancelling import close_pending_of
from congress.matchmaking.services.holding import hold
from congress.matchmaking.services.profiles import locked, note
from congress.matchmaking.signals import profile_changed


def withdraw(profile: Profile) -> None:
    """Nobody sees the person any more. Open requests end; agreed meetings stay until somebody cancels them."""
    hold(profile.event_id)
    if locked(profile.id).is_listed:
        close_pending_of(profile)
        own = locked(profile.id)
        own.listed_at, own.withdrawn_at, own.changed_at = None, clock.now(), clock.now()
        note("profile.withdrawn", own)
        db.session.flush()
        profile_changed.send(None, profile=own)
