"""The taxonomy of a series: tags made, moved, merged, deleted, brought in from a table; and what an event uses."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from congress.audit.models import AuditEntry
from congress.core.errors import Missing
from congress.core.spreadsheets import csv_chunks
from congress.events.errors import TooMany
from congress.extensions import db
from congress.matchmaking.models import Tag, opportunity_tags
from congress.matchmaking.queries.taxonomy import active_ids, uses_of_series
from congress.matchmaking.services import taxonomy as services
from congress.matchmaking.services.taxonomy_import import import_tree, preview
from congress.matchmaking.setup_errors import CircleOfTags, SetupRefused, TagInUse, TagTaken, TreeChanged
from congress.matchmaking.signals import profile_changed
from congress.matchmaking.taxonomy import taxonomy_of
from congress.matchmaking.taxonomy_files import MAX_BYTES, table_of
from tests.factories.events import make_event
from tests.factories.matchmaking import make_matchmaking, make_opportunity, make_profile, make_tag
from tests.support.counting import queries_of

HEAD = "id,parent,label_fr,label_en,synonyms_fr,synonyms_en,active\n"


@pytest.fixture
def event(session, now):
    """An event with matchmaking."""
    event = make_event()
    make_matchmaking(event)
    return event


@pytest.fixture
def tree(event):
    """Ids by name: bio (down (filter), up), cell."""
    made = {}
    for name, parent in (("bio", None), ("down", "bio"), ("filter", "down"), ("up", "bio"), ("cell", None)):
        parent_id = made[parent] if parent else None
        made[name] = services.add_tag(event, parent_id, {"fr": name, "en": f"{name} en"}, {}).id
    return made


def actions(event):
    return list(db.session.scalars(sa.select(AuditEntry.action).where(AuditEntry.event_id == event.id)))


def order(event):
    return [term.name("fr") for term in taxonomy_of(event)]


@pytest.mark.database
def test_tags_stand_where_they_are_put(event, tree):
    assert order(event) == ["bio", "down", "filter", "up", "cell"]
    services.move_tag(event, tree["up"], -1)
    services.place_tag(event, tree["cell"], tree["up"])
    assert order(event) == ["bio", "up", "cell", "down", "filter"]
    services.place_tag(event, tree["down"], None)
    assert order(event) == ["bio", "up", "cell", "down", "filter"]
    assert taxonomy_of(event).path(tree["filter"], "fr") == "down › filter"
    assert {"tag.added", "tag.reordered", "tag.placed"} == set(actions(event))


@pytest.mark.database
def test_a_circle_is_refused(event, tree):
    for below in ("bio", "down", "filter"):
        with pytest.raises(CircleOfTags):
            services.place_tag(event, tree["bio"], tree[below])
    with pytest.raises(CircleOfTags):
        services.merge_tag(event, tree["bio"], tree["filter"])


def test_one_name_at_one_place(event, tree):
    for label in ({"fr": "DOWN"}, {"en": "dówn EN"}):
        with pytest.raises(TagTaken):
            services.add_tag(event, tree["bio"], label, {})
        with pytest.raises(TagTaken):
            services.change_tag(event, tree["up"], label, {})
    services.add_tag(event, tree["cell"], {"fr": "down"}, {})
    with pytest.raises(TagTaken):
        services.place_tag(event, tree["down"], tree["cell"])
    services.change_tag(event, tree["down"], {"fr": "Down"}, {"fr": ["aval"]})
    assert [term.id for term in taxonomy_of(event).search("AVAL")] == [tree["down"]]


@pytest.mark.database
def test_a_merged_tag_hands_over_everything(event, tree):
    other = make_event(series_id=event.series_id)
    services.write_active(other, [tree["down"]], active=True)
    one, both = make_profile(event), make_profile(event)
    rows = [db.session.get_one(Tag, tree[name]) for name in ("down", "cell")]
    make_opportunity(one, tags=(rows[0],))
    make_opportunity(both, tags=tuple(rows))
    services.change_tag(event, tree["down"], {"fr": "down", "en": "downstream"}, {"fr": ["aval", "Céll"]})
    heard = []

    def hear(_sender, profile):
        heard.append(profile.id)

    with profile_changed.connected_to(hear):
        services.merge_tag(event, tree["down"], tree["cell"])
    assert order(event) == ["bio", "up", "cell", "filter"]
    assert db.session.scalars(sa.select(opportunity_tags.c.tag_id)).all() == [tree["cell"]] * 2
    assert active_ids(other) == {tree["cell"]}
    assert taxonomy_of(event).by_id[tree["cell"]].synonyms == {"fr": ("down", "aval"), "en": ("downstream",)}
    assert heard == [one.id, both.id]
    db.session.refresh(one)
    assert one.facets["tags"] == [tree["cell"]]
    assert "tag.merged" in actions(event)


def test_a_merge_that_would_make_twins_is_refused(event, tree):
    services.add_tag(event, tree["cell"], {"fr": "filter"}, {})
    with pytest.raises(TagTaken):
        services.merge_tag(event, tree["down"], tree["cell"])
    assert len(taxonomy_of(event)) == 6


@pytest.mark.database
def test_only_what_nobody_uses_is_deleted(event, tree):
    other = make_event(series_id=event.series_id)
    make_opportunity(make_profile(other), tags=(db.session.get_one(Tag, tree["up"]),))
    for name in ("down", "up"):
        with pytest.raises(TagInUse):
            services.remove_tag(event, tree[name])
    services.remove_tag(event, tree["filter"])
    services.remove_tag(event, tree["down"])
    assert order(event) == ["bio", "up", "cell"]
    assert uses_of_series(event.series_id) == {tree["up"]: 1}


@pytest.mark.database
def test_a_branch_is_used_by_one_event_and_not_by_another(event, tree):
    other = make_event(series_id=event.series_id)
    assert services.set_active(event, tree["bio"], active=False) == 4
    assert active_ids(event) == {tree["cell"]}
    assert services.set_active(event, tree["down"], active=True) == 2
    assert services.set_active(event, tree["down"], active=True) == 0
    assert services.set_active(other, tree["cell"], active=True) == 1
    assert [term.name("fr") for term in taxonomy_of(event).active()] == ["down", "filter", "cell"]
    assert actions(event)[-2:] == ["tag.deactivated", "tag.activated"]


def test_another_series_has_its_own_tags(event, tree):
    stranger = make_event()
    for act in (
        lambda: services.change_tag(stranger, tree["bio"], {"fr": "x"}, {}),
        lambda: services.add_tag(stranger, tree["bio"], {"fr": "x"}, {}),
        lambda: services.place_tag(event, tree["up"], make_tag(stranger).id),
        lambda: services.move_tag(stranger, tree["bio"], 1),
        lambda: services.merge_tag(event, tree["up"], make_tag(stranger).id),
        lambda: services.remove_tag(stranger, tree["cell"]),
        lambda: services.set_active(stranger, tree["cell"], active=True),
    ):
        with pytest.raises(Missing):
            act()
    assert len(taxonomy_of(event)) == 5


def test_there_is_a_limit(event, tree, monkeypatch):
    monkeypatch.setattr(services, "MAX_TAGS", 5)
    with pytest.raises(TooMany):
        services.add_tag(event, None, {"fr": "x"}, {})


def brought(event, text):
    """Preview and import a table."""
    content = text.encode()
    plan = preview(event, content)
    return import_tree(event, content, plan.digest) if plan.can_be_applied else plan


@pytest.mark.database
def test_a_table_becomes_a_tree_and_twice_changes_nothing(event):
    text = HEAD + "b,a,Aval,Downstream,DSP; purification,,\na,,Bioprocédés,Bioprocess,,,\n,a,Amont,,,upstream,no\n"
    plan = brought(event, text)
    assert (len(plan.new), plan.errors) == (3, [])
    assert order(event) == ["Bioprocédés", "Aval", "Amont"]
    tree = taxonomy_of(event)
    assert tree.search("purification")[0].name("en") == "Downstream"
    assert [term.name("fr") for term in tree.active()] == ["Bioprocédés", "Aval"]
    again = preview(event, text.encode())
    assert (again.unchanged, again.can_be_applied) == (3, False)
    assert actions(event) == ["tag.imported"]


@pytest.mark.database
def test_what_was_exported_comes_back_the_same(event, tree):
    services.change_tag(event, tree["up"], {"fr": "=1+1", "en": "up; and"}, {"fr": ["-x", "y"], "en": ["z"]})
    services.set_active(event, tree["cell"], active=False)
    content = b"".join(csv_chunks(table_of(taxonomy_of(event), "Tags")))
    plan = preview(event, content)
    assert (plan.unchanged, plan.errors, plan.can_be_applied) == (5, [], False)
    changed = content.decode().replace("cell en", "Cell therapy").replace(",no", ",yes")
    done = brought(event, changed)
    assert [(one.tag_id, one.changes) for one in done.changed] == [(tree["cell"], ("label", "active"))]
    assert tree["cell"] in active_ids(event)


@pytest.mark.database
def test_a_table_moves_tags_and_keeps_their_ids(event, tree):
    brought(event, HEAD + f"{tree['down']},{tree['cell']},down,down en,,,\nnew,{tree['down']},Neuf,,,,\n")
    assert order(event) == ["bio", "up", "cell", "down", "filter", "Neuf"]
    assert taxonomy_of(event).path(tree["filter"], "fr") == "cell › down › filter"


@pytest.mark.parametrize(
    ("rows", "errors"),
    [
        ("x,,,,,,\n", [(2, "label is missing")]),
        ("x,y,A,,,,\ny,x,B,,,,\n", [(2, "circle"), (3, "circle")]),
        ("x,x,A,,,,\n", [(2, "circle")]),
        ("x,ghost,A,,,,\n", [(2, "no tag ghost")]),
        ("x,,A,,,,\nx,,B,,,,\n", [(3, "id x already")]),
        ("x,,A,,,,\ny,,a,,,,\n", [(3, "this label")]),
        ("x,,A,,,,perhaps\n", [(2, "yes or no")]),
        (f"x,,{'A' * 121},,,,\n", [(2, "more than 120")]),
        (f"x,,A,,{';'.join(str(n) for n in range(31))},,\n", [(2, "more than 30")]),
        (f"{'x' * 41},,A,,,,\n", [(2, "more than 40")]),
        ("{bio},{filter},bio,,,,\n", [(2, "below itself")]),
        ("{cell},,bio,,,,\n", [(2, "this label")]),
        ("x,,A,,,,\n\ny,ghost,B,,,,\n", [(4, "no tag ghost")]),
    ],
)
def test_wrong_rows_are_named_and_nothing_is_written(app, event, tree, rows, errors):
    with app.test_request_context("/en/"):
        for name, tag_id in tree.items():
            rows = rows.replace(f"{{{name}}}", str(tag_id))
        plan = preview(event, (HEAD + rows).encode())
        assert [(row, part in str(text)) for (row, text), (_, part) in zip(plan.errors, errors, strict=True)] == [
            (row, True) for row, _ in errors
        ]
        assert not plan.can_be_applied
        with pytest.raises(TreeChanged):
            import_tree(event, (HEAD + rows).encode(), plan.digest)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"name,parent\nx,y\n",
        b"label_fr,label_fr\nx,y\n",
        HEAD.encode(),
        HEAD.encode() + b'"open\n',
        b"label_fr\n" + b"x\n" * 2001,
        b"label_fr\n" + b"x" * MAX_BYTES,
        b"\x00",
    ],
)
def test_what_is_no_table_of_tags_is_refused(event, content):
    with pytest.raises(SetupRefused):
        preview(event, content)


def test_a_tree_that_changed_meanwhile_is_looked_at_again(event, tree):
    content = (HEAD + "x,,Neuf,,,,\n").encode()
    digest = preview(event, content).digest
    services.add_tag(event, None, {"fr": "Neuf"}, {})
    with pytest.raises(TreeChanged):
        import_tree(event, content, digest)


def test_semicolons_and_old_spreadsheets_are_read(event):
    brought(event, "label_fr;label_en\nThérapie;Therapy\n".encode("cp1252").decode("cp1252"))
    plan = preview(event, "label_fr;label_en\nThérapie;Therapy\n".encode("cp1252"))
    assert plan.unchanged == 1


def test_a_large_tree_costs_two_queries(app, event):
    for number in range(50):
        make_tag(event, f"Tag {number}")
    assert queries_of(app, lambda: taxonomy_of(event)) == 2
