"""The scanner in a real browser: camera, keyboard scanner, codes, names, a network that comes and goes.

The fixture `door` is a door of a running server, as an organiser makes one:
`url` (with the device token in the fragment), `url_fr`, `tickets` (two or more payloads that may enter), `cancelled`,
`forged` and `other_event` (payloads), `reference` and `name` (of one more person who may enter), `revoke()`.
"""

from __future__ import annotations

import json
import time

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.support.camera import camera_flags, film
from tests.support.chromium import LAPTOP, PHONE, launch, wait_for_attribute, wait_until

AZERTY = dict(zip("AQZWM234567", "qawz,é\"'(-è", strict=True))
"""What a French keyboard layout makes of the keys that a scanner set to US presses."""

MARKUP = '<img src=x onerror="document.body.dataset.owned=1">'


@pytest.fixture
def open_door(door):
    """Opens the scanner; at the end nothing may have broken and no policy may have been violated."""
    browsers, problems = [], []

    def open_(*, clip=None, size=PHONE, url=None, flags=None, prepare=None) -> Page:
        browsers.append(launch(*(camera_flags(clip) if flags is None else flags)))
        context = browsers[-1].new_context(**size)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda line: problems.append(line.text) if "Security Policy" in line.text else None)
        if prepare:
            prepare(context)
        page.goto(url or door.url)
        return page

    yield open_
    for browser in browsers:
        browser.close()
    assert problems == []


def connected(page: Page) -> Page:
    wait_for_attribute(page, "#door", "data-network", "online")
    return page


def answer(page: Page, state: str) -> str:
    """Wait for this answer and return what the volunteer reads."""
    wait_for_attribute(page, "#panel", "data-state", state)
    return page.inner_text("#result")


def type_code(page: Page, code: str) -> None:
    page.evaluate("document.querySelector('[data-show=code]').click()")
    page.fill("#code-text", code)
    page.press("#code-text", "Enter")


def position(character: str) -> str:
    """The key of a US keyboard that prints this character."""
    return ("Digit" if character.isdigit() else "Key") + character


def type_like_a_scanner(page: Page, text: str) -> None:
    for character in text:
        page.keyboard.press(position(character))
    page.keyboard.press("Enter")


def press(page: Page, keys: list[dict]) -> None:
    """Keys as another keyboard layout reports them, ending in Enter."""
    page.evaluate(
        "keys => keys.forEach(k => document.body.dispatchEvent(new KeyboardEvent('keydown', {...k, bubbles: true})))",
        [*keys, {"code": "Enter", "key": "Enter"}],
    )


def take_back(page: Page) -> None:
    page.click("#result-undo")
    page.click("#undo-confirm")


def people_inside(page: Page) -> int:
    return int(page.inner_text("#count-inside"))


def test_the_camera_admits_a_ticket_and_refuses_a_forged_one(open_door, door, tmp_path):
    page = connected(open_door(clip=film(tmp_path / "badges.mjpeg", [None, door.tickets[0], None, door.forged])))
    before = people_inside(page)
    page.click("#start-camera")
    answer(page, "admitted")
    assert page.inner_text("#result-name") != ""
    assert people_inside(page) == before + 1
    answer(page, "refused")
    assert page.inner_text("#result-why") != ""
    wait_until(lambda: page.locator("#recent-list > li").count() >= 2, "two scans in the list")


def test_the_answer_leaves_the_picture_free_again_unless_it_is_touched(open_door, door, tmp_path):
    page = connected(open_door(clip=film(tmp_path / "badge.mjpeg", [door.tickets[0], *[None] * 12], frames=30)))
    page.click("#start-camera")
    answer(page, "admitted")
    wait_for_attribute(page, "#panel", "data-state", "ready", seconds=6)
    type_code(page, door.reference)
    answer(page, "admitted")
    page.click("#result-name")
    time.sleep(3.5)
    assert page.get_attribute("#panel", "data-state") == "admitted"
    page.click("#result-close")
    assert page.get_attribute("#panel", "data-state") == "ready"


