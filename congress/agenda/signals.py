"""What the agenda announces. Receivers write rows in the same transaction and never do I/O."""

from __future__ import annotations

from blinker import Signal

signed_up = Signal()
"""A place or a place on the waiting list was taken: sender is None; `sign_up` (models.SignUp)."""

promoted = Signal()
"""Somebody who waited has a place now: sender is None; `sign_up`."""

left = Signal()
"""A sign-up ended: sender is None; `sign_up`, `before` (SignUpState), `by` (enums.LeftBy)."""
