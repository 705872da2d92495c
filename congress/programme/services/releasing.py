"""Publishing the draft: an atomic snapshot that never changes."""

from __future__ import annotations

import re

import sqlalchemy as sa

from congress.core import clock
from congress.core.actors import current_actor
from congress.events.models import Event
from congress.events.services.pages import event_changed, lock_event, note
from congress.extensions import db
from congress.programme import differences, releases, snapshot
from congress.programme.draft import draft_programme
from congress.programme.errors import NameTaken, NothingToRelease, ReleasedMeanwhile
from congress.programme.models import Release, Slot
from congress.programme.services.drafting import lock_programme
from congress.programme.signals import programme_released


def release(
    event: Event, name: str, comment: dict[str, str], seen_version: int, *, tell_speakers: bool = True
) -> Release:
    """Publish the draft. `seen_version`: the `draft_version` that the person read before deciding.

    Raises `ReleasedMeanwhile` when the draft is no longer that one or somebody released it, so that nobody publishes
    what nobody has read; `NameTaken`, `NothingToRelease`.
    """
    event = lock_event(event)
    programme = lock_programme(event)
    number = releases.latest_number(event.id) + 1
    _check(event, name, seen=seen_version, now=programme.draft_version)
    now = clock.now()
    before = releases.latest(event.id)
    after = draft_programme(event, before, number, name, now)
    if not after.live_sessions and before is None:
        raise NothingToRelease
    made = Release(
        event_id=event.id,
        number=number,
        name=name,
        comment=comment,
        draft_version=programme.draft_version,
        snapshot=snapshot.to_json(after),
        changes=[
            differences.to_json(differences.told(one, before, after))
            for one in differences.differences(before, after)
        ],
        account_id=current_actor().account_id,
        created_at=now,
    )
    db.session.add(made)
    _keep_identities(event, after)
    db.session.flush()
    note("programme.released", event, ("release", made.id), after={"name": name, "number": number})
    event_changed(event)
    programme_released.send(event, release=made, before=before, after=after, tell_speakers=tell_speakers)
    return made


def suggested_name(event: Event) -> str:
    """The name for the next release: the last number in the latest one's name, plus one; else "1"."""
    names = releases.names_of(event)
    if not names:
        return "1"
    head, digits, tail = _last_number(names[0])
    base, number = (head, int(digits)) if digits else (f"{names[0]} ", 1)
    taken = set(names)
    return next(name for step in range(1, len(names) + 2) if (name := f"{base}{number + step}{tail}") not in taken)


def _keep_identities(event: Event, after: snapshot.Programme) -> None:
    """A slot that carries on the identity of one that was taken out has it in the draft, too, from now on."""
    released = {slot.id: slot.guid for slot in after.slots if slot.is_live}
    for slot_id, guid in db.session.execute(sa.select(Slot.id, Slot.guid).where(Slot.event_id == event.id)):
        if released.get(slot_id, guid) != guid:
            db.session.execute(sa.update(Slot).where(Slot.id == slot_id).values(guid=released[slot_id]))


def _last_number(name: str) -> tuple[str, str, str]:
    found = re.fullmatch(r"(.*?)(\d{1,9})(\D*)", name)
    return (found[1], found[2], found[3]) if found else (name, "", "")


def _check(event: Event, name: str, *, seen: int, now: int) -> None:
    latest = db.session.execute(
        sa.select(Release.draft_version).where(Release.event_id == event.id).order_by(Release.number.desc()).limit(1)
    ).scalar()
    if seen != now or latest == now:
        raise ReleasedMeanwhile
    if db.session.scalar(sa.select(Release.id).where(Release.event_id == event.id, Release.name == name)) is not None:
        raise NameTaken
