"""Speakers of the draft, tracks, formats: what the team does, and what it may not."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from PIL import Image

from congress.audit.models import AuditEntry
from congress.core import storage
from congress.core.transactions import commit_on_success
from congress.events.models import Event
from congress.extensions import db
from congress.mail.models import Mail
from congress.programme import photos
from congress.programme.enums import SessionState
from congress.programme.errors import AddressTaken, ChangedMeanwhile
from congress.programme.models import (
    Availability,
    Programme,
    Session,
    SessionFormat,
    Speaker,
    SpeakerPhoto,
    Track,
)
from congress.programme.services import speakers
from tests.factories.events import make_event
from tests.factories.people import make_account
from tests.factories.programme import (
    make_format,
    make_release,
    make_room,
    make_session,
    make_slot,
    make_speaker,
    make_track,
)
from tests.support.counting import queries_of

BASE = "/en/manage/events/grand-est/programme/speakers/"
SETTINGS = "/en/manage/events/grand-est/programme/settings/"
MULTIPART = "multipart/form-data"


def event_of(tour, slug="grand-est"):
    return db.session.scalars(sa.select(Event).where(Event.slug == slug)).one()


def png(size=(40, 40)):
    stream = io.BytesIO()
    Image.new("RGB", size).save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture
def made(tour):
    """A released speaker, one whose session waits for a yes, one beside, one of the sibling; codes by name."""
    with tour.app.test_request_context("/fr/"), commit_on_success():
        event = event_of(tour)
        public, awaited, alone = (make_speaker(event, family_name=name) for name in ("Public", "Zürich", "Alone"))
        make_slot(event, make_session(event, [public]), make_room(event))
        make_session(event, [awaited], state=SessionState.ACCEPTED)
        make_release(event)
        other = make_speaker(event_of(tour, "ile-de-france"), family_name="Elsewhere")
        return {"public": public.code, "awaited": awaited.code, "alone": alone.code, "other": other.code}


def fields(**changes):
    values = {
        "version": "1",
        "given_name": "Zoé",
        "family_name": "Lefèvre",
        "email": "zoe@example.org",
        "organisation": "Levures & fils",
        "biography-fr": "**Bonjour**",
        "language": "en",
    }
    return {**values, **changes}


def speaker_of(tour, code):
    return tour.read(sa.select(Speaker).where(Speaker.code == code))


@pytest.mark.database
def test_an_address_is_there_once_per_event_whatever_its_capitals(session):
    event, other = make_event(), make_event()
    account = make_account("ada@example.org")
    first = speakers.create_speaker(event, {"family_name": "Ada", "email": "Ada@Example.org"})
    assert (first.email_key, first.account_id) == ("ada@example.org", account.id)
    with pytest.raises(AddressTaken):
        speakers.create_speaker(event, {"family_name": "Ada", "email": "ADA@example.org"})
    second = speakers.create_speaker(event, {"family_name": "Bea", "email": None})
    with pytest.raises(AddressTaken):
        speakers.change_speaker(event, second.code, {"email": "ada@example.org"}, 1)
    speakers.create_speaker(other, {"family_name": "Ada", "email": "ada@example.org"})
    speakers.create_speaker(event, {"family_name": "Carl", "email": None})


def test_another_address_brings_another_link(session):
    event = make_event()
    one = make_speaker(event)
    before = one.link_hash
    speakers.change_speaker(event, one.code, {"organisation": "Other"}, 1)
    assert one.link_hash == before
    speakers.change_speaker(event, one.code, {"email": "new@example.org"}, 2)
    assert one.link_hash != before
    with pytest.raises(ChangedMeanwhile):
        speakers.change_speaker(event, one.code, {"organisation": "Third"}, 2)
    assert db.session.scalar(sa.select(Programme.draft_version)) == 2


def test_a_speaker_is_written_changed_and_shown(tour, made):
    client = tour.client("organiser")
    answer = client.submit(BASE + "new", fields(family_name="<b>Lefèvre</b>"))
    assert answer.status_code == 303
    html = client.get(answer.location).get_data(as_text=True)
    assert "<b>Lefèvre" not in html
    assert "<strong>Bonjour</strong>" in html
    code = answer.location.rstrip("/").rpartition("/")[2]
    assert client.submit(f"{BASE}{code}/edit", fields()).status_code == 303
    stored = speaker_of(tour, code)
    assert (stored.full_name, stored.version, stored.language) == ("Zoé Lefèvre", 2, "en")


@pytest.mark.parametrize(
    "change", [{"family_name": ""}, {"email": "nobody"}, {"email": "taken@example.org"}, {"language": "de"}]
)
def test_what_makes_no_sense_is_refused_in_words(tour, made, change):
    with tour.app.test_request_context("/fr/"), commit_on_success():
        make_speaker(event_of(tour), email="taken@example.org")
    client = tour.client("organiser")
    for path in ("new", f"{made['alone']}/edit"):
        answer = client.submit(BASE + path, fields(**change))
        assert answer.status_code == 422
        assert "Levures &amp; fils" in answer.get_data(as_text=True)
    assert speaker_of(tour, made["alone"]).family_name == "Alone"


def test_a_stale_form_shows_both_states(tour, made):
    client, path = tour.client("organiser"), f"{BASE}{made['alone']}/edit"
    client.submit(path, fields(organisation="Theirs"))
    answer = client.submit(path, fields(organisation="Mine"))
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Theirs" in html
    assert "Mine" in html
    assert speaker_of(tour, made["alone"]).organisation == "Theirs"


def test_a_new_speaker_for_a_session_speaks_there(tour, made):
    code = tour.read(sa.select(Session.code).where(Session.state == SessionState.ACCEPTED))
    answer = tour.client("organiser").submit(f"{BASE}new?session={code}", fields())
    assert answer.location.endswith(f"/programme/sessions/{code}/#speakers")
    names = sa.select(Speaker.family_name).join(Speaker.sessions).where(Session.code == code)
    assert set(tour.read_all(names)) == {"Zürich", "Lefèvre"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Public", "Zürich", "Alone"}),
        ("?q=zurich", {"Zürich"}),
        ("?only=unconfirmed", {"Zürich"}),
        ("?only=no_session", {"Alone"}),
        ("?only=no_address", set()),
        ("?only=odd&page=99", {"Public", "Zürich", "Alone"}),
        ("?q=nobody", set()),
    ],
)
def test_the_list_is_searched_and_narrowed(tour, made, query, found):
    html = tour.client("viewer").get(BASE + query).get_data(as_text=True)
    assert {name for name in ("Public", "Zürich", "Alone", "Elsewhere") if f" {name}</bdi>" in html} == found


def test_a_list_costs_the_same_with_one_and_with_many(tour, made):
    client = tour.client("organiser")
    client.get(BASE)
    few = queries_of(tour.app, lambda: client.get(BASE))
    with tour.app.test_request_context("/fr/"), commit_on_success():
        for _number in range(4):
            make_session(event_of(tour), [make_speaker(event_of(tour))])
    assert queries_of(tour.app, lambda: client.get(BASE)) == few


def test_photos_are_drawn_anew_and_go_when_nobody_sees_them(tour, made):
    client, page = tour.client("organiser"), f"{BASE}{made['public']}/"

    def put():
        data = {"picture": (io.BytesIO(png()), "me.png")}
        assert client.submit(page + "photo", data, page, content_type=MULTIPART).status_code == 303
        return speaker_of(tour, made["public"]).photo_name

    def public(name):
        path = f"/en/events/grand-est/programme/speakers/{made['public']}/{name}"
        return tour.client().get(path, buffered=True).status_code

    def release():
        with tour.app.test_request_context("/fr/"), commit_on_success():
            make_release(event_of(tour))

    first = put()
    assert public(first) == 404
    assert client.get(page + "photo").mimetype == "image/png"
    release()
    assert public(first) == 200
    second = put()
    third = put()
    assert set(tour.read_all(sa.select(SpeakerPhoto.name))) == {first, third}
    assert (public(first), public(third)) == (200, 404)
    release()
    assert (public(first), public(third)) == (404, 200)
    assert client.submit(page + "photo/remove", {}, page).status_code == 303
    assert public(third) == 200
    release()
    assert public(third) == 404
    assert tour.read_all(sa.select(SpeakerPhoto.name)) == []
    with tour.app.app_context():
        left = {path.name for path in storage.folder(photos.FOLDER).iterdir()}
    assert not left & {first, second, third}
    assert client.get(page + "photo").status_code == 404


@pytest.mark.parametrize("content", [b"", b"not a picture", png((8201, 1))])
def test_what_is_no_photo_is_refused_in_words(tour, made, content):
    client, page = tour.client("organiser"), f"{BASE}{made['public']}/"
    data = {"picture": (io.BytesIO(content), "me.png")}
    assert client.submit(page + "photo", data, page, content_type=MULTIPART).status_code == 422
    assert speaker_of(tour, made["public"]).photo_name is None


def test_times_are_those_of_the_event(tour, made):
    client, page = tour.client("organiser"), f"{BASE}{made['alone']}/"
    good = {"starts_at": "2027-03-20T09:00", "ends_at": "2027-03-20T12:00"}
    assert client.submit(page + "windows", good, page).status_code == 303
    window = tour.read(sa.select(Availability))
    assert window.starts_at.isoformat() == "2027-03-20T08:00:00+00:00"
    for bad in (
        {**good, "ends_at": "2027-03-20T08:00"},
        {**good, "starts_at": "2027-03-28T02:30", "ends_at": "2027-03-28T05:00"},
        {**good, "starts_at": "0001-01-01T00:00"},
        {**good, "ends_at": ""},
        {**good, "ends_at": "tomorrow"},
    ):
        assert client.submit(page + "windows", bad, page).status_code == 422
    assert client.submit(f"{page}windows/{window.id}/remove", {}, f"{BASE}{made['public']}/").status_code == 303
    assert client.submit(f"{page}windows/{window.id}/remove", {}, page).status_code == 404
    assert tour.read(sa.select(Availability)) is None


def test_the_link_is_sent_to_one_or_to_all_who_have_not_confirmed(tour, made):
    client, page = tour.client("organiser"), f"{BASE}{made['alone']}/"
    assert client.submit(page + "link", {}, page).status_code == 303
    assert client.submit(BASE + "ask", {}, BASE).status_code == 303
    found = tour.read_all(sa.select(Mail.template).order_by(Mail.id))
    assert found == ["speaker_link", "speaker_confirm"]
    assert tour.read(sa.select(Mail.recipient).order_by(Mail.id.desc())) == speaker_of(tour, made["awaited"]).email
    before = speaker_of(tour, made["alone"]).link_hash
    assert client.submit(page + "link/renew", {}, page).status_code == 303
    assert speaker_of(tour, made["alone"]).link_hash != before


def test_nobody_without_an_address_gets_a_link(tour, made):
    with tour.app.test_request_context("/fr/"), commit_on_success():
        code = make_speaker(event_of(tour), email=None).code
    assert tour.client("organiser").submit(f"{BASE}{code}/link", {}, f"{BASE}{code}/").status_code == 409
    assert tour.read(sa.select(Mail)) is None


def test_only_who_speaks_nowhere_and_was_never_public_is_deleted(tour, made):
    client = tour.client("organiser")
    for name in ("public", "awaited", "alone"):
        client.submit(f"{BASE}{made[name]}/remove", {})
    codes = tour.read_all(sa.select(Speaker.code))
    assert (made["public"] in codes, made["awaited"] in codes, made["alone"] in codes) == (True, True, False)


def test_the_history_is_in_words(tour, made):
    client = tour.client("organiser")
    client.submit(f"{BASE}{made['alone']}/edit", fields())
    html = client.get("/en/manage/events/grand-est/history/").get_data(as_text=True)
    assert "Changed a speaker" in html
    assert "Zoé Lefèvre" in html
    assert "zoe@example.org" not in str(tour.read_all(sa.select(AuditEntry.after)))


def test_readers_read_and_write_nothing(tour, made):
    client = tour.client("viewer")
    assert client.get(f"{BASE}{made['alone']}/").status_code == 200
    assert client.get(SETTINGS).status_code == 200
    for path in ("new", f"{made['alone']}/edit", f"{made['alone']}/remove"):
        assert client.get(BASE + path).status_code == 403
    assert tour.client("door").get(BASE).status_code == 403


@pytest.mark.parametrize("path", ["", "edit", "photo", "remove"])
def test_another_events_speaker_is_none(tour, made, path):
    assert tour.client("organiser").get(f"{BASE}{made['other']}/{path}").status_code == 404


def test_tracks_and_formats_come_change_move_and_go(tour):
    client = tour.client("organiser")
    for name, colour in (("Levures", "#1F5FA8"), ("Cellules", "#a83c1f")):
        data = {"name-fr": name, "name-en": "", "colour": colour}
        assert client.submit(SETTINGS + "tracks", data, SETTINGS).status_code == 303
        data = {"format_name-fr": name, "minutes": "45"}
        assert client.submit(SETTINGS + "formats", data, SETTINGS).status_code == 303
    for kind, table in (("tracks", Track), ("formats", SessionFormat)):
        order = sa.select(table.id).order_by(table.position)
        first, second = tour.read_all(order)
        page = f"{SETTINGS}{kind}/{first}/"
        assert (
            client.submit(
                page, {"name-fr": "Neu", "format_name-fr": "Neu", "colour": "#000000", "minutes": "20"}
            ).status_code
            == 303
        )
        client.submit(page + "move/down", {}, SETTINGS)
        assert tour.read_all(order) == [second, first]
        with tour.app.test_request_context("/fr/"), commit_on_success():
            column = {"tracks": "track_id", "formats": "format_id"}[kind]
            make_session(event_of(tour), **{column: first})
        assert client.submit(page + "remove", {}, SETTINGS).status_code == 303
        assert tour.read_all(order) == [second]
    assert tour.read_all(sa.select(Session.track_id)) == [None, None]


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("tracks", {"name-fr": "", "colour": "#1f5fa8"}),
        ("tracks", {"name-fr": "X", "colour": "red;background:url(x)"}),
        ("formats", {"format_name-fr": "X", "minutes": "4"}),
        ("formats", {"format_name-fr": "X", "minutes": "soon"}),
        ("programme", {"grid_minutes": "7", "walking_minutes": "5"}),
        ("programme", {"grid_minutes": "15", "walking_minutes": "121"}),
    ],
)
def test_settings_that_make_no_sense_are_refused(tour, path, data):
    assert tour.client("organiser").submit(SETTINGS + path, data, SETTINGS).status_code == 422
    assert tour.read(sa.select(Track)) is None


def test_grid_and_walking_are_kept_and_release_nothing(tour):
    client = tour.client("organiser")
    data = {"grid_minutes": "5", "walking_minutes": "10"}
    assert client.submit(SETTINGS + "programme", data, SETTINGS).status_code == 303
    stored = tour.read(sa.select(Programme))
    assert (stored.grid_minutes, stored.walking_minutes, stored.draft_version) == (5, 10, 0)


def test_another_events_track_and_format_are_none(tour):
    with tour.app.test_request_context("/fr/"), commit_on_success():
        other = event_of(tour, "ile-de-france")
        track, kind = make_track(other).id, make_format(other).id
    client = tour.client("organiser")
    for path in (f"tracks/{track}/", f"formats/{kind}/"):
        assert client.get(SETTINGS + path).status_code == 404
        assert client.submit(f"{SETTINGS}{path}remove", {}, SETTINGS).status_code == 404
        assert client.submit(f"{SETTINGS}{path}move/up", {}, SETTINGS).status_code == 404
