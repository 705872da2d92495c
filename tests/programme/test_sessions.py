"""Sessions of the draft: made, changed, moved from state to state, cast, deleted; by whom, and by whom not."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from congress.audit.models import AuditEntry
from congress.core.errors import Missing
from congress.core.transactions import commit_on_success
from congress.events.models import Event
from congress.extensions import db
from congress.programme.enums import SESSION_TRANSITIONS, Level, SessionState
from congress.programme.errors import ChangedMeanwhile, StepRefused, WasReleased
from congress.programme.models import Programme, Session, SessionSpeaker, Slot
from congress.programme.services import casting, sessions
from tests.factories.events import make_event
from tests.factories.people import make_account, make_member
from tests.factories.programme import (
    make_format,
    make_programme,
    make_release,
    make_room,
    make_session,
    make_slot,
    make_speaker,
    make_track,
)
from tests.support.counting import queries_of

BASE = "/en/manage/events/grand-est/programme/sessions/"
SCRIPT = "<script>alert(1)</script>"


def event_of(tour, slug="grand-est"):
    return db.session.scalars(sa.select(Event).where(Event.slug == slug)).one()


@pytest.fixture
def made(tour):
    """A confirmed session with two speakers, one more speaker, a track and a format; by name."""
    with tour.app.test_request_context("/fr/"), commit_on_success():
        event = event_of(tour)
        speakers = [make_speaker(event, family_name=name) for name in ("Alpha", "Beta", "Gamma")]
        track, kind = make_track(event), make_format(event)
        session = make_session(event, speakers[:2], title={"fr": "Levures", "en": "Yeasts"})
        other = make_session(event_of(tour, "ile-de-france"), title={"fr": "Ailleurs"})
        return {
            "code": session.code,
            "id": session.id,
            "speakers": [one.code for one in speakers],
            "track": track.id,
            "format": kind.id,
            "other": other.code,
        }


def fields(made, **changes):
    """What the form sends."""
    values = {
        "version": "1",
        "title-fr": "Levures",
        "title-en": "Yeasts",
        "abstract-fr": "Un **résumé**",
        "format_id": str(made["format"]),
        "track_id": str(made["track"]),
        "language": "en",
        "level": "advanced",
        "participation": "both",
        "join_url": "https://meet.example.org/x",
        "needs_sign_up": "y",
        "sign_up_capacity": "12",
        "note": "Only for us",
    }
    return {**values, **changes}


def session_of(tour, code):
    return tour.read(sa.select(Session).where(Session.code == code))


@pytest.mark.database
def test_every_legal_step_is_taken_and_no_other(session):
    event = make_event()
    for before in SessionState:
        for after in SessionState:
            one = make_session(event, state=before)
            if after in SESSION_TRANSITIONS[before]:
                assert sessions.change_state(event, one.code, after).state is after
            else:
                with pytest.raises(StepRefused):
                    sessions.change_state(event, one.code, after)
                assert one.state is before


@pytest.mark.database
def test_a_change_counts_the_draft_and_touches_no_public_page(session, now):
    event = make_event()
    one = make_session(event)
    page_version = event.page_version
    sessions.change_session(event, one.code, {"title": {"fr": "Autre"}, "level": Level.ADVANCED}, 1)
    assert (one.version, one.changed_at, event.page_version) == (2, now, page_version)
    assert db.session.scalar(sa.select(Programme.draft_version)) == 1
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "session.changed")).one()
    assert entry.after == {"title": {"fr": "Autre"}, "level": "advanced"}


def test_what_was_saved_unchanged_changes_nothing(session):
    event = make_event()
    one = make_session(event)
    sessions.change_session(event, one.code, {"title": dict(one.title)}, 1)
    assert one.version == 1
    assert db.session.scalar(sa.select(Programme.draft_version)) == 0


def test_who_saves_second_overwrites_nothing(session):
    event = make_event()
    one = make_session(event)
    sessions.change_session(event, one.code, {"note": "first"}, 1)
    with pytest.raises(ChangedMeanwhile):
        sessions.change_session(event, one.code, {"note": "second"}, 1)
    assert one.note == "first"


def test_a_track_or_format_of_another_event_is_none(session):
    event, other = make_event(), make_event()
    one = make_session(event)
    for values in ({"track_id": make_track(other).id}, {"format_id": make_format(other).id}):
        with pytest.raises(Missing):
            sessions.change_session(event, one.code, values, 1)


def test_what_was_public_can_only_be_cancelled(session):
    event = make_event()
    one, draft = make_session(event), make_session(event)
    make_slot(event, one, make_room(event))
    make_slot(event, draft, hour=11)
    sessions.change_state(event, draft.code, SessionState.ACCEPTED)
    make_release(event)
    sessions.change_state(event, one.code, SessionState.CANCELLED)
    make_release(event)
    with pytest.raises(WasReleased):
        sessions.remove_session(event, one.code)
    sessions.remove_session(event, draft.code)
    assert db.session.scalars(sa.select(Session.id)).all() == [one.id]
    assert db.session.scalars(sa.select(Slot.session_id)).all() == [one.id]


def test_several_change_state_and_those_that_cannot_are_named(session):
    event, other = make_event(), make_event()
    able, already, unable, foreign = (
        make_session(event, state=SessionState.ACCEPTED),
        make_session(event),
        make_session(event, state=SessionState.REJECTED),
        make_session(other, state=SessionState.ACCEPTED),
    )
    moved = sessions.change_states(
        event, [one.code for one in (able, already, unable, foreign)], SessionState.CONFIRMED
    )
    assert (moved.changed, moved.skipped) == ((able,), (unable,))
    assert foreign.state is SessionState.ACCEPTED


@pytest.mark.database
def test_speakers_have_an_order(session):
    event = make_event()
    speakers = [make_speaker(event) for _number in range(3)]
    one = make_session(event, speakers[:2])
    casting.add_speaker(event, one.code, speakers[2].code)
    casting.add_speaker(event, one.code, speakers[2].code)
    casting.move_speaker(event, one.code, speakers[2].code, -1)
    casting.remove_speaker(event, one.code, speakers[0].code)
    order = sa.select(SessionSpeaker.speaker_id).order_by(SessionSpeaker.position)
    assert db.session.scalars(order).all() == [speakers[2].id, speakers[1].id]
    with pytest.raises(Missing):
        casting.add_speaker(event, one.code, make_speaker(make_event()).code)


def test_a_session_is_written_and_shown(tour, made):
    client = tour.client("organiser")
    answer = client.submit(BASE + "new", fields(made, **{"title-fr": SCRIPT, "title-en": ""}))
    assert answer.status_code == 303
    page = client.get(answer.location)
    html = page.get_data(as_text=True)
    assert page.status_code == 200
    assert SCRIPT not in html
    assert "&lt;script&gt;" in html
    assert "<strong>résumé</strong>" in html
    stored = session_of(tour, answer.location.rstrip("/").rpartition("/")[2])
    assert (stored.state, stored.join_url, stored.sign_up_capacity) == (
        SessionState.SUBMITTED,
        "https://meet.example.org/x",
        12,
    )


def test_a_form_sent_twice_makes_one_session(tour, made):
    client = tour.client("organiser")
    html = client.get(BASE + "new").get_data(as_text=True)
    data = fields(made) | {name: _hidden(html, name) for name in ("csrf_token", "idempotency_key")}
    first, second = client.post(BASE + "new", data=data), client.post(BASE + "new", data=data)
    assert first.location == second.location
    assert len(tour.read_all(sa.select(Session.id).where(Session.note == "Only for us"))) == 1


def _hidden(html, name):
    from tests.support.client import KEY, TOKEN

    return (TOKEN if name == "csrf_token" else KEY).search(html).group(1)


@pytest.mark.parametrize(
    "change",
    [
        {"title-fr": ""},
        {"join_url": "javascript:alert(1)"},
        {"join_url": "data:text/html,x"},
        {"sign_up_capacity": "-1"},
        {"sign_up_capacity": "many"},
        {"track_id": "999999"},
        {"level": "expert"},
        {"language": "xx"},
        {"participation": ""},
        {"title-fr": "x" * 301},
    ],
)
@pytest.mark.parametrize("page", ["new", "{code}/edit"])
def test_what_makes_no_sense_is_refused_in_words(tour, made, change, page):
    path = BASE + page.format(code=made["code"])
    answer = tour.client("organiser").submit(path, fields(made, **change))
    assert answer.status_code == 422
    assert "Un **résumé**" in answer.get_data(as_text=True)
    assert session_of(tour, made["code"]).note == ""


def test_a_stale_form_shows_both_states_and_can_be_sent_again(tour, made):
    client, path = tour.client("organiser"), BASE + made["code"] + "/edit"
    client.submit(path, fields(made, note="Theirs"))
    answer = client.submit(path, fields(made, note="Mine", version="1"))
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Theirs" in html
    assert "Mine" in html
    assert session_of(tour, made["code"]).note == "Theirs"
    assert 'name="version" type="hidden" value="2"' in html
    assert client.submit(path, fields(made, note="Mine", version="2")).status_code == 303
    assert session_of(tour, made["code"]).note == "Mine"


def test_the_code_never_changes(tour, made):
    tour.client("organiser").submit(BASE + made["code"] + "/edit", fields(made, code="HACKED", state="rejected"))
    stored = session_of(tour, made["code"])
    assert (stored.id, stored.state) == (made["id"], SessionState.CONFIRMED)


def test_cancelling_says_that_it_waits_for_the_next_release(tour, made):
    with tour.app.test_request_context("/fr/"), commit_on_success():
        event = event_of(tour)
        make_slot(event, db.session.get(Session, made["id"]), make_room(event))
        make_release(event)
    client, page = tour.client("organiser"), BASE + made["code"] + "/"
    assert client.submit(page + "state", {"state": "cancelled"}, page).status_code == 303
    html = client.get(page).get_data(as_text=True)
    assert "takes effect with the next release" in html
    assert session_of(tour, made["code"]).state is SessionState.CANCELLED
    assert client.get(page + "remove").status_code == 303


def test_an_illegal_step_is_refused_and_nothing_is_lost(tour, made):
    client, page = tour.client("organiser"), BASE + made["code"] + "/"
    assert client.submit(page + "state", {"state": "rejected"}, page).status_code == 422
    assert session_of(tour, made["code"]).state is SessionState.CONFIRMED


def test_many_change_state_at_once(tour, made):
    with tour.app.test_request_context("/fr/"), commit_on_success():
        refused = make_session(event_of(tour), state=SessionState.REJECTED, title={"en": "Refused one"}).code
    client = tour.client("organiser")
    data = {"session": [made["code"], refused, made["other"]], "state": "withdrawn"}
    assert client.submit(BASE + "states", data, BASE).status_code == 303
    html = client.get(BASE).get_data(as_text=True)
    assert "1 session is now “Withdrawn”" in html
    assert "1 session stays as it was" in html
    assert "Refused one" in html
    assert session_of(tour, made["code"]).state is SessionState.WITHDRAWN
    assert session_of(tour, made["other"]).state is SessionState.CONFIRMED
    for nothing in ({"state": "withdrawn"}, {"session": [refused]}, {"session": [refused], "state": "gone"}):
        assert client.submit(BASE + "states", nothing, BASE).status_code == 303


def test_speakers_come_move_and_go(tour, made):
    client, page = tour.client("organiser"), BASE + made["code"] + "/"
    first, _second, third = made["speakers"]
    assert client.submit(page + "speakers", {"speaker": third}, page).status_code == 303
    assert client.submit(page + f"speakers/{third}/move/up", {}, page).status_code == 303
    assert client.submit(page + f"speakers/{first}/remove", {}, page).status_code == 303
    html = client.get(page).get_data(as_text=True)
    assert html.index("Gamma") < html.index("Beta")
    assert client.submit(page + "speakers", {"speaker": "NOBODY"}, page).status_code == 422
    assert client.submit(page + "speakers/NOBODY/remove", {}, page).status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Yeasts", "Ällergens"}),
        ("?q=allergens", {"Ällergens"}),
        ("?q=BETA+yea", {"Yeasts"}),
        ("?state=submitted", {"Ällergens"}),
        ("?missing=speaker", {"Ällergens"}),
        ("?missing=slot", {"Yeasts", "Ällergens"}),
        ("?language=en", {"Ällergens"}),
        ("?track=none&format=none", {"Yeasts", "Ällergens"}),
        ("?track=123456789", set()),
        ("?track=x&state=odd&missing=odd&sort=odd&page=99999999999", {"Yeasts", "Ällergens"}),
        ("?sort=time&dir=desc", {"Yeasts", "Ällergens"}),
        ("?sort=changed", {"Yeasts", "Ällergens"}),
    ],
)
def test_the_list_is_searched_and_narrowed(tour, made, query, found):
    with tour.app.test_request_context("/fr/"), commit_on_success():
        title = {"en": "Ällergens"}
        make_session(event_of(tour), title=title, state=SessionState.SUBMITTED, language="en")
    html = tour.client("viewer").get(BASE + query).get_data(as_text=True)
    assert {title for title in ("Yeasts", "Ällergens", "Ailleurs") if f"<bdi>{title}</bdi>" in html} == found


def test_an_empty_list_says_what_to_do(tour):
    assert "No session yet" in tour.client("organiser").get(BASE).get_data(as_text=True)
    assert "New session" not in tour.client("viewer").get(BASE).get_data(as_text=True)


def test_a_list_costs_the_same_with_one_and_with_many(tour, made):
    client = tour.client("organiser")
    with tour.app.test_request_context("/fr/"), commit_on_success():
        make_programme(event_of(tour), 1)
    client.get(BASE)
    few = queries_of(tour.app, lambda: client.get(BASE))
    with tour.app.test_request_context("/fr/"), commit_on_success():
        for _number in range(3):
            make_slot(event_of(tour), make_session(event_of(tour), [make_speaker(event_of(tour))]))
    assert queries_of(tour.app, lambda: client.get(BASE)) == few


def test_readers_read_and_write_nothing(tour, made):
    client, page = tour.client("viewer"), BASE + made["code"] + "/"
    assert client.get(page).status_code == 200
    for path in (BASE + "new", page + "edit", page + "remove"):
        assert client.get(path).status_code == 403
    assert "Change the state" not in client.get(page).get_data(as_text=True)
    with tour.app.test_request_context("/fr/"), commit_on_success():
        reviewer = make_account("reviewer@example.org")
        make_member(reviewer, "reviewer", event=event_of(tour))
        tour.accounts["reviewer"] = reviewer.id
    assert tour.client("reviewer").get(page).status_code == 403


@pytest.mark.parametrize("path", ["", "edit", "remove"])
def test_another_events_session_is_none(tour, made, path):
    assert tour.client("organiser").get(f"{BASE}{made['other']}/{path}").status_code == 404
