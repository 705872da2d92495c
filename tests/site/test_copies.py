"""One copy of a page for everybody: right after every change, and never with anything of the person who asked."""

from __future__ import annotations

import datetime as dt
import gzip

import pytest

from congress.core import clock, transactions
from congress.events.models import Event
from congress.events.services.events import update_event
from congress.events.services.publication import cancel_event, unpublish
from congress.extensions import db
from congress.registration import services
from congress.registration.enums import CancelledBy, RegistrationSource
from congress.registration.services import Choice, Person
from tests.factories.events import make_event, make_series
from tests.factories.people import make_account, sign_in
from tests.factories.registrations import make_category
from tests.site.test_pages import text_of
from tests.support.counting import queries_of

PAGES = ("/en/", "/en/series/tour/", "/en/events/west/")
FEED = "/calendars/series/tour.en.ics"
ZOE = Person("Zoé", "Lefèvre", "zoe@example.org")


@pytest.fixture
def west(app, now):
    """A stage with three places, and the stage after it."""
    with app.app_context():
        series = make_series(slug="tour")
        event = make_event(series, slug="west", position=1, name={"fr": "Ouest", "en": "West"})
        make_event(series, slug="east", position=2, name={"fr": "Est", "en": "East"})
        category = make_category(event, capacity=3)
        db.session.commit()
        return event.id, category.id


def act(app, what):
    """One unit of work on the stage, as a request does it."""
    with app.test_request_context("/fr/"), transactions.commit_on_success():
        return what(db.session.query(Event).filter_by(slug="west").one())


def register(app, ids):
    event_id, category_id = ids
    return act(
        app,
        lambda _: services.register([Choice(event_id, category_id)], ZOE, {}, source=RegistrationSource.ONLINE).id,
    )


def test_nothing_of_a_signed_in_visitor_enters_the_copy(app, client, west):
    with app.app_context():
        account = make_account("private@example.org", name="Private Person")
        sign_in(client, account)
    with client.session_transaction() as session:
        session["_flashes"] = [("success", "A message for one person")]
    for path in PAGES:
        first = client.get(path)
        assert "Set-Cookie" not in first.headers
        assert first.headers["Vary"] == "Accept-Encoding"
        for page in (first, app.test_client().get(path)):
            html = page.get_data(as_text=True)
            assert "Private" not in html
            assert "for one person" not in html
            assert "csrf" not in html
        assert first.headers["Cache-Control"] == "public, max-age=0, must-revalidate"


@pytest.mark.parametrize("query", ["?x=1", "?lang_code=xx", "?next=//evil.example", "?event_slug=east"])
@pytest.mark.parametrize("path", PAGES)
def test_no_query_string_enters_the_copy(app, client, west, path, query):
    odd = client.get(path + query).get_data()
    app.extensions["page_cache"].clear()
    assert client.get(path).get_data() == odd


@pytest.mark.parametrize("path", [*PAGES, FEED])
def test_a_caller_with_the_copy_gets_304(client, west, path):
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["ETag"].startswith('W/"')
    assert client.get(path, headers={"If-None-Match": 'W/"other"'}).status_code == 200


@pytest.mark.parametrize("path", [*PAGES, FEED])
def test_two_builds_are_the_same_bytes(app, client, west, path):
    first = client.get(path)
    app.extensions["page_cache"].clear()
    again = client.get(path)
    assert first.get_data() == again.get_data()
    assert first.headers["ETag"] == again.headers["ETag"]


@pytest.mark.parametrize("path", [*PAGES, FEED])
def test_compressed_for_those_who_read_it(client, west, path):
    plain = client.get(path)
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.get_data()) == plain.get_data()
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    head = client.head(path)
    assert (head.status_code, head.get_data()) == (200, b"")
    assert head.headers["ETag"] == plain.headers["ETag"]


@pytest.mark.database
@pytest.mark.parametrize("path", [*PAGES, FEED])
def test_a_validated_copy_costs_one_query(app, client, west, path):
    tag = client.get(path).headers["ETag"]
    assert queries_of(app, lambda: client.get(path, headers={"If-None-Match": tag})) == 1


@pytest.mark.database
def test_a_taken_and_a_freed_place_show_at_once(app, client, west):
    assert "3 places left" in text_of(client.get("/en/events/west/"))
    group_id = register(app, west)
    for path in PAGES:
        assert "2 places left" in text_of(client.get(path))

    def give_back(event):
        registration = db.session.query(services.changes.Registration).filter_by(group_id=group_id).one()
        services.cancel(registration, CancelledBy.PARTICIPANT)

    act(app, give_back)
    for path in PAGES:
        assert "3 places left" in text_of(client.get(path))


def test_a_new_name_shows_everywhere_also_on_the_neighbours_page(app, client, west):
    for path in (*PAGES, "/en/events/east/"):
        client.get(path)
    with clock.held_at(clock.now() + dt.timedelta(minutes=1)):
        act(app, lambda event: update_event(event, {"name": {"fr": "Océan", "en": "Ocean"}}, event.changed_at))
    for path in (*PAGES, "/en/events/east/"):
        assert "Ocean" in text_of(client.get(path))


def test_time_alone_changes_the_page(app, client, west, now):
    assert "3 places left" in text_of(client.get("/en/events/west/"))
    with clock.held_at(now + dt.timedelta(days=10)):
        for path in PAGES:
            assert "Closed" in text_of(client.get(path))
    with clock.held_at(now + dt.timedelta(days=20)):
        for path in PAGES:
            assert "Over" in text_of(client.get(path))


def test_an_event_taken_back_is_gone_at_once(app, client, west):
    tag = client.get("/en/events/west/").headers["ETag"]
    act(app, unpublish)
    assert client.get("/en/events/west/", headers={"If-None-Match": tag}).status_code == 404
    for path in ("/en/", "/en/series/tour/", "/en/events/east/", "/sitemap.xml"):
        assert "west" not in client.get(path).get_data(as_text=True).lower()


def test_a_cancelled_event_says_so_everywhere(app, client, west):
    client.get("/en/series/tour/")
    act(app, cancel_event)
    for path in PAGES:
        assert "Cancelled" in text_of(client.get(path)) or "is cancelled" in text_of(client.get(path))
