"""The speaker's own page: what the link opens, what it changes, and what it never shows or touches."""

from __future__ import annotations

import io
import logging

import pytest
import sqlalchemy as sa
from PIL import Image

from congress.audit.models import AuditEntry
from congress.core.transactions import commit_on_success
from congress.events.models import Event
from congress.extensions import db
from congress.mail.messages import NoLongerTrue
from congress.mail.models import Mail
from congress.mail.render import compose
from congress.programme.enums import SessionState
from congress.programme.links import speaker_token
from congress.programme.models import Availability, Programme, Session, Slot, Speaker
from congress.programme.services import speakers
from tests.factories.programme import make_release, make_room, make_session, make_slot, make_speaker
from tests.support.client import KEY, TOKEN

STATES = ("submitted", "accepted", "confirmed", "rejected", "withdrawn", "cancelled")


@pytest.fixture
def made(tour):
    """A speaker with a session in every state and a token; a session of somebody else."""
    with tour.app.test_request_context("/fr/"), commit_on_success():
        event = event_of()
        speaker, other = make_speaker(event, email="zoe@example.org"), make_speaker(event)
        codes = {
            name: make_session(event, [speaker], state=SessionState(name), title={"en": f"The {name} one"}).code
            for name in STATES
        }
        foreign = make_session(event, [other], state=SessionState.ACCEPTED).code
        token = speaker_token(speaker)
        return {"token": token, "id": speaker.id, "code": speaker.code, "foreign": foreign, **codes}


def event_of():
    return db.session.scalars(sa.select(Event).where(Event.slug == "grand-est")).one()


def base(made, language="en"):
    return f"/{language}/speaker/{made['token']}/"


def speaker_of(tour, made):
    return tour.read(sa.select(Speaker).where(Speaker.id == made["id"]))


def state_of(tour, code):
    return tour.read(sa.select(Session.state).where(Session.code == code))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_link_opens_a_page_that_tells_nobody(tour, made, language):
    answer = tour.client().get(base(made, language))
    html = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "The rejected one" not in html
    assert all(f"The {name} one" in html for name in STATES if name != "rejected")
    assert '<script src="https' not in html


@pytest.mark.parametrize("token", ["x", "A" * 27, "%00", "é"])
def test_another_link_opens_nothing(tour, made, token):
    assert tour.client().get(f"/en/speaker/{token}/").status_code in {400, 404}


def test_a_time_of_the_draft_is_not_shown_and_a_released_one_is(tour, made):
    with tour.app.test_request_context("/fr/"), commit_on_success():
        event = event_of()
        session = db.session.scalars(sa.select(Session).where(Session.code == made["confirmed"])).one()
        slot = make_slot(event, session, make_room(event, name={"en": "Yeast hall"}), hour=9)
        slot_id = slot.id
    client = tour.client()
    assert "Yeast hall" not in client.get(base(made)).get_data(as_text=True)
    with tour.app.test_request_context("/fr/"), commit_on_success():
        make_release(event_of())
    html = client.get(base(made)).get_data(as_text=True)
    assert "Yeast hall" in html
    assert "10:00" in html
    with tour.app.test_request_context("/fr/"), commit_on_success():
        moved = db.session.get(Slot, slot_id)
        moved.room_id = make_room(event_of(), name={"en": "Secret hall"}).id
    html = client.get(base(made)).get_data(as_text=True)
    assert "Yeast hall" in html
    assert "Secret hall" not in html


def test_an_accepted_session_is_confirmed_once(tour, made):
    client = tour.client()
    path = f"{base(made)}sessions/{made['accepted']}/confirm"
    assert client.submit(path, {}, base(made)).status_code == 303
    assert state_of(tour, made["accepted"]) is SessionState.CONFIRMED
    assert client.submit(path, {}, base(made)).status_code == 303
    entry = tour.read(sa.select(AuditEntry).where(AuditEntry.action == "session.state_changed"))
    assert (entry.actor_kind, entry.actor_id) == ("speaker", made["id"])
    assert tour.read(sa.select(sa.func.count(AuditEntry.id)).where(AuditEntry.actor_kind == "speaker")) == 1
    html = tour.client("organiser").get("/en/manage/events/grand-est/history/").get_data(as_text=True)
    assert "A speaker, by link" in html


