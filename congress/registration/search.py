"""How people are found: without regard to capitals, accents or the width of letters."""

from __future__ import annotations

from congress.core.addresses import address_key
from congress.core.text import search_key


def search_text(*parts: str) -> str:
    """What is stored of a person to be searched: as written and without accents."""
    whole = " ".join(part for part in parts if part)
    written, folded = address_key(whole), search_key(whole)
    return written if written == folded else f"{written} {folded}"
