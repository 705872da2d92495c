"""Text that people typed: what is kept, what is cleaned, what is refused."""

from __future__ import annotations

import re
import unicodedata

NAME_LENGTH = 200
_PLAIN_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
"""Letters that Unicode does not take apart and that people type without the keys for them."""

_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(chr(plane << 16 | end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")
_UNFIT_FOR_PAGES = re.compile(f"[{_NONCHARACTERS}]")
_CONTROLS = re.compile("[\x01-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_CLEANED = str.maketrans(
    {"\u2028": " ", "\u2029": " ", "\x85": " ", "\x0b": " ", "\x0c": " ", "\u202d": "", "\u202e": ""}
)


def has_forbidden_characters(text: str) -> bool:
    """NUL and lone surrogates: no database and no document can hold them."""
    return _FORBIDDEN.search(text) is not None


def has_noncharacters(text: str) -> bool:
    """What Unicode reserves for ever: no page may repeat it."""
    return _UNFIT_FOR_PAGES.search(text) is not None


def has_control_characters(text: str) -> bool:
    """What nobody types into an address; in forms such characters are pasted by accident, and cleaned away."""
    return _CONTROLS.search(text) is not None


def one_line(text: str) -> str:
    """A name or title: NFC, no control characters, line breaks or overrides of direction; white space folded."""
    text = unicodedata.normalize("NFC", text.translate(_CLEANED))
    kept = (char if unicodedata.category(char) != "Cc" else " " for char in text)
    return " ".join("".join(kept).split())


def paragraphs(text: str) -> str:
    """Longer text: as `one_line`, but line breaks stay, as line feeds."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(one_line(line) for line in lines).strip()


def slugified(text: str) -> str:
    """What remains of a name in an address: small letters, digits and single hyphens; perhaps nothing."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "-".join(re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode()))


def search_key(text: str) -> str:
    """What is compared: NFKD without combining marks, casefolded, in plain letters."""
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()
    return plain.translate(_PLAIN_LETTERS)
