"""Tracks of an event."""

from __future__ import annotations

import sqlalchemy as sa

from congress.audit.services import apply_changes
from congress.core import ordering
from congress.core.errors import Missing
from congress.events.models import Event
from congress.events.services.pages import note
from congress.extensions import db
from congress.programme.errors import TooMany
from congress.programme.models import Track
from congress.programme.queries import tracks_of
from congress.programme.services.drafting import draft_changed

MAX_TRACKS = 100


def add_track(event: Event, name: dict[str, str], colour: str) -> Track:
    """Add a track at the end of the list."""
    draft_changed(event)
    tracks = tracks_of(event)
    if len(tracks) >= MAX_TRACKS:
        raise TooMany
    position = max((one.position for one in tracks), default=0) + 1
    track = Track(event_id=event.id, name=name, colour=colour, position=position)
    db.session.add(track)
    db.session.flush()
    note("track.added", event, ("track", track.id), after={"name": name, "colour": colour})
    return track


def change_track(event: Event, track_id: int, name: dict[str, str], colour: str) -> None:
    """Change the name or the colour of a track."""
    track = track_of(event, track_id)
    before, after = apply_changes(track, {"name": name, "colour": colour})
    if after:
        note("track.changed", event, ("track", track.id), before, after)
        draft_changed(event)


def move_track(event: Event, track_id: int, step: int) -> None:
    """Move a track up (-1) or down (+1)."""
    draft_changed(event)
    ordering.move(tracks_of(event), track_of(event, track_id), step)
    note("track.reordered", event)


def remove_track(event: Event, track_id: int) -> None:
    """Take a track away; its sessions stay, without one."""
    track = track_of(event, track_id)
    note("track.removed", event, ("track", track.id), before={"name": track.name, "colour": track.colour})
    db.session.delete(track)
    draft_changed(event)


def track_of(event: Event, track_id: int) -> Track:
    """A track of this event; `Missing` for that of another one."""
    track = db.session.scalar(sa.select(Track).where(Track.id == track_id, Track.event_id == event.id))
    if track is None:
        raise Missing
    return track
