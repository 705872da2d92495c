"""The taxonomy of a series: one tree for all its events, whose tags keep their ids, and what an event uses of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import sqlalchemy as sa

from congress.audit.services import apply_changes
from congress.core import ordering
from congress.core.errors import Missing
from congress.core.languages import LANGUAGES
from congress.core.text import search_key
from congress.events.errors import TooMany
from congress.events.models import Event
from congress.events.services.pages import lock_series, note
from congress.extensions import db
from congress.matchmaking.models import Profile, Tag, active_tags, opportunity_tags
from congress.matchmaking.queries.taxonomy import active_ids, profiles_with_tags, tags_of_series, uses_of_series
from congress.matchmaking.services.indexing import renew
from congress.matchmaking.services.suggesting import ask_for_series
from congress.matchmaking.setup_errors import CircleOfTags, TagInUse, TagTaken
from congress.matchmaking.signals import profile_changed
from congress.matchmaking.taxonomy import Taxonomy, taxonomy_of

MAX_TAGS = 2000
MAX_SYNONYMS = 30
Label = dict[str, str]
Synonyms = dict[str, list[str]]


def add_tag(event: Event, parent_id: int | None, label: Label, synonyms: Synonyms) -> Tag:
    """Add a tag as the last one at its place; the event uses it."""
    tree = _held(event)
    if len(tree) >= MAX_TAGS:
        raise TooMany
    if parent_id is not None:
        _known(tree, parent_id)
    refuse_twin(tree, parent_id, label)
    tag = insert_tag(event, parent_id, label, synonyms, _last(tree, parent_id) + 1)
    note("tag.added", event, ("tag", tag.id), after={"name": label})
    return tag


def change_tag(event: Event, tag_id: int, label: Label, synonyms: Synonyms) -> None:
    """Call a tag something else; what was tagged with it stays so."""
    tree = _held(event)
    _known(tree, tag_id)
    refuse_twin(tree, tree.by_id[tag_id].parent_id, label, besides=tag_id)
    before, after = apply_changes(tag_of(event, tag_id), {"label": label, "synonyms": synonyms})
    if after:
        note("tag.changed", event, ("tag", tag_id), _named(before), _named(after))


def place_tag(event: Event, tag_id: int, parent_id: int | None) -> None:
    """Put a tag, with all below it, below another one or at the top. Raises `CircleOfTags` and `TagTaken`."""
    tree = _held(event)
    _known(tree, tag_id)
    if parent_id is not None:
        _known(tree, parent_id)
    if tree.is_within(parent_id, tag_id):
        raise CircleOfTags
    tag = tag_of(event, tag_id)
    if tag.parent_id == parent_id:
        return
    refuse_twin(tree, parent_id, tag.label, besides=tag_id)
    before = {"parent": tree.path(tag.parent_id) if tag.parent_id else None}
    tag.parent_id, tag.position = parent_id, _last(tree, parent_id) + 1
    db.session.flush()
    ask_for_series(event.series_id)
    _announce(profiles_with_tags([tag_id, *(term.id for term in tree.descendants(tag_id))]))
    after = {"parent": tree.path(parent_id) if parent_id else None}
    note("tag.placed", event, ("tag", tag_id), {"name": tag.label, **before}, {"name": tag.label, **after})


def move_tag(event: Event, tag_id: int, step: int) -> None:
    """Move a tag up (-1) or down (+1) among those at the same place."""
    _held(event)
    tag = tag_of(event, tag_id)
    beside = [one for one in tags_of_series(event.series_id) if one.parent_id == tag.parent_id]
    ordering.move(beside, tag, step)
    db.session.flush()
    note("tag.reordered", event)


def merge_tag(event: Event, tag_id: int, into_id: int) -> None:
    """Let another tag take over all that a tag has: what is tagged, what stands below, its names as synonyms."""
    tree = _held(event)
    _known(tree, tag_id)
    _known(tree, into_id)
    if tree.is_within(into_id, tag_id):
        raise CircleOfTags
    tag, into = tag_of(event, tag_id), tag_of(event, into_id)
    for child in tree.children(tag_id):
        refuse_twin(tree, into_id, dict(child.label))
    affected = profiles_with_tags([tag_id])
    _hand_over(tag_id, into_id)
    into.synonyms = _with_names(into, tag)
    note("tag.merged", event, ("tag", into_id), {"name": tag.label}, {"name": into.label})
    db.session.flush()
    db.session.execute(sa.delete(Tag).where(Tag.id == tag_id))
    renew([profile.id for profile in affected])
    ask_for_series(event.series_id)
    _announce(affected)


def remove_tag(event: Event, tag_id: int) -> None:
    """Delete a tag that nobody uses, at no event of the series, and below which nothing stands."""
    tree = _held(event)
    _known(tree, tag_id)
    if tree.children(tag_id) or uses_of_series(event.series_id).get(tag_id):
        raise TagInUse
    note("tag.removed", event, ("tag", tag_id), before={"name": dict(tree.by_id[tag_id].label)})
    db.session.execute(sa.delete(Tag).where(Tag.id == tag_id))


def set_active(event: Event, tag_id: int, *, active: bool, branch: bool = True) -> int:
    """Let people of the event choose a tag, with all below it, or no longer; returns how many changed."""
    tree = _held(event)
    _known(tree, tag_id)
    wanted = {tag_id, *(term.id for term in tree.descendants(tag_id))} if branch else {tag_id}
    changed = write_active(event, wanted, active=active)
    if changed:
        action = "tag.activated" if active else "tag.deactivated"
        note(action, event, ("tag", tag_id), after={"name": dict(tree.by_id[tag_id].label), "count": changed})
    return changed


def write_active(event: Event, tag_ids: Collection[int], *, active: bool) -> int:
    """Write which tags the event uses; returns how many changed."""
    present = active_ids(event)
    if active:
        new = set(tag_ids) - present
        if new:
            db.session.execute(active_tags.insert(), [{"event_id": event.id, "tag_id": one} for one in sorted(new)])
        return len(new)
    gone = set(tag_ids) & present
    of_event = active_tags.c.event_id == event.id
    db.session.execute(active_tags.delete().where(of_event, active_tags.c.tag_id.in_(gone)))
    return len(gone)


def insert_tag(event: Event, parent_id: int | None, label: Label, synonyms: Synonyms, position: int) -> Tag:
    """A new row, which the event uses."""
    tag = Tag(series_id=event.series_id, parent_id=parent_id, label=label, synonyms=synonyms, position=position)
    db.session.add(tag)
    db.session.flush()
    db.session.execute(active_tags.insert().values(event_id=event.id, tag_id=tag.id))
    return tag


def tag_of(event: Event, tag_id: int) -> Tag:
    """A tag of the event's series; `Missing` for that of another one."""
    tag = db.session.scalar(sa.select(Tag).where(Tag.id == tag_id, Tag.series_id == event.series_id))
    if tag is None:
        raise Missing
    return tag


