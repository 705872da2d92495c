"""Colours that organisers choose, and text that stays readable on them (WCAG 2.2 §1.4.3)."""

from __future__ import annotations

import re

DEFAULT = "#0b4f5c"
DARK_INK = "#0f252d"
LIGHT_INK = "#ffffff"
BLACK = "#000000"
READABLE = 4.5
LINEAR_BELOW = 0.04045
HEX = re.compile(r"#[0-9a-f]{6}")


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb", 0 to 1."""
    channels = (int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= LINEAR_BELOW else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def readable_on(background: str) -> str:
    """White or dark ink where it reads well on a background, else black; one of the three always does."""
    return next((ink for ink in (LIGHT_INK, DARK_INK) if contrast(ink, background) >= READABLE), BLACK)


def clean_colour(text: str | None) -> str | None:
    """A colour as "#rrggbb" in lower case, or None when it is not one."""
    lowered = (text or "").strip().lower()
    return lowered if HEX.fullmatch(lowered) else None
