"""A test client that speaks to the application as a browser does."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.page_check import check_page

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
KEY = re.compile(r'name="idempotency_key"[^>]*value="([^"]+)"')


def without_token(answer: TestResponse) -> str:
    """A page without its form token, which holds the second: for comparing two pages that must look alike."""
    return TOKEN.sub("", answer.get_data(as_text=True))


class CongressClient(FlaskClient):
    """Adds `submit`: open a page, take its form token and key, send the form.

    Each request has an application context of its own, also inside a test's: Flask would share the test's, and with
    it who is signed in.
    """

    checks_pages = True

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send one request; an answer in HTML has to pass the page check."""
        with self.application.app_context():
            response = super().open(*args, **kwargs)
            if self.checks_pages:
                check_page(response)
        return response

    def submit(self, path: str, data: dict[str, Any], page: str | None = None, **kwargs: Any) -> TestResponse:
        """POST `data` to `path` with the token and key found on `page` (by default the same address)."""
        html = self.get(page or path).get_data(as_text=True)
        hidden = {
            name: found.group(1)
            for name, pattern in (("csrf_token", TOKEN), ("idempotency_key", KEY))
            if (found := pattern.search(html))
        }
        return self.post(path, data={**hidden, **data}, **kwargs)
