"""Pages of every kind under axe, in light and dark, on a laptop and on a phone; none can be moved sideways."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from congress.accounts.models import Account
from congress.events.models import Event
from congress.extensions import db
from tests.factories.people import sign_in
from tests.security.world import Scene, make_scene
from tests.support.browsing import Visitor, sticks_out
from tests.support.chromium import LAPTOP, PHONE, launch
from tests.support.desk import add_person
from tests.support.tour import make_tour

AXE = next((Path(__file__).parents[1] / "support/vendor").glob("axe-core-*/axe.min.js"))
RUN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
    .filter(found => ["serious", "critical"].includes(found.impact))
    .map(found => found.id + ": " + found.nodes.map(node => node.html.slice(0, 160)).slice(0, 3).join(" | "))"""
SMALLEST = {"width": 320, "height": 640}

MAIN = ["", "events/grand-est/", "events/grand-est/register", "r/{manage}/", "manage/events/grand-est/registrations/"]
"""Looked at in both colours on both screens; the others in light on a laptop and in dark on a phone."""

PUBLIC = [
    *MAIN[:3],
    "series/tour/",
    "series/tour/register",
    "account/sign-in",
    "my-registration",
    "privacy",
    "accessibility",
    "no-such-page",
    "door/#{device}",
]
OWN = [
    "r/{manage}/",
    "r/{manage}/edit",
    "r/{manage}/consents",
    "r/{manage}/calendar",
    "r/{manage}/{public_id}/cancel",
    "r/{manage}/agenda/{public_id}/",
    "r/{manage}/agenda/{public_id}/mine",
    "r/{manage}/agenda/{public_id}/sessions/{code}/leave",
]
MANAGED = "manage/events/grand-est/"
STAFF = [
    "manage/",
    "account/",
    MANAGED,
    MAIN[4],
    f"{MANAGED}registrations/{{public_id}}/",
    f"{MANAGED}registrations/categories/",
    f"{MANAGED}badges/",
    f"{MANAGED}doors/",
    f"{MANAGED}team/",
    f"{MANAGED}hosts/",
    f"{MANAGED}look/",
    f"{MANAGED}settings",
    f"{MANAGED}publication/",
    f"{MANAGED}mails/",
    f"{MANAGED}programme/demand/",
    f"{MANAGED}programme/demand/{{code}}/",
    f"{MANAGED}programme/demand/{{code}}/add?q=a",
    f"{MANAGED}history/",
    f"{MANAGED}privacy/",
    f"{MANAGED}programme/schedule/",
    f"{MANAGED}programme/slots/",
    f"{MANAGED}programme/slots/{{slot_id}}/",
    f"{MANAGED}programme/rooms/",
    f"{MANAGED}programme/rooms/{{room_id}}/",
    "manage/series/tour/",
    "admin/",
    "admin/organisations/",
]
FORMS = [
    "events/grand-est/register",
    "series/tour/register",
    "my-registration",
    "account/sign-in",
    "r/{manage}/edit",
    f"{MANAGED}registrations/new",
    f"{MANAGED}settings",
    f"{MANAGED}registrations/categories/new",
]
"""Forms that are sent with what is required left empty."""

Look = dict[str, Page]


@cache
def axe() -> str:
    return AXE.read_text(encoding="utf-8")


@pytest.fixture
def scene(app: Flask) -> Scene:
    """The tour, with one row of everything at Grand Est, and a list that is not empty."""
    tour = make_tour(app)
    add_person(tour, "Noor Haddad")
    with app.test_request_context("/fr/"):
        event = db.session.query(Event).filter_by(slug=tour.event).one()
        db.session.refresh(event, ["series"])
        made = make_scene(event)
        db.session.commit()
    client = app.test_client()
    with app.app_context():
        sign_in(client, db.session.get_one(Account, tour.accounts["administrator"]))
    made.tokens["cookie"] = app.config["SESSION_COOKIE_NAME"]
    made.tokens["session"] = client.get_cookie(made.tokens["cookie"]).value
    return made


