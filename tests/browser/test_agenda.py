"""The personal agenda in a real browser: stars without a reload, the place on the page kept, no script needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Page

from congress.agenda.models import Star
from congress.core.transactions import commit_on_success
from congress.extensions import db
from congress.registration.links import manage_token
from congress.registration.models import RegistrationGroup
from tests.factories.agenda import make_workshop
from tests.factories.events import make_event
from tests.factories.programme import make_release, make_room, make_session, make_slot
from tests.factories.registrations import make_registration
from tests.support.browsing import Visitor, sticks_out
from tests.support.chromium import PHONE, launch


@dataclass(frozen=True)
class Agenda:
    """The address of somebody's agenda: a long day with a workshop at its end."""

    path: str
    workshop: str


@pytest.fixture
def agenda(app: Flask) -> Agenda:
    with app.test_request_context("/en/"), commit_on_success():
        event = make_event()
        room = make_room(event)
        for number in range(12):
            make_slot(event, make_session(event), room, hour=8 + number / 2)
        workshop = make_workshop(event, 1, hour=15, title={"fr": "Levures", "en": "Yeast"})
        make_release(event)
        person = make_registration(event)
        token = manage_token(db.session.get_one(RegistrationGroup, person.group_id))
        return Agenda(f"/en/r/{token}/agenda/{person.public_id}/", workshop.code)


@pytest.fixture
def browser() -> Iterator[Browser]:
    browser = launch()
    yield browser
    browser.close()


def stars(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(Star)) or 0


def last_star(page: Page) -> str:
    return page.locator("form[data-star] button").last.get_attribute("aria-pressed") or ""


def test_a_star_stays_where_it_was_pressed(app: Flask, base: str, browser: Browser, agenda: Agenda) -> None:
    visitor = Visitor(browser, base, "en", **PHONE)
    page = visitor.page()
    page.goto(agenda.path)
    assert not sticks_out(page)
    star = page.get_by_role("button", name="Star – Yeast")
    star.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    assert before > 500
    star.dblclick()
    page.locator("#live-message", has_text="in your agenda").wait_for(state="attached")
    assert (page.evaluate("scrollY"), last_star(page)) == (before, "true")
    assert page.url == f"{base}{agenda.path}"
    assert stars(app) == 1
    page.locator("form[data-busy]").wait_for(state="detached")
    star.click()
    page.locator("#live-message", has_text="no longer starred").wait_for(state="attached")
    assert (last_star(page), stars(app)) == ("false", 0)
    assert visitor.problems == []


def test_a_star_that_cannot_be_fetched_is_sent_as_a_form(
    app: Flask, base: str, browser: Browser, agenda: Agenda
) -> None:
    page = Visitor(browser, base, "en", **PHONE).page()
    page.goto(agenda.path)
    page.evaluate("() => { window.fetch = () => Promise.reject(new Error('offline')); }")
    with page.expect_navigation():
        page.get_by_role("button", name="Star – Yeast").click()
    assert (last_star(page), stars(app)) == ("true", 1)


def test_everything_works_without_a_script(app: Flask, base: str, browser: Browser, agenda: Agenda) -> None:
    visitor = Visitor(browser, base, "en", **PHONE, java_script_enabled=False)
    page = visitor.page()
    page.goto(agenda.path)
    page.get_by_role("button", name="Star – Yeast").click()
    assert "#slot-" in page.url
    assert stars(app) == 1
    page.get_by_role("button", name="Sign up – Yeast").click()
    page.get_by_text("You have a place in “Yeast”.").wait_for()
    page.get_by_role("link", name="My agenda").click()
    page.get_by_role("link", name="Give my place back – Yeast").click()
    page.get_by_role("button", name="Yes, give it back").click()
    page.get_by_text("You are no longer signed up for “Yeast”.").wait_for()
    page.get_by_role("button", name="Star – Yeast").click()
    page.get_by_role("button", name="Undo – Yeast").click()
    page.get_by_role("heading", name="Yeast").wait_for()
    assert visitor.problems == []
