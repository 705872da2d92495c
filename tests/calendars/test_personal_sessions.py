"""What a person picked from the programme, in the personal calendar: with the links to join, and nobody else's."""

from __future__ import annotations

import datetime as dt

import pytest
from werkzeug.http import http_date

from congress.agenda.services import sign_ups, stars
from congress.core import clock, transactions
from congress.events.models import Event
from congress.extensions import db
from congress.programme.enums import Participation, SessionState
from congress.programme.models import Session, Slot
from congress.registration import services
from congress.registration.enums import CancelledBy
from congress.registration.links import calendar_token
from congress.registration.models import Registration, RegistrationGroup
from tests.factories.events import make_event
from tests.factories.programme import make_release, make_room, make_session, make_slot
from tests.factories.registrations import make_registration
from tests.support.counting import queries_of
from tests.support.ics_readers import every_reader, read_with_icalendar, values

A_MINUTE, A_DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
JOIN = "https://meet.example.org/"


class People:
    """Zoé and Max at West, where a talk is streamed and a workshop has one place."""

    def __init__(self, app, now) -> None:
        self.app = app
        self.minutes = iter(now + number * A_MINUTE for number in range(1, 100))
        with app.test_request_context("/fr/"), transactions.commit_on_success():
            event = make_event(slug="west", name={"fr": "Ouest"})
            room = make_room(event, name={"fr": "Salle Bleue"})
            streamed = {"participation": Participation.BOTH}
            for hour, title, more in (
                (9, "Exposé", streamed),
                (11, "Atelier", streamed | {"needs_sign_up": True, "sign_up_capacity": 1}),
                (14, "Autre", streamed),
            ):
                session = make_session(event, title={"fr": title}, join_url=JOIN + title[:2], **more)
                make_slot(event, session, room, hour=hour)
            make_release(event)
            self.groups = {
                name: make_registration(event, email=f"{name}@example.org", language="fr").group_id
                for name in ("zoe", "max")
            }

    def act(self, what) -> dt.datetime:
        moment = next(self.minutes)
        with clock.held_at(moment), self.app.test_request_context("/fr/"), transactions.commit_on_success():
            what()
        return moment

    def path(self, name="zoe") -> str:
        with self.app.app_context():
            return f"/calendars/personal/{calendar_token(db.session.get(RegistrationGroup, self.groups[name]))}.ics"

    def of(self, name) -> Registration:
        return db.session.query(Registration).filter_by(group_id=self.groups[name]).one()

    def star(self, title, name="zoe", *, starred=True) -> dt.datetime:
        return self.act(lambda: stars.set_star(self.of(name), session_of(title).id, starred=starred))

    def sign_up(self, title, name="zoe") -> dt.datetime:
        return self.act(lambda: sign_ups.sign_up(self.of(name), session_of(title).id))


@pytest.fixture
def people(app, now):
    return People(app, now)


def session_of(title):
    return next(one for one in db.session.query(Session) if one.title["fr"] == title)


def entries(client, path, read=read_with_icalendar):
    return {seen.title: seen for seen in read(client.get(path).get_data())}


@pytest.mark.parametrize("read", every_reader)
def test_the_stage_and_what_was_picked(client, people, read):
    people.star("Exposé")
    people.sign_up("Atelier")
    seen = entries(client, people.path(), read)
    assert set(seen) == {"Ouest", "Exposé", "Atelier"}
    assert seen["Exposé"].starts == dt.datetime(2027, 3, 20, 9, tzinfo=dt.UTC)
    assert seen["Exposé"].location == "Salle Bleue, Palais inventé, Strasbourg"
    assert {one.status for one in seen.values()} == {"CONFIRMED"}
    assert set(entries(client, people.path("max"), read)) == {"Ouest"}


