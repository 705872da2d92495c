"""What a scan did and what the door answered."""

from __future__ import annotations

from enum import StrEnum


class ScanAction(StrEnum):
    """What the volunteer meant."""

    ENTRY = "entry"
    UNDO = "undo"


class ScanMethod(StrEnum):
    """How the code came in."""

    CAMERA = "camera"
    WEDGE = "wedge"
    TYPED = "typed"
    SEARCH = "search"


class ScanOutcome(StrEnum):
    """What the door was told."""

    ADMITTED = "admitted"
    ALREADY_ADMITTED = "already_admitted"
    REFUSED = "refused"
    UNDONE = "undone"


class RefusalReason(StrEnum):
    """Why not."""

    UNKNOWN = "unknown"
    CANCELLED = "cancelled"
    REPLACED = "replaced"
    OTHER_EVENT = "other_event"
    OTHER_DAY = "other_day"
    FORGED = "forged"
    ONLINE_ONLY = "online_only"
    NOT_CONFIRMED = "not_confirmed"
    NOTHING_TO_UNDO = "nothing_to_undo"