def refuse_twin(tree: Taxonomy, parent_id: int | None, label: Label, besides: int | None = None) -> None:
    """Two tags at one place that are called the same in some language cannot be told apart."""
    wanted = {(language, search_key(text)) for language, text in label.items()}
    for term in tree.children(parent_id):
        if term.id != besides and wanted & {(language, search_key(text)) for language, text in term.label.items()}:
            raise TagTaken


def _held(event: Event) -> Taxonomy:
    """The tree as it is now; nobody else changes it until the end of the transaction."""
    lock_series(event.series_id)
    return taxonomy_of(event)


def _known(tree: Taxonomy, tag_id: int) -> None:
    if tag_id not in tree:
        raise Missing


def _last(tree: Taxonomy, parent_id: int | None) -> int:
    return max((term.position for term in tree.children(parent_id)), default=0)


def _hand_over(tag_id: int, into_id: int) -> None:
    for table, column in ((opportunity_tags, "opportunity_id"), (active_tags, "event_id")):
        owner, tag = table.c[column], table.c.tag_id
        has_both = sa.select(owner).where(tag == into_id)
        db.session.execute(table.update().where(tag == tag_id, owner.not_in(has_both)).values(tag_id=into_id))
        db.session.execute(table.delete().where(tag == tag_id))
    db.session.execute(sa.update(Tag).where(Tag.parent_id == tag_id).values(parent_id=into_id))


def _with_names(into: Tag, tag: Tag) -> Synonyms:
    merged: Synonyms = {}
    for language in LANGUAGES:
        names = [tag.label.get(language), *tag.synonyms.get(language, ())]
        merged[language] = _distinct([*into.synonyms.get(language, ()), *filter(None, names)], into.label)
    return {language: words for language, words in merged.items() if words}


def _distinct(words: Iterable[str], label: Label) -> list[str]:
    """Each word once, whatever its accents, and none that the label says already."""
    seen = {search_key(text) for text in label.values()}
    kept: list[str] = []
    for word in words:
        if search_key(word) not in seen:
            seen.add(search_key(word))
            kept.append(word)
    return kept[:MAX_SYNONYMS]


def _announce(profiles: Sequence[Profile]) -> None:
    """Whom people are suggested to depends on their tags, and on where these stand."""
    for profile in profiles:
        profile_changed.send(None, profile=profile)


def _named(values: dict[str, object]) -> dict[str, object]:
    """As the history shows it: a list of synonyms for each language as one text."""
    told = {"name" if name == "label" else name: value for name, value in values.items()}
    if isinstance(synonyms := told.get("synonyms"), dict):
        told["synonyms"] = {language: ", ".join(words) for language, words in synonyms.items()}
    return told
