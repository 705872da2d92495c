"""An organiser changes an event: every mistake is said in words, nobody's work is lost."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from congress.audit.models import AuditEntry
from congress.core import clock
from congress.events.models import Event, EventHost, Room, Series
from congress.events.services import hosts, rooms
from congress.events.signals import event_rescheduled
from congress.extensions import db
from congress.registration.models import Category, Quota
from tests.conftest import NOON
from tests.factories.events import make_event
from tests.factories.people import make_organisation
from tests.factories.registrations import make_registration
from tests.support.filled_forms import filled
from tests.support.sentences import says
from tests.support.tour import draft

LANGUAGES = ("fr", "en")


@pytest.fixture(autouse=True)
def _noon(now):
    """The clock stands still."""


def settings(language="en", slug="grand-est"):
    return f"/{language}/manage/events/{slug}/settings"


def save(client, changes, language="en", slug="grand-est"):
    path = settings(language, slug)
    form = filled(client.get(path).get_data(as_text=True), "name-fr")
    return client.post(path, data={key: value for key, value in (form | changes).items() if value is not None})


def event_of(tour, slug="grand-est"):
    with tour.app.app_context():
        return db.session.scalar(sa.select(Event).where(Event.slug == slug))


def test_everything_can_be_changed(tour):
    answer = save(
        tour.client("organiser"),
        {
            "name-fr": "Étape de l’Est",
            "name-en": "Eastern stage",
            "summary-en": "A day",
            "description-fr": "**Bonjour**\r\n\r\n- un",
            "format": "hybrid",
            "zone": "Europe/Paris",
            "starts_at": "2027-10-31T09:00",
            "ends_at": "2027-10-31T17:30",
            "registration_opens_at": "2027-03-01T00:00",
            "registration_closes_at": "2027-10-30T23:59",
            "regions": ["FR-GES", "FR-BFC"],
            "venue_name": "Palais inventé",
            "venue_address": "1 rue inventée",
            "venue_postcode": "67000",
            "venue_city": "Strasbourg",
            "venue_access-fr": "Tram A",
            "latitude": "48,5734",
            "longitude": "7.7521",
            "join_url": "https://meet.example.org/abc",
            "contact_email": "est@example.org",
            "retention_days": "90",
            "show_remaining": None,
        },
    )
    assert (answer.status_code, answer.location) == (303, settings())
    event = event_of(tour)
    assert event.name == {"fr": "Étape de l’Est", "en": "Eastern stage"}
    assert event.summary == {"en": "A day"}
    assert event.description == {"fr": "**Bonjour**\n\n- un"}
    assert event.starts_at == dt.datetime(2027, 10, 31, 8, 0, tzinfo=dt.UTC)
    assert event.registration_opens_at == dt.datetime(2027, 2, 28, 23, 0, tzinfo=dt.UTC)
    assert event.regions == ["FR-GES", "FR-BFC"]
    assert (event.latitude, event.longitude) == (48.5734, 7.7521)
    assert (event.show_remaining, event.retention_days) == (False, 90)


def test_coordinates_are_shown_again_and_saved_unchanged(tour):
    client = tour.client("organiser")
    save(client, {"latitude": "0", "longitude": "7,7521"})

    form = filled(client.get(settings()).get_data(as_text=True), "name-fr")
    assert (form["latitude"], form["longitude"]) == ("0.0", "7.7521")
    save(client, {})
    assert (event_of(tour).latitude, event_of(tour).longitude) == (0, 7.7521)


MISTAKES = {
    "no name": ({"name-fr": " "}, "This field is required."),
    "name too long": ({"name-fr": "x" * 121}, None),
    "end before start": ({"ends_at": "2020-01-01T10:00"}, "The end must come after the start."),
    "no such hour": (
        {"starts_at": "2027-03-28T02:30", "ends_at": "2027-03-28T18:00"},
        "This time does not exist: clocks are moved forward that night.",
    ),
    "year 9999": ({"ends_at": "9999-12-31T23:59"}, "Please give a year between 2000 and 2100."),
    "year 1": ({"starts_at": "0001-01-01T00:00"}, "Please give a year between 2000 and 2100."),
    "window after the event": (
        {"registration_closes_at": "2099-01-01T00:00"},
        "Registration must close before the event is over.",
    ),
    "window inside out": (
        {"registration_opens_at": "2027-03-15T00:00", "registration_closes_at": "2027-03-14T00:00"},
        "Registration must close after it opens.",
    ),
    "not a time": ({"starts_at": "tomorrow"}, None),
    "no time": ({"starts_at": ""}, "This field is required."),
    "no such zone": ({"zone": "Europe/Atlantis"}, None),
    "no such format": ({"format": "hologram"}, None),
    "no such region": ({"regions": ["FR-XXX"]}, None),
    "one coordinate": (
        {"latitude": "48.5", "longitude": ""},
        "Please give both latitude and longitude, or neither.",
    ),
    "latitude 91": ({"latitude": "91", "longitude": "7"}, None),
    "latitude nan": ({"latitude": "nan", "longitude": "7"}, None),
    "latitude inf": ({"latitude": "1e999", "longitude": "7"}, None),
    "script as link": ({"join_url": "javascript:alert(1)"}, None),
    "http link": ({"join_url": "http://meet.example.org/"}, None),
    "link with a password": ({"join_url": "https://me:secret@meet.example.org/"}, None),
    "half a link": ({"join_url": "https://[::1"}, None),
    "no address": (
        {"contact_email": "est"},
        "Please give a complete e-mail address, like name@example.org.",
    ),
    "kept for ever": ({"retention_days": "3651"}, None),
    "kept not at all": ({"retention_days": "0"}, None),
    "an address in capitals": (
        {"slug": "Grand Est"},
        "Use small letters without accents, digits and hyphens, like grand-est-2027.",
    ),
    "an address that is ours": (
        {"slug": "new"},
        "Use small letters without accents, digits and hyphens, like grand-est-2027.",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("changes", "sentence"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_said_in_words_and_changes_nothing(tour, language, changes, sentence):
    draft(tour)
    before = event_of(tour)
    answer = save(tour.client("organiser"), changes, language)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'id="error-summary"' in html
    if sentence and sentence != "This field is required.":
        assert says(tour.app, html, sentence)
    assert event_of(tour).changed_at == before.changed_at
    assert tour.read(sa.select(sa.func.count(AuditEntry.id))) == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_address_of_another_event_is_taken(tour, language):
    draft(tour)
    answer = save(tour.client("organiser"), {"slug": tour.sibling}, language)
    assert answer.status_code == 422
    sentence = "This address is already taken by another page. Please choose another one."
    assert says(tour.app, answer.get_data(as_text=True), sentence)


def test_a_draft_may_change_its_address_and_a_public_event_may_not(tour):
    client = tour.client("organiser")
    answer = save(client, {"slug": "est"}, "fr")
    sentence = "The address can no longer be changed: the page is or was public, and people have its link."
    assert says(tour.app, answer.get_data(as_text=True), sentence)
    draft(tour)
    assert save(client, {"slug": "est"}).location == settings(slug="est")


def test_a_second_try_after_a_mistake_is_saved(tour):
    """The refused form's key is free again: its body differs."""
    client = tour.client("organiser")
    page = save(client, {"slug": "est"}).get_data(as_text=True)
    form = filled(page, "name-fr") | {"slug": "grand-est", "name-fr": "Est"}
    assert client.post(settings(), data=form).status_code == 303
    assert event_of(tour).name["fr"] == "Est"


