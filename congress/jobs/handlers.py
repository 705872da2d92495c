"""What each kind of job does: features register a function per kind, the worker looks it up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from congress.jobs.models import Job

Handler = Callable[[Job], dict[str, Any] | None]
_handlers: dict[str, Handler] = {}


class PermanentFailure(Exception):
    """Trying this job again would not help; the text is for the organiser."""


class TryLater(Exception):
    """The world was not ready (a mail server is down); try again after the back-off."""


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of this kind. It may run twice, so it must be safe to repeat."""

    def register(handler: Handler) -> Handler:
        if _handlers.setdefault(kind, handler) is not handler:
            msg = f"two handlers for {kind}"
            raise RuntimeError(msg)
        return handler

    return register


def handler_of(kind: str) -> Handler:
    """The function that does jobs of this kind."""
    try:
        return _handlers[kind]
    except KeyError as error:
        msg = f"no handler for {kind}"
        raise PermanentFailure(msg) from error
