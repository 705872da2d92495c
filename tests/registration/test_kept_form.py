"""The form is rendered once and kept, and still says what is true for this visitor, now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from congress.events.models import Event
from congress.extensions import db
from congress.registration.models import Category, ConsentText, Quota
from congress.registration.views import kept_form
from tests.factories.events import make_event
from tests.factories.registrations import make_category, make_registration
from tests.registration.test_public import hidden_of, text_of

pytestmark = pytest.mark.usefixtures("now")


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    kept_form._pages.clear()
    with app.app_context():
        yield


@pytest.fixture
def path() -> str:
    event = make_event(slug="kept")
    make_category(event, capacity=40)
    make_category(event, capacity=7)
    db.session.commit()
    return "/fr/events/kept/register"


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which pages were rendered instead of taken from what is kept."""
    seen: list[str] = []
    kept = kept_form.kept_form

    def counting(slug: str, shape: Any, render: Any) -> str:
        return kept(slug, shape, lambda: (seen.append(slug), render())[1])

    monkeypatch.setattr("congress.registration.views.public.kept_form", counting)
    return seen


def change(statement: Any) -> None:
    db.session.execute(statement)
    db.session.commit()


def test_each_visitor_has_a_token_and_a_key_of_their_own(app: Flask, path: str, rendered: list[str]) -> None:
    visitors = [app.test_client() for _ in range(2)]
    hidden = [hidden_of(visitor, path) for visitor in visitors]
    assert len({one["csrf_token"] for one in hidden}) == len({one["idempotency_key"] for one in hidden}) == 2
    assert rendered == ["kept"]
    other = visitors[1].post(path, data=hidden[0] | {"given_name": "A"})
    assert other.status_code == 400


def test_one_visitor_twice_has_two_keys(client: FlaskClient, path: str) -> None:
    assert hidden_of(client, path)["idempotency_key"] != hidden_of(client, path)["idempotency_key"]


def test_numbers_of_places_are_those_of_now_without_rendering(
    client: FlaskClient, path: str, rendered: list[str]
) -> None:
    first = text_of(client.get(path))
    assert "40 places restantes" in first
    assert "7 places restantes" in first
    event = db.session.scalars(sa.select(Event)).one()
    category = db.session.scalars(sa.select(Category).order_by(Category.id)).first()
    make_registration(event, category)
    db.session.commit()
    assert "39 places restantes" in text_of(client.get(path))
    assert rendered == ["kept"]


@pytest.mark.parametrize(("capacity", "words"), [(5, "5 places restantes"), (1, "1 place restante"), (0, "Complet")])
def test_few_places_are_shown_in_their_own_way(client: FlaskClient, path: str, capacity: int, words: str) -> None:
    client.get(path)
    change(sa.update(Quota).where(Quota.capacity == 7).values(capacity=capacity))
    assert words in text_of(client.get(path))


def test_what_the_organiser_changes_is_there_at_once(client: FlaskClient, path: str) -> None:
    client.get(path)
    new_name = {"fr": "Nouveau nom", "en": "New name"}
    change(sa.update(Event).values(name=new_name))
    assert "Nouveau nom" in text_of(client.get(path))
    change(sa.update(Category).where(Category.id == 1).values(name={"fr": "Autre catégorie"}))
    event_id, now = db.session.execute(sa.select(Event.id, Event.created_at)).one()
    db.session.add(ConsentText(event_id=event_id, kind="photo", version=1, text={"fr": "Photos ?"}, created_at=now))
    change(sa.update(Event).values(show_remaining=False))
    page = text_of(client.get(path))
    assert "Photos ?" in page
    assert "places restantes" not in page


def test_a_query_string_of_one_visitor_is_not_shown_to_the_next(client: FlaskClient, path: str) -> None:
    assert "evil" not in text_of(client.get(f"{path}?evil=1"))
    assert "evil" not in text_of(client.get(path))


def test_no_mark_is_left_in_a_page(client: FlaskClient, path: str) -> None:
    for _ in range(2):
        assert kept_form._SECRET not in text_of(client.get(path))