def test_fields_that_no_form_offers_are_ignored(tour):
    before = event_of(tour)
    save(
        tour.client("organiser"),
        {"status": "cancelled", "series_id": "99", "id": "99", "page_version": "99", "name-fr": "Est"},
    )
    after = event_of(tour)
    assert (after.id, after.series_id, after.status) == (before.id, before.series_id, before.status)


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_people_at_once_the_second_sees_both_versions_and_loses_nothing(tour, language):
    first, second = tour.client("organiser"), tour.client("owner")
    path = settings(language)
    opened = filled(second.get(path).get_data(as_text=True), "name-fr")
    with clock.held_at(NOON + dt.timedelta(minutes=5)):
        save(first, {"venue_city": "Mulhouse"})
        answer = second.post(path, data=opened | {"venue_city": "Colmar", "name-fr": "Alsace"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert says(tour.app, html, "Somebody else has saved this page since you opened it. Nothing was overwritten.")
    assert says(tour.app, html, "%(person)s has changed this page meanwhile", person="Organiser")
    assert ">Mulhouse</td>" in html
    assert ">Colmar</td>" in html
    assert (event_of(tour).venue_city, event_of(tour).name["fr"]) == ("Mulhouse", "Grand Est")
    assert second.post(path, data=filled(html, "name-fr")).status_code == 303
    assert (event_of(tour).venue_city, event_of(tour).name["fr"]) == ("Colmar", "Alsace")


def test_the_history_holds_what_changed_and_who_did_it_but_no_secret(tour):
    save(tour.client("organiser"), {"venue_city": "Colmar", "join_url": "https://meet.example.org/secret"})
    with tour.app.app_context():
        entry = db.session.scalar(sa.select(AuditEntry))
    assert (entry.action, entry.actor_kind, entry.actor_id) == (
        "event.updated",
        "account",
        tour.accounts["organiser"],
    )
    assert entry.before == {"venue_city": "Strasbourg", "join_url": False}
    assert entry.after == {"venue_city": "Colmar", "join_url": True}


def test_public_pages_are_renewed(tour):
    def versions():
        return tour.read(sa.select(Event.page_version)), tour.read(sa.select(Series.page_version))

    before = versions()
    save(tour.client("organiser"), {"venue_city": "Colmar"})
    assert versions() == (before[0] + 1, before[1] + 1)


@pytest.fixture
def rescheduled():
    """The slugs of events of which people are told."""
    told = []

    def note(_sender, *, event):
        told.append(event.slug)

    with event_rescheduled.connected_to(note):
        yield told


def test_another_place_is_announced_and_another_text_is_not(tour, rescheduled):
    with tour.app.app_context():
        make_registration(db.session.scalar(sa.select(Event)))
        db.session.commit()
    client = tour.client("organiser")
    page = client.get(settings()).get_data(as_text=True)
    assert "Tell the 1 registered person when the time or the place changes" in page
    save(client, {"summary-fr": "Autre"})
    assert (rescheduled, event_of(tour).calendar_sequence) == ([], 0)
    save(client, {"venue_city": "Colmar"})
    assert (rescheduled, event_of(tour).calendar_sequence) == (["grand-est"], 1)


def test_nobody_is_told_when_the_box_is_unticked_but_calendars_follow(tour, rescheduled):
    with tour.app.app_context():
        make_registration(db.session.scalar(sa.select(Event)))
        db.session.commit()
    save(tour.client("organiser"), {"starts_at": "2027-03-20T10:00", "tell": None})
    assert (rescheduled, event_of(tour).calendar_sequence) == ([], 1)


def test_nobody_is_told_of_a_draft(tour, rescheduled):
    draft(tour)
    save(tour.client("organiser"), {"venue_city": "Colmar", "tell": "y"})
    assert (rescheduled, event_of(tour).calendar_sequence) == ([], 0)


def test_new_event_with_the_essentials(tour):
    path = "/en/manage/series/tour/events/new"
    client = tour.client("owner")
    form = filled(client.get(path).get_data(as_text=True), "name-fr")
    answer = client.post(
        path, data=form | {"name-fr": "Étape Sud", "starts_at": "2027-06-01T09:00", "ends_at": "2027-06-01T18:00"}
    )
    assert (answer.status_code, answer.location) == (303, "/en/manage/events/etape-sud/")
    event = event_of(tour, "etape-sud")
    assert (event.status, event.position) == ("draft", 3)
    assert event.registration_opens_at == NOON
    assert event.registration_closes_at == event.starts_at


def test_new_event_sent_twice_is_made_once(tour):
    path = "/en/manage/series/tour/events/new"
    client = tour.client("owner")
    form = filled(client.get(path).get_data(as_text=True), "name-fr")
    form |= {"name-fr": "Sud", "starts_at": "2027-06-01T09:00", "ends_at": "2027-06-01T18:00"}
    assert [client.post(path, data=form).location for _ in range(2)] == ["/en/manage/events/sud/"] * 2
    assert tour.read(sa.select(sa.func.count(Event.id))) == 3


def test_a_copy_takes_over_structure_but_neither_people_nor_the_link(tour):
    with tour.app.app_context():
        model = db.session.scalar(sa.select(Event))
        model.join_url = "https://meet.example.org/old"
        hosts.add_host(model, make_organisation().id, "owner")
        rooms.add_room(model, {"fr": "Salle"}, 40)
        make_registration(model)
        db.session.commit()
        model_id = model.id
    path = "/en/manage/series/tour/events/new"
    client = tour.client("owner")
    form = filled(client.get(path).get_data(as_text=True), "name-fr")
    form |= {"name-fr": "Sud", "starts_at": "2027-06-01T09:00", "ends_at": "2027-06-01T18:00", "model": str(model_id)}
    assert client.post(path, data=form).status_code == 303
    event = event_of(tour, "sud")
    assert (event.venue_city, event.join_url, event.status) == ("Strasbourg", None, "draft")
    with tour.app.app_context():
        counts = [
            db.session.scalar(sa.select(sa.func.count(table.id)).where(table.event_id == event.id))
            for table in (Category, Quota, EventHost, Room)
        ]
    assert counts == [2, 2, 1, 1]


def test_only_events_of_the_series_can_be_copied(tour):
    with tour.app.app_context():
        foreign = make_event().id
        db.session.commit()
    path = "/en/manage/series/tour/events/new"
    client = tour.client("owner")
    form = filled(client.get(path).get_data(as_text=True), "name-fr")
    form |= {"name-fr": "Sud", "starts_at": "2027-06-01T09:00", "ends_at": "2027-06-01T18:00", "model": str(foreign)}
    assert client.post(path, data=form).status_code == 422
