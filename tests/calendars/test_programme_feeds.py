"""The feeds of a programme: what a calendar program sees from release to release."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from werkzeug.http import http_date, parse_date

from congress.calendars.sessions import uid_of_slot
from congress.core import clock, transactions
from congress.events.models import Event
from congress.events.services.events import update_event
from congress.events.services.publication import cancel_event, unpublish
from congress.extensions import db
from congress.programme import releases
from congress.programme.enums import SessionState
from congress.programme.models import Session, Slot, Speaker, Track
from congress.registration import services
from congress.registration.enums import RegistrationSource
from congress.registration.services import Choice, Person
from tests.factories.events import make_event
from tests.factories.programme import make_release, make_room, make_session, make_slot, make_speaker, make_track
from tests.factories.registrations import make_category
from tests.support.counting import queries_of
from tests.support.ics_readers import every_reader, names, read_with_icalendar, unfolded, values

PATH = "/calendars/events/west/programme.en.ics"
JOIN = "https://meet.example.org/plenary"
A_MINUTE, A_DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


@pytest.fixture
def programme(app, now):
    """A plenary, and a workshop given twice on another track; returns what acts on the event, a minute later each."""
    minutes = iter(range(1, 100))
    with app.test_request_context("/fr/"), transactions.commit_on_success():
        event = make_event(slug="west", name={"fr": "Ouest", "en": "West"}, latitude=48.58, longitude=7.75)
        make_category(event)
        room = make_room(event, name={"fr": "Salle Émile 🎉", "en": "Émile room 🎉"})
        energy = make_track(event, name={"fr": "Énergie", "en": "Energy"}, colour="#dc143c")
        data = make_track(event, name={"fr": "Données", "en": "Data"})
        ada = make_speaker(event, given_name="Ada", family_name="Lovelace", code="ADA")
        zoe = make_speaker(event, given_name="Zoé", family_name="Lefèvre", code="ZOE")
        plenary = make_session(
            event, [ada], code="PLEN", title={"fr": "Plénière", "en": "Plenary"}, track_id=energy.id, join_url=JOIN
        )
        workshop = make_session(
            event, [zoe, ada], code="WORK", title={"fr": "Atelier", "en": "Workshop"}, track_id=data.id
        )
        make_slot(event, plenary, room, hour=9)
        make_slot(event, workshop, room, hour=11)
        make_slot(event, workshop, room, hour=14)
        make_slot(event, None, room, hour=10)
        make_release(event)

    def act(what):
        moment = now + next(minutes) * A_MINUTE
        with clock.held_at(moment), app.test_request_context("/fr/"), transactions.commit_on_success():
            what(db.session.query(Event).filter_by(slug="west").one())
        return moment

    return act


def one(code):
    return db.session.query(Session).filter_by(code=code).one()


def release_after(change):
    def act(event):
        change()
        make_release(event)

    return act


def move_the_plenary():
    slot = db.session.scalars(sa.select(Slot).where(Slot.session_id == one("PLEN").id)).one()
    slot.starts_at += dt.timedelta(hours=3, minutes=30)
    slot.ends_at += dt.timedelta(hours=3, minutes=30)


def drop_the_plenary():
    one("PLEN").state = SessionState.CANCELLED


def titles(client, path=PATH):
    return [seen.title for seen in read_with_icalendar(client.get(path).get_data())]


def the_plenary(client):
    return next(seen for seen in read_with_icalendar(client.get(PATH).get_data()) if "Plenary" in seen.title)


def track_path(app, name):
    with app.app_context():
        found = next(one for one in db.session.query(Track) if one.name["en"] == name)
        return f"/calendars/events/west/tracks/{found.id}.en.ics"


@pytest.mark.parametrize("read", every_reader)
def test_readers_agree_on_a_session(app, client, programme, read):
    plenary, *workshops = read(client.get(PATH).get_data())
    assert (plenary.title, plenary.status, plenary.sequence) == ("Plenary", "CONFIRMED", 0)
    assert plenary.starts == dt.datetime(2027, 3, 20, 9, tzinfo=dt.UTC)
    assert plenary.ends == dt.datetime(2027, 3, 20, 9, 30, tzinfo=dt.UTC)
    assert plenary.location == "Émile room 🎉, Palais inventé, Strasbourg"
    assert "With Ada Lovelace" in plenary.description
    with app.app_context():
        slot = next(iter(releases.latest(db.session.query(Event.id).scalar()).live_slots))
        assert plenary.uid == uid_of_slot(slot)
    assert [seen.title for seen in workshops] == ["Workshop"] * 2
    assert len({plenary.uid, *(seen.uid for seen in workshops)}) == 3


def test_what_a_feed_tells_of_itself(client, programme):
    raw = client.get(PATH).get_data()
    assert values(raw, "NAME") == values(raw, "X-WR-CALNAME") == [":West: programme"]
    assert values(raw, "SOURCE") == [f";VALUE=URI:http://localhost{PATH}"]
    assert values(raw, "URL")[0] == ":http://localhost/en/events/west/programme/"
    assert values(raw, "REFRESH-INTERVAL") == [";VALUE=DURATION:PT1H"]
    assert {"X-PUBLISHED-TTL", "GEO", "CATEGORIES", "COLOR", "CREATED", "METHOD"} <= set(names(raw))
    assert JOIN not in "".join(unfolded(raw))
    assert "ATTENDEE" not in names(raw)


def test_two_builds_are_the_same_bytes(app, client, programme):
    first = client.get(PATH)
    app.extensions["page_cache"].clear()
    with clock.held_at(clock.now() + 3 * A_DAY):
        assert client.get(PATH).get_data() == first.get_data()


def test_a_track_a_speaker_and_the_language(app, client, programme):
    assert titles(client, track_path(app, "Energy")) == ["Plenary"]
    assert titles(client, track_path(app, "Data")) == ["Workshop", "Workshop"]
    assert titles(client, "/calendars/events/west/speakers/ADA.en.ics") == ["Plenary", "Workshop", "Workshop"]
    assert titles(client, "/calendars/events/west/speakers/ZOE.fr.ics") == ["Atelier", "Atelier"]
    raw = client.get("/calendars/events/west/speakers/ADA.fr.ics").get_data()
    assert values(raw, "NAME") == [":Ouest · Ada Lovelace"]
    assert values(raw, "URL")[0] == ":http://localhost/fr/events/west/programme/speakers/ADA/"
    assert values(client.get(track_path(app, "Energy")).get_data(), "COLOR")[0] == ":crimson"


@pytest.mark.parametrize(
    "path",
    [
        "/calendars/events/nothing/programme.en.ics",
        "/calendars/events/west/tracks/999999.en.ics",
        "/calendars/events/west/speakers/NOBODY.en.ics",
        "/calendars/events/west/programme.de.ics",
    ],
)
def test_what_is_not_there(client, programme, path):
    assert client.get(path).status_code == 404


def test_nothing_before_the_first_release_and_nothing_of_a_draft(app, client, programme, now):
    with app.app_context():
        make_event(slug="east")
        db.session.commit()
    assert client.get("/calendars/events/east/programme.en.ics").status_code == 404
    programme(unpublish)
    assert client.get(PATH).status_code == 404


def test_the_draft_changes_no_byte(client, programme):
    before = client.get(PATH)
    programme(lambda _: move_the_plenary())
    after = client.get(PATH, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 304


def test_a_move_keeps_the_uid_and_leaves_the_others_alone(client, programme):
    first, before = client.get(PATH), read_with_icalendar(client.get(PATH).get_data())
    moment = programme(release_after(move_the_plenary))
    response = client.get(PATH, headers={"If-None-Match": first.headers["ETag"]})
    after = {seen.uid: seen for seen in read_with_icalendar(response.get_data())}
    assert response.headers["Last-Modified"] == http_date(moment)
    moved, *others = before
    assert after[moved.uid].sequence == 1
    assert after[moved.uid].starts == moved.starts + dt.timedelta(hours=3, minutes=30)
    assert [after[seen.uid] for seen in others] == others
    stamps = values(response.get_data(), "DTSTAMP")
    assert sorted(stamps) == sorted([f":{moment:%Y%m%dT%H%M%SZ}", ":20270310T110000Z", ":20270310T110000Z"])


def test_new_words_move_the_stamp_and_not_the_sequence(client, programme):
    def rename():
        one("PLEN").title = {"fr": "Ouverture", "en": "Opening of the Plenary"}

    moment = programme(release_after(rename))
    assert (the_plenary(client).title, the_plenary(client).sequence) == ("Opening of the Plenary", 0)
    assert f":{moment:%Y%m%dT%H%M%SZ}" in values(client.get(PATH).get_data(), "DTSTAMP")


def test_what_leaves_stays_thirty_days_as_cancelled(app, client, programme):
    moment = programme(release_after(drop_the_plenary))
    gone = the_plenary(client)
    assert (gone.title, gone.status, gone.sequence) == ("[Cancelled] Plenary", "CANCELLED", 1)
    raw = client.get(PATH).get_data()
    assert values(raw, "TRANSP") == [":TRANSPARENT", ":OPAQUE", ":OPAQUE"]
    assert titles(client, "/calendars/events/west/speakers/ADA.en.ics")[0] == "[Cancelled] Plenary"
    last = client.get(PATH).headers["Last-Modified"]
    programme(make_release)
    with clock.held_at(moment + 30 * A_DAY - A_MINUTE):
        assert len(titles(client)) == 3
    with clock.held_at(moment + 30 * A_DAY):
        later = client.get(PATH, headers={"If-Modified-Since": last})
        assert [seen.title for seen in read_with_icalendar(later.get_data())] == ["Workshop"] * 2
        assert later.headers["Last-Modified"] == http_date(moment + 30 * A_DAY)


def test_what_comes_back_takes_place_under_its_old_uid(client, programme):
    before = the_plenary(client)
    programme(release_after(drop_the_plenary))

    def again():
        one("PLEN").state = SessionState.CONFIRMED

    programme(release_after(again))
    after = the_plenary(client)
    assert (after.uid, after.status, after.sequence) == (before.uid, "CONFIRMED", 2)


def test_another_track_is_another_feed_and_the_date_of_the_first_moves(app, client, programme):
    path = track_path(app, "Energy")
    before = client.get(path)

    def change_track():
        one("PLEN").track_id = one("WORK").track_id

    programme(release_after(change_track))
    after = client.get(path, headers={"If-Modified-Since": before.headers["Last-Modified"]})
    assert (after.status_code, read_with_icalendar(after.get_data())) == (200, [])
    assert parse_date(after.headers["Last-Modified"]) > parse_date(before.headers["Last-Modified"])
    assert "Plenary" in titles(client, track_path(app, "Data"))


def test_the_venue_moves_every_session_and_a_cancelled_event_cancels_them(client, programme):
    programme(lambda event: update_event(event, {"venue_name": "Ailleurs"}, event.changed_at))
    seen = read_with_icalendar(client.get(PATH).get_data())
    assert {one.location for one in seen} == {"Émile room 🎉, Ailleurs, Strasbourg"}
    assert {one.sequence for one in seen} == {1}
    moment = programme(cancel_event)
    cancelled = read_with_icalendar(client.get(PATH).get_data())
    assert {(one.status, one.sequence) for one in cancelled} == {("CANCELLED", 2)}
    with clock.held_at(moment + 31 * A_DAY):
        assert titles(client) == []


def test_registrations_do_not_build_it_again(app, client, programme):
    before = client.get(PATH)

    def register(event):
        person = Person("Zoé", "Lefèvre", "zoe@example.org")
        category_id = db.session.query(services.changes.Category).filter_by(event_id=event.id).one().id
        services.register([Choice(event.id, category_id)], person, {}, source=RegistrationSource.ONLINE)

    programme(register)
    headers = {"If-None-Match": before.headers["ETag"]}
    assert queries_of(app, lambda: client.get(PATH, headers=headers)) == 1


@pytest.mark.database
def test_validated_by_one_row(app, client, programme):
    for path in (PATH, track_path(app, "Energy"), "/calendars/events/west/speakers/ADA.en.ics"):
        first = client.get(path)
        for headers in (
            {"If-None-Match": first.headers["ETag"]},
            {"If-Modified-Since": first.headers["Last-Modified"]},
        ):
            again = client.get(path, headers=headers)
            assert (again.status_code, again.get_data()) == (304, b"")
            assert queries_of(app, lambda path=path, headers=headers: client.get(path, headers=headers)) == 1


def test_head_gzip_and_no_negotiation(client, programme):
    plain = client.get(PATH)
    head = client.head(PATH, headers={"Accept": "text/html", "Accept-Language": "fr"})
    assert head.status_code == 200
    assert head.get_data() == b""
    same = ("ETag", "Last-Modified", "Content-Type", "Content-Length", "Vary")
    assert [head.headers[name] for name in same] == [plain.headers[name] for name in same]
    assert plain.headers["Vary"] == "Accept-Encoding"
    packed = client.get(PATH, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["ETag"] == plain.headers["ETag"]
    assert len(packed.get_data()) < len(plain.get_data()) / 2
    assert "Set-Cookie" not in plain.headers
    assert plain.headers["Access-Control-Allow-Origin"] == "*"


def test_a_speaker_who_left_says_so_for_a_while(client, programme):
    programme(release_after(drop_the_plenary))

    def drop_the_workshop():
        one("WORK").state = SessionState.WITHDRAWN
        assert db.session.query(Speaker).count() == 2

    programme(release_after(drop_the_workshop))
    assert titles(client, "/calendars/events/west/speakers/ZOE.en.ics") == ["[Cancelled] Workshop"] * 2


@pytest.mark.parametrize("page", ["", "2027-03-20/"])
def test_a_page_of_one_track_leads_to_its_feed(app, client, programme, page):
    path = track_path(app, "Energy")
    number = path.rsplit("/", 1)[1].removesuffix(".en.ics")
    html = client.get(f"/en/events/west/programme/{page}?track={number}").get_data(as_text=True)
    assert f"http://localhost{path}" in html
    assert f"http://localhost{path}" not in client.get("/en/events/west/programme/").get_data(as_text=True)
