"""xCal tells what the iCalendar file tells."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from lxml import etree

from congress.calendars.xcal import NAMESPACE
from congress.events.models import Event
from congress.extensions import db
from congress.programme import releases
from tests.factories.events import make_event
from tests.factories.programme import make_programme

NAMES = {"x": NAMESPACE}


@pytest.fixture
def event(session: None, now: object) -> Event:
    event = make_event(latitude=48.5, longitude=7.75)
    make_programme(event)
    db.session.commit()
    return event


def test_the_same_events_with_the_same_times(client: FlaskClient, event: Event) -> None:
    answer = client.get(f"/fr/events/{event.slug}/programme/schedule.xcal")
    assert answer.content_type == "application/calendar+xml; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    root = etree.fromstring(answer.data)
    feed = Calendar.from_ical(client.get(f"/calendars/events/{event.slug}/programme.fr.ics").data)
    assert [
        (
            one.findtext("x:properties/x:uid/x:text", namespaces=NAMES),
            one.findtext("x:properties/x:dtstart/x:date-time", namespaces=NAMES),
            one.findtext("x:properties/x:dtstart/x:parameters/x:tzid/x:text", namespaces=NAMES),
            one.findtext("x:properties/x:summary/x:text", namespaces=NAMES),
        )
        for one in root.iterfind("x:vcalendar/x:components/x:vevent", NAMES)
    ] == [
        (str(one["UID"]), one["DTSTART"].dt.strftime("%Y-%m-%dT%H:%M:%S"), "Europe/Paris", str(one["SUMMARY"]))
        for one in feed.walk("VEVENT")
    ]
    assert root.findtext(".//x:vevent//x:geo/x:latitude", namespaces=NAMES) == "48.5"
    assert root.findtext(".//x:rrule/x:recur/x:freq", namespaces=NAMES) == "YEARLY"


def test_a_release_by_its_number(client: FlaskClient, event: Event) -> None:
    base = f"/en/events/{event.slug}/programme"
    assert client.get(f"{base}/releases/1/schedule.xcal").data == client.get(f"{base}/schedule.xcal").data
    assert client.get(f"{base}/releases/2/schedule.xcal").status_code == 404
    assert client.get("/en/events/unknown/programme/schedule.xcal").status_code == 404
    assert releases.latest_number(event.id) == 1
