"""What the holder of a link does, and what everybody else does not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from congress.audit.models import AuditEntry
from congress.core import clock
from congress.events.enums import EventStatus
from congress.events.models import Event
from congress.extensions import db
from congress.mail.models import Mail
from congress.registration.capacity import availability_of
from congress.registration.enums import Attendance, ConsentKind, RegistrationStatus, TicketState
from congress.registration.links import manage_token
from congress.registration.models import Consent, ConsentText, Registration, RegistrationGroup, Ticket
from tests.factories.events import make_event
from tests.factories.registrations import make_category, make_group, make_registration
from tests.registration.test_public import text_of

pytestmark = pytest.mark.usefixtures("now")
DATA = {"given_name": "Zoé", "family_name": "Lefèvre", "email": "zoe@example.org", "language": "fr"}


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def link_of(*events: Event, language: str = "fr", **values: Any) -> str:
    """A group of registrations of one person, and the path of its page."""
    group = make_group()
    for event in events:
        make_registration(event, group_id=group.id, **({"email": "zoe@example.org"} | values))
    db.session.commit()
    return f"/{language}/r/{manage_token(group)}/"


def rows() -> list[Registration]:
    db.session.rollback()
    found = list(db.session.scalars(sa.select(Registration).order_by(Registration.id)))
    db.session.expunge_all()
    db.session.rollback()
    return found


def scalars(statement: Any) -> list[Any]:
    db.session.rollback()
    found = list(db.session.scalars(statement))
    db.session.rollback()
    return found


@pytest.mark.parametrize(("language", "words"), [("fr", "inscription est confirmée"), ("en", "You are registered")])
def test_the_page_shows_each_registration(client: FlaskClient, language: str, words: str) -> None:
    path = link_of(make_event(), make_event(), language=language)
    answer = client.get(path)
    page = text_of(answer)
    assert answer.status_code == 200
    assert words in page
    for registration in rows():
        assert registration.reference in page
    assert page.count('role="img"') >= 2


@pytest.mark.parametrize("path", ["", "edit", "consents", "x/cancel", "x/ticket.pdf", "x/badge.pdf"])
def test_an_unknown_token_opens_nothing(client: FlaskClient, path: str) -> None:
    link_of(make_event())
    assert client.get(f"/fr/r/{'A' * 27}/{path}").status_code == 404


def test_a_registration_of_another_link_is_not_here(client: FlaskClient) -> None:
    mine, other = link_of(make_event()), link_of(make_event(), email="other@example.org")
    theirs = rows()[1].public_id
    assert client.get(f"{mine}{theirs}/cancel").status_code == 404
    assert client.submit(f"{mine}{theirs}/cancel", {}, page=f"{mine}edit").status_code == 404
    assert client.get(other).status_code == 200
    assert {one.status for one in rows()} == {RegistrationStatus.CONFIRMED}


def test_no_page_of_the_link_is_kept_indexed_or_told_to_others(client: FlaskClient) -> None:
    path = link_of(make_event())
    for page in ("", "edit", "consents", f"{rows()[0].public_id}/cancel"):
        headers = client.get(path + page).headers
        assert headers["Cache-Control"] == "private, no-store"
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
        assert headers["Referrer-Policy"] in {"no-referrer", "same-origin"}
    assert client.get(path).headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(("language", "words"), [("fr", "Votre inscription est annulée"), ("en", "is cancelled")])
def test_cancelling_asks_first_and_frees_the_place(client: FlaskClient, language: str, words: str) -> None:
    event = make_event()
    category = make_category(event, capacity=1)
    path = link_of(event, language=language, category_id=category.id)
    event_id, category_id = event.id, category.id
    assert availability_of(event_id)[category_id] == 0
    page = f"{path}{rows()[0].public_id}/cancel"
    assert client.get(page).status_code == 200
    assert rows()[0].status is RegistrationStatus.CONFIRMED
    answer = client.submit(page, {})
    assert answer.status_code == 303
    assert words in text_of(client.get(answer.location))
    (registration,) = rows()
    assert (registration.status, registration.calendar_sequence) == (RegistrationStatus.CANCELLED, 1)
    assert availability_of(event_id)[category_id] == 1
    db.session.rollback()
    assert scalars(sa.select(Ticket.state)) == [TicketState.CANCELLED]
    assert scalars(sa.select(Mail.template)) == ["registration_cancelled"]
    assert scalars(sa.select(AuditEntry.actor_kind)) == ["link"]


def test_cancelling_twice_says_that_nothing_is_left(client: FlaskClient) -> None:
    path = link_of(make_event())
    page = f"{path}{rows()[0].public_id}/cancel"
    client.submit(page, {})
    again = client.get(page)
    assert again.status_code == 303
    assert "plus rien à annuler" in text_of(client.get(again.location))
    assert rows()[0].calendar_sequence == 1
    assert "ticket-code" not in text_of(client.get(path))


def test_one_of_two_is_cancelled_and_the_other_stays(client: FlaskClient) -> None:
    path = link_of(make_event(), make_event())
    client.submit(f"{path}{rows()[0].public_id}/cancel", {})
    assert [one.status for one in rows()] == [RegistrationStatus.CANCELLED, RegistrationStatus.CONFIRMED]
    assert "inscription est confirmée" in text_of(client.get(path))


def test_correcting_holds_for_the_whole_form(client: FlaskClient) -> None:
    path = link_of(make_event(), make_event())
    answer = client.submit(f"{path}edit", DATA | {"family_name": "Ωmega-Łukasz", "language": "en"})
    assert answer.status_code == 303
    assert answer.location == path
    assert {(one.family_name, one.language) for one in rows()} == {("Ωmega-Łukasz", "en")}
    assert scalars(sa.select(AuditEntry.after)) == [{"changed": ["family_name", "language"]}] * 2


def test_a_new_address_gets_a_new_link_and_the_old_one_a_notice(client: FlaskClient) -> None:
    path = link_of(make_event())
    answer = client.submit(f"{path}edit", DATA | {"email": "new@example.org"})
    assert answer.status_code == 303
    assert answer.location != path
    assert client.get(path).status_code == 404
    assert "nouvelle adresse" in text_of(client.get(answer.location))
    db.session.rollback()
    sent = db.session.execute(sa.select(Mail.template, Mail.recipient).order_by(Mail.id)).all()
    db.session.rollback()
    assert sent == [("address_changed", "zoe@example.org"), ("registration_confirmation", "new@example.org")]


def test_another_spelling_of_the_address_keeps_the_link(client: FlaskClient) -> None:
    path = link_of(make_event())
    assert client.submit(f"{path}edit", DATA | {"email": "Zoe@Example.org"}).location == path
    assert rows()[0].email == "Zoe@Example.org"


@pytest.mark.database
@pytest.mark.parametrize(("language", "words"), [("fr", "est déjà inscrite"), ("en", "already registered")])
def test_an_address_that_is_registered_is_refused(client: FlaskClient, language: str, words: str) -> None:
    event = make_event()
    make_registration(event, email="taken@example.org")
    path = link_of(make_event(), event, language=language)
    answer = client.submit(f"{path}edit", DATA | {"email": "TAKEN@example.org"})
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert [one.email for one in rows()] == ["taken@example.org", "zoe@example.org", "zoe@example.org"]
    assert client.get(path).status_code == 200


def test_what_cannot_be_corrected_is_not_offered(client: FlaskClient) -> None:
    event = make_event()
    path = link_of(event)
    with clock.held_at(event.ends_at + dt.timedelta(minutes=1)):
        assert client.get(f"{path}edit").status_code == 303
        assert client.get(f"{path}{rows()[0].public_id}/cancel").status_code == 303
        page = text_of(client.get(path))
    assert "/edit" not in page
    assert "/cancel" not in page


def test_extra_fields_of_a_correction_are_ignored(client: FlaskClient) -> None:
    path = link_of(make_event())
    before = rows()[0]
    extra = {"status": "cancelled", "event_id": "99", "category_id": "99", "reference": "HACK", "note": "x"}
    client.submit(f"{path}edit", DATA | extra)
    after = rows()[0]
    for column in ("status", "event_id", "category_id", "reference", "note"):
        assert getattr(after, column) == getattr(before, column)


def test_consents_are_added_and_withdrawn_never_overwritten(client: FlaskClient) -> None:
    path = link_of(make_event())
    client.submit(f"{path}consents", {"photo": "y"})
    client.submit(f"{path}consents", {"photo": "y"})
    assert "checked" in text_of(client.get(f"{path}consents"))
    client.submit(f"{path}consents", {})
    db.session.rollback()
    answers = db.session.execute(
        sa.select(ConsentText.kind, Consent.given).join(ConsentText, ConsentText.id == Consent.text_id)
    ).all()
    db.session.rollback()
    assert answers == [(ConsentKind.PHOTO, True), (ConsentKind.PHOTO, False)]
    assert scalars(sa.select(AuditEntry.action)) == [
        "registration.consent_given",
        "registration.consent_withdrawn",
    ]


@pytest.mark.parametrize("page", ["edit", "consents", "cancel"])
def test_nothing_changes_without_a_form_token(client: FlaskClient, page: str) -> None:
    path = link_of(make_event())
    target = f"{path}{rows()[0].public_id}/cancel" if page == "cancel" else path + page
    assert client.post(target, data=DATA | {"email": "x@example.org"}).status_code == 400
    assert (rows()[0].email, rows()[0].status) == ("zoe@example.org", RegistrationStatus.CONFIRMED)


def test_online_people_find_where_to_join_and_others_do_not(client: FlaskClient) -> None:
    event = make_event(join_url="https://live.example.org/room")
    online = make_category(event, attendance=Attendance.ONLINE)
    path = link_of(event, category_id=online.id)
    on_site = link_of(event, email="other@example.org")
    assert "https://live.example.org/room" in text_of(client.get(path))
    assert "https://live.example.org/room" not in text_of(client.get(on_site))


def test_a_cancelled_event_says_so_and_shows_no_code(client: FlaskClient) -> None:
    page = text_of(client.get(link_of(make_event(status=EventStatus.CANCELLED))))
    assert "Événement annulé" in page
    assert "ticket-code" not in page
    assert "ticket.pdf" not in page


def test_names_are_text(client: FlaskClient) -> None:
    page = client.get(link_of(make_event(), given_name="<img src=x onerror=alert(1)>")).get_data(as_text=True)
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_the_number_of_queries_does_not_grow(client: FlaskClient) -> None:
    counts = []
    for number in (1, 3):
        path = link_of(*[make_event() for _ in range(number)], email=f"p{number}@example.org")
        asked: list[str] = []

        def count(_conn: object, _cursor: object, statement: str, *_rest: object, into: list[str] = asked) -> None:
            into.append(statement)

        sa.event.listen(db.engine, "before_cursor_execute", count)
        client.get(path)
        sa.event.remove(db.engine, "before_cursor_execute", count)
        counts.append(len([one for one in asked if one.startswith("SELECT")]))
    assert counts[0] == counts[1] <= 5  # the fifth: where matchmaking is open


def test_the_database_alone_opens_no_link() -> None:
    link_of(make_event())
    group = db.session.scalars(sa.select(RegistrationGroup)).one()
    token = manage_token(group)
    stored = [value for value in vars(group).values() if isinstance(value, (bytes, str))]
    assert token not in stored
    assert token.encode() not in stored
