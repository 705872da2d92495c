"""The schedule editor as people use it: they drag, they are refused, they use the keyboard, and they are two."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect

from congress.events.models import Event, Room
from congress.extensions import db
from congress.programme.enums import SlotKind
from congress.programme.models import Slot
from tests.factories.programme import make_format, make_room, make_session, make_slot, make_speaker, make_track
from tests.support.browsing import Visitor, sticks_out
from tests.support.chromium import PHONE, launch, wait_for_attribute, wait_until
from tests.support.tour import Tour, make_tour

PARIS = ZoneInfo("Europe/Paris")
SCREEN = {"viewport": {"width": 1360, "height": 1000}}
EDITOR = "/en/manage/events/grand-est/programme/schedule/2027-03-27/"
NEXT_DAY = "2027-03-28"


def local(day: int, hour: int, minute: int = 0) -> dt.datetime:
    """A time of March 2027 in Paris; clocks are moved forward in the night to the 28th."""
    return dt.datetime(2027, 3, day, hour, minute, tzinfo=PARIS).astimezone(dt.UTC)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    browser = launch()
    yield browser
    browser.close()


@dataclass
class Stage:
    """A day with "Looms" at 10:00 in the first of two rooms, and "Engines" (45 minutes) that waits."""

    tour: Tour
    browser: Browser
    base: str
    visitors: list[Visitor] = field(default_factory=list)

    def open(self, path: str = EDITOR, who: str = "organiser", **size: object) -> Page:
        """The page, by somebody who is signed in."""
        self.visitors.append(Visitor(self.browser, self.base, "en", **(size or SCREEN)))
        name = self.tour.app.config["SESSION_COOKIE_NAME"]
        cookie = self.tour.client(who).get_cookie(name)
        assert cookie
        self.visitors[-1].context.add_cookies([{"name": name, "value": cookie.value, "url": self.base}])
        page = self.visitors[-1].page()
        page.goto(path)
        if "schedule" in path:
            wait_for_attribute(page, "#schedule", "data-ready", "yes")
        return page

    def slot(self, title: str = "Looms") -> tuple[dt.datetime, dt.datetime, str] | None:
        """When and where something is."""
        with self.tour.app.app_context():
            for slot in db.session.scalars(sa.select(Slot).options(sa.orm.selectinload(Slot.session))):
                text = slot.session.title if slot.session else slot.title
                if text["en"] == title:
                    room = db.session.get(Room, slot.room_id) if slot.room_id else None
                    return slot.starts_at, slot.ends_at, room.name["en"] if room else ""
        return None

    def becomes(self, *expected: object, title: str = "Looms") -> None:
        """Wait until it is there."""
        wait_until(lambda: self.slot(title) == expected, f"{title} at {expected}, not {self.slot(title)}")


@pytest.fixture
def stage(app: Flask, base: str, chromium: Browser) -> Iterator[Stage]:
    tour = make_tour(app)
    tour.change(Event, "grand-est", starts_at=local(27, 9), ends_at=local(28, 18))
    with app.app_context():
        event = db.session.query(Event).filter_by(slug="grand-est").one()
        hall, attic = (make_room(event, name={"fr": name, "en": name}) for name in ("Hall", "Attic"))
        track = make_track(event, name={"en": "Weaving"})
        looms = make_session(event, [make_speaker(event)], title={"en": "Looms"}, track_id=track.id)
        make_slot(event, looms, hall, starts_at=local(27, 10))
        make_slot(event, make_session(event, title={"en": "Threads"}), attic, starts_at=local(27, 14))
        make_session(event, title={"en": "Engines"}, format_id=make_format(event, 45).id)
        db.session.commit()
    found = Stage(tour, chromium, base)
    yield found
    problems = [problem for visitor in found.visitors for problem in visitor.problems]
    for visitor in found.visitors:
        for page in visitor.context.pages:
            page.goto("about:blank")  # the server is not left in the middle of an answer
        visitor.context.close()
    assert problems == []


def card(page: Page, title: str) -> Locator:
    return page.locator(".ec-event:not(.ec-ghost, .ec-preview)", has_text=title).first


def box_of(target: Locator) -> dict[str, float]:
    """Where it is, once it is drawn: the calendar draws its cards anew now and then."""
    boxes: list[dict[str, float] | None] = []

    def drawn() -> bool:
        boxes.append(target.bounding_box())
        return boxes[-1] is not None

    wait_until(drawn, "nothing is drawn there")
    found = boxes[-1]
    assert found
    return found


def centre(target: Locator) -> tuple[float, float]:
    box = box_of(target)
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, what: Locator, x: float, y: float) -> None:
    """From near the top of the thing, where its title is, so that it is not resized."""
    box = box_of(what)
    start = box["x"] + box["width"] / 2, box["y"] + 8
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + 6, start[1] + 6, steps=3)
    page.mouse.move(x, y, steps=12)
    page.mouse.up()


def hour_height(page: Page) -> float:
    """How many pixels an hour is high: "Looms" lasts half of one."""
    box = box_of(card(page, "Looms"))
    return box["height"] * 2


def test_dragging_within_a_room_and_across_rooms_and_taking_it_back(stage: Stage) -> None:
    page = stage.open()
    box = box_of(card(page, "Looms"))
    x, y = box["x"] + box["width"] / 2, box["y"] + 8
    drag(page, card(page, "Looms"), x, y + hour_height(page))
    stage.becomes(local(27, 11), local(27, 11, 30), "Hall")
    expect(page.locator("#schedule-said")).to_have_text("“Looms” moved: Sat 27 Mar, 11:00–11:30, Hall.")
    drag(page, card(page, "Looms"), centre(card(page, "Threads"))[0], y)
    stage.becomes(local(27, 10), local(27, 10, 30), "Attic")
    page.locator("#undo").click()
    stage.becomes(local(27, 11), local(27, 11, 30), "Hall")
    page.keyboard.press("Control+z")
    stage.becomes(local(27, 10), local(27, 10, 30), "Hall")
    expect(page.locator("#undo")).to_be_disabled()


def test_a_slot_is_made_longer_by_its_lower_edge(stage: Stage) -> None:
    page = stage.open()
    box, hour = box_of(card(page, "Looms")), hour_height(page)
    card(page, "Looms").hover()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 3)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 3 + hour / 2, steps=8)
    page.mouse.up()
    stage.becomes(local(27, 10), local(27, 11), "Hall")


def test_dragging_to_another_day_by_its_tab(stage: Stage) -> None:
    page = stage.open()
    drag(page, card(page, "Looms"), *centre(page.locator(f"#day-tabs [data-day='{NEXT_DAY}']")))
    stage.becomes(local(28, 10), local(28, 10, 30), "Hall")
    wait_for_attribute(page, "#schedule", "data-shown", NEXT_DAY)
    expect(card(page, "Looms")).to_be_visible()
    assert page.url.endswith(f"/{NEXT_DAY}/")


def test_dropping_from_the_list_gives_the_duration_of_the_format(stage: Stage) -> None:
    page = stage.open()
    waiting = page.locator(".waiting-item", has_text="Engines")
    looms, threads = box_of(card(page, "Looms")), centre(card(page, "Threads"))
    drag(page, waiting.get_by_role("link"), threads[0], looms["y"] + 3)
    stage.becomes(local(27, 10), local(27, 10, 45), "Attic", title="Engines")
    expect(card(page, "Engines")).to_be_visible()
    expect(page.locator("#waiting")).not_to_contain_text("Engines")
    drag(page, card(page, "Engines"), *centre(page.locator("#waiting-title")))
    wait_until(lambda: stage.slot("Engines") is None, "taken out by dropping it on the list")
    expect(page.locator("#waiting")).to_contain_text("Engines")
    page.keyboard.press("Control+z")
    stage.becomes(local(27, 10), local(27, 10, 45), "Attic", title="Engines")


def test_a_tab_opens_when_something_from_the_list_is_held_over_it(stage: Stage) -> None:
    page = stage.open()
    looms = box_of(card(page, "Looms"))
    waiting = centre(page.locator(".waiting-item", has_text="Engines"))
    page.mouse.move(*waiting)
    page.mouse.down()
    page.mouse.move(*centre(page.locator(f"#day-tabs [data-day='{NEXT_DAY}']")), steps=10)
    wait_for_attribute(page, "#schedule", "data-shown", NEXT_DAY)
    page.mouse.move(looms["x"] + 20, looms["y"] + 3, steps=10)
    page.mouse.up()
    stage.becomes(local(28, 10), local(28, 10, 45), "Hall", title="Engines")


def test_a_break_is_dropped_into_a_room(stage: Stage) -> None:
    page = stage.open()
    looms = box_of(card(page, "Looms"))
    drag(page, page.locator(".chip[data-kind=break]"), looms["x"] + 20, looms["y"] + 3 + hour_height(page))
    stage.becomes(local(27, 11), local(27, 11, 30), "Hall", title="Break")
    with stage.tour.app.app_context():
        assert db.session.scalar(sa.select(Slot.kind).where(Slot.session_id.is_(None))) == SlotKind.BREAK


def test_a_refused_move_is_taken_back_with_the_reason(stage: Stage) -> None:
    page = stage.open()
    stage.tour.change(Event, "grand-est", ends_at=local(27, 18))
    before = box_of(card(page, "Looms"))
    drag(page, card(page, "Looms"), *centre(page.locator(f"#day-tabs [data-day='{NEXT_DAY}']")))
    expect(page.locator("#schedule-message")).to_contain_text("This time is not on a day of the event.")
    assert stage.slot() == (local(27, 10), local(27, 10, 30), "Hall")
    page.goto(EDITOR)
    wait_for_attribute(page, "#schedule", "data-ready", "yes")
    with stage.tour.app.app_context():
        db.session.execute(sa.delete(Slot))
        db.session.commit()
    x, y = before["x"] + before["width"] / 2, before["y"] + 8
    page.route("**/move", lambda route: route.abort())
    drag(page, card(page, "Looms"), x, y + hour_height(page))
    expect(page.locator("#schedule-message")).to_contain_text("The server could not be reached")
    stage.visitors[-1].problems.clear()  # the aborted request


def test_two_people_move_the_same_thing_and_the_second_sees_both_states(stage: Stage) -> None:
    first, second = stage.open(), stage.open(who="owner")
    box = box_of(card(first, "Looms"))
    x, y, hour = box["x"] + box["width"] / 2, box["y"] + 8, hour_height(first)
    drag(first, card(first, "Looms"), x, y + hour)
    stage.becomes(local(27, 11), local(27, 11, 30), "Hall")
    drag(second, card(second, "Looms"), x, y + 2 * hour)
    dialog = second.locator("#stale")
    expect(dialog).to_be_visible()
    expect(dialog.locator("#stale-wanted")).to_have_text("Sat 27 Mar, 12:00–12:30, Hall")
    expect(dialog.locator("#stale-now")).to_have_text("Sat 27 Mar, 11:00–11:30, Hall")
    assert stage.slot() == (local(27, 11), local(27, 11, 30), "Hall")
    second.locator("#stale-keep").click()
    expect(card(second, "Looms")).to_contain_text("11:00")
    drag(first, card(first, "Looms"), x, y)
    stage.becomes(local(27, 10), local(27, 10, 30), "Hall")
    drag(second, card(second, "Looms"), x, y + 2 * hour)
    second.locator("#stale-again").click()
    stage.becomes(local(27, 12), local(27, 12, 30), "Hall")


def test_by_keyboard_a_card_leads_to_the_form_that_moves_it(stage: Stage) -> None:
    page = stage.open()
    card(page, "Looms").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/slots/*/")
    page.get_by_label("Day").select_option(NEXT_DAY)
    page.get_by_label("Room").select_option(label="Attic")
    page.get_by_label("Begins").fill("16:45")
    page.get_by_label("Duration in minutes").fill("75")
    page.get_by_role("button", name="Save").press("Enter")
    page.wait_for_url(f"**/schedule/{NEXT_DAY}/")
    assert stage.slot() == (local(28, 16, 45), local(28, 18), "Attic")
    expect(card(page, "Looms")).to_contain_text("16:45")


def test_the_night_and_other_zones_do_not_shift_the_grid(stage: Stage) -> None:
    with stage.tour.app.app_context():
        slot = db.session.scalars(sa.select(Slot).order_by(Slot.id)).first()
        assert slot
        slot.starts_at, slot.ends_at = local(28, 3), local(28, 4)  # the first hour after the clocks were moved
        db.session.commit()
    for zone in ("Europe/Paris", "America/New_York", "Pacific/Auckland"):
        page = stage.open(**SCREEN, timezone_id=zone)
        expect(card(page, "Looms").locator(".slot-time")).to_have_text("03:00")
        card(page, "Looms").scroll_into_view_if_needed()
        box, threads = box_of(card(page, "Looms")), box_of(card(page, "Threads"))
        assert box
        assert threads
        assert round((box["y"] - threads["y"]) / threads["height"]) == 26
        assert round(box["height"] / threads["height"]) == 2


def test_who_may_only_read_moves_nothing(stage: Stage) -> None:
    page = stage.open(who="viewer")
    box = box_of(card(page, "Looms"))
    drag(page, card(page, "Looms"), box["x"] + 20, box["y"] + 200)
    expect(page.locator("#undo")).to_have_count(0)
    assert stage.slot() == (local(27, 10), local(27, 10, 30), "Hall")


def test_on_a_phone_the_list_is_offered_and_nothing_sticks_out(stage: Stage) -> None:
    page = stage.open(**PHONE)
    expect(page.locator(".schedule-small")).to_be_visible()
    assert not sticks_out(page)
    page.get_by_role("link", name="List of all slots").first.click()
    assert not sticks_out(page)
    page.get_by_role("link", name="Looms").click()
    assert not sticks_out(page)
