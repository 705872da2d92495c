"""What people are told about their registration, in their language, and only at their own address."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa
from flask import Flask
from icalendar import Calendar

from congress.badges import documents
from congress.core import pdf, transactions
from congress.core.tokens import derive_token
from congress.events.enums import EventStatus
from congress.events.models import Event
from congress.events.signals import event_cancelled, event_rescheduled
from congress.extensions import db
from congress.jobs.enums import Lane
from congress.jobs.models import Job
from congress.mail.enums import MailState
from congress.mail.models import Mail, MailEvent
from congress.notifications import receivers
from congress.registration.enums import CancelledBy, ConsentKind, RegistrationSource
from congress.registration.models import RegistrationGroup
from congress.registration.services import Choice, Person, cancel, correct, correct_group, register, resend
from tests.factories.events import make_event, make_series
from tests.factories.programme import make_programme
from tests.factories.registrations import make_category, make_registration
from tests.support.work import do_jobs, mailbox, part

pytestmark = pytest.mark.usefixtures("session", "now")

ZOE = Person("Zoé", "Lefèvre", "zoe@example.org", "Exemple SA", "Chercheuse", "fr")
CONSENTS = {ConsentKind.PRIVACY_NOTICE: True}


@pytest.fixture(autouse=True)
def _quick_tickets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing has its own tests; here it is enough that the ticket of the right person is asked for."""
    monkeypatch.setattr(
        "congress.notifications.messages.stages.ticket_pdf",
        lambda registrations: b"%PDF-" + ",".join(one.reference for one in registrations).encode(),
    )


def registered(person: Person = ZOE, stages: int = 1, **event: object) -> RegistrationGroup:
    series = make_series()
    events = [make_event(series, **event) for _ in range(stages)]
    choices = [Choice(one.id, make_category(one).id) for one in events]
    return register(choices, person, CONSENTS, source=RegistrationSource.ONLINE)


def calendar_of(message: object) -> Calendar:
    return Calendar.from_ical(part(message, "text/calendar"))


def test_confirmation_in_french_with_link_entry_and_ticket(app: Flask) -> None:
    group = registered(contact_email="contact@example.org")
    link = f"http://localhost/fr/r/{derive_token('manage', group.link_salt)}/"
    (registration,) = group.registrations
    do_jobs(app)

    (mail,) = mailbox(app)
    assert (mail["To"], mail["Reply-To"]) == ("zoe@example.org", "contact@example.org")
    assert registration.event.name["fr"] in mail["Subject"]
    text = part(mail, "text/plain")
    assert "Bonjour Zoé Lefèvre," in text
    assert text.count(link) == 1
    assert f'href="{link}"' in part(mail, "text/html")
    (entry,) = calendar_of(mail).events
    assert entry["UID"] == f"registration-{registration.public_id}@localhost"
    assert entry["ATTENDEE"] == "mailto:zoe@example.org"
    names = [one.get_filename() for one in mail.iter_attachments()]
    assert names == ["invitation.ics", "billet.pdf"]
    assert list(mail.iter_attachments())[1].get_content() == f"%PDF-{registration.reference}".encode()


def test_the_confirmation_leads_to_the_programme_once_it_is_published(app: Flask) -> None:
    group = registered()
    do_jobs(app)
    make_programme(db.session.scalars(sa.select(Event)).one())
    resend(group.registrations[0])
    do_jobs(app)
    before, after = ([part(mail, kind) for kind in ("text/plain", "text/html")] for mail in mailbox(app))
    assert ["Le programme est publié." in text for text in (*before, *after)] == [False, False, True, True]


def test_one_mail_for_several_stages(app: Flask) -> None:
    group = registered(stages=3)
    do_jobs(app)

    (mail,) = mailbox(app)
    text = part(mail, "text/plain")
    assert [text.count(one.event.name["fr"]) for one in group.registrations] == [1, 1, 1]
    assert "text/calendar" not in [one.get_content_type() for one in mail.walk()]
    (calendar, ticket) = mail.iter_attachments()
    assert len(Calendar.from_ical(calendar.get_content()).events) == 3
    assert ticket.get_filename() == "billet.pdf"


