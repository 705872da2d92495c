"""The public programme in a real browser: grid and list, with and without script, times of elsewhere, now, paper."""

from __future__ import annotations

import datetime as dt
import io
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from flask import Flask
from playwright.sync_api import Page

from congress.core import clock
from congress.extensions import db
from tests.browser.test_accessibility import RUN, axe
from tests.factories.events import make_event
from tests.factories.programme import (
    make_format,
    make_release,
    make_room,
    make_session,
    make_slot,
    make_speaker,
    make_track,
)
from tests.support.browsing import Visitor, sticks_out
from tests.support.chromium import LAPTOP, PHONE, launch

DAY = dt.datetime(2027, 3, 20, tzinfo=dt.UTC)
HOME = "events/west/programme/"
PAGES = [HOME, f"{HOME}?q=talk", f"{HOME}sessions/ABC222/", f"{HOME}speakers/", f"{HOME}speakers/ZAE222/"]
Open = Callable[..., Page]
SMALLEST = {"width": 320, "height": 640}
BOXES = """() => [...document.querySelectorAll(".item")].map(item => {
    const box = item.getBoundingClientRect();
    return [box.left, box.top, box.right, box.bottom, item.textContent.trim().slice(0, 40)];
})"""
CUT = """() => [...document.querySelectorAll(".item")].filter(item => item.scrollHeight > item.clientHeight + 1
    || item.scrollWidth > item.clientWidth + 1).map(item => item.textContent.trim().slice(0, 40))"""


@pytest.fixture
def programme(app: Flask) -> None:
    """A crowded day in four rooms, with breaks, overlaps and an evening."""
    with clock.held_at(dt.datetime(2027, 3, 10, 11, tzinfo=dt.UTC)), app.test_request_context("/fr/"):
        event = make_event(slug="west", name={"fr": "Étape de l’Ouest", "en": "Stage of the West"})
        db.session.refresh(event, ["series"])
        rooms = [make_room(event, name={"fr": f"Salle {n}", "en": f"Room {n}"}) for n in "ABCD"]
        colours = ("#c01818", "#f7e08a", "#1f5fa8", "#ffffff")
        tracks = [make_track(event, colour=colour) for colour in colours]
        kind = make_format(event)
        who = make_speaker(
            event, code="ZAE222", family_name="Example", biography={"en": "Some *words*", "fr": "Des mots"}
        )
        codes = iter(["ABC222"])
        for place, number in itertools.product(range(4), range(6)):
            words = f"Talk {place} {number} on extraordinarily long denominations of bioprocesses"
            values: dict[str, Any] = {"track_id": tracks[(place + number) % 4].id, "format_id": kind.id}
            if code := next(codes, None):
                values["code"] = code
            session = make_session(event, [who], title={"fr": words, "en": words}, **values)
            make_slot(event, session, rooms[place], starts_at=DAY + dt.timedelta(hours=8.5 + number))
        make_slot(event, make_session(event, [who]), rooms[0], starts_at=DAY + dt.timedelta(hours=8.75), minutes=90)
        make_slot(event, None, None, hour=9.25, minutes=15)
        make_slot(event, None, None, hour=8, minutes=30)
        make_slot(event, make_session(event), rooms[1], hour=21, minutes=240)
        make_release(event)
        db.session.commit()


