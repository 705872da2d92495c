"""Search and filters of the public programme: by address alone, without regard to accents, never kept."""

from __future__ import annotations

import re

import pytest

from congress.extensions import db
from congress.programme.enums import Participation
from tests.factories.events import make_event
from tests.factories.programme import make_release, make_room, make_session, make_slot, make_speaker, make_track
from tests.site.test_pages import text_of

HOME = "/en/events/west/programme/"


@pytest.fixture
def ids(app, now) -> dict[str, int]:
    """Two days, two rooms, two tracks; ids by name."""
    with app.test_request_context("/fr/"):
        event = make_event(slug="west")
        db.session.refresh(event, ["series"])
        hall, studio = make_room(event, name={"en": "Hall"}), make_room(event, name={"en": "Studio"})
        red, blue = make_track(event, name={"en": "Red"}), make_track(event, name={"en": "Blue"})
        empty = make_track(event, name={"en": "Empty"})
        zoe = make_speaker(event, given_name="Zoé", family_name="Łukasik", organisation="Biopôle")
        alpha = make_session(
            event, [zoe], title={"en": "Alpha", "fr": "Énergie"}, track_id=red.id, language="fr", abstract={}
        )
        beta = make_session(
            event,
            title={"en": "Beta"},
            subtitle={"en": "Cœur of the matter"},
            abstract={"en": "Viral vectors"},
            track_id=blue.id,
            language="en",
            participation=Participation.ONLINE,
        )
        gamma = make_session(event, title={"en": "Gamma"}, abstract={}, participation=Participation.BOTH)
        make_slot(event, alpha, hall, hour=9)
        make_slot(event, None, None, hour=9.5)
        make_slot(event, beta, studio, hour=9)
        make_slot(event, gamma, hall, hour=33)
        make_release(event)
        db.session.commit()
        return {"hall": hall.id, "studio": studio.id, "red": red.id, "blue": blue.id, "empty": empty.id}


def found(client, query: str, path: str = HOME) -> set[str]:
    response = client.get(f"{path}?{query}")
    assert response.status_code == 200
    return set(re.findall(r'class="entry-title"><a href="[^"]*">(\w+)', response.get_data(as_text=True)))


@pytest.mark.database
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("track={red}", {"Alpha"}),
        ("room={hall}", {"Alpha", "Gamma"}),
        ("language=en", {"Beta"}),
        ("participation=online", {"Beta", "Gamma"}),
        ("participation=on_site", {"Alpha", "Gamma"}),
        ("q=zoe", {"Alpha"}),
        ("q=ZOÉ+lukasik", {"Alpha"}),
        ("q=biopole", {"Alpha"}),
        ("q=energie", {"Alpha"}),
        ("q=coeur", {"Beta"}),
        ("q=VIRAL", {"Beta"}),
        ("q=viral+alpha", set()),
        ("q=a", {"Alpha", "Beta", "Gamma"}),
        ("q=a&room={hall}&participation=online", {"Gamma"}),
        ("track={red}&language=en", set()),
    ],
)
def test_filters_narrow_the_programme_over_all_days(client, ids, query, expected):
    assert found(client, query.format(**ids)) == expected


@pytest.mark.parametrize(
    "query",
    ["track=999999", "track=x", "track={empty}", "room=-1", "language=xx", "participation=both", "q=+++", "other=1"],
)
def test_what_the_programme_does_not_have_is_no_filter(client, ids, query):
    response = client.get(f"{HOME}?{query.format(**ids)}")
    assert "whole programme" not in text_of(response)
    assert response.headers["Cache-Control"] == "public, max-age=0, must-revalidate"


def test_an_answer_says_how_many_and_leads_back(client, ids):
    page = text_of(client.get(f"{HOME}?q=a"))
    assert "3 sessions found" in page
    assert "All days" in page
    assert "Coffee break" not in page
    nothing = text_of(client.get(f"{HOME}?q=nowhere"))
    assert "0 sessions found" in nothing
    assert "No session found" in nothing
    assert "Show the whole programme" in nothing


def test_one_day_of_it_is_shown_as_a_grid_with_the_same_filter(client, ids):
    day = f"{HOME}2027-03-20/"
    assert found(client, "q=a", day) == {"Alpha", "Beta"}
    html = client.get(f"{day}?q=a").get_data(as_text=True)
    assert 'class="timetable"' in html
    assert "/2027-03-21/?q=a" in html
    assert "Nothing on this day" in text_of(client.get(f"{day}?q=gamma"))


def test_the_form_remembers_what_was_asked(client, ids):
    html = client.get(f"{HOME}?q=%22a&track={ids['red']}").get_data(as_text=True)
    assert 'value="&#34;a"' in html
    assert re.search(rf'<option value="{ids["red"]}"\s+selected>Red', html)
    assert '<details class="finder-more" open>' in html
    assert "Empty" not in html


def test_answers_are_not_kept_and_not_for_search_engines(app, client, ids):
    before = len(app.extensions["page_cache"]._entries)
    response = client.get(f"{HOME}?q=alpha")
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "Set-Cookie" not in response.headers
    assert len(app.extensions["page_cache"]._entries) == before
    html = response.get_data(as_text=True)
    assert '<meta name="robots" content="noindex">' in html
    assert '<link rel="canonical" href="http://localhost/en/events/west/programme/">' in html


def test_long_and_odd_questions_are_answered(client, ids):
    assert client.get(f"{HOME}?q={'x' * 5000}").status_code == 200
    assert client.get(f"{HOME}?q=%25_%5C%27").status_code == 200
    assert client.get(f"{HOME}?q=%00").status_code == 400