def test_a_badge_that_stays_in_front_of_the_camera_is_one_scan(open_door, door, tmp_path):
    page = connected(open_door(clip=film(tmp_path / "badge.mjpeg", [door.tickets[0]])))
    page.click("#start-camera")
    answer(page, "admitted")
    time.sleep(4)
    assert page.locator("#recent-list > li").count() == 1
    assert page.get_attribute("#recent-list > li", "data-state") == "admitted"


def test_a_second_entry_shows_when_and_where_the_first_was(open_door, door):
    page = connected(open_door())
    type_code(page, door.reference)
    answer(page, "admitted")
    type_code(page, door.reference)
    answer(page, "already")
    assert ":" in page.inner_text("#result-why")
    assert people_inside(page) >= 1


@pytest.mark.parametrize("kind", ["cancelled", "other_event", "forged"])
def test_a_ticket_that_does_not_count_is_refused_with_its_reason(open_door, door, kind):
    page = connected(open_door(size=LAPTOP))
    type_like_a_scanner(page, getattr(door, kind))
    answer(page, "refused")
    assert len(page.inner_text("#result-why")) > 10


def test_a_keyboard_scanner_works_without_choosing_a_field(open_door, door):
    page = connected(open_door(size=LAPTOP))
    type_like_a_scanner(page, door.tickets[0])
    answer(page, "admitted")


def test_a_keyboard_scanner_works_while_a_field_has_the_focus(open_door, door):
    page = connected(open_door(size=LAPTOP))
    page.focus("#search-text")
    type_like_a_scanner(page, door.tickets[0])
    answer(page, "admitted")
    assert page.input_value("#search-text") == ""


def test_a_keyboard_scanner_set_to_us_works_on_a_french_keyboard(open_door, door):
    page = connected(open_door(size=LAPTOP))
    press(page, [{"code": position(c), "key": AZERTY.get(c, c.lower())} for c in door.tickets[0]])
    answer(page, "admitted")


def test_a_keyboard_scanner_set_to_french_works_on_a_french_keyboard(open_door, door):
    page = connected(open_door(size=LAPTOP))
    french = {"A": "KeyQ", "Q": "KeyA", "Z": "KeyW", "W": "KeyZ", "M": "Semicolon"}
    press(page, [{"code": french.get(c, position(c)), "key": c, "shiftKey": True} for c in door.tickets[0]])
    answer(page, "admitted")


def test_a_keyboard_scanner_set_to_us_works_on_a_german_keyboard(open_door, door):
    page = connected(open_door(size=LAPTOP))
    swapped = {"Y": "z", "Z": "y"}
    press(page, [{"code": position(c), "key": swapped.get(c, c.lower())} for c in door.tickets[0]])
    answer(page, "admitted")


def test_a_person_is_found_by_name_and_admitted_with_the_keyboard_alone(open_door, door):
    page = connected(open_door(size=LAPTOP))
    page.focus("#search-text")
    page.keyboard.type(door.name)
    wait_until(lambda: page.locator("#search-list [data-admit]").count() == 1, "the person in the list")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    answer(page, "admitted")
    assert page.inner_text("#result-name") == door.name
    wait_until(lambda: page.locator("#search-list [data-admit]").count() == 0, "the list knows of the entry")


def test_a_mistaken_entry_is_taken_back_after_a_confirmation(open_door, door):
    page = connected(open_door())
    before = people_inside(page)
    type_code(page, door.reference)
    answer(page, "admitted")
    page.click("#result-undo")
    page.click("#undo-keep")
    assert people_inside(page) == before + 1
    take_back(page)
    answer(page, "undone")
    assert people_inside(page) == before
    type_code(page, door.reference)
    answer(page, "admitted")


def test_an_entry_is_taken_back_from_the_list_after_a_reload(open_door, door):
    page = connected(open_door(size=LAPTOP))
    type_code(page, door.reference)
    answer(page, "admitted")
    page.reload()
    connected(page)
    page.click("#recent-list [data-undo]")
    page.click("#undo-confirm")
    answer(page, "undone")