@pytest.fixture
def visit(base: str, programme: None) -> Iterator[Open]:
    """Opens a page of the programme; nothing may have broken in the end."""
    browser, visitors = launch(), []

    def open_page(path: str = HOME, language: str = "en", now: dt.datetime | None = None, **context: Any) -> Page:
        visitor = Visitor(browser, base, language, **context)
        visitors.append(visitor)
        page = visitor.page()
        if now:
            page.clock.set_fixed_time(now)
        page.goto(f"/{language}/{path}")
        return page

    yield open_page
    browser.close()
    assert [problem for visitor in visitors for problem in visitor.problems] == []


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("screen", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_pages_are_accessible_and_stay_in_place(visit: Open, screen: dict[str, Any], colours: str) -> None:
    for path in PAGES:
        page = visit(path, color_scheme=colours, **screen)
        page.evaluate(axe())
        assert page.evaluate(RUN) == [], path
        assert not sticks_out(page), path
        page.set_viewport_size(SMALLEST)
        assert not sticks_out(page), path


def test_the_grid_as_a_reader_hears_it(visit: Open) -> None:
    page = visit(**LAPTOP)
    rooms = page.get_by_role("region", name="Programme by room").get_by_role("heading", level=3)
    assert rooms.all_inner_texts() == ["For everybody", "Room A", "Room B", "Room C", "Room D"]
    lists = page.locator(".view-grid").get_by_role("list")
    assert [lists.nth(place).get_by_role("listitem").count() for place in range(lists.count())] == [1, 1, 7, 7, 6, 6]


def test_nothing_hides_anything_and_nothing_is_cut(visit: Open) -> None:
    for context in (LAPTOP, {"viewport": {"width": 1000, "height": 700}}):
        page = visit(**context)
        boxes = page.evaluate(BOXES)
        assert len(boxes) == 28
        hidden = [
            (one[4], other[4])
            for one, other in itertools.combinations(boxes, 2)
            if one[0] < other[2] - 1 and other[0] < one[2] - 1 and one[1] < other[3] - 1 and other[1] < one[3] - 1
        ]
        assert hidden == []
        assert page.evaluate(CUT) == []


@pytest.mark.parametrize("script", [True, False])
def test_a_telephone_shows_the_list_first_and_the_grid_on_demand(visit: Open, script: bool) -> None:
    page = visit(java_script_enabled=script, **PHONE)
    assert page.locator(".view-list").is_visible()
    assert not page.locator(".view-grid").is_visible()
    page.get_by_text("By room").click()
    assert page.locator(".view-grid").is_visible()
    assert not page.locator(".view-list").is_visible()
    page.get_by_text("List", exact=True).click()
    assert page.locator(".view-list").is_visible()


def test_the_view_is_chosen_by_keyboard(visit: Open) -> None:
    page = visit(**LAPTOP)
    assert page.locator(".view-grid").is_visible()
    page.locator("#view-grid").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator(".view-list").is_visible()
    assert not page.locator(".view-grid").is_visible()


def test_times_are_shown_in_the_zone_of_the_visitor(app: Flask, base: str, programme: None) -> None:
    browser = launch()
    context = browser.new_context(base_url=base, locale="en-GB", timezone_id="Pacific/Auckland", **LAPTOP)
    page = context.new_page()
    page.goto(f"/en/{HOME}")
    first = page.locator(".view-grid .item:has(a) time").first
    assert first.inner_text() == "09:30"
    page.get_by_role("button", name="Show times in my time zone").click()
    assert first.inner_text() == "21:30"
    assert page.locator(".view-grid time", has_text="Sun 10:00").count() > 0
    assert "Times are those of your device (Pacific/Auckland)." in page.locator(".day-zone").inner_text()
    page.get_by_role("button", name="Show times in my time zone").click()
    assert first.inner_text() == "09:30"
    assert "Paris" in page.locator(".day-zone").inner_text()
    browser.close()


def test_who_is_in_the_zone_of_the_event_is_offered_no_other(visit: Open) -> None:
    assert not visit(**LAPTOP).get_by_role("button", name="Show times in my time zone").is_visible()


@pytest.mark.parametrize("screen", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_now_leads_to_what_happens(visit: Open, screen: dict[str, Any]) -> None:
    page = visit(now=DAY + dt.timedelta(hours=12, minutes=40), **screen)
    assert "Next, 14:30: Talk 0 5" in page.locator("[data-next]").inner_text()
    view = ".view-list" if screen is PHONE else ".view-grid"
    assert page.locator(f"{view} .is-now").count() == 4
    page.get_by_role("link", name="Now").click()
    box = page.locator(f"{view} .is-now").first.bounding_box()
    assert box
    assert 0 <= box["y"] < screen["viewport"]["height"]


def test_before_and_after_the_day_there_is_no_now(visit: Open) -> None:
    for hours in (-24, 48):
        assert not visit(now=DAY + dt.timedelta(hours=hours), **LAPTOP).get_by_role("link", name="Now").is_visible()


@pytest.mark.parametrize("landscape", [True, False], ids=["landscape", "portrait"])
def test_a_day_prints_with_every_session(visit: Open, landscape: bool, tmp_path: Path) -> None:
    margin = dict.fromkeys(("top", "bottom", "left", "right"), "10mm")
    paper = visit(**LAPTOP).pdf(format="A4", landscape=landscape, margin=margin)
    document = pypdfium2.PdfDocument(io.BytesIO(paper))
    text = " ".join("\n".join(page.get_textpage().get_text_range() for page in document).split())
    missing = [
        name for name in (f"Talk {place} {number}" for place in range(4) for number in range(6)) if name not in text
    ]
    assert missing == []
    assert "Search" not in text
    assert len(document) <= 4
