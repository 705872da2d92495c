"""What speakers are told of a release: one mail each, in their language, true when it leaves, with its entries."""

from __future__ import annotations

import datetime as dt
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from flask import Flask
from icalendar import Calendar

from congress.calendars.sessions import uid_of_slot
from congress.core import transactions
from congress.core.addresses import address_key
from congress.events.enums import EventStatus
from congress.events.models import Event
from congress.extensions import db
from congress.mail.enums import MailState
from congress.mail.models import Mail, MailEvent
from congress.mail.services import queue
from congress.notifications.messages.programme_releases import TEMPLATE, preview, tidings
from congress.programme import releases
from congress.programme.enums import SessionState
from congress.programme.models import Release, Session, SessionSpeaker, Slot
from tests.factories.events import make_event
from tests.factories.programme import make_release, make_room, make_session, make_slot, make_speaker
from tests.support.work import do_jobs, mailbox, part

pytestmark = [pytest.mark.usefixtures("session", "now"), pytest.mark.database]
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def event() -> Event:
    return make_event(zone="Europe/Paris", contact_email="programme@example.org")


def slot_of(session: Session) -> Slot:
    return db.session.scalars(sa.select(Slot).where(Slot.session_id == session.id)).one()


def release(event: Event, *, tell: bool = True) -> None:
    db.session.flush()
    make_release(event, tell_speakers=tell)


def sent(app: Flask) -> list[EmailMessage]:
    """The mails that have left since the last call."""
    earlier = {mail["Message-ID"] for mail in mailbox(app)}
    do_jobs(app)
    return [mail for mail in mailbox(app) if mail["Message-ID"] not in earlier]


def entries(mail: EmailMessage) -> tuple[str, list[tuple[str, int, str]]]:
    """METHOD, and (UID, SEQUENCE, STATUS) of each entry, from the part that mail programs act upon, else the file."""
    parts = {one.get_content_type(): one for one in mail.walk()}
    found = parts.get("text/calendar") or parts["application/ics"]
    calendar = Calendar.from_ical(found.get_payload(decode=True))
    return str(calendar["METHOD"]), [
        (str(one["UID"]), one["SEQUENCE"], str(one["STATUS"])) for one in calendar.events
    ]


def test_one_mail_for_each_speaker_in_the_own_language_with_the_own_sessions(app: Flask, event: Event) -> None:
    french, english = make_speaker(event, language="fr"), make_speaker(event, language="en", given_name="Grace")
    room = make_room(event, name={"fr": "Amphi", "en": "Hall"})
    both = make_session(event, [french, english], title={"fr": "Commun", "en": "Shared"})
    alone = make_session(event, [english], title={"fr": "Seule", "en": "Alone"})
    slot = make_slot(event, both, room, hour=9)
    make_slot(event, alone, room, hour=11)
    release(event)
    first, second = sorted(sent(app), key=lambda mail: str(mail["Content-Language"]), reverse=True)
    assert (first["To"], first["Reply-To"]) == (french.email, "programme@example.org")
    assert first["Subject"] == f"Vos sessions dans le programme : {event.name['fr']}"
    text = part(first, "text/plain")
    assert "Bonjour Ada Lovelace" in text
    assert "Commun" in text
    assert "Seule" not in text
    assert "10:00–10:30, Amphi" in text
    assert f"/fr/events/{event.slug}/programme/sessions/{both.code}/" in text
    assert "http://localhost/fr/speaker/" in text
    assert entries(first) == ("REQUEST", [(uid_of_slot(slot), 0, "CONFIRMED")])
    text = part(second, "text/plain")
    assert text.index("Shared") < text.index("Alone")
    assert "Now in the programme" in text
    method, listed = entries(second)
    assert (method, len(listed)) == ("PUBLISH", 2)
    assert "text/calendar" not in [one.get_content_type() for one in second.walk()]


def test_a_move_says_both_times_and_a_cancellation_takes_the_entry_out(app: Flask, event: Event) -> None:
    speaker = make_speaker(event, language="en")
    session = make_session(event, [speaker])
    slot = make_slot(event, session, make_room(event, name={"fr": "Amphi", "en": "Hall"}))
    release(event)
    sent(app)
    slot.starts_at, slot.ends_at = slot.starts_at + HOUR, slot.ends_at + HOUR
    release(event)
    (mail,) = sent(app)
    text = part(mail, "text/plain")
    assert "Before: " in text
    assert "10:00–10:30, Hall" in text
    assert "11:00–11:30, Hall" in text
    assert entries(mail) == ("REQUEST", [(uid_of_slot(slot), 1, "CONFIRMED")])
    session.state = SessionState.ACCEPTED
    release(event)
    (mail,) = sent(app)
    assert "No longer in the programme" in part(mail, "text/plain")
    assert entries(mail) == ("CANCEL", [(uid_of_slot(slot), 2, "CANCELLED")])
    session.state = SessionState.CONFIRMED
    release(event)
    (mail,) = sent(app)
    assert "Back in the programme" in part(mail, "text/plain")
    assert entries(mail) == ("REQUEST", [(uid_of_slot(slot), 3, "CONFIRMED")])


