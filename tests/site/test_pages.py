"""What the public pages show, and what they never show."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest

from congress.events.enums import EventFormat, EventStatus, HostRole, SeriesKind
from congress.events.models import EventHost, SeriesHost
from congress.extensions import db
from congress.registration.enums import Attendance, RegistrationStatus
from tests.factories.events import make_event, make_series
from tests.factories.people import make_organisation
from tests.factories.registrations import make_category, make_registration
from tests.support.counting import queries_of

LANGUAGES = ("fr", "en")


def text_of(response) -> str:
    """The words of a page, without markup, in single spaces."""
    html = re.sub(r"<(script|style).*?</\1>", " ", response.get_data(as_text=True), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.fixture
def tour(app, now):
    """A tour of two stages, an edition of a congress, and a draft beside them."""
    with app.app_context():
        series = make_series(slug="tour", name={"fr": "Le Tour", "en": "The Tour"})
        west = make_event(series, slug="west", position=1, name={"fr": "Ouest", "en": "West"}, regions=["FR-BRE"])
        east = make_event(series, slug="east", position=2, name={"fr": "Est", "en": "East"}, regions=["FR-GES"])
        congress = make_series(slug="congress", kind=SeriesKind.CONGRESS, name={"fr": "Le Congrès", "en": "Congress"})
        make_event(congress, slug="edition", name={"fr": "Édition 2027", "en": "Edition 2027"})
        make_event(
            series, slug="drawer-77", status=EventStatus.DRAFT, name={"fr": "Tiroir", "en": "Drawer"}, position=9
        )
        make_series(slug="cupboard-7", published_at=None, name={"fr": "Armoire", "en": "Cupboard"})
        for position, name in enumerate(("Pôle Un", "Pôle Deux")):
            host = make_organisation(name)
            db.session.add(EventHost(event_id=west.id, organisation_id=host.id, role=HostRole.CO_ORGANISER))
            db.session.add(
                SeriesHost(series_id=series.id, organisation_id=host.id, role=HostRole.OWNER, position=position)
            )
        make_registration(west, make_category(west, capacity=10))
        make_registration(east, make_category(east, capacity=5))
        make_registration(east, make_category(east, capacity=5), status=RegistrationStatus.CANCELLED)
        db.session.commit()


@pytest.mark.parametrize(
    ("asked", "language"), [("en-GB,en;q=0.8", "en"), ("fr", "fr"), ("de", "fr"), ("", "fr"), ("de,en;q=0.2", "en")]
)
def test_the_root_leads_to_the_visitors_language(client, asked, language):
    response = client.get("/", headers={"Accept-Language": asked})
    assert (response.status_code, response.headers["Location"]) == (302, f"/{language}/")
    assert response.headers["Vary"] == "Accept-Language"
    assert "Set-Cookie" not in response.headers


def test_home_shows_tour_congress_figures_and_what_comes_next(client, tour):
    page = text_of(client.get("/en/"))
    for words in ("The Tour", "West", "East", "Congress", "Edition 2027", "Pôle Un", "Pôle Deux"):
        assert words in page
    assert "2 stages 2 co-organisers 2 participants" in page


def test_a_platform_without_events_says_so(client, now):
    assert "No event has been announced yet" in text_of(client.get("/en/"))
    assert client.get("/fr/").status_code == 200


def test_a_series_without_events_says_so(app, client, now):
    with app.app_context():
        make_series(slug="empty")
        db.session.commit()
    assert "No date has been announced yet" in text_of(client.get("/en/series/empty/"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["", "series/tour/", "series/congress/", "events/west/", "events/edition/"])
def test_every_page_exists_in_both_languages_and_names_the_other(client, tour, language, path):
    other = "en" if language == "fr" else "fr"
    html = client.get(f"/{language}/{path}").get_data(as_text=True)
    assert f'<link rel="canonical" href="http://localhost/{language}/{path}">' in html
    assert f'hreflang="{other}" href="http://localhost/{other}/{path}"' in html
    assert re.search(rf'<a class="tool"\s+href="/{other}/{path}"', html)
    assert html.count("<h1") == 1


@pytest.mark.parametrize(
    ("path", "nowhere"),
    [
        ("events/drawer-77/", "events/nowhere-7/"),
        ("series/cupboard-7/", "series/nowhere-77/"),
        ("series/drawer-77/", "series/nowhere-7/"),
    ],
)
def test_drafts_look_exactly_like_what_does_not_exist(client, tour, path, nowhere):
    draft, nothing = client.get(f"/en/{path}"), client.get(f"/en/{nowhere}")
    assert (draft.status_code, nothing.status_code) == (404, 404)
    assert draft.get_data(as_text=True).replace(path, nowhere) == nothing.get_data(as_text=True)
    assert dict(draft.headers).keys() == dict(nothing.headers).keys()


@pytest.mark.parametrize(
    "path",
    [
        "/en/",
        "/en/series/tour/",
        "/en/events/west/",
        "/en/events/east/",
        "/sitemap.xml",
        "/calendars/series/tour.en.ics",
    ],
)
def test_no_page_tells_of_drafts(client, tour, path):
    page = client.get(path).get_data(as_text=True)
    assert not re.search("drawer|tiroir|cupboard|armoire", page, re.IGNORECASE)


def test_the_join_link_is_on_no_public_page(app, client, now):
    with app.app_context():
        event = make_event(slug="west", format=EventFormat.ONLINE, join_url="https://meet.example.org/room-7")
        make_category(event, attendance=Attendance.ONLINE)
        db.session.commit()
    for path in ("/en/", "/en/events/west/", "/calendars/events/west.en.ics", "/sitemap.xml"):
        assert "room-7" not in client.get(path).get_data(as_text=True)


def test_a_stage_names_its_neighbours(client, tour):
    west, east = text_of(client.get("/en/events/west/")), text_of(client.get("/en/events/east/"))
    assert "Next stage East" in west
    assert "Previous stage" not in west
    assert "Previous stage West" in east
    assert "The Tour, stage 1 of 2" in west


def test_search_engines_read_the_event(app, client, now):
    name = '</script><script>alert("1")</script>'
    with app.app_context():
        make_event(slug="west", name={"fr": name, "en": name}, join_url="https://meet.example.org/room-7")
        db.session.commit()
    html = client.get("/en/events/west/").get_data(as_text=True)
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    data = json.loads(block[1])
    assert data["name"] == name
    assert data["startDate"] == "2027-03-20T09:00:00+01:00"
    assert data["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert [place["@type"] for place in data["location"]] == ["Place", "VirtualLocation"]
    assert "<script>alert" not in html


def test_the_sitemap_lists_public_pages_in_both_languages(client, tour):
    response = client.get("/sitemap.xml")
    assert response.mimetype == "application/xml"
    found = re.findall(r"<loc>http://localhost(.*?)</loc>", response.get_data(as_text=True))
    paths = ["", "series/tour/", "events/west/", "events/east/", "series/congress/", "events/edition/"]
    assert found == [f"/{language}/{path}" for path in paths for language in LANGUAGES]


def test_organisers_texts_are_text(app, client, now):
    evil = '<img src=x onerror="alert(1)">'
    with app.app_context():
        texts = {key: {"fr": evil, "en": evil} for key in ("name", "summary", "description", "venue_access")}
        event = make_event(make_series(slug="tour", name={"fr": evil}), slug="west", venue_name=evil, **texts)
        make_category(event, name={"fr": evil, "en": evil})
        db.session.commit()
    for path in ("/en/", "/en/series/tour/", "/en/events/west/"):
        assert "<img src=x" not in client.get(path).get_data(as_text=True)


@pytest.mark.database
@pytest.mark.parametrize("path", ["/en/", "/en/series/tour/", "/en/events/stage-a/"])
def test_queries_do_not_grow_with_the_stages(app, client, now, path):
    counts = []
    with app.app_context():
        series_id = make_series(slug="tour").id
        db.session.commit()
    for names in ("a", "bcd"):
        with app.app_context():
            for letter in names:
                event = make_event(series_id=series_id, slug=f"stage-{letter}", regions=["FR-BRE"])
                host = make_organisation(f"Cluster {letter}")
                db.session.add(EventHost(event_id=event.id, organisation_id=host.id, role=HostRole.OWNER))
                make_registration(event)
            db.session.commit()
        app.extensions["page_cache"].clear()
        counts.append(queries_of(app, lambda: client.get(path)))
    assert counts[0] == counts[1] <= 14
