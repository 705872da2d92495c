"""The pictures of the README, taken from a freshly seeded demo: `python -m tests.support.screenshots`."""

from __future__ import annotations

import io
import re
import sqlite3
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.support.camera import camera_flags, film
from tests.support.chromium import PHONE, launch, wait_for_attribute
from tests.support.server import ROOT, Server

FOLDER = ROOT / "docs/screenshots"
COLOURS = 160
GAP = 24
LAPTOP = {"viewport": {"width": 1280, "height": 900}}
TICKETS = (
    "SELECT payload FROM tickets JOIN events ON events.id = tickets.event_id JOIN registrations"
    " ON registrations.id = registration_id JOIN categories ON categories.id = category_id"
    " WHERE slug = 'ouest' AND state = 'valid' AND valid_from IS NULL AND attendance = 'on_site' LIMIT 1"
)

CONGRESS = "SELECT slug FROM events WHERE slug LIKE 'congres-%' ORDER BY starts_at DESC LIMIT 1"


def main() -> None:
    """Start, seed, walk through the demo, keep what was seen."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        data = Path(scratch) / "data"
        with Server(data) as server:
            keep("home", home(server))
            keep("phones", side_by_side([*registering(server), at_the_door(server, data)]))
            for name, picture in organising(server, data).items():
                keep(name, picture)


def home(server: Server) -> Image.Image:
    """The public site, down to the map."""
    browser = launch()
    page = browser.new_page(viewport={"width": 1280, "height": 1400}, locale="fr-FR")
    page.goto(f"{server.base}/fr/")
    picture = shot(page)
    browser.close()
    return picture


def registering(server: Server) -> list[Image.Image]:
    """A stage, and the page of somebody who has just registered, on a telephone."""
    browser = launch()
    page = browser.new_page(**PHONE, device_scale_factor=1, locale="en-GB")
    page.goto(f"{server.base}/en/events/grand-est/")
    pictures = [shot(page)]
    page.goto(f"{server.base}/en/events/grand-est/register")
    page.get_by_text("Industry", exact=True).click()
    page.get_by_label("First name").fill("Zoé")
    page.get_by_label("Last name").fill("Exemple")
    page.get_by_label("E-mail address").fill("zoe.exemple@example.org")
    page.get_by_role("button", name="Register").click()
    page.wait_for_url("**/r/**")
    pictures.append(shot(page))
    browser.close()
    return pictures


def at_the_door(server: Server, data: Path) -> Image.Image:
    """A ticket in front of the camera."""
    ticket = first(data, TICKETS)
    browser = launch(*camera_flags(film(data / "badge.mjpeg", [ticket])))
    page = browser.new_page(**PHONE, device_scale_factor=1)
    page.goto(found(r"Door, today\s+(\S+)", server).replace("/fr/", "/en/"))
    wait_for_attribute(page, "#door", "data-network", "online")
    page.click("#start-camera")
    wait_for_attribute(page, "#panel", "data-state", "admitted")
    page.wait_for_timeout(300)
    picture = shot(page)
    browser.close()
    return picture


def organising(server: Server, data: Path) -> dict[str, Image.Image]:
    """The overview of a stage and its registrations; the schedule of the congress, and what the public sees of it."""
    browser = launch()
    pictures = {}
    page = signed_in(browser, server, "tour")
    for name, path in {"overview": "", "registrations": "registrations/"}.items():
        page.goto(f"{server.base}/en/manage/events/ile-de-france/{path}")
        pictures[name] = shot(page)
    page = signed_in(browser, server, "programme")
    congress = first(data, CONGRESS)
    for name, path in {
        "schedule": f"manage/events/{congress}/programme/schedule/",
        "programme": f"events/{congress}/programme/",
    }.items():
        page.goto(f"{server.base}/en/{path}")
        page.wait_for_timeout(500)
        pictures[name] = shot(page)
    browser.close()
    return pictures


def signed_in(browser: Browser, server: Server, who: str) -> Page:
    """A window of its own for one of the accounts."""
    page = browser.new_context(**LAPTOP, locale="en-GB").new_page()
    page.goto(f"{server.base}/en/account/sign-in")
    page.click("details > summary")
    page.fill("#login", f"{who}@congress.example")
    page.fill("#password", found(r"Password of all\s+(\S+)", server))
    page.click("details button[type=submit]")
    page.wait_for_url("**/manage/**")
    return page


def first(data: Path, query: str) -> str:
    """The first value that a query finds in the demo."""
    database = sqlite3.connect(data / "congress.db")
    (value,) = database.execute(query).fetchone()
    database.close()
    return value


def found(pattern: str, server: Server) -> str:
    """Something that was printed at the start."""
    return re.search(pattern, server.log())[1]


def shot(page: Page) -> Image.Image:
    """What the window shows, once its fonts are there."""
    page.wait_for_load_state("networkidle")
    return Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")


def side_by_side(pictures: list[Image.Image]) -> Image.Image:
    """Telephones in a row."""
    width = sum(one.width for one in pictures) + GAP * (len(pictures) - 1)
    row = Image.new("RGB", (width, max(one.height for one in pictures)), "white")
    left = 0
    for one in pictures:
        row.paste(one, (left, 0))
        left += one.width + GAP
    return row


def keep(name: str, picture: Image.Image) -> None:
    """Few colours keep the repository small."""
    palette = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    palette.save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
