"""How people are found: without regard to capitals, accents or the width of letters."""

from __future__ import annotations

import unicodedata

from congress.core.addresses import address_key

PLAIN_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
"""Letters that Unicode does not take apart and that people type without the keys for them."""


def search_key(text: str) -> str:
    """What is compared: NFKD without combining marks, casefolded, in plain letters."""
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()
    return plain.translate(PLAIN_LETTERS)


def search_text(*parts: str) -> str:
    """What is stored of a person to be searched: as written and without accents."""
    whole = " ".join(part for part in parts if part)
    written, folded = address_key(whole), search_key(whole)
    return written if written == folded else f"{written} {folded}"
