"""The form of an event, rendered once and kept while nothing in it changes but the numbers of places.

Each registration changes how many places are left, so that a page kept by version would never be used when it counts.
What is kept is the page with marks for the visitor's form token and key and for these numbers.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Mapping

from flask_wtf.csrf import generate_csrf

from congress.core.languages import current_language
from congress.registration.offers import CategoryOffer, Shape

MAX_PAGES = 512
FEW = 5
"""From here down a number is shown in another way, so that it belongs to what the page is kept under."""

_SECRET = secrets.token_hex(8)
_TOKEN, _KEY = f"token-{_SECRET}", f"key-{_SECRET}"
_pages: dict[tuple[str, str], tuple[str, str]] = {}


class Places(int):
    """A number of places that appears in a page as a mark."""

    category_id: int

    def __str__(self) -> str:
        """The mark."""
        return _mark(self.category_id)


def marked(offer: CategoryOffer) -> CategoryOffer:
    """The same offer with a mark for its number, when there is one to show."""
    if offer.free is None or offer.free <= FEW:
        return offer
    places = Places(offer.free)
    places.category_id = offer.category.id
    return CategoryOffer(offer.category, places)


def kept_form(slug: str, shape: Shape, render: Callable[[], tuple[str, str, str]]) -> str:
    """The page for this visitor. `render` gives it with marks for numbers, and the token and key that it holds."""
    address = (slug, current_language())
    free = {category_id: left for category_id, left in shape.free.items() if left is not None and left > FEW}
    version = f"{shape.rows} {sorted(shape.free.items() - free.items())} {sorted(free)}"
    known, page = _pages.get(address, ("", ""))
    if known != version:
        rendered, token, key = render()
        page = rendered.replace(token, _TOKEN).replace(key, _KEY)
        if len(_pages) >= MAX_PAGES:
            _pages.clear()
        _pages[address] = (version, page)
    return _filled(page, free)


def _filled(page: str, free: Mapping[int, int]) -> str:
    page = page.replace(_TOKEN, generate_csrf()).replace(_KEY, uuid.uuid4().hex)
    for category_id, left in free.items():
        page = page.replace(_mark(category_id), str(left))
    return page


def _mark(category_id: int) -> str:
    return f"places-{category_id}-{_SECRET}"
