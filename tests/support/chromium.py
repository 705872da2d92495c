"""Debian's Chromium under Playwright: one driver per process, and waiting that works under our strict CSP."""

from __future__ import annotations

import atexit
import os
import shutil
import time
from collections.abc import Callable
from functools import cache

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
LAPTOP = {"viewport": {"width": 1280, "height": 800}}


@cache
def driver() -> Playwright:
    """Playwright refuses to be started twice in one thread, so everybody shares this one."""
    started = sync_playwright().start()
    atexit.register(started.stop)
    return started


def launch(*flags: str) -> Browser:
    """A headless Chromium; close it after use."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    return driver().chromium.launch(executable_path=path, headless=True, args=[*FLAGS, *flags])


def wait_until(condition: Callable[[], bool], what: str, *, seconds: float = 15) -> None:
    """Ask again and again: `page.wait_for_function` evaluates text in the page, which the CSP forbids."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"never happened: {what}"
        time.sleep(0.05)


def wait_for_attribute(page: Page, selector: str, name: str, value: str, *, seconds: float = 15) -> None:
    """Wait until the element's attribute has this value."""
    what = f"{selector} with {name}={value}"
    wait_until(lambda: page.get_attribute(selector, name) == value, what, seconds=seconds)
