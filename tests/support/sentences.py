"""What a page says, in its language."""

from __future__ import annotations

from html import unescape
from typing import Any

from flask import Flask
from flask_babel import gettext

from congress.core.languages import speaking


def says(app: Flask, html: str, sentence: str, **values: Any) -> bool:
    """Whether a page holds an English sentence, or its French when the page is French (which must differ)."""
    language = "fr" if '<html lang="fr"' in html else "en"
    with app.test_request_context(f"/{language}/"), speaking(language):
        wanted = str(gettext(sentence, **values))
    if language == "fr":
        assert wanted != (sentence % values if values else sentence), f"no French: {sentence}"
    return " ".join(wanted.split()) in " ".join(unescape(html).split())
