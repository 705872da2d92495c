"""The files of the demo, read once."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


@cache
def facts() -> dict[str, Any]:
    """What was published: organisations, series, stages and the figures that a report has to reproduce."""
    found: dict[str, Any] = json.loads((_FOLDER / "facts.json").read_text(encoding="utf-8"))
    return found


@cache
def invented() -> dict[str, Any]:
    """What was made up: places, days, categories, numbers and names of companies."""
    found: dict[str, Any] = json.loads((_FOLDER / "invented.json").read_text(encoding="utf-8"))
    return found


@cache
def programme() -> dict[str, Any]:
    """What was made up for programmes: rooms, tracks, times, titles and a call."""
    found: dict[str, Any] = json.loads((_FOLDER / "programme.json").read_text(encoding="utf-8"))
    return found


@cache
def meetings() -> dict[str, Any]:
    """What was made up for meetings: needs, offers, notes, messages, sessions and tables."""
    found: dict[str, Any] = json.loads((_FOLDER / "meetings.json").read_text(encoding="utf-8"))
    return found


def both(template: dict[str, str], **words: dict[str, str] | str) -> dict[str, str]:
    """A text in both languages with its `%(name)s` filled in; a word may itself be in both languages."""
    return {
        language: text % {name: word if isinstance(word, str) else word[language] for name, word in words.items()}
        for language, text in template.items()
    }
