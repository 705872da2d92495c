"""States of a mail."""

from __future__ import annotations

from enum import StrEnum


class MailState(StrEnum):
    """Where a mail stands."""

    QUEUED = "queued"
    DEFERRED = "deferred"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"
