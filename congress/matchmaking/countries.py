"""The countries that people come from: ISO 3166-1 codes with the names of CLDR in both languages."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale

from congress.core.languages import LANGUAGES, current_language
from congress.core.text import search_key

HOME = "FR"
CODE_LENGTH = 2
_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"})
"""Regions of CLDR that are no countries of ISO 3166-1."""


@lru_cache(maxsize=len(LANGUAGES))
def _names(language: str) -> dict[str, str]:
    names = Locale(language).territories
    found = {
        code: name
        for code, name in names.items()
        if len(code) == CODE_LENGTH and code.isalpha() and code not in _NO_COUNTRIES
    }
    return dict(sorted(found.items(), key=lambda one: search_key(one[1])))


def countries() -> dict[str, str]:
    """Every country by code, in the order of the names in the reader's language."""
    return _names(current_language())


def country_name(code: str, language: str | None = None) -> str:
    """What a country is called; the code itself for one that is not known."""
    return _names(language or current_language()).get(code, code)


def country_of(text: str) -> str | None:
    """The code of a country that was written as a code or as a name in either language."""
    if text.upper() in _names(LANGUAGES[0]):
        return text.upper()
    return _codes().get(search_key(text))


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    return {search_key(name): code for language in LANGUAGES for code, name in _names(language).items()}
