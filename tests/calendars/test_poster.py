"""The sheet to hang up."""

from __future__ import annotations

from congress.core import transactions
from congress.core.qr import draw
from tests.factories.events import make_event
from tests.factories.programme import make_programme


def test_two_codes_lead_to_the_programme_and_to_its_feed(app, client, now):
    with app.test_request_context("/fr/"), transactions.commit_on_success():
        make_programme(make_event(slug="west", name={"fr": "Étape Ouest", "en": "West stage"}))
    html = client.get("/en/events/west/programme/poster/").get_data(as_text=True)
    assert "West stage" in html
    for address in (
        "http://localhost/en/events/west/programme/",
        "http://localhost/calendars/events/west/programme.en.ics",
    ):
        assert address in html
        assert draw(address).path in html
    french = client.get("/fr/events/west/programme/poster/").get_data(as_text=True)
    assert draw("http://localhost/calendars/events/west/programme.fr.ics").path in french


def test_no_poster_before_the_first_release(app, client, now):
    with app.app_context(), transactions.commit_on_success():
        make_event(slug="west")
    assert client.get("/en/events/west/programme/poster/").status_code == 404
    assert client.get("/en/events/nothing/programme/poster/").status_code == 404
