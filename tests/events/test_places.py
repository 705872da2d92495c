"""Hosts, rooms, colour and logo, and who may fetch a picture."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from PIL import Image

from congress.events.enums import HostRole
from congress.events.models import Event, EventHost, Picture, Room, Series, SeriesHost
from congress.extensions import db
from congress.organisations.models import Organisation
from tests.factories.people import make_organisation
from tests.support.filled_forms import filled
from tests.support.sentences import says
from tests.support.tour import draft

BASE = "/en/manage/events/grand-est/"
LANGUAGES = ("fr", "en")


@pytest.fixture
def cluster(tour):
    with tour.app.app_context():
        organisation = make_organisation("BioValley").id
        db.session.commit()
    return organisation


def version(tour):
    return tour.read(sa.select(Event.page_version).where(Event.slug == "grand-est"))


def test_hosts_are_added_get_another_role_another_place_and_go(tour, cluster):
    client = tour.client("organiser")
    page = BASE + "hosts/"
    before = version(tour)
    client.submit(page, {"organisation": str(cluster), "role": "owner"})
    client.submit(page, {"organisation": "0", "new_name": "Nouvelle SA", "new_kind": "company", "role": "partner"})
    first, second = tour.read_all(sa.select(EventHost.id).order_by(EventHost.position))
    client.submit(f"{page}{second}/move/up", {}, page)
    assert tour.read_all(sa.select(EventHost.id).order_by(EventHost.position)) == [second, first]
    client.submit(f"{page}{first}/role", {"role": "co_organiser"}, page)
    assert tour.read(sa.select(EventHost.role).where(EventHost.id == first)) == HostRole.CO_ORGANISER
    client.submit(f"{page}{second}/remove", {}, page)
    assert tour.read_all(sa.select(EventHost.id)) == [first]
    assert tour.read(sa.select(Organisation.name).where(Organisation.name == "Nouvelle SA")) == "Nouvelle SA"
    assert version(tour) == before + 5


def test_a_series_has_hosts_of_its_own(tour, cluster):
    page = "/en/manage/series/tour/hosts/"
    assert tour.client("owner").submit(page, {"organisation": str(cluster), "role": "owner"}).status_code == 303
    assert tour.read(sa.select(SeriesHost.organisation_id)) == cluster


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"organisation": "0"}, "Choose an organisation above, or give the name of a new one."),
        ({"organisation": "0", "new_name": "biovalley"}, "There is already an organisation with this name."),
        (
            {"organisation": "0", "new_name": "X", "new_website": "javascript:alert(1)"},
            "Please give a complete address that starts with %(start)s.",
        ),
    ],
)
def test_mistakes_with_hosts(tour, cluster, language, data, sentence):
    page = f"/{language}/manage/events/grand-est/hosts/"
    answer = tour.client("organiser").submit(page, {"role": "owner", "new_kind": "company"} | data)
    assert answer.status_code == 422
    values = {"start": "https://"} if "%" in sentence else {}
    assert says(tour.app, answer.get_data(as_text=True), sentence, **values)
    assert tour.read(sa.select(EventHost.id)) is None


def test_rooms_are_added_changed_moved_and_go(tour):
    client, page = tour.client("organiser"), BASE + "rooms/"
    for name, places in (("Grande salle", "200"), ("Salle 2", "")):
        assert client.submit(page, {"name-fr": name, "capacity": places}).status_code == 303
    first, second = tour.read_all(sa.select(Room.id).order_by(Room.position))
    client.submit(f"{page}{second}/move/up", {}, page)
    assert tour.read_all(sa.select(Room.id).order_by(Room.position)) == [second, first]
    client.submit(f"{page}{second}/", {"name-fr": "Petite salle", "name-en": "Small room", "capacity": "12"})
    with tour.app.app_context():
        room = db.session.get(Room, second)
    assert (room.name, room.capacity) == ({"fr": "Petite salle", "en": "Small room"}, 12)
    client.submit(f"{page}{first}/remove", {}, page)
    assert tour.read_all(sa.select(Room.id)) == [second]


@pytest.mark.parametrize(
    "data", [{"name-fr": ""}, {"name-fr": "A", "capacity": "-1"}, {"name-fr": "A", "capacity": "1e9"}]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_mistakes_with_rooms(tour, language, data):
    answer = tour.client("organiser").submit(f"/{language}/manage/events/grand-est/rooms/", data)
    assert answer.status_code == 422
    assert tour.read(sa.select(Room.id)) is None


def test_numbers_that_no_database_holds_are_no_address(tour):
    client = tour.client("organiser")
    for number in (2**31, 2**63, 10**40):
        assert client.get(f"{BASE}rooms/{number}/").status_code == 404


def test_a_colour_is_chosen_and_given_back(tour):
    client, page = tour.client("organiser"), BASE + "look/"
    client.submit(page + "colour", {"own_colour": "y", "colour": "#E27D45"}, page)
    assert tour.read(sa.select(Event.colour).where(Event.slug == "grand-est")) == "#e27d45"
    assert "/colours/e27d45.css" in client.get(page).get_data(as_text=True)
    client.submit(page + "colour", {"colour": "#e27d45"}, page)
    assert tour.read(sa.select(Event.colour).where(Event.slug == "grand-est")) is None


@pytest.mark.parametrize("colour", ["red", "#fff", "#e27d4", "#e27d45; } body { background: url(//x)", ""])
def test_what_is_no_colour_is_refused(tour, colour):
    page = BASE + "look/"
    answer = tour.client("organiser").submit(page + "colour", {"own_colour": "y", "colour": colour}, page)
    assert answer.status_code == 422
    assert tour.read(sa.select(Event.colour).where(Event.slug == "grand-est")) is None


def test_the_style_sheet_of_a_colour_is_public_and_never_changes(tour):
    answer = tour.client().get("/colours/e27d45.css")
    assert answer.mimetype == "text/css"
    assert "--event-colour: #e27d45; --event-colour-contrast: #0f252d;" in answer.get_data(as_text=True)
    assert "immutable" in answer.headers["Cache-Control"]
    for wrong in ("E27D45", "zzzzzz", "e27d4"):
        assert tour.client().get(f"/colours/{wrong}.css").status_code == 404


def upload(client, content, name="logo.png", language="en"):
    page = f"/{language}/manage/events/grand-est/look/"
    return client.submit(page + "logo", {"picture": (io.BytesIO(content), name)}, page)


def png(size=(30, 20), colour=(9, 90, 80)):
    stream = io.BytesIO()
    Image.new("RGB", size, colour).save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.parametrize(
    "name", ["logo.png", "../../../etc/passwd", "a.php", "con", "x" * 300 + ".png", "é\u202egnp.exe"]
)
def test_a_logo_gets_a_name_of_ours_whatever_the_file_was_called(tour, data_dir, name):
    assert upload(tour.client("organiser"), png(), name).status_code == 303
    stored = tour.read(sa.select(Picture.name))
    assert stored.endswith(".png")
    assert len(stored) == 36
    assert (data_dir / "media" / stored).is_file()


def test_a_logo_is_served_as_a_picture_and_nothing_else(tour):
    upload(tour.client("organiser"), png())
    answer = tour.client().get(f"/media/{tour.read(sa.select(Picture.name))}")
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert "Set-Cookie" not in answer.headers


def test_the_logo_of_a_draft_is_for_its_team_only(tour):
    upload(tour.client("organiser"), png())
    path = f"/media/{tour.read(sa.select(Picture.name))}"
    draft(tour)
    answers = {who: tour.client(who).get(path).status_code for who in ("organiser", "owner", "neighbour", None)}
    assert answers == {"organiser": 200, "owner": 200, "neighbour": 404, None: 404}
    assert tour.client("organiser").get(path).headers["Cache-Control"] == "private, no-store"


def test_the_file_of_a_replaced_or_removed_logo_goes(tour, data_dir):
    client = tour.client("organiser")
    upload(client, png())
    first = tour.read(sa.select(Picture.name))
    upload(client, png((10, 10)))
    second = tour.read(sa.select(Picture.name))
    assert [(data_dir / "media" / name).is_file() for name in (first, second)] == [False, True]
    assert client.get(f"/media/{first}").status_code == 404
    client.submit(BASE + "look/logo/remove", {}, BASE + "look/")
    assert not (data_dir / "media" / second).exists()
    assert tour.read(sa.select(Event.logo_id).where(Event.slug == "grand-est")) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            b"<svg onload='alert(1)'/>",
            "This file is not a picture that can be used. Send a PNG, JPEG or WebP picture.",
        ),
        (png((4001, 1)), "The picture has more than 4,000 pixels on one side. Please send a smaller one."),
    ],
)
def test_a_harmful_file_is_refused_in_words(tour, language, content, sentence):
    answer = upload(tour.client("organiser"), content, language=language)
    assert answer.status_code == 422
    assert says(tour.app, answer.get_data(as_text=True), sentence)
    assert tour.read(sa.select(Picture.id)) is None


@pytest.mark.parametrize("name", ["../congress.db", "..%2fsecret_key", "%00", "a/b", "", "secret_key", "x" * 400])
def test_nothing_but_pictures_is_served(tour, name):
    assert tour.client("administrator").get(f"/media/{name}").status_code in {400, 404}


def test_a_change_of_a_series_renews_all_its_events(tour):
    before = tour.read_all(sa.select(Event.page_version).order_by(Event.id))
    client, page = tour.client("owner"), "/en/manage/series/tour/settings"
    form = filled(client.get(page).get_data(as_text=True), "name-fr") | {"name-fr": "Grande tournée"}
    assert client.post(page, data=form).status_code == 303
    assert tour.read(sa.select(Series.name))["fr"] == "Grande tournée"
    assert tour.read_all(sa.select(Event.page_version).order_by(Event.id)) == [one + 1 for one in before]
