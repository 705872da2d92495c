"""The two interface languages and which one applies where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from flask import g, has_request_context, request
from flask_babel import force_locale, gettext, lazy_gettext, ngettext
from werkzeug.routing import BaseConverter

LANGUAGES = ("fr", "en")
DEFAULT_LANGUAGE = "fr"

__all__ = [
    "DEFAULT_LANGUAGE",
    "LANGUAGES",
    "LanguageConverter",
    "current_language",
    "gettext",
    "lazy_gettext",
    "ngettext",
    "preferred_language",
    "speaking",
    "translated",
]


class LanguageConverter(BaseConverter):
    """The first segment of every page's address."""

    regex = "fr|en"


def preferred_language() -> str:
    """What the address says, also when no route answers it; else what the browser asks for."""
    first = request.path.split("/", 2)[1]
    return first if first in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or DEFAULT_LANGUAGE


def current_language() -> str:
    """The language of this request, or of the enclosing `speaking` block outside a request."""
    language: str | None = g.get("lang")
    if language is None:
        language = _language_of_address() if has_request_context() else DEFAULT_LANGUAGE
    return language


def _language_of_address() -> str:
    """Also for an address that no route takes: its error page is in the language that it names."""
    first = request.path[1:].partition("/")[0]
    return first if first in LANGUAGES else preferred_language()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Produce text in `language`: a mail or document in its reader's language, not the sender's."""
    before = g.get("lang")
    g.lang = language
    try:
        with force_locale(language):
            yield
    finally:
        if before is None:
            g.pop("lang", None)
        else:
            g.lang = before


def translated(text: Mapping[str, str] | None, language: str | None = None) -> str:
    """An organiser's text `{"fr": ..., "en": ...}` in `language`, else in the other one, else empty."""
    if not text:
        return ""
    wanted = language or current_language()
    return text.get(wanted) or next((text[code] for code in LANGUAGES if text.get(code)), "")