@pytest.fixture
def looks(base: str, scene: Scene) -> Iterator[Look]:
    """A tab for the laptop and one for the phone, with axe on every page."""
    browser = launch()
    visitors = {
        "laptop": Visitor(browser, base, "en", **LAPTOP, color_scheme="light"),
        "phone": Visitor(browser, base, "en", **PHONE, color_scheme="dark"),
    }
    for visitor in visitors.values():
        visitor.context.add_init_script(axe())
    yield {name: visitor.page() for name, visitor in visitors.items()}
    browser.close()
    assert [problem for visitor in visitors.values() for problem in visitor.problems] == []


def sign_in_as_administrator(looks: Look, scene: Scene, base: str) -> None:
    cookie = {"name": scene.tokens["cookie"], "value": scene.tokens["session"], "url": base}
    for page in looks.values():
        page.context.add_cookies([cookie])


def found_on(page: Page, where: str) -> list[str]:
    """Violations in the colours that the page has now, and parts that stick out."""
    found = [f"{where}: {violation}" for violation in page.evaluate(RUN)]
    return found + [f"{where}: sticks out"] * sticks_out(page)


def examine(looks: Look, path: str, *, in_both: bool) -> list[str]:
    found = []
    for screen, page in looks.items():
        answer = page.goto(path)
        assert (answer.status, answer.request.redirected_from) == (404 if "no-such" in path else 200, None), path
        found += found_on(page, f"{path} on {screen}")
        if in_both:
            page.emulate_media(color_scheme="light" if screen == "phone" else "dark", reduced_motion="reduce")
            found += found_on(page, f"{path} on {screen} in the other colours")
            page.emulate_media(color_scheme="dark" if screen == "phone" else "light", reduced_motion="reduce")
    page = looks["phone"]
    page.set_viewport_size(SMALLEST)
    found += [f"{path}: sticks out at 320"] * sticks_out(page)
    page.set_viewport_size(PHONE["viewport"])
    return found


@pytest.mark.parametrize("pages", [PUBLIC, OWN, STAFF], ids=["public", "self-service", "staff"])
def test_pages_have_no_serious_violation(looks: Look, scene: Scene, base: str, pages: list[str]) -> None:
    if pages is STAFF:
        sign_in_as_administrator(looks, scene, base)
    found = []
    for number, path in enumerate(pages):
        language = ("fr", "en")[number % 2]
        address = f"/{language}/{path.format_map(scene.tokens | scene.args)}"
        found += examine(looks, address, in_both=path in MAIN)
    assert found == []


def test_forms_with_mistakes_have_no_serious_violation(looks: Look, scene: Scene, base: str) -> None:
    found = []
    for path in FORMS:
        if path.startswith("manage/"):
            sign_in_as_administrator(looks, scene, base)
        for screen, page in looks.items():
            page.goto(f"/fr/{path.format_map(scene.tokens | scene.args)}")
            page.locator("main form[method=post] input:not([type=hidden], [type=radio], [type=checkbox])").first.fill(
                ""
            )
            page.evaluate("document.querySelector('main form[method=post]').requestSubmit()")
            page.locator("[aria-invalid=true]").first.wait_for()
            found += found_on(page, f"{path} with mistakes on {screen}")
    assert found == []


def test_a_violation_and_a_part_that_sticks_out_are_seen(looks: Look) -> None:
    page = looks["laptop"]
    page.goto("/en/")
    assert found_on(page, "home") == []
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    page.evaluate("document.querySelector('main').lastChild.classList.add('map')")
    (wrong,) = found_on(page, "home")
    assert "button-name" in wrong
    page.evaluate("document.querySelector('main').lastChild.textContent = 'x'.repeat(1000)")
    assert found_on(page, "home") == ["home: sticks out"]