def test_a_scan_without_network_waits_and_is_sent_once_under_the_same_nonce(open_door, door):
    page = connected(open_door())
    sent = []
    page.on("request", lambda request: sent.append(request.post_data) if request.url.endswith("/scans") else None)
    page.context.set_offline(True)
    type_code(page, door.reference)
    answer(page, "waiting")
    assert page.get_attribute("#door", "data-pending") == "1"
    page.context.set_offline(False)
    answer(page, "admitted")
    assert page.get_attribute("#door", "data-pending") == "0"
    assert len({scan["nonce"] for body in sent for scan in json.loads(body)["scans"]}) == 1


def test_an_answer_that_is_lost_on_the_way_does_not_make_a_second_entry(open_door, door):
    page = connected(open_door())
    lost = []

    def lose_the_first_answer(route):
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    page.route("**/api/v1/scans", lose_the_first_answer)
    type_code(page, door.reference)
    answer(page, "admitted")
    assert lost == [200]


def test_a_waiting_scan_survives_a_reload(open_door, door):
    page = connected(open_door())
    page.route("**/api/v1/scans", lambda route: route.abort())
    type_code(page, door.reference)
    answer(page, "waiting")
    page.unroute("**/api/v1/scans")
    page.reload()
    wait_for_attribute(page, "#recent-list > li", "data-state", "admitted")
    assert page.get_attribute("#door", "data-pending") == "0"


def test_a_server_error_and_a_foreign_page_count_as_no_network(open_door, door):
    page = connected(open_door())
    answers = [
        {"status": 503, "content_type": "application/problem+json", "body": "{}"},
        {"status": 200, "content_type": "text/html", "body": "<h1>Hotel</h1>"},
    ]
    page.route("**/api/v1/scans", lambda route: route.fulfill(**answers.pop()) if answers else route.continue_())
    type_code(page, door.reference)
    answer(page, "waiting")
    answer(page, "admitted")


def test_a_scan_that_the_server_can_never_accept_is_said_and_does_not_block_the_others(open_door, door):
    page = connected(open_door(size=LAPTOP))

    def refuse_one(route):
        if "POISON" not in route.request.post_data:
            route.continue_()
            return
        problem = {"type": "invalid", "title": "Invalid", "detail": "This scan could not be read."}
        route.fulfill(status=422, content_type="application/problem+json", body=json.dumps(problem))

    page.route("**/api/v1/scans", refuse_one)
    type_code(page, "POISON")
    answer(page, "refused")
    assert page.inner_text("#result-why") == "This scan could not be read."
    type_code(page, door.reference)
    answer(page, "admitted")
    assert page.get_attribute("#door", "data-pending") == "0"


def test_the_token_leaves_the_address_and_survives_a_reload(open_door, door):
    page = connected(open_door())
    assert "#" not in page.url
    page.reload()
    connected(page)


def test_a_revoked_device_forgets_everything_and_says_so(open_door, door):
    page = connected(open_door())
    type_code(page, door.reference)
    answer(page, "admitted")
    name = page.inner_text("#result-name")
    door.revoke()
    text = answer(page, "revoked")
    assert len(text) > 20
    assert page.evaluate("Object.keys(localStorage).concat(Object.keys(sessionStorage))") == []
    assert name not in page.content()


def test_signing_out_forgets_everything(open_door, door):
    page = connected(open_door())
    page.click("#open-device")
    page.click("#sign-out")
    page.click("#sign-out-confirm")
    answer(page, "signed_out")
    assert page.evaluate("Object.keys(localStorage).concat(Object.keys(sessionStorage))") == []


def test_without_a_token_the_page_says_what_is_missing(open_door, door):
    page = open_door(url=door.url.partition("#")[0])
    assert len(answer(page, "no_device")) > 20


