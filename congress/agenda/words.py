"""What states of sign-ups are called on a page, and the pill of each."""

from __future__ import annotations

from typing import Any

from congress.agenda.enums import LeftBy, SignUpState
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

LEFT_BY: dict[Any, object] = {
    LeftBy.PARTICIPANT: _l("the person’s own wish"),
    LeftBy.ORGANISER: _l("an organiser"),
    LeftBy.REGISTRATION: _l("the registration"),
    LeftBy.SESSION: _l("the programme"),
}
"""Why a sign-up ended, as the history says it."""
