"""The registration forms as a visitor meets them."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from congress.core import clock
from congress.events.enums import EventStatus
from congress.events.models import Event, Series
from congress.extensions import db
from congress.registration.enums import Attendance, ConsentKind, RegistrationStatus
from congress.registration.models import Category, Consent, ConsentText, Registration
from tests.factories.events import make_event, make_series
from tests.factories.people import make_account, sign_in
from tests.factories.registrations import make_category, make_registration
from tests.support.client import KEY, TOKEN

pytestmark = pytest.mark.usefixtures("now")

PERSON = {"given_name": "Zoé", "family_name": "Lefèvre", "email": "zoe@example.org"}


@pytest.fixture
def event(app: Flask) -> Event:
    with app.app_context():
        made = make_event(name={"fr": "Étape Grand Est", "en": "Grand Est stage"})
        make_category(made, capacity=5, name={"fr": "Sur place", "en": "In the room"})
        make_category(made, capacity=None, name={"fr": "À distance", "en": "From afar"}, attendance=Attendance.ONLINE)
        db.session.commit()
        return made


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Any:
    with app.app_context():
        yield


def path_of(event: Event, language: str = "fr") -> str:
    return f"/{language}/events/{event.slug}/register"


def read(statement: Any) -> list[Any]:
    """Rows as they are now; the transaction ends, so that the next request finds no lock."""
    db.session.rollback()
    rows = list(db.session.scalars(statement))
    db.session.expunge_all()
    db.session.rollback()
    return rows


def categories_of(event: Event) -> list[Category]:
    return read(sa.select(Category).where(Category.event_id == event.id).order_by(Category.id))


def registrations() -> list[Registration]:
    return read(sa.select(Registration).order_by(Registration.id))


def text_of(answer: Any) -> str:
    return html.unescape(answer.get_data(as_text=True))


def filled(event: Event, **values: Any) -> dict[str, Any]:
    return PERSON | {"category": categories_of(event)[0].id} | values


def test_the_form_asks_for_a_name_and_an_address_and_ticks_nothing(client: FlaskClient, event: Event) -> None:
    page = text_of(client.get(path_of(event)))
    assert page.count("checked") == 0
    assert "5 places restantes" in page
    assert "En ligne" in page
    assert "Vos données sont effacées le" in page
    answer = client.submit(path_of(event), {})
    assert answer.status_code == 422
    for field in ("given_name", "family_name", "email", "category"):
        assert f'id="{field}-error"' in text_of(answer)
    for field in ("organisation", "job_title", "participant_list", "photo"):
        assert f'id="{field}-error"' not in text_of(answer)


def test_registering_leads_to_a_page_with_the_ticket(client: FlaskClient, event: Event) -> None:
    answer = client.submit(path_of(event, "en"), filled(event, photo="y"))
    assert answer.status_code == 303
    assert answer.location.startswith("/en/r/")
    (registration,) = registrations()
    assert (registration.status, registration.language) == (RegistrationStatus.CONFIRMED, "en")
    given = db.session.execute(
        sa.select(ConsentText.kind, Consent.given).join(ConsentText, ConsentText.id == Consent.text_id)
    ).all()
    db.session.rollback()
    assert dict(given) == {
        ConsentKind.PRIVACY_NOTICE: True,
        ConsentKind.PARTICIPANT_LIST: False,
        ConsentKind.PHOTO: True,
    }
    page = client.get(answer.location)
    assert page.status_code == 200
    assert registration.reference in text_of(page)
    assert "<path d=" in text_of(page)
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page.headers["X-Robots-Tag"]


def test_a_draft_does_not_exist(client: FlaskClient, app: Flask) -> None:
    draft = make_event(status=EventStatus.DRAFT)
    make_category(draft)
    db.session.commit()
    missing = client.get("/fr/events/no-such-event/register")
    for answer in (client.get(path_of(draft)), client.post(path_of(draft), data=PERSON)):
        assert answer.status_code in {400, 404}
    assert client.get(path_of(draft)).status_code == missing.status_code == 404
    assert client.submit(path_of(draft), PERSON, page=path_of(make_open_event())).status_code == 404


def make_open_event() -> Event:
    made = make_event()
    make_category(made)
    db.session.commit()
    return made


@pytest.mark.parametrize(
    ("values", "capacity", "words"),
    [
        ({"registration_opens_at": dt.datetime(2027, 3, 12, 8, 0, tzinfo=dt.UTC)}, 5, "ne sont pas encore ouvertes"),
        ({"registration_closes_at": dt.datetime(2027, 3, 9, 8, 0, tzinfo=dt.UTC)}, 5, "inscriptions sont closes"),
        ({}, 0, "est complet"),
        ({"status": EventStatus.CANCELLED}, 5, "est annulé"),
    ],
)
def test_a_clear_page_instead_of_a_form(
    client: FlaskClient, values: dict[str, Any], capacity: int, words: str
) -> None:
    event = make_event(**values)
    make_category(event, capacity=capacity)
    db.session.commit()
    answer = client.get(path_of(event))
    assert answer.status_code == 200
    assert words in text_of(answer)
    assert "<form" not in text_of(answer).split("<main")[1]


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "Les inscriptions sont closes"), ("en", "Registration is closed")]
)
def test_the_window_closes_while_the_form_is_open(
    client: FlaskClient, event: Event, language: str, words: str
) -> None:
    form = hidden_of(client, path_of(event, language))
    with clock.held_at(event.registration_closes_at):
        answer = client.post(path_of(event, language), data=form | filled(event))
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert registrations() == []


def hidden_of(client: FlaskClient, path: str) -> dict[str, str]:
    page = client.get(path).get_data(as_text=True)
    token, key = TOKEN.search(page), KEY.search(page)
    assert token
    assert key
    return {"csrf_token": token.group(1), "idempotency_key": key.group(1)}


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "« Sur place » est complet pour Étape Grand Est"), ("en", "“In the room” is full for Grand Est stage")],
)
def test_the_last_place_goes_while_the_form_is_open(
    client: FlaskClient, event: Event, language: str, words: str
) -> None:
    form = hidden_of(client, path_of(event, language))
    room = categories_of(event)[0]
    for _ in range(5):
        make_registration(event, room)
    db.session.commit()
    answer = client.post(path_of(event, language), data=form | filled(event))
    page = text_of(answer)
    assert answer.status_code == 422
    assert words in page.replace("\u202f", " ").replace("\xa0", " ")
    assert 'value="Zoé"' in page
    assert "disabled" in page
    assert len(registrations()) == 5
    other = client.post(path_of(event, language), data=form | filled(event, category=categories_of(event)[1].id))
    assert other.status_code == 303


def test_a_second_click_gets_the_same_answer(client: FlaskClient, event: Event) -> None:
    sent = hidden_of(client, path_of(event)) | filled(event)
    first, second = (client.post(path_of(event), data=sent) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert len(registrations()) == 1


@pytest.mark.parametrize(("language", "words"), [("fr", "déjà été envoyé"), ("en", "already sent")])
def test_back_then_another_person_with_the_same_form(
    client: FlaskClient, event: Event, language: str, words: str
) -> None:
    path = path_of(event, language)
    form = hidden_of(client, path)
    client.post(path, data=form | filled(event))
    other = filled(event, email="ada@example.org", given_name="Ada")
    answer = client.post(path, data=form | other)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert 'value="Ada"' in page
    fresh = KEY.search(page)
    assert fresh
    assert fresh.group(1) != form["idempotency_key"]
    assert client.post(path, data=form | {"idempotency_key": fresh.group(1)} | other).status_code == 303
    assert len(registrations()) == 2


@pytest.mark.parametrize(("language", "words"), [("fr", "est déjà inscrite"), ("en", "is already registered")])
def test_back_and_a_new_form_for_the_same_address(
    client: FlaskClient, event: Event, language: str, words: str
) -> None:
    client.submit(path_of(event, language), filled(event))
    answer = client.submit(path_of(event, language), filled(event))
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert len(registrations()) == 1


@pytest.mark.parametrize(("language", "words"), [("fr", "Ce formulaire a expiré"), ("en", "This form has expired")])
@pytest.mark.parametrize("token", ["", "stale"])
def test_a_stale_form_token(client: FlaskClient, event: Event, language: str, words: str, token: str) -> None:
    form = hidden_of(client, path_of(event, language))
    answer = client.post(path_of(event, language), data=form | filled(event) | {"csrf_token": token})
    assert answer.status_code == 400
    assert words in text_of(answer)
    assert registrations() == []


def test_fields_that_the_form_does_not_have_are_ignored(client: FlaskClient, event: Event) -> None:
    other = make_event()
    foreign = make_category(other)
    db.session.commit()
    extra = {
        "status": "cancelled",
        "event_id": other.id,
        "is_admin": "1",
        "source": "organiser",
        "reference": "AAAAAAAA",
        "group_id": 1,
        "note": "x",
        "language": "en",
    }
    assert client.submit(path_of(event), filled(event) | extra).status_code == 303
    (registration,) = registrations()
    assert registration.event_id == event.id
    assert (registration.status, registration.source, registration.note) == ("confirmed", "online", "")
    assert registration.reference != "AAAAAAAA"
    assert registration.language == "fr"
    assert client.submit(path_of(event), filled(event, category=foreign.id)).status_code == 422


@pytest.mark.parametrize("bad", ["zero\x00byte", "\ud83d lone", "a%00b"])
def test_characters_that_nothing_can_hold(client: FlaskClient, event: Event, bad: str) -> None:
    form = hidden_of(client, path_of(event)) | {key: str(value) for key, value in filled(event).items()}
    fields = form | {"given_name": bad}
    body = "&".join(
        f"{name}={''.join(f'%{byte:02X}' for byte in value.encode('utf-8', 'surrogatepass'))}"
        for name, value in fields.items()
    )
    answer = client.post(path_of(event), data=body, content_type="application/x-www-form-urlencoded")
    if bad == "a%00b":
        assert answer.status_code == 303
        assert registrations()[0].given_name == bad
    elif "\x00" in bad:
        assert answer.status_code == 400
    else:
        assert answer.status_code in {303, 400}
        assert all("\ud83d" not in one.given_name for one in registrations())


@pytest.mark.parametrize(
    ("name", "status"),
    [("É" * 200, 303), ("É" * 201, 422), ("   ", 422), ("محمد", 303), ("👩‍🔬", 303), ("<b>x</b>", 303)],
)
def test_names_in_the_form(client: FlaskClient, event: Event, name: str, status: int) -> None:
    answer = client.submit(path_of(event), filled(event, given_name=name))
    assert answer.status_code == status
    if status == 303:
        assert registrations()[0].given_name == name
        page = client.get(answer.location).get_data(as_text=True)
        assert html.escape(name) in page
        assert "<b>x</b>" not in page


def test_remaining_places_are_told_only_when_the_organiser_shows_them(client: FlaskClient) -> None:
    event = make_event(show_remaining=False)
    make_category(event, capacity=77_077)
    make_category(event, capacity=0)
    db.session.commit()
    page = text_of(client.get(path_of(event)))
    assert not re.search(r"77\s?077", page)
    assert "restante" not in page
    assert "Complet" in page


def test_a_category_of_the_organiser_is_not_offered(client: FlaskClient, event: Event) -> None:
    hidden = make_category(event, is_public=False, name={"fr": "Réservé au bureau", "en": "Board only"})
    db.session.commit()
    assert "Réservé au bureau" not in text_of(client.get(path_of(event)))
    assert client.submit(path_of(event), filled(event, category=hidden.id)).status_code == 422
    assert registrations() == []


def test_being_signed_in_changes_nothing(client: FlaskClient, event: Event) -> None:
    sign_in(client, make_account())
    assert client.submit(path_of(event), filled(event)).status_code == 303


def make_tour(stages: int = 3) -> tuple[str, list[Event]]:
    series = make_series()
    events = [make_event(series, position=number) for number in range(stages)]
    for event in events:
        make_category(event, capacity=2)
        make_category(event, capacity=None, attendance=Attendance.ONLINE)
    db.session.commit()
    return f"/fr/series/{series.slug}/register", events


def test_several_stages_in_one_form(client: FlaskClient) -> None:
    path, (first, _, third) = make_tour()
    chosen = {
        "stages": [first.id, third.id],
        f"category_{first.id}": categories_of(first)[0].id,
        f"category_{third.id}": categories_of(third)[1].id,
    }
    answer = client.submit(path, PERSON | chosen)
    assert answer.status_code == 303
    found = registrations()
    assert [(one.event_id, one.category_id) for one in found] == [
        (first.id, categories_of(first)[0].id),
        (third.id, categories_of(third)[1].id),
    ]
    assert len({one.group_id for one in found}) == 1
    page = text_of(client.get(answer.location))
    assert page.count('<article class="ticket') == 2


def test_several_stages_need_a_stage_and_a_category(client: FlaskClient) -> None:
    path, (first, *_) = make_tour()
    nothing = client.submit(path, PERSON)
    assert nothing.status_code == 422
    assert "Veuillez choisir au moins une étape." in text_of(nothing)
    no_category = client.submit(path, PERSON | {"stages": [first.id]})
    assert no_category.status_code == 422
    assert f'id="category_{first.id}-error"' in text_of(no_category)
    assert registrations() == []


def test_one_full_stage_saves_nothing_and_is_named(client: FlaskClient) -> None:
    path, (first, second, _) = make_tour()
    form = hidden_of(client, path)
    room = categories_of(second)[0]
    for _ in range(2):
        make_registration(second, room)
    db.session.commit()
    chosen = {"stages": [first.id, second.id]} | {
        f"category_{one.id}": categories_of(one)[0].id for one in (first, second)
    }
    answer = client.post(path, data=form | PERSON | chosen)
    assert answer.status_code == 422
    assert second.name["fr"] in text_of(answer).split('id="error-summary"')[1].split("</form>")[0][:1500]
    assert len(registrations()) == 2


def test_a_stage_that_is_not_open_is_shown_without_a_box(client: FlaskClient) -> None:
    path, (first, second, _) = make_tour()
    late = db.session.get_one(Event, second.id)
    draft = make_event(db.session.get_one(Series, late.series_id), status=EventStatus.DRAFT)
    late.registration_opens_at = clock.now() + dt.timedelta(days=1)
    db.session.commit()
    page = text_of(client.get(path))
    assert f'value="{first.id}"' in page
    assert f'name="category_{second.id}"' not in page
    assert "Ouvre plus tard" in page
    assert draft.name["fr"] not in page
    forced = PERSON | {"stages": [second.id], f"category_{second.id}": categories_of(second)[0].id}
    assert client.submit(path, forced).status_code == 422
    assert registrations() == []


def test_a_series_without_an_open_stage_or_unpublished(client: FlaskClient) -> None:
    empty, hidden = make_series(), make_series(published_at=None)
    db.session.commit()
    page = client.get(f"/fr/series/{empty.slug}/register")
    assert page.status_code == 200
    assert "<form" not in text_of(page).split("<main")[1]
    assert client.get(f"/fr/series/{hidden.slug}/register").status_code == 404
    assert client.get("/fr/series/none/register").status_code == 404
