"""The language of an answer."""

from __future__ import annotations

from flask import request

from congress.api.v1.blueprint import current_caller
from congress.core.languages import LANGUAGES


def language_of_caller() -> str:
    """What the request asks for, else the language that the organiser gave the device."""
    asked = request.headers.get("Accept-Language", "")[:2].lower()
    return asked if asked in LANGUAGES else current_caller().door.language