def test_without_pango_the_mail_says_where_the_ticket_is(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("congress.notifications.messages.stages.ticket_pdf", documents.ticket_pdf)
    monkeypatch.setattr(pdf, "is_available", lambda: False)
    registered(Person("Ada", "Example", "ada@example.org", language="en"))
    do_jobs(app)

    (mail,) = mailbox(app)
    assert [one.get_filename() for one in mail.iter_attachments()] == ["invitation.ics"]
    assert "You will find your ticket under the link below" in part(mail, "text/plain")


def test_name_is_text_and_nothing_else(app: Flask) -> None:
    name = "<b>{{ 7331*7 }}</b> {link} click http://evil.example/"
    registered(Person(name, "x", "zoe@example.org", language="en"))
    do_jobs(app)

    (mail,) = mailbox(app)
    assert name in part(mail, "text/plain")
    html = part(mail, "text/html")
    assert "<b>" not in html
    assert "53683" not in html
    assert not re.search(r'href="[^"]*evil', html)
    assert "evil" not in mail["Subject"]


def test_cancellation_withdraws_the_calendar_entry(app: Flask) -> None:
    group = registered()
    (registration,) = group.registrations
    do_jobs(app)
    uid = calendar_of(mailbox(app)[0]).events[0]["UID"]
    cancel(registration, CancelledBy.PARTICIPANT)
    do_jobs(app)

    (_confirmation, mail) = mailbox(app)
    calendar = calendar_of(mail)
    assert calendar["METHOD"] == "CANCEL"
    assert (calendar.events[0]["UID"], calendar.events[0]["STATUS"]) == (uid, "CANCELLED")
    assert calendar.events[0]["SEQUENCE"] == 1
    assert derive_token("manage", group.link_salt) not in part(mail, "text/plain")


def test_confirmation_of_what_was_cancelled_meanwhile_never_leaves(app: Flask) -> None:
    group = registered()
    cancel(group.registrations[0], CancelledBy.ORGANISER)
    do_jobs(app)

    assert [mail["Subject"].split(":")[0].strip() for mail in mailbox(app)] == ["Votre inscription est annulée"]


def test_correcting_three_stages_sends_one_notice(app: Flask) -> None:
    group = registered(stages=3)
    do_jobs(app)
    correct_group(group, Person("Zoé", "Martin", "zoe@example.org", "Exemple SA", "Chercheuse", "fr"))
    do_jobs(app)

    (_confirmation, notice) = mailbox(app)
    assert "Nom\u202f: Martin" in part(notice, "text/plain")


def test_new_address_gets_a_new_link_and_the_old_one_a_notice_without(app: Flask) -> None:
    group = registered()
    do_jobs(app)
    old = derive_token("manage", group.link_salt)
    correct_group(group, Person("Zoé", "Lefèvre", "new@example.org", "Exemple SA", "Chercheuse", "fr"))
    new = derive_token("manage", group.link_salt)
    do_jobs(app)

    notice, confirmation = sorted(mailbox(app)[1:], key=lambda mail: mail["To"], reverse=True)
    assert (notice["To"], confirmation["To"]) == ("zoe@example.org", "new@example.org")
    for secret in (old, new, "new@example.org"):
        assert secret not in notice.as_string()
    assert new in part(confirmation, "text/plain")
    assert old != new


def test_organiser_moving_one_stage_keeps_the_others_link_secret(app: Flask) -> None:
    group = registered(stages=2)
    first = group.registrations[0]
    correct(first, Person("Zoé", "Lefèvre", "new@example.org", "Exemple SA", "Chercheuse", "fr"))
    do_jobs(app)

    (confirmation,) = [mail for mail in mailbox(app) if mail["To"] == "new@example.org"]
    assert derive_token("manage", group.link_salt) not in part(confirmation, "text/plain")


def test_resend_gives_the_same_link(app: Flask) -> None:
    group = registered()
    resend(group.registrations[0])
    do_jobs(app)

    links = [re.search(r"/r/(\S+)/", part(mail, "text/plain")) for mail in mailbox(app)]
    assert len(links) == 2
    assert links[0].group(1) == links[1].group(1)


def test_rescheduled_event_tells_everybody_who_holds_a_place_once(app: Flask, monkeypatch) -> None:
    monkeypatch.setattr(receivers, "CHUNK", 2)
    event = make_event()
    category = make_category(event)
    people = [make_registration(event, category, language="en") for _ in range(5)]
    cancel(people[4], CancelledBy.PARTICIPANT)
    event.starts_at += dt.timedelta(hours=1)
    event.calendar_sequence += 1
    db.session.flush()
    event_rescheduled.send(event=event)
    frozen = db.session.scalars(sa.select(Job.payload).where(Job.lane == Lane.BULK)).all()
    assert [len(payload["registration_ids"]) for payload in frozen] == [2, 2]
    late = make_registration(event, category, language="en")
    do_jobs(app)

    told = [mail for mail in mailbox(app) if mail["Subject"].startswith("New time or place")]
    assert sorted(mail["To"] for mail in told) == sorted(one.email for one in people[:4])
    assert late.email not in [mail["To"] for mail in told]
    assert calendar_of(told[0]).events[0]["SEQUENCE"] == 1
    assert "10:00" in part(told[0], "text/plain")


def test_cancelled_event_takes_its_entry_back(app: Flask) -> None:
    event = make_event()
    make_registration(event, language="en")
    event.status = EventStatus.CANCELLED
    event.calendar_sequence += 1
    db.session.flush()
    event_cancelled.send(event=event)
    do_jobs(app)

    (mail,) = mailbox(app)
    assert mail["Subject"] == f"Cancelled: {event.name['en']}"
    assert calendar_of(mail)["METHOD"] == "CANCEL"


def test_log_holds_no_text_and_no_link(app: Flask) -> None:
    group = registered(stages=2)
    token = derive_token("manage", group.link_salt)
    do_jobs(app)

    with app.app_context(), transactions.scope(writes=False):
        (mail,) = db.session.scalars(sa.select(Mail)).all()
        assert mail.state is MailState.SENT
        assert token not in repr(vars(mail))
        events = db.session.scalars(sa.select(MailEvent.event_id)).all()
        assert sorted(events) == sorted(db.session.scalars(sa.select(Event.id)).all())


def test_seeded_people_get_no_mail(app: Flask) -> None:
    event = make_event()
    choice = [Choice(event.id, make_category(event).id)]
    register(choice, ZOE, CONSENTS, source=RegistrationSource.DEMO)
    do_jobs(app)

    assert mailbox(app) == []