def test_who_leaves_a_session_that_stays_is_told_so_and_who_joins_it_too(app: Flask, event: Event) -> None:
    leaves, joins = make_speaker(event, language="en"), make_speaker(event, language="en")
    session = make_session(event, [leaves])
    slot = make_slot(event, session)
    release(event)
    sent(app)
    db.session.execute(
        sa.update(SessionSpeaker).where(SessionSpeaker.session_id == session.id).values(speaker_id=joins.id)
    )
    release(event)
    mails = {str(mail["To"]): mail for mail in sent(app)}
    assert "You are no longer listed as a speaker" in part(mails[leaves.email or ""], "text/plain")
    assert entries(mails[leaves.email or ""]) == ("CANCEL", [(uid_of_slot(slot), 0, "CANCELLED")])
    assert "Now in the programme" in part(mails[joins.email or ""], "text/plain")
    assert entries(mails[joins.email or ""]) == ("REQUEST", [(uid_of_slot(slot), 0, "CONFIRMED")])


def test_nobody_is_told_who_is_not_concerned_has_no_address_or_is_not_to_be_told(app: Flask, event: Event) -> None:
    silent, other = make_speaker(event, email=None), make_speaker(event)
    session = make_session(event, [silent])
    make_slot(event, session)
    make_slot(event, make_session(event, [other]), hour=12)
    release(event, tell=False)
    assert sent(app) == []
    slot_of(session).ends_at += HOUR
    release(event)
    assert sent(app) == []
    session.abstract = {"fr": "Autre"}
    release(event)
    assert sent(app) == []


def test_a_mail_overtaken_by_another_release_says_what_is_true_then(app: Flask, event: Event) -> None:
    speaker = make_speaker(event, language="en")
    session = make_session(event, [speaker])
    slot = make_slot(event, session)
    release(event)
    sent(app)
    slot.starts_at, slot.ends_at = slot.starts_at + HOUR, slot.ends_at + HOUR
    release(event)
    slot.starts_at, slot.ends_at = slot.starts_at + HOUR, slot.ends_at + HOUR
    release(event, tell=False)
    (mail,) = sent(app)
    text = part(mail, "text/plain")
    assert "12:00–12:30" in text
    assert "11:00–11:30" not in text
    assert entries(mail)[1] == [(uid_of_slot(slot), 2, "CONFIRMED")]


def test_a_move_that_was_taken_back_before_the_mail_left_is_not_told(app: Flask, event: Event) -> None:
    speaker = make_speaker(event)
    session = make_session(event, [speaker])
    slot = make_slot(event, session)
    release(event)
    sent(app)
    slot.ends_at += HOUR
    release(event)
    slot.ends_at -= HOUR
    release(event, tell=False)
    assert sent(app) == []


@pytest.mark.parametrize("what", ["speaker", "event"])
def test_a_mail_to_whom_it_does_not_concern_any_more_never_leaves(app: Flask, event: Event, what: str) -> None:
    speaker = make_speaker(event)
    make_slot(event, make_session(event, [speaker]))
    release(event)
    transactions.commit()
    if what == "speaker":
        db.session.delete(speaker)
    else:
        event.status = EventStatus.CANCELLED
    assert sent(app) == []


def test_it_goes_to_the_address_that_is_true_when_it_leaves(app: Flask, event: Event) -> None:
    speaker = make_speaker(event)
    make_slot(event, make_session(event, [speaker]))
    release(event)
    release_id = db.session.scalars(sa.select(Release.id)).one()
    queue(TEMPLATE, speaker.email or "", "fr", {"release_id": release_id, "speaker_id": speaker.id})
    speaker.email = "new@example.org"
    speaker.email_key = address_key(speaker.email)
    assert [mail["To"] for mail in sent(app)] == ["new@example.org"]


def test_a_room_that_got_a_name_in_english_is_no_news_in_french(app: Flask, event: Event) -> None:
    room = make_room(event, name={"fr": "Amphi"})
    for language in ("fr", "en"):
        session = make_session(event, [make_speaker(event, language=language)])
        make_slot(event, session, room)
    release(event, tell=False)
    room.name = {"fr": "Amphi", "en": "Hall"}
    release(event)
    assert [mail["Content-Language"] for mail in sent(app)] == ["en"]


def test_what_is_shown_before_is_what_leaves_without_the_secret_link(app: Flask, event: Event) -> None:
    speaker = make_speaker(event, language="en", given_name="<b>Ada</b>")
    make_slot(event, make_session(event, [speaker], title={"en": "Hello http://evil.example"}))
    make_release(event)
    latest = releases.latest(event.id)
    assert latest
    (one,) = tidings(event, None, latest)
    shown = preview(event, one, None, latest)
    assert "/en/speaker/…/" in shown.text
    slot_of(db.session.scalars(sa.select(Session)).one()).ends_at += HOUR
    release(event)
    (mail,) = sent(app)
    assert mail["Subject"] == shown.subject
    html = part(mail, "text/html")
    assert "<b>Ada" not in html
    assert 'href="http://evil' not in html
    lines = part(mail, "text/plain").splitlines()
    assert lines[0] == shown.text.splitlines()[0]


def test_the_organisers_find_it_in_their_log(app: Flask, event: Event) -> None:
    make_slot(event, make_session(event, [make_speaker(event)]))
    release(event)
    sent(app)
    row = db.session.execute(sa.select(Mail.state, MailEvent.event_id).join(MailEvent)).one()
    assert tuple(row) == (MailState.SENT, event.id)
