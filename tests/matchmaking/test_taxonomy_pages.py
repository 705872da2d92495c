"""The pages of the taxonomy: the tree, one tag, a table in and out; by whom, and by whom not."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa

from congress.core.transactions import commit_on_success
from congress.events.enums import Role
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.models import Tag, active_tags
from tests.factories.events import make_event
from tests.factories.matchmaking import make_opportunity, make_profile, make_tag
from tests.factories.people import make_account, make_member
from tests.support.counting import queries_of
from tests.support.tour import make_tour

BASE = "/en/manage/events/grand-est/matchmaking/taxonomy/"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def tour(app, now):
    """The tour, somebody of the meetings, and the tree bio (down), cell."""
    tour = make_tour(app)
    with app.test_request_context("/fr/"), commit_on_success():
        event = event_of()
        account = make_account("meetings@example.org")
        make_member(account, Role.MATCHMAKING, event=event)
        tour.accounts["meetings"] = account.id
        bio = make_tag(event, "bio", position=1)
        tour.tags = {
            "bio": bio.id,
            "down": make_tag(event, "down", parent=bio, synonyms={"fr": ["purification"]}).id,
            "cell": make_tag(event, "cell", position=2).id,
        }
    return tour


def event_of(slug="grand-est"):
    return db.session.scalars(sa.select(Event).where(Event.slug == slug)).one()


def labels(tour):
    return sorted(one["fr"] for one in tour.read_all(sa.select(Tag.label)))


def send(tour, path, data, who="meetings", page=BASE):
    return tour.client(who).submit(f"{BASE}{path}", data, page=page)


def test_the_tree_is_shown_and_searched(tour):
    client = tour.client("registration")
    text = client.get(BASE).get_data(as_text=True)
    assert text.index(">bio<") < text.index(">down<") < text.index(">cell<")
    assert "Add a tag" not in text
    found = client.get(f"{BASE}?q=PURIFICÂTION").get_data(as_text=True)
    assert "bio › down" in found
    assert ">cell<" not in found
    assert "0 tags found" in client.get(f"{BASE}?q=nothing+such").get_data(as_text=True)
    assert client.get(f"{BASE}import").status_code == 403


def test_a_tag_is_added(tour):
    answer = send(tour, "", {"label-fr": SCRIPT, "label-en": "", "parent_id": str(tour.tags["bio"])})
    assert answer.status_code == 303
    text = tour.client("meetings").get(BASE).get_data(as_text=True)
    assert (SCRIPT in text, "alert(1)" in text) == (False, True)
    assert tour.read(sa.select(sa.func.count()).select_from(active_tags)) == 4


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"label-fr": "", "label-en": ""}, "at least one language"),
        ({"label-fr": "CELL"}, "this label at the same place"),
        ({"label-fr": "x" * 121}, "longer than 120"),
        ({"label-fr": "x", "parent_id": "99999"}, "Not a valid choice"),
        ({"label-fr": "x", "synonyms_fr": "\n".join("abcdefghijklmnopqrstuvwxyz012345")}, "at most 30 synonyms"),
    ],
)
def test_a_tag_that_is_refused_is_shown_again(tour, data, sentence):
    answer = send(tour, "", {"parent_id": "0", "synonyms_en": "kept", **data})
    assert answer.status_code == 422
    text = answer.get_data(as_text=True)
    assert sentence in text
    assert "kept" in text
    assert labels(tour) == ["bio", "cell", "down"]


def test_one_tag_is_changed_moved_merged_and_deleted(tour):
    tags = tour.tags
    address = f"{tags['down']}/"
    send(tour, address, {"label-fr": "aval", "label-en": "down", "synonyms_fr": "DSP\nfin"})
    assert tour.read(sa.select(Tag.synonyms).where(Tag.id == tags["down"])) == {"fr": ["DSP", "fin"]}
    assert send(tour, address, {"label-fr": "", "label-en": ""}).status_code == 422
    assert send(tour, f"{tags['bio']}/place", {"parent_id": str(tags["down"])}).status_code == 422
    send(tour, f"{tags['down']}/place", {"parent_id": str(tags["cell"])})
    assert tour.read(sa.select(Tag.parent_id).where(Tag.id == tags["down"])) == tags["cell"]
    send(tour, f"{tags['cell']}/move/up", {})
    assert tour.read_all(sa.select(Tag.id).where(Tag.parent_id.is_(None)).order_by(Tag.position))[0] == tags["cell"]
    assert send(tour, f"{tags['down']}/merge", {"into_id": "0"}).status_code == 422
    assert send(tour, f"{tags['cell']}/merge", {"into_id": str(tags["down"])}).status_code == 422
    assert send(tour, f"{tags['down']}/merge", {"into_id": str(tags["bio"])}).status_code == 303
    send(tour, f"{tags['cell']}/remove", {})
    assert labels(tour) == ["bio"]


def test_a_tag_in_use_stays_and_says_so(tour):
    with tour.app.test_request_context("/fr/"), commit_on_success():
        make_opportunity(make_profile(event_of()), tags=(db.session.get_one(Tag, tour.tags["cell"]),))
    client = tour.client("meetings")
    text = client.get(f"{BASE}{tour.tags['cell']}/").get_data(as_text=True)
    assert "Delete the tag" not in text
    assert "1 need, offer or topic" in text
    answer = client.submit(f"{BASE}{tour.tags['cell']}/remove", {}, page=BASE, follow_redirects=True)
    assert "This tag is in use" in answer.get_data(as_text=True)
    assert "1 use" in client.get(BASE).get_data(as_text=True)


def test_a_branch_is_taken_out_of_one_event(tour):
    send(tour, f"{tour.tags['bio']}/deactivate", {})
    assert tour.read_all(sa.select(active_tags.c.tag_id)) == [tour.tags["cell"]]
    assert "Not at this event" in tour.client("meetings").get(BASE).get_data(as_text=True)
    send(tour, f"{tour.tags['bio']}/activate", {})
    assert tour.read(sa.select(sa.func.count()).select_from(active_tags)) == 3


def test_tags_of_another_series_do_not_exist(tour):
    with tour.app.test_request_context("/fr/"), commit_on_success():
        other = make_tag(make_event()).id
    client = tour.client("organiser")
    assert client.get(f"{BASE}{other}/").status_code == 404
    for path in ("place", "merge", "move/up", "remove", "activate", "deactivate"):
        assert client.submit(f"{BASE}{other}/{path}", {}, page=BASE).status_code == 404


def test_the_table_is_downloaded_previewed_and_imported(tour):
    client = tour.client("meetings")
    downloaded = client.get(f"{BASE}taxonomy.csv")
    assert "purification" in downloaded.get_data(as_text=True)
    assert client.get(f"{BASE}taxonomy.xlsx").status_code == 200
    file = downloaded.get_data() + b"new,,Neuf,New,,,\r\n"
    preview = client.submit(f"{BASE}import/preview", {"file": (io.BytesIO(file), "tags.csv")}, page=f"{BASE}import")
    text = preview.get_data(as_text=True)
    assert (preview.status_code, "1 new tag" in text) == (200, True)
    assert labels(tour) == ["bio", "cell", "down"]
    hidden = {
        name: text.split(f'name="{name}"')[1].split('value="')[1].split('"')[0]
        for name in ("csrf_token", "idempotency_key", "name", "digest")
    }
    for _twice in range(2):
        assert client.post(f"{BASE}import", data=hidden).status_code == 303
    assert labels(tour) == ["Neuf", "bio", "cell", "down"]
    other = hidden | {"idempotency_key": "another"}
    assert client.post(f"{BASE}import", data=other).status_code == 422
    assert client.post(f"{BASE}import", data=hidden | {"name": "gone", "idempotency_key": "x"}).status_code == 303


def test_a_wrong_table_is_refused_in_words(tour):
    client = tour.client("meetings")
    assert client.submit(f"{BASE}import/preview", {}, page=f"{BASE}import").status_code == 422
    for content, sentence in (
        (b"\xff\xfe\x00", "could not be understood"),
        (b"a,b\n1,2\n", "has to name the columns"),
        (b"label_fr,parent\nA,ghost\n", "There is no tag ghost"),
    ):
        answer = client.submit(
            f"{BASE}import/preview", {"file": (io.BytesIO(content), "x.csv")}, page=f"{BASE}import"
        )
        assert sentence in answer.get_data(as_text=True)
    assert labels(tour) == ["bio", "cell", "down"]


def test_many_tags_cost_no_more_queries(tour):
    client = tour.client("meetings")
    before = queries_of(tour.app, lambda: client.get(BASE))
    with tour.app.test_request_context("/fr/"), commit_on_success():
        for number in range(60):
            make_tag(event_of(), f"Tag {number}")
    assert queries_of(tour.app, lambda: client.get(BASE)) == before
