"""What people are told of their places, and what their calendars do then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import icalendar
import pytest
import sqlalchemy as sa
from flask import Flask

from congress.agenda import queries, services
from congress.core.transactions import commit_on_success
from congress.events.models import Event
from congress.extensions import db
from congress.privacy.registry import PROVIDERS
from congress.programme import releases
from congress.programme.enums import SessionState
from congress.programme.models import Session, Slot
from congress.registration import services as registrations
from congress.registration.enums import CancelledBy
from congress.registration.models import Registration
from tests.factories.agenda import make_people, make_workshop
from tests.factories.events import make_event
from tests.factories.programme import make_release, make_room, make_slot
from tests.support.work import do_jobs, empty_mailbox, mailbox, part


class Scene:
    """A workshop with one place, and people; `act` does something in a unit of work and sends what follows."""

    def __init__(self, app: Flask, people: int = 2, **values: Any) -> None:
        self.app = app
        with app.test_request_context("/fr/"), commit_on_success():
            event = make_event()
            session = make_workshop(event, 1, title={"fr": "Atelier <b>levures</b>", "en": "Yeast"}, **values)
            make_workshop(event, 5, hour=15)
            make_release(event)
            self.event_id, self.session_id = event.id, session.id
            self.people = [(one.id, one.email) for one in make_people(event, people)]

    def person(self, number: int) -> Registration:
        return db.session.get_one(Registration, self.people[number][0])

    def act(self, does: Callable[[], object]) -> list[EmailMessage]:
        empty_mailbox(self.app)
        with self.app.test_request_context("/fr/"), commit_on_success():
            does()
        do_jobs(self.app)
        return mailbox(self.app)

    def sign_up(self, number: int) -> list[EmailMessage]:
        return self.act(lambda: services.sign_up(self.person(number), self.session_id))

    def change(self, does: Callable[[Event, Session, Slot], object]) -> list[EmailMessage]:
        """Change the draft and release it."""

        def release() -> None:
            event = db.session.get_one(Event, self.event_id)
            slot = db.session.scalars(
                sa.select(Slot).where(Slot.session_id == self.session_id).order_by(Slot.id)
            ).first()
            assert slot
            does(event, db.session.get_one(Session, self.session_id), slot)
            db.session.flush()
            make_release(event)

        return self.act(release)


@pytest.fixture
def scene(app: Flask) -> Scene:
    return Scene(app)


def entry(mail: EmailMessage) -> tuple[str, list[icalendar.Event]]:
    """The METHOD and the entries that calendars get."""
    (found,) = [one for one in mail.walk() if one.get_content_type() == "text/calendar"]
    calendar = icalendar.Calendar.from_ical(found.get_content())
    assert found.get_param("method") == calendar["METHOD"]
    return str(calendar["METHOD"]), list(calendar.walk("VEVENT"))


def has_entry(mail: EmailMessage) -> bool:
    return any(one.get_content_type() == "text/calendar" for one in mail.walk())


def test_a_place_comes_with_an_entry_for_the_calendar(scene: Scene) -> None:
    (mail,) = scene.sign_up(0)
    assert (mail["To"], mail["Subject"]) == (scene.people[0][1], "Vous avez une place : Atelier <b>levures</b>")
    assert "Atelier &lt;b&gt;levures" in part(mail, "text/html")
    assert "/agenda/" in part(mail, "text/plain")
    method, (item,) = entry(mail)
    assert (method, int(item["SEQUENCE"]), str(item["STATUS"])) == ("REQUEST", 0, "CONFIRMED")
    assert scene.people[0][1] in str(item["ATTENDEE"])


def test_signing_up_again_sends_nothing(scene: Scene) -> None:
    scene.sign_up(0)
    assert scene.sign_up(0) == []


def test_who_waits_learns_the_number_and_gets_no_entry(scene: Scene) -> None:
    scene.sign_up(0)
    (mail,) = scene.sign_up(1)
    assert mail["Subject"] == "Liste d’attente : Atelier <b>levures</b>"
    assert "numéro 1" in part(mail, "text/plain")
    assert not has_entry(mail)


def test_leaving_takes_the_entry_out_and_promotes_the_next(scene: Scene) -> None:
    scene.sign_up(0)
    scene.sign_up(1)
    mails = {mail["To"]: mail for mail in scene.act(lambda: services.leave(scene.person(0), scene.session_id))}
    gone, promoted = mails[scene.people[0][1]], mails[scene.people[1][1]]
    assert len(mails) == 2
    method, (item,) = entry(gone)
    assert (method, int(item["SEQUENCE"])) == ("CANCEL", 1)
    assert promoted["Subject"] == "Vous avez maintenant une place : Atelier <b>levures</b>"
    method, (other,) = entry(promoted)
    assert (method, int(other["SEQUENCE"]), other["UID"]) == ("REQUEST", 1, item["UID"])


def test_leaving_the_queue_has_nothing_to_take_out(scene: Scene) -> None:
    scene.sign_up(0)
    scene.sign_up(1)
    (mail,) = scene.act(lambda: services.leave(scene.person(1), scene.session_id))
    assert mail["To"] == scene.people[1][1]
    assert not has_entry(mail)


def test_one_mail_for_all_sessions_of_a_cancelled_registration(scene: Scene) -> None:
    scene.sign_up(0)
    with scene.app.app_context():
        other = db.session.scalars(sa.select(Session.id).where(Session.id != scene.session_id)).one()
    scene.act(lambda: services.sign_up(scene.person(0), other))
    mails = scene.act(lambda: registrations.cancel(scene.person(0), CancelledBy.PARTICIPANT))
    assert len(mails) == 2
    (ended,) = [mail for mail in mails if mail["Subject"].startswith("Vous n’êtes plus inscrit")]
    (file,) = ended.iter_attachments()
    calendar = icalendar.Calendar.from_ical(file.get_content())
    # Several entries are no invitation (RFC 5546): they come as a file.
    assert [(str(one["STATUS"]), int(one["SEQUENCE"])) for one in calendar.walk("VEVENT")] == [("CANCELLED", 1)] * 2


def test_a_move_is_told_once_with_a_higher_sequence(scene: Scene) -> None:
    scene.sign_up(0)
    scene.sign_up(1)

    def later(event: Event, _session: Session, slot: Slot) -> None:
        slot.starts_at += dt.timedelta(hours=2)
        slot.ends_at += dt.timedelta(hours=2)
        slot.room_id = make_room(event, name={"fr": "Grande salle", "en": "Hall"}, capacity=80).id

    (mail,) = scene.change(later)
    assert mail["To"] == scene.people[0][1]
    text = part(mail, "text/plain")
    assert "Avant :" in text
    assert "Grande salle" in text
    method, (item,) = entry(mail)
    assert (method, int(item["SEQUENCE"])) == ("REQUEST", 1)
    assert "Grande salle" in str(item["LOCATION"])
    assert scene.change(lambda _event, session, _slot: setattr(session, "title", {"fr": "Autre titre"})) == []


def test_a_time_that_is_dropped_comes_as_a_cancellation_beside_the_one_that_stays(scene: Scene) -> None:
    scene.change(lambda event, session, _slot: make_slot(event, session, None, hour=13))
    scene.sign_up(0)
    (mail,) = scene.change(lambda _event, _session, slot: db.session.delete(slot))
    method, (item,) = entry(mail)
    assert (method, str(item["STATUS"])) == ("REQUEST", "CONFIRMED")
    (file,) = [one for one in mail.iter_attachments() if one.get_filename() == "annulation.ics"]
    withdrawn = icalendar.Calendar.from_ical(file.get_content())
    (dropped,) = withdrawn.walk("VEVENT")
    assert (str(withdrawn["METHOD"]), int(dropped["SEQUENCE"])) == ("CANCEL", 1)
    assert dropped["UID"] != item["UID"]


def test_a_session_that_leaves_the_programme_is_withdrawn(scene: Scene) -> None:
    scene.sign_up(0)
    scene.sign_up(1)
    mails = scene.change(lambda _event, session, _slot: setattr(session, "state", SessionState.CANCELLED))
    assert sorted(mail["To"] for mail in mails) == sorted(address for _, address in scene.people)
    withdrawn = [mail for mail in mails if has_entry(mail)]
    assert [mail["To"] for mail in withdrawn] == [scene.people[0][1]]
    method, (item,) = entry(withdrawn[0])
    assert (method, int(item["SEQUENCE"])) == ("CANCEL", 2)
    assert "retiré cette session du programme" in part(withdrawn[0], "text/plain")


def test_what_is_no_longer_true_is_not_sent(scene: Scene) -> None:
    def both() -> None:
        services.sign_up(scene.person(0), scene.session_id)
        services.leave(scene.person(0), scene.session_id)

    assert [mail["Subject"] for mail in scene.act(both)] == ["Vous n’êtes plus inscrit : Atelier <b>levures</b>"]


def test_the_link_to_join_is_in_no_mail(app: Flask) -> None:
    scene = Scene(app, join_url="https://meet.example.org/secret-room", participation="both")
    (mail,) = scene.sign_up(0)
    assert b"secret-room" not in mail.as_bytes()
    assert b"secret-room" not in b"".join(one.get_payload(decode=True) or b"" for one in mail.walk())


def test_erasing_somebody_promotes_the_next_and_tells_the_erased_nothing(scene: Scene) -> None:
    scene.sign_up(0)
    scene.sign_up(1)

    def erase() -> None:
        services.set_star(scene.person(0), scene.session_id, starred=True)
        key = scene.person(0).email_key
        provider = next(one for one in PROVIDERS if one.name == "agenda")
        assert len(provider.export(key, None)["agenda"]) == 2
        assert provider.erase(key, None) == {"stars": 1, "sign_ups": 1}
        assert provider.export(key, None) == {"agenda": []}

    assert [mail["To"] for mail in scene.act(erase)] == [scene.people[1][1]]
    with scene.app.app_context():
        assert queries.sign_up_counts(scene.event_id) == {scene.session_id: 1}
        assert releases.latest(scene.event_id)
