"""The part of an address that names a series or an event."""

from __future__ import annotations

import re

from congress.core.text import slugified

MAX_LENGTH = 80
RESERVED = frozenset({"new"})
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def is_slug(text: str) -> bool:
    """Small letters, digits and single hyphens, and not a word that our own addresses use."""
    return len(text) <= MAX_LENGTH and bool(_SLUG.fullmatch(text)) and text not in RESERVED


def suggest(name: str) -> str:
    """A slug made from a name; "page" when the name has no letter that an address can hold."""
    slug = slugified(name.replace("’", "-").replace("'", "-"))[: MAX_LENGTH - 5].strip("-")
    return f"{slug}-1" if slug in RESERVED else slug or "page"
