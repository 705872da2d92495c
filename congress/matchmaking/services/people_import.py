"""Bringing in profiles that organisers prepared: all of them or none, unlisted, and nothing the second time."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from congress.core import clock, storage
from congress.events.models import Event
from congress.events.services.pages import note
from congress.extensions import db
from congress.matchmaking.errors import PeopleChanged
from congress.matchmaking.models import Opportunity, Profile, Tag
from congress.matchmaking.people_files import Contents
from congress.matchmaking.people_plan import PeoplePlan, Planned, plan
from congress.matchmaking.services.holding import hold
from congress.matchmaking.services.indexing import renew
from congress.matchmaking.services.profiles import new_code

FOLDER = "imports"
SUFFIX = "people"
KEPT = dt.timedelta(hours=24)


def keep_file(event: Event, content: bytes) -> str:
    """Keep an uploaded file until it is imported or a day has passed; returns its name."""
    name = f"{event.id}-{storage.new_name(SUFFIX)}"
    (storage.folder(FOLDER) / name).write_bytes(content)
    return name


def kept_file(event: Event, name: str) -> bytes | None:
    """A file that was kept for this event; None when it is gone, or another event's."""
    path = storage.stored_file(FOLDER, name) if name.startswith(f"{event.id}-") else None
    return None if path is None else path.read_bytes()


def forget_files(event_id: int | None = None) -> None:
    """Delete the kept files of an event, or those of all events that are older than a day."""
    for path in storage.folder(FOLDER).glob(f"*.{SUFFIX}" if event_id is None else f"{event_id}-*.{SUFFIX}"):
        written = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
        if event_id is not None or clock.now() - written > KEPT:
            path.unlink(missing_ok=True)


def import_people(event: Event, contents: Contents, digest: str) -> PeoplePlan:
    """Write what was previewed. Raises `PeopleChanged` when the profiles are no longer what the preview showed."""
    hold(event.id)
    made = plan(event, contents)
    if made.digest != digest or not made.can_be_applied:
        raise PeopleChanged
    writer = _Writer(event, made)
    written = [writer.write(one) for one in made.planned if one.is_change]
    db.session.flush()
    renew([one.id for one in written])
    note("profile.imported", event, after={"new": len(made.new), "changed": len(made.changed)})
    return made


class _Writer:
    """Writes rows of one plan."""

    def __init__(self, event: Event, made: PeoplePlan) -> None:
        ids = {tag for one in made.planned for wish in one.wishes for tag in wish.tag_ids}
        known = {one.profile_id for one in made.planned if one.profile_id is not None}
        statement = sa.select(Profile).where(Profile.id.in_(known))
        statement = statement.options(selectinload(Profile.opportunities).selectinload(Opportunity.tags))
        self._event, self._now = event, clock.now()
        self._tags = {tag.id: tag for tag in db.session.scalars(sa.select(Tag).where(Tag.id.in_(ids)))}
        self._profiles = {one.id: one for one in db.session.scalars(statement)}

    def write(self, one: Planned) -> Profile:
        """A new profile, or what changes of one."""
        profile = self._profiles[one.profile_id] if one.profile_id is not None else self._new(one)
        for name, value in one.values.items():
            setattr(profile, name, value)
        profile.changed_at = self._now
        by_id = {row.id: row for row in profile.opportunities}
        for wish in one.wishes:
            tags = [self._tags[tag_id] for tag_id in sorted(wish.tag_ids)]
            if wish.opportunity_id is not None:
                row = by_id[wish.opportunity_id]
                row.tags = [*row.tags, *(tag for tag in tags if tag not in row.tags)]
            else:
                position = len(profile.opportunities)
                profile.opportunities.append(
                    Opportunity(kind=wish.kind, title=wish.title, position=position, tags=tags)
                )
        return profile

    def _new(self, one: Planned) -> Profile:
        profile = Profile(
            code=new_code(),
            event_id=self._event.id,
            registration_id=one.registration_id,
            type=one.values["type"],
            created_at=self._now,
            opportunities=[],
        )
        db.session.add(profile)
        return profile
