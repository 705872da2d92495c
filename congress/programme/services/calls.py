"""Calls: made, changed, put online, taken offline."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from congress.audit.services import apply_changes
from congress.core import clock
from congress.core.languages import translated
from congress.core.text import slugified
from congress.events.models import Event
from congress.events.services.pages import event_changed, note
from congress.extensions import db
from congress.programme.call_queries import call_of, has_proposals
from congress.programme.errors import ChangedMeanwhile, HasProposals, TooMany
from congress.programme.models import Call

MAX_CALLS = 50
SLUG_LENGTH = 60
FIELDS = (
    *("kind", "title", "text", "opens_at", "closes_at"),
    *("is_blind", "only_assigned", "reviews_close_at", "max_people"),
)


def create(event: Event, values: dict[str, Any]) -> Call:
    """A new call; nobody sees it before it is published."""
    number = db.session.scalar(sa.select(sa.func.count()).select_from(Call).where(Call.event_id == event.id)) or 0
    if number >= MAX_CALLS:
        raise TooMany
    now = clock.now()
    call = Call(
        event_id=event.id,
        slug=_free_slug(event, translated(values["title"], "en")),
        created_at=now,
        changed_at=now,
        **{name: values[name] for name in FIELDS},
    )
    db.session.add(call)
    db.session.flush()
    note("call.created", event, ("call", call.id), after={"title": call.title, "kind": call.kind})
    return call


def change(event: Event, call_id: int, values: dict[str, Any], seen_version: int) -> Call:
    """Change a call; `ChangedMeanwhile` when somebody else did since the page was opened."""
    call = lock_call(event, call_id)
    if call.version != seen_version:
        raise ChangedMeanwhile
    before, after = apply_changes(call, {name: values[name] for name in FIELDS})
    if after:
        note("call.changed", event, ("call", call.id), before, after)
        changed(event, call)
    return call


def publish(event: Event, call_id: int) -> None:
    """Let the public see it; from its opening on it takes proposals."""
    call = lock_call(event, call_id)
    if call.published_at is None:
        call.published_at = clock.now()
        note("call.published", event, ("call", call.id))
        changed(event, call)


def take_offline(event: Event, call_id: int) -> None:
    """Nobody sees it or sends anything any more; what was sent stays."""
    call = lock_call(event, call_id)
    if call.published_at is not None:
        call.published_at = None
        note("call.hidden", event, ("call", call.id))
        changed(event, call, was_public=True)


def remove(event: Event, call_id: int) -> None:
    """Delete a call that nobody answered."""
    call = lock_call(event, call_id)
    if has_proposals(call):
        raise HasProposals
    was_public = call.published_at is not None
    note("call.removed", event, ("call", call.id), before={"title": call.title})
    db.session.execute(sa.delete(Call).where(Call.id == call.id))
    if was_public:
        event_changed(event)


def lock_call(event: Event, call_id: int) -> Call:
    """A call of this event with its questions as it is now, held until the end of the transaction."""
    db.session.scalar(
        sa.select(Call)
        .where(Call.id == call_id, Call.event_id == event.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return call_of(event, call_id)


def changed(event: Event, call: Call, *, was_public: bool = False) -> None:
    """Count the change; public pages that name the call are renewed."""
    call.version += 1
    call.changed_at = clock.now()
    db.session.flush()
    if was_public or call.published_at is not None:
        event_changed(event)


def _free_slug(event: Event, title: str) -> str:
    wanted = slugified(title)[:SLUG_LENGTH].strip("-") or "call"
    taken = set(db.session.scalars(sa.select(Call.slug).where(Call.event_id == event.id)))
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(slug for slug in numbered if slug not in taken)