def test_who_waits_is_tentative_until_promoted(client, people):
    people.sign_up("Atelier", "max")
    people.sign_up("Atelier")
    before = entries(client, people.path())["Atelier"]
    assert (before.status, JOIN in before.description) == ("TENTATIVE", False)
    first = client.get(people.path())
    moment = people.act(lambda: sign_ups.leave(people.of("max"), session_of("Atelier").id))
    after = client.get(people.path(), headers={"If-None-Match": first.headers["ETag"]})
    (seen,) = [one for one in read_with_icalendar(after.get_data()) if one.title == "Atelier"]
    assert (seen.uid, seen.status, JOIN in seen.description) == (before.uid, "CONFIRMED", True)
    assert seen.sequence > before.sequence
    assert after.headers["Last-Modified"] == http_date(moment)
    assert set(entries(client, people.path("max"))) == {"Ouest"}


def test_the_links_to_join_are_here_and_in_no_public_feed(app, client, people):
    people.star("Exposé")
    people.sign_up("Atelier")
    raw = client.get(people.path()).get_data()
    assert sorted(value.rsplit(":", 1)[1] for value in values(raw, "CONFERENCE")) == [
        "//meet.example.org/At",
        "//meet.example.org/Ex",
    ]
    for path in ("/calendars/events/west/programme.fr.ics", "/calendars/events/west.fr.ics"):
        assert JOIN.encode() not in client.get(path).get_data().replace(b"\r\n ", b"")


def test_a_bell_rings_before_each(client, people):
    people.star("Exposé")
    raw = client.get(people.path() + "?alarm=15").get_data()
    assert values(raw, "TRIGGER") == [":-PT15M"] * 2


@pytest.mark.database
def test_every_pick_is_another_version_and_one_row_validates(app, client, people):
    seen = [client.get(people.path())]
    for change in (
        lambda: people.star("Exposé"),
        lambda: people.sign_up("Atelier"),
        lambda: people.star("Exposé", starred=False),
        lambda: people.act(lambda: sign_ups.leave(people.of("zoe"), session_of("Atelier").id)),
    ):
        moment = change()
        seen.append(client.get(people.path(), headers={"If-None-Match": seen[-1].headers["ETag"]}))
        assert (seen[-1].status_code, seen[-1].headers["Last-Modified"]) == (200, http_date(moment))
    path = people.path()
    headers = {"If-None-Match": client.get(path).headers["ETag"]}
    assert queries_of(app, lambda: client.get(path, headers=headers)) == 1
    people.star("Exposé", "max")
    assert client.get(path, headers=headers).status_code == 304


@pytest.mark.database
def test_a_release_moves_and_cancels_what_was_picked(client, people):
    people.star("Exposé")
    before = entries(client, people.path())["Exposé"]

    def move():
        slot = db.session.query(Slot).filter_by(session_id=session_of("Exposé").id).one()
        slot.starts_at, slot.ends_at = slot.starts_at + 60 * A_MINUTE, slot.ends_at + 60 * A_MINUTE
        make_release(db.session.query(Event).one())

    def cancel():
        session_of("Exposé").state = SessionState.CANCELLED
        make_release(db.session.query(Event).one())

    people.act(move)
    moved = entries(client, people.path())["Exposé"]
    assert (moved.uid, moved.starts, moved.sequence) == (before.uid, before.starts + 60 * A_MINUTE, 1)
    moment = people.act(cancel)
    gone = entries(client, people.path())["[Annulé] Exposé"]
    assert (gone.uid, gone.status) == (before.uid, "CANCELLED")
    with clock.held_at(moment + 31 * A_DAY):
        assert set(entries(client, people.path())) == {"Ouest"}


def test_who_cancels_keeps_only_the_cancelled_stage(client, people):
    people.star("Exposé")
    people.sign_up("Atelier")
    people.act(lambda: services.cancel(people.of("zoe"), CancelledBy.PARTICIPANT))
    assert {title: one.status for title, one in entries(client, people.path()).items()} == {
        "[Annulé] Ouest": "CANCELLED"
    }


@pytest.mark.database
def test_queries_do_not_grow_with_what_was_picked(app, client, people):
    path = people.path()
    people.star("Exposé")
    one = queries_of(app, lambda: client.get(path))
    people.star("Autre")
    people.sign_up("Atelier")
    assert queries_of(app, lambda: client.get(path)) <= one