def test_withdrawing_is_asked_first(tour, made):
    client, path = tour.client(), f"{base(made)}sessions/{made['confirmed']}/withdraw"
    assert "You cannot take this back yourself" in client.get(path).get_data(as_text=True)
    assert state_of(tour, made["confirmed"]) is SessionState.CONFIRMED
    assert client.submit(path, {}).status_code == 303
    assert state_of(tour, made["confirmed"]) is SessionState.WITHDRAWN
    assert client.get(path).status_code == 303


@pytest.mark.parametrize("name", ["submitted", "withdrawn", "cancelled"])
def test_what_cannot_be_confirmed_is_not(tour, made, name):
    answer = tour.client().submit(f"{base(made)}sessions/{made[name]}/confirm", {}, base(made))
    assert answer.status_code == 409
    assert state_of(tour, made[name]) is SessionState(name)


@pytest.mark.parametrize("name", ["foreign", "rejected"])
def test_sessions_of_others_do_not_exist_here(tour, made, name):
    client = tour.client()
    assert client.get(f"{base(made)}sessions/{made[name]}/withdraw").status_code == 404
    for act in ("confirm", "withdraw"):
        assert client.submit(f"{base(made)}sessions/{made[name]}/{act}", {}, base(made)).status_code == 404


def fields(**changes):
    values = {
        "version": "1",
        "given_name": "Zoé",
        "family_name": "Lefèvre",
        "organisation": "<i>Levures</i>",
        "job_title": "Chercheuse",
        "biography-fr": "Je **cultive** <script>alert(1)</script>",
        "language": "en",
    }
    return {**values, **changes}


def test_speakers_correct_their_data_and_nothing_else(tour, made):
    client = tour.client()
    data = fields(email="other@example.org", code="HACKED", link_hash="x", event_id="2", account_id="1")
    assert client.submit(base(made) + "edit", data).status_code == 303
    stored = speaker_of(tour, made)
    assert (stored.full_name, stored.job_title, stored.language) == ("Zoé Lefèvre", "Chercheuse", "en")
    assert (stored.email, stored.code, stored.version) == ("zoe@example.org", made["code"], 2)
    html = client.get(base(made)).get_data(as_text=True)
    assert "<i>Levures" not in html
    assert "<script>alert" not in html
    assert "<strong>cultive</strong>" in html
    assert "next release" in html
    assert tour.read(sa.select(Programme.draft_version)) >= 1


def test_a_form_without_a_name_is_refused_and_nothing_is_lost(tour, made):
    answer = tour.client().submit(base(made) + "edit", fields(family_name=" "))
    assert answer.status_code == 422
    assert "Chercheuse" in answer.get_data(as_text=True)
    assert speaker_of(tour, made).version == 1


def test_who_saves_second_sees_both_states(tour, made):
    client = tour.client()
    client.submit(base(made) + "edit", fields(organisation="Theirs"))
    answer = client.submit(base(made) + "edit", fields(organisation="Mine"))
    assert answer.status_code == 422
    assert "Theirs" in answer.get_data(as_text=True)
    assert speaker_of(tour, made).organisation == "Theirs"


