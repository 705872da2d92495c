"""Colours as calendar clients want them: the CSS name of RFC 7986 COLOR, and the hexadecimal of Apple."""

from __future__ import annotations

import re
from functools import lru_cache

_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})")

NAMES = {
    "black": "#000000",
    "dimgray": "#696969",
    "gray": "#808080",
    "darkgray": "#a9a9a9",
    "lightgray": "#d3d3d3",
    "white": "#ffffff",
    "slategray": "#708090",
    "darkslategray": "#2f4f4f",
    "maroon": "#800000",
    "firebrick": "#b22222",
    "crimson": "#dc143c",
    "red": "#ff0000",
    "tomato": "#ff6347",
    "coral": "#ff7f50",
    "salmon": "#fa8072",
    "darkorange": "#ff8c00",
    "orange": "#ffa500",
    "gold": "#ffd700",
    "goldenrod": "#daa520",
    "khaki": "#f0e68c",
    "saddlebrown": "#8b4513",
    "sienna": "#a0522d",
    "tan": "#d2b48c",
    "olive": "#808000",
    "olivedrab": "#6b8e23",
    "yellowgreen": "#9acd32",
    "darkgreen": "#006400",
    "green": "#008000",
    "forestgreen": "#228b22",
    "seagreen": "#2e8b57",
    "mediumseagreen": "#3cb371",
    "teal": "#008080",
    "lightseagreen": "#20b2aa",
    "turquoise": "#40e0d0",
    "deepskyblue": "#00bfff",
    "lightblue": "#add8e6",
    "steelblue": "#4682b4",
    "dodgerblue": "#1e90ff",
    "royalblue": "#4169e1",
    "blue": "#0000ff",
    "mediumblue": "#0000cd",
    "navy": "#000080",
    "midnightblue": "#191970",
    "slateblue": "#6a5acd",
    "indigo": "#4b0082",
    "blueviolet": "#8a2be2",
    "purple": "#800080",
    "orchid": "#da70d6",
    "plum": "#dda0dd",
    "mediumvioletred": "#c71585",
    "hotpink": "#ff69b4",
    "pink": "#ffc0cb",
}
"""The CSS names that can be told apart at a glance, with their values."""


def hexadecimal(colour: str) -> str:
    """`#rrggbb` in small letters for a name or a hexadecimal of 3 or 6 digits; empty for anything else."""
    given = colour.strip().lower()
    if given in NAMES:
        return NAMES[given]
    if not _HEX.fullmatch(given):
        return ""
    return given if len(given) > len("#rgb") else "#" + "".join(digit * 2 for digit in given[1:])


@lru_cache(maxsize=256)
def nearest_name(colour: str) -> str:
    """The CSS name closest to the colour: RFC 7986 §5.9 allows nothing but names."""
    wanted = hexadecimal(colour)
    if not wanted:
        return ""
    return min(NAMES, key=lambda name: _distance(NAMES[name], wanted))


def _distance(one: str, other: str) -> int:
    return sum((int(one[at : at + 2], 16) - int(other[at : at + 2], 16)) ** 2 for at in (1, 3, 5))
