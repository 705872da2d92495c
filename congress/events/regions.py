"""The regions of mainland France and Corsica: ISO 3166-2 codes, names and outlines for the map."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("france_regions.json")


@lru_cache(maxsize=1)
def map_of_france() -> dict[str, Any]:
    """`viewBox` and `regions`: code to name, path and the place of the label."""
    found: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def region_names() -> dict[str, str]:
    """Code to name, in alphabetical order of the names."""
    regions = map_of_france()["regions"].items()
    return dict(
        sorted(((code, region["name"]) for code, region in regions), key=lambda pair: pair[1].replace("Î", "I"))
    )