def test_the_same_form_sent_twice_changes_once(tour, made):
    client = tour.client()
    html = client.get(base(made) + "edit").get_data(as_text=True)
    hidden = {"csrf_token": TOKEN.search(html).group(1), "idempotency_key": KEY.search(html).group(1)}
    answers = [client.post(base(made) + "edit", data=fields() | hidden) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert speaker_of(tour, made).version == 2


def test_a_photo_comes_is_shown_and_goes(tour, made):
    client, stream = tour.client(), io.BytesIO()
    Image.new("RGB", (1200, 900)).save(stream, "JPEG")
    data = {"picture": (io.BytesIO(stream.getvalue()), "me.jpg")}
    answer = client.submit(base(made) + "photo", data, base(made), content_type="multipart/form-data")
    assert answer.status_code == 303
    shown = client.get(base(made) + "photo")
    assert (shown.mimetype, shown.headers["Cache-Control"]) == ("image/webp", "private, no-store")
    wrong = {"picture": (io.BytesIO(b"MZ"), "me.jpg")}
    answer = client.submit(base(made) + "photo", wrong, base(made), content_type="multipart/form-data")
    assert answer.status_code == 422
    assert client.submit(base(made) + "photo/remove", {}, base(made)).status_code == 303
    assert client.get(base(made) + "photo").status_code == 404


def test_times_are_given_and_taken_back(tour, made):
    client = tour.client()
    good = {"starts_at": "2027-03-20T09:00", "ends_at": "2027-03-20T12:00"}
    assert client.submit(base(made) + "windows", good, base(made)).status_code == 303
    bad = {**good, "ends_at": "2027-03-20T07:00"}
    assert client.submit(base(made) + "windows", bad, base(made)).status_code == 422
    with tour.app.test_request_context("/fr/"), commit_on_success():
        other = make_speaker(event_of())
        speakers.add_window(event_of(), other.code, event_of().starts_at, event_of().ends_at)
        foreign = db.session.scalar(sa.select(Availability.id).where(Availability.speaker_id == other.id))
    own = tour.read(sa.select(Availability.id).where(Availability.speaker_id == made["id"]))
    assert client.submit(f"{base(made)}windows/{foreign}/remove", {}, base(made)).status_code == 404
    assert client.submit(f"{base(made)}windows/{own}/remove", {}, base(made)).status_code == 303
    assert tour.read_all(sa.select(Availability.id)) == [foreign]


def test_a_renewed_link_ends_the_old_one(tour, made):
    with tour.app.test_request_context("/fr/"), commit_on_success():
        speakers.renew_link(event_of(), made["code"])
    assert tour.client().get(base(made)).status_code == 404
    assert tour.client().post(base(made) + "edit", data=fields()).status_code in {400, 404}


def mail_of(tour, template):
    with tour.app.test_request_context("/fr/"):
        mail = db.session.scalars(
            sa.select(Mail).where(Mail.template == template, Mail.recipient == "zoe@example.org")
        ).one()
        return compose(mail)


def test_the_mails_lead_to_the_page_in_the_speakers_language(tour, made):
    with tour.app.test_request_context("/fr/"), commit_on_success():
        speakers.send_link(event_of(), made["code"])
        speakers.ask_unconfirmed(event_of())
    for template, mine in (("speaker_link", "The confirmed one"), ("speaker_confirm", "The accepted one")):
        mail = mail_of(tour, template)
        body = mail.get_body(("plain",)).get_content()
        assert mail["To"] == "zoe@example.org"
        assert f"/fr/speaker/{made['token']}/" in body
        assert mine in body
        assert "Bonjour" in body
        assert "The rejected one" not in body


def test_a_question_that_was_answered_is_not_asked(tour, made):
    with tour.app.test_request_context("/fr/"), commit_on_success():
        speakers.ask_unconfirmed(event_of())
    tour.client().submit(f"{base(made)}sessions/{made['accepted']}/confirm", {}, base(made))
    with tour.app.test_request_context("/fr/"), pytest.raises(NoLongerTrue):
        compose(db.session.scalars(sa.select(Mail).where(Mail.recipient == "zoe@example.org")).one())


def test_no_log_line_holds_the_token(tour, made, caplog):
    with caplog.at_level(logging.DEBUG):
        tour.client().get(base(made))
        tour.client().get(f"/en/speaker/{made['token']}/nothing")
    assert made["token"] not in caplog.text
