"""How people are found: without regard to capitals, accents or the width of letters."""

from __future__ import annotations

import unicodedata

from congress.core.addresses import address_key


def search_key(text: str) -> str:
    """What is compared: NFKD without combining marks, casefolded."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()


def search_text(*parts: str) -> str:
    """What is stored of a person to be searched: as written and without accents."""
    whole = " ".join(part for part in parts if part)
    written, folded = address_key(whole), search_key(whole)
    return written if written == folded else f"{written} {folded}"
