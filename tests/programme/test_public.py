"""The public programme: what it shows, in which languages, from when on, and what it never shows."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
from itertools import product

import pytest

from congress.core import clock
from congress.events.enums import EventStatus
from congress.events.models import Event
from congress.events.services.publication import cancel_event, unpublish
from congress.extensions import db
from congress.programme.enums import Level, MaterialKind, Participation, SessionState
from congress.programme.models import Material, Session, Slot
from tests.factories.events import make_event
from tests.factories.programme import (
    make_format,
    make_release,
    make_room,
    make_session,
    make_slot,
    make_speaker,
    make_track,
)
from tests.factories.proposals import make_call
from tests.factories.registrations import make_registration
from tests.site.test_pages import text_of
from tests.support.counting import queries_of

LANGUAGES = ("fr", "en")
HOME = "/en/events/west/programme/"
DAY = f"{HOME}2027-03-20/"
PAGES = ("", "2027-03-20/", "2027-03-21/", "speakers/")
SECRET = "https://meet.example.org/room-7"
EVIL = '</script><img src=x onerror="alert(1)">'


def change(app, act) -> None:
    """Change the draft and release it again."""
    with app.test_request_context("/fr/"):
        event = db.session.query(Event).filter_by(slug="west").one()
        db.session.refresh(event, ["series"])
        act(event)
        make_release(event)
        db.session.commit()


@pytest.fixture
def programme(app, now):
    """Two rooms, two tracks; an opening, then two sessions side by side, one of them given again in the afternoon."""
    with app.test_request_context("/fr/"):
        event = make_event(slug="west", name={"fr": "Ouest", "en": "West"}, ends_at=now + dt.timedelta(days=11))
        db.session.refresh(event, ["series"])
        hall, studio = (
            make_room(event, name={"fr": name, "en": name}, position=place)
            for place, name in enumerate(("Hall", "Studio"))
        )
        red = make_track(event, name={"fr": "Rouge", "en": "Red"}, colour="#c01818")
        blue = make_track(event, name={"fr": "Bleu", "en": "Blue"}, colour="#1f5fa8")
        talk = make_format(event, name={"fr": "Exposé", "en": "Talk"})
        zoe = make_speaker(
            event,
            code="ZOE222",
            given_name="Zoé",
            family_name="Éluard",
            biography={"fr": "Écrit.", "en": "**Writes**."},
        )
        noor = make_speaker(event, code="NAR222", given_name="Noor", family_name="Haddad", organisation="Cellia")
        opening = make_session(event, code="ABC222", title={"fr": "Ouverture", "en": "Opening"}, track_id=red.id)
        alone = make_session(
            event,
            [zoe, noor],
            code="ABC333",
            title={"fr": "Énergie", "en": "Energy"},
            subtitle={"fr": "Un sous-titre", "en": "A subtitle"},
            abstract={"fr": "Du *texte*", "en": "Some *text*"},
            track_id=blue.id,
            format_id=talk.id,
            language="en",
            level=Level.ADVANCED,
            participation=Participation.BOTH,
            is_recorded=True,
            join_url=SECRET,
        )
        twice = make_session(event, [noor], code="ABC444", title={"fr": "Atelier"}, needs_sign_up=True)
        make_slot(event, opening, hall, hour=8)
        make_slot(event, None, None, hour=8.5)
        make_slot(event, alone, hall, hour=9)
        make_slot(event, twice, studio, hour=9)
        make_slot(event, twice, hall, hour=33)
        make_slot(event, make_session(event, code="ABC555", title={"fr": "Rideau"}), hall, hour=10)
        make_session(event, code="NXT222", title={"fr": "Tiroir"}, state=SessionState.ACCEPTED)
        make_release(event)
        db.session.commit()


@pytest.mark.database
@pytest.mark.parametrize(
    ("path", "language"), list(product(("", "2027-03-20/", "2027-03-21/", "speakers/"), LANGUAGES))
)
def test_every_page_is_there_in_both_languages_for_everybody(client, programme, path, language):
    other = "en" if language == "fr" else "fr"
    response = client.get(HOME.replace("/en/", f"/{language}/") + path)
    html = response.get_data(as_text=True)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert "Set-Cookie" not in response.headers
    assert f'hreflang="{other}" href="http://localhost/{other}/events/west/programme/{path}"' in html
    assert 'name="robots"' not in html


def test_a_day_says_what_happens_when_where_and_by_whom(client, programme):
    page = text_of(client.get(DAY))
    for words in (
        "Saturday, 20 March 2027",
        "Opening",
        "Energy",
        "A subtitle",
        "Zoé Éluard, Noor Haddad",
        "Hall",
        "Studio",
    ):
        assert words in page
    assert "Times are those of Paris (Europe/Paris)." in page
    assert "10:00 – 10:30" in page.replace("–", " – ").replace("  ", " ")


def test_the_first_page_is_today_during_the_event_and_the_first_day_before(client, programme):
    assert "Saturday, 20 March" in client.get(HOME).get_data(as_text=True).split('class="day-name"')[1][:200]
    with clock.held_at(dt.datetime(2027, 3, 21, 1, 30, tzinfo=dt.UTC)):  # 02:30 on Sunday is still Saturday's evening
        assert "Saturday, 20 March" in client.get(HOME).get_data(as_text=True).split('class="day-name"')[1][:200]
    with clock.held_at(dt.datetime(2027, 3, 21, 3, 30, tzinfo=dt.UTC)):
        assert "Sunday, 21 March" in client.get(HOME).get_data(as_text=True).split('class="day-name"')[1][:200]


def test_nothing_of_the_draft_is_public_before_a_release(app, client, programme):
    assert "Tiroir" not in client.get(DAY).get_data(as_text=True)
    assert client.get(f"{HOME}sessions/NXT222/").status_code == 404

    def confirm(event):
        session = db.session.query(Session).filter_by(event_id=event.id, code="NXT222").one()
        session.state = SessionState.CONFIRMED
        make_slot(event, session, hour=12)

    change(app, confirm)
    assert "Tiroir" in client.get(DAY).get_data(as_text=True)
    assert client.get(f"{HOME}sessions/NXT222/").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["", "2027-03-20/", "speakers/", "speakers/NAR222/", "sessions/ABC222/", "sessions/ABC222/feedback/", "?q=a"],
)
def test_drafts_and_events_without_a_release_look_like_none(app, client, programme, path):
    with app.test_request_context("/fr/"):
        make_event(slug="bare")
        db.session.commit()
    bare, nothing = (client.get(HOME.replace("west", slug) + path) for slug in ("bare", "none"))
    assert (bare.status_code, nothing.status_code) == (404, 404)
    with app.test_request_context("/fr/"):
        unpublish(db.session.query(Event).filter_by(slug="west").one())
        db.session.commit()
    draft = client.get(HOME + path)
    assert draft.status_code == 404
    assert draft.get_data(as_text=True).replace("west", "none") == nothing.get_data(as_text=True)


@pytest.mark.parametrize(
    "path",
    [
        "2027-03-19/",
        "2027-3-20/",
        "2027-W11-6/",
        "2027-02-30/",
        "20270320__/",
        "sessions/NONE22/",
        "speakers/NONE22/",
    ],
)
def test_what_is_not_there_is_missing_and_never_kept(app, client, programme, path):
    assert client.get(HOME + path).status_code == 404
    assert not [key for key in app.extensions["page_cache"]._entries if path.split("/")[-2] in key]


def test_a_cancelled_event_keeps_its_programme_and_says_so(app, client, programme):
    with app.test_request_context("/fr/"):
        cancel_event(db.session.query(Event).filter_by(slug="west").one())
        db.session.commit()
    for path in ("", "sessions/ABC444/", "speakers/"):
        response = client.get(HOME + path)
        assert response.status_code == 200
        assert "This event is cancelled" in text_of(response)
    assert "agenda" not in text_of(client.get(f"{HOME}sessions/ABC444/"))


def test_a_session_says_everything_but_the_link_to_join(client, programme):
    response = client.get(f"{HOME}sessions/ABC333/")
    page = text_of(response)
    for words in ("Energy", "A subtitle", "Some text", "Talk", "English", "Advanced", "On site and online", "Blue"):
        assert words in page
    assert "This session is recorded." in page
    assert "At the same time" in page
    assert "Atelier" in page
    assert "Before, in the same room" in page
    assert "After, in the same room" in page
    assert "<em>text</em>" in response.get_data(as_text=True)


def test_the_link_to_join_is_on_no_page(client, programme):
    paths = ["", "2027-03-20/", "sessions/ABC333/", "speakers/", "speakers/ZOE222/", "?q=energy", "changes/"]
    for path in paths:
        assert "room-7" not in client.get(HOME + path).get_data(as_text=True)
    assert "room-7" not in client.get("/sitemap.xml").get_data(as_text=True)


def test_a_session_that_is_given_twice_names_both_times_and_asks_to_sign_up(client, programme):
    page = text_of(client.get(f"{HOME}sessions/ABC444/"))
    assert "Saturday, 20 March 2027" in page
    assert "Sunday, 21 March 2027" in page
    assert "Registered people sign up in their agenda: the link is in your mail." in page


def test_a_dropped_session_keeps_its_page_without_a_time(app, client, programme):
    def drop(event):
        db.session.query(Session).filter_by(event_id=event.id, code="ABC333").one().state = SessionState.ACCEPTED

    change(app, drop)
    response = client.get(f"{HOME}sessions/ABC333/")
    page = text_of(response)
    assert response.status_code == 200
    assert "This session is no longer in the programme" in page
    assert "10:00" not in page
    assert "ld+json" not in response.get_data(as_text=True)
    assert "Energy" not in text_of(client.get(DAY))
    assert "Zoé" not in text_of(client.get(f"{HOME}speakers/"))
    assert "No session of this person is in the programme" in text_of(client.get(f"{HOME}speakers/ZOE222/"))


def test_material_is_a_link_or_a_file(app, client, programme):
    def add(event):
        session = db.session.query(Session).filter_by(event_id=event.id, code="ABC333").one()
        link = {"kind": MaterialKind.LINK, "label": "Paper", "url": "https://example.org/paper", "position": 0}
        file = {"kind": MaterialKind.FILE, "label": "Slides", "file_name": "slides.pdf", "bytes": 2048, "position": 1}
        for values in (link, file):
            db.session.add(Material(session_id=session.id, created_at=clock.now(), **values))

    change(app, add)
    html = client.get(f"{HOME}sessions/ABC333/").get_data(as_text=True)
    assert re.search(r'<a href="https://example.org/paper"\s+rel="noreferrer noopener nofollow">Paper</a>', html)
    assert re.search(r'href="/en/events/west/programme/sessions/ABC333/material/\d+">Slides</a>', html)
    assert "slides.pdf, 2.0 kB" in html


def test_speakers_stand_by_family_name_without_regard_to_accents(client, programme):
    page = text_of(client.get(f"{HOME}speakers/"))
    assert page.index("Zoé Éluard") < page.index("Noor Haddad")
    one = client.get(f"{HOME}speakers/ZOE222/")
    assert "<strong>Writes</strong>" in one.get_data(as_text=True)
    assert "calendars/events/west/speakers/ZOE222.en.ics" in one.get_data(as_text=True)
    assert "Energy" in text_of(one)


def test_search_engines_read_a_session(client, programme):
    html = client.get(f"{HOME}sessions/ABC333/").get_data(as_text=True)
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)[1])
    assert len(data) == 1
    one = data[0]
    assert (one["@type"], one["name"], one["inLanguage"]) == ("Event", "Energy", "en")
    assert (one["startDate"], one["endDate"]) == ("2027-03-20T10:00:00+01:00", "2027-03-20T10:30:00+01:00")
    assert one["eventStatus"] == "https://schema.org/EventScheduled"
    assert one["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert [place["@type"] for place in one["location"]] == ["Place", "VirtualLocation"]
    assert one["location"][0]["name"] == "Hall, Palais inventé"
    assert one["performer"][1] == {
        "@type": "Person",
        "name": "Noor Haddad",
        "worksFor": {"@type": "Organization", "name": "Cellia"},
    }
    assert one["superEvent"]["url"] == "http://localhost/en/events/west/"
    assert SECRET not in html


def test_what_people_wrote_stays_text(app, client, programme):
    def write(event):
        evil = {"fr": EVIL, "en": EVIL}
        speaker = make_speaker(
            event, code="EVA222", given_name=EVIL, family_name=EVIL, organisation=EVIL, biography=evil
        )
        track = make_track(event, name=evil)
        values = {"title": evil, "subtitle": evil, "abstract": evil}
        session = make_session(event, [speaker], code="EVA333", track_id=track.id, **values)
        make_slot(event, session, make_room(event, name=evil), hour=9)

    change(app, write)
    for path in ("", "sessions/EVA333/", "speakers/EVA222/", "speakers/", "?q=onerror"):
        response = client.get(HOME + path)
        assert response.status_code == 200
        assert "<img src=x" not in response.get_data(as_text=True)


def test_registrations_do_not_renew_the_programme_but_a_release_does(app, client, programme):
    tag = client.get(DAY).headers["ETag"]
    with app.test_request_context("/fr/"):
        make_registration(db.session.query(Event).filter_by(slug="west").one())
        db.session.commit()
    assert client.get(DAY, headers={"If-None-Match": tag}).status_code == 304

    def move(event):
        slot = db.session.query(Slot).filter_by(event_id=event.id).order_by(Slot.starts_at).first()
        slot.ends_at += dt.timedelta(minutes=5)

    change(app, move)
    renewed = client.get(DAY, headers={"If-None-Match": tag})
    assert renewed.status_code == 200
    assert renewed.headers["ETag"] != tag


@pytest.mark.database
def test_queries_do_not_grow_with_the_sessions(app, client, now):
    counts = []
    with app.test_request_context("/fr/"):
        make_event(slug="west")
        db.session.commit()
    for more in (1, 3):

        def add(event, more=more):
            room = make_room(event)
            for number in range(more):
                make_slot(event, make_session(event, [make_speaker(event)]), room, hour=9 + number)

        change(app, add)
        app.extensions["page_cache"].clear()
        counts.append(
            [queries_of(app, lambda path=path: client.get(HOME + path)) for path in ("", "speakers/", "?q=s")]
        )
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 6


def test_a_kept_page_costs_one_query(app, client, programme):
    client.get(DAY)
    assert queries_of(app, lambda: client.get(DAY)) == 1


def test_a_full_day_is_small(app, client, now):
    with app.test_request_context("/fr/"):
        event = make_event(slug="west")
        db.session.refresh(event, ["series"])
        tracks = [make_track(event, colour=f"#1f5f{number}8") for number in range(10, 16)]
        people = [make_speaker(event, family_name=f"Name {number}") for number in range(60)]
        for place in range(8):
            room = make_room(event)
            for number in range(9):
                title = f"Scaling up number {place} {number} of a process that nobody has scaled before"
                speakers = people[(place * 9 + number) % 58 :][:2]
                values = {"title": {"fr": title, "en": title}, "track_id": tracks[number % 6].id}
                make_slot(event, make_session(event, speakers, **values), room, hour=8 + number)
        make_release(event)
        db.session.commit()
    response = client.get(DAY, headers={"Accept-Encoding": "gzip"})
    assert response.content_encoding == "gzip"
    assert len(response.get_data()) < 60_000
    assert gzip.decompress(response.get_data()).count(b"Scaling up number") == 2 * 72


def test_the_event_leads_to_its_programme_and_the_sitemap_lists_it(app, client, programme):
    assert 'href="/en/events/west/programme/"' in client.get("/en/events/west/").get_data(as_text=True)
    with app.test_request_context("/fr/"):
        make_event(slug="bare")
        make_event(slug="drawer", status=EventStatus.DRAFT)
        db.session.commit()
    assert "programme" not in client.get("/en/events/bare/").get_data(as_text=True)
    page = client.get("/sitemap.xml").get_data(as_text=True)
    found = re.findall(r"<loc>http://localhost/en/events/west/programme/(.*?)</loc>", page)
    sessions = [f"sessions/ABC{number}/" for number in (222, 333, 444, 555)]
    assert sorted(found) == sorted(
        ["", "2027-03-20/", "2027-03-21/", *sessions, "speakers/", "speakers/ZOE222/", "speakers/NAR222/"]
    )
    assert "bare/programme" not in page


def test_style_sheets_are_for_ever_when_their_address_is_exact(client, programme):
    html = client.get(DAY).get_data(as_text=True)
    addresses = re.findall(r'<link rel="stylesheet" href="(/styles/[^"]+)">', html)
    assert len(addresses) == 2
    for address in addresses:
        response = client.get(address)
        assert (response.status_code, response.mimetype) == (200, "text/css")
        assert "immutable" in response.headers["Cache-Control"]
    assert "immutable" not in client.get("/styles/timetable.css").headers["Cache-Control"]
    assert ".track-1f5fa8 { --track: #1f5fa8; --track-ink: #ffffff; }" in client.get(addresses[0]).get_data(
        as_text=True
    )


@pytest.mark.parametrize("colours", ["red", "FF0000", "c01818-1f5fa8", "1f5fa8-1f5fa8", "-", "1f5fa8;}"])
def test_colours_have_one_address_each(client, programme, colours):
    assert client.get(f"/styles/tracks/{colours}.css").status_code == 404


def test_calls_are_beside_the_programme_while_they_are_open(app, client, programme, now):
    with app.test_request_context("/fr/"):
        event = db.session.query(Event).filter_by(slug="west").one()
        make_call(event, opens_at=now + dt.timedelta(hours=1), closes_at=now + dt.timedelta(hours=2))
        db.session.commit()
    link = 'href="/en/events/west/calls/"'
    for hours, is_open in ((0, False), (1, True), (2, False)):
        with clock.held_at(now + dt.timedelta(hours=hours)):
            assert (link in client.get(DAY).get_data(as_text=True)) == is_open


def test_a_day_on_which_the_clocks_change_says_so(app, client, now):
    with app.test_request_context("/fr/"):
        start = dt.datetime(2027, 3, 27, 8, tzinfo=dt.UTC)
        event = make_event(slug="west", starts_at=start, ends_at=start + dt.timedelta(days=1))
        db.session.refresh(event, ["series"])
        make_slot(event, make_session(event), make_room(event), starts_at=start + dt.timedelta(hours=16), minutes=120)
        make_release(event)
        db.session.commit()
    page = text_of(client.get(f"{HOME}2027-03-27/"))
    assert "The clocks change on this day." in page
    assert "01:00 – 04:00" in page  # two hours
    assert "The clocks change" not in text_of(client.get(f"{HOME}2027-03-28/"))
