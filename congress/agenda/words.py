"""What states of sign-ups are called on a page, and the pill of each."""

from __future__ import annotations

from typing import Any

from congress.agenda.enums import SignUpState
from congress.core.languages import lazy_gettext as _l

STATES: dict[Any, object] = {
    SignUpState.CONFIRMED: _l("Has a place"),
    SignUpState.WAITING: _l("Waits"),
    SignUpState.CANCELLED: _l("Left"),
}
STATE_MARKS: dict[Any, str] = {
    SignUpState.CONFIRMED: "success",
    SignUpState.WAITING: "warning",
    SignUpState.CANCELLED: "neutral",
}
"""The kind of pill (see templates/components/badges.html)."""
