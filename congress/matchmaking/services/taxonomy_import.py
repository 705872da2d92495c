"""Bringing a taxonomy in from a table: all of it or nothing, and nothing the second time."""

from __future__ import annotations

from congress.events.models import Event
from congress.events.services.pages import lock_series, note
from congress.extensions import db
from congress.matchmaking.models import Tag
from congress.matchmaking.queries.taxonomy import profiles_with_tags, tags_of_series
from congress.matchmaking.services.suggesting import ask_for_series
from congress.matchmaking.services.taxonomy import insert_tag, write_active
from congress.matchmaking.setup_errors import TreeChanged
from congress.matchmaking.signals import profile_changed
from congress.matchmaking.taxonomy import taxonomy_of
from congress.matchmaking.taxonomy_files import Plan, Planned, read


def preview(event: Event, content: bytes) -> Plan:
    """What would change now; nothing is written."""
    return read(content, taxonomy_of(event))


def import_tree(event: Event, content: bytes, digest: str) -> Plan:
    """Write what was previewed. Raises `TreeChanged` when the tree is no longer what the preview saw."""
    lock_series(event.series_id)
    plan = read(content, taxonomy_of(event))
    if plan.digest != digest or not plan.can_be_applied:
        raise TreeChanged
    tags = {tag.id: tag for tag in tags_of_series(event.series_id)}
    made: dict[str, int] = {}
    for one in plan.planned:
        _write(event, one, tags, made)
    db.session.flush()
    placed = [one.tag_id for one in plan.changed if one.tag_id is not None and "parent" in one.changes]
    if placed:
        ask_for_series(event.series_id)
    for profile in profiles_with_tags(placed):
        profile_changed.send(None, profile=profile)
    note("tag.imported", event, after={"new": len(plan.new), "changed": len(plan.changed)})
    return plan


def _write(event: Event, one: Planned, tags: dict[int, Tag], made: dict[str, int]) -> None:
    """One row: `made` remembers the ids of new tags by the keys of their rows."""
    parent_id = made[one.parent] if isinstance(one.parent, str) else one.parent
    row = one.row
    if one.tag_id is None:
        tag = insert_tag(event, parent_id, row.label, row.synonyms, row.number)
        made[row.key] = tag.id
    else:
        tag = tags[one.tag_id]
        tag.label, tag.synonyms, tag.parent_id = row.label, row.synonyms, parent_id
    if row.is_active is not None:
        write_active(event, [tag.id], active=row.is_active)
