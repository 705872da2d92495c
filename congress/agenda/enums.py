"""States of sign-ups."""

from __future__ import annotations

from enum import StrEnum


class SignUpState(StrEnum):
    """Where a sign-up stands."""

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    CANCELLED = "cancelled"


LIVE = frozenset({SignUpState.CONFIRMED, SignUpState.WAITING})
"""The states of a sign-up that holds a place or a place in the queue."""


class LeftBy(StrEnum):
    """Why a sign-up ended."""

    PARTICIPANT = "participant"
    ORGANISER = "organiser"
    REGISTRATION = "registration"
    SESSION = "session"


SIGN_UP_TRANSITIONS: dict[SignUpState, frozenset[SignUpState]] = {
    SignUpState.WAITING: frozenset({SignUpState.CONFIRMED, SignUpState.CANCELLED}),
    SignUpState.CONFIRMED: frozenset({SignUpState.CANCELLED}),
    SignUpState.CANCELLED: frozenset({SignUpState.WAITING, SignUpState.CONFIRMED}),
}
"""Every legal change; whoever comes back goes to the end of the queue."""
