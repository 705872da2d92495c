"""A browser that notices: whatever breaks, is refused by a policy or comes from elsewhere is remembered."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

STATUS_OF_A_FORM = "Failed to load resource: the server responded with a status of 4"
"""Chromium reports an answer of 404 or 422 as an error, also when the page that comes with it is what was wanted."""


class Visitor:
    """One person's browser; `problems` has to be empty in the end."""

    def __init__(self, browser: Browser, base: str, language: str, **context: Any) -> None:
        self.base, self.problems = base, []
        locale = {"fr": "fr-FR", "en": "en-GB"}[language]
        known = {"timezone_id": "Europe/Paris", "reduced_motion": "reduce"}
        self.context = browser.new_context(**{**known, **context}, base_url=base, locale=locale)
        self.context.set_default_timeout(20_000)

    def page(self) -> Page:
        """A tab."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        page.on("console", self._heard)
        page.on("request", self._asked)
        page.on("response", self._answered)
        return page

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(STATUS_OF_A_FORM):
            self.problems.append(f"{message.location['url']}: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.problems.append(f"asked elsewhere: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.problems.append(f"{response.status}: {response.url}")


def sticks_out(page: Page) -> bool:
    """Whether the page can be moved sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
