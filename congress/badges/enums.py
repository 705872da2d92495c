"""Formats of badges and states of print runs."""

from __future__ import annotations

from enum import StrEnum


class BadgeFormat(StrEnum):
    """How badges are laid out on paper."""

    A6 = "a6"
    A4_SHEET = "a4_sheet"