def test_a_refused_camera_is_explained(open_door, door):
    page = connected(open_door(flags=["--use-fake-device-for-media-stream", "--deny-permission-prompts"]))
    page.click("#start-camera")
    wait_for_attribute(page, "#door", "data-camera", "denied")
    assert len(page.inner_text("#camera-problem")) > 20


def test_a_missing_camera_is_explained(open_door, door):
    page = connected(open_door(flags=["--use-fake-ui-for-media-stream"]))
    page.click("#start-camera")
    wait_for_attribute(page, "#door", "data-camera", "missing")
    assert len(page.inner_text("#camera-problem")) > 20


def test_the_native_reader_of_the_browser_is_used_when_there_is_one(open_door, door, tmp_path):
    def pretend(context: BrowserContext) -> None:
        context.add_init_script(f"""window.BarcodeDetector = class {{
            static async getSupportedFormats() {{ return ["qr_code"]; }}
            async detect() {{ return [{{ rawValue: {json.dumps(door.tickets[1])} }}]; }} }};""")

    page = connected(open_door(clip=film(tmp_path / "hall.mjpeg", [None]), prepare=pretend))
    page.click("#start-camera")
    answer(page, "admitted")
    assert page.get_attribute("#door", "data-engine") == "native"


def test_a_code_with_markup_or_an_address_stays_text(open_door, door, tmp_path):
    page = connected(open_door(clip=film(tmp_path / "codes.mjpeg", [MARKUP, None, "javascript:alert(1)"])))
    address = page.url
    page.click("#start-camera")
    answer(page, "refused")
    wait_until(lambda: page.locator("#recent-list > li").count() >= 2, "both codes in the list")
    assert page.url == address
    assert page.evaluate("document.body.dataset.owned") is None
    assert page.locator("#door img").count() == 0


@pytest.mark.parametrize(("outcome", "state"), [("admitted", "admitted"), ("already_admitted", "already")])
def test_what_the_server_tells_about_a_person_stays_text(open_door, door, outcome, state):
    person = dict.fromkeys(("name", "organisation", "category", "reference", "registration"), MARKUP)
    page = connected(open_door(size=LAPTOP))

    def answer_with_markup(route):
        nonce = json.loads(route.request.post_data)["scans"][0]["nonce"]
        first = {"at": "2027-03-10T08:00:00Z", "door": MARKUP}
        result = {
            "nonce": nonce,
            "outcome": outcome,
            "reason": None,
            "message": MARKUP,
            "person": person,
            "first": first,
        }
        route.fulfill(json={"results": [result], "counts": {"inside": 1, "expected": 2}})

    listed = {**person, "state": "confirmed", "attendance": "on_site", "admitted_at": None, "admitted_door": None}
    page.route("**/api/v1/scans", answer_with_markup)
    page.route("**/api/v1/door/people*", lambda route: route.fulfill(json={"people": [listed]}))
    page.fill("#search-text", MARKUP)
    page.click("#search-list [data-admit]")
    assert MARKUP in answer(page, state)
    assert MARKUP in page.inner_text("#search-list")
    assert MARKUP in page.inner_text("#recent-list")
    assert page.locator("#door img").count() == 0


@pytest.mark.parametrize("size", [PHONE, LAPTOP])
def test_nothing_sticks_out_and_targets_are_large(open_door, door, size):
    page = connected(open_door(size=size))
    type_code(page, door.reference)
    answer(page, "admitted")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = page.evaluate("""[...document.querySelectorAll('#door button, #door a, #door input')]
        .filter(target => target.checkVisibility() && target.getBoundingClientRect().height < 47.5)
        .map(target => target.outerHTML)""")
    assert small == []


def test_the_door_speaks_french(open_door, door):
    page = connected(open_door(url=door.url_fr))
    assert page.inner_text("#start-camera") == "Démarrer la caméra"
    type_code(page, door.reference)
    assert "Entrée validée" in answer(page, "admitted")
    wait_until(lambda: "Entrée validée" in page.inner_text("#announcer"), "the announcement for screen readers")
