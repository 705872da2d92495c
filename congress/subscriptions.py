"""When X happens, do Y: the one table. Receivers write rows in the same transaction and never do I/O."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from blinker import Signal

SUBSCRIPTIONS: dict[Signal, tuple[Callable[..., Any], ...]] = {}


def connect() -> None:
    """Connect every receiver; connecting twice is harmless."""
    for signal, receivers in SUBSCRIPTIONS.items():
        for receiver in receivers:
            signal.connect(receiver, weak=False)
