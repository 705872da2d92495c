"""Pages for everybody: rendered once and kept for all visitors, so that nothing of one of them may enter.

Nobody is signed in, no message waits, no form token is drawn, no query string counts. They are filled without the
context processors of pages, which look for a signed-in account in the session.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask import url_for

from congress.core.languages import LANGUAGES, current_language
from congress.core.links import absolute
from congress.core.page_cache import Built
from congress.core.rendering import render, setting


def public_page(
    template: str,
    endpoint: str,
    address: Mapping[str, Any],
    values: Mapping[str, Any],
    fresh_until: dt.datetime | None = None,
) -> Built:
    """The page at `endpoint` with `address`, in the language of this request (see templates/layouts/public.html)."""
    links = alternates(endpoint, address)
    other = next(code for code in LANGUAGES if code != current_language())
    frame = {
        "current_user": None,
        "for_everybody": True,
        "demo_mode": setting("DEMO"),
        "other_language_url": url_for(endpoint, **{**address, "lang_code": other}),
        "canonical": links[current_language()],
        "alternates": links,
    }
    return Built(render(template, {**frame, **values}), fresh_until=fresh_until)


def alternates(endpoint: str, address: Mapping[str, Any]) -> dict[str, str]:
    """The full address of a page in each language."""
    return {code: absolute(url_for(endpoint, **{**address, "lang_code": code})) for code in LANGUAGES}
