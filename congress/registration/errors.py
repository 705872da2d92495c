"""Why a registration is refused: each with a sentence that says what to do next."""

from __future__ import annotations

import datetime as dt

from congress.core.errors import DomainError
from congress.core.languages import lazy_gettext as _l
from congress.core.templating import datetime_long


class RegistrationRefused(DomainError):
    """The base of all refusals here; `event_id` names the stage, so that a form of several can point at it."""

    def __init__(self, sentence: object | None = None, *, event_id: int | None = None) -> None:
        super().__init__(sentence)
        self.event_id = event_id


class EventFull(RegistrationRefused):
    """No place is left in this category."""

    def __init__(self, category: str, event: str, *, event_id: int | None = None) -> None:
        super().__init__(
            _l("“%(category)s” is full for %(event)s. Nothing was saved.", category=category, event=event),
            event_id=event_id,
        )


class WindowNotOpen(RegistrationRefused):
    """Too early."""

    def __init__(self, event: str, opens_at: dt.datetime, zone: str, *, event_id: int | None = None) -> None:
        super().__init__(
            _l(
                "Registration for %(event)s opens on %(moment)s.",
                event=event,
                moment=datetime_long(opens_at, zone),
            ),
            event_id=event_id,
        )
        self.opens_at = opens_at


class WindowClosed(RegistrationRefused):
    """Too late."""

    def __init__(self, event: str, *, event_id: int | None = None) -> None:
        super().__init__(_l("Registration for %(event)s is closed.", event=event), event_id=event_id)


class EventNotPublished(RegistrationRefused):
    """A draft: to the public it does not exist."""

    def __init__(self, event: str, *, event_id: int | None = None) -> None:
        super().__init__(_l("%(event)s is not published yet.", event=event), event_id=event_id)


class EventCancelled(RegistrationRefused):
    """The event will not take place."""

    def __init__(self, event: str, *, event_id: int | None = None) -> None:
        super().__init__(_l("%(event)s has been cancelled.", event=event), event_id=event_id)


class AlreadyRegistered(RegistrationRefused):
    """One live registration per address and event."""

    def __init__(self, event: str, *, event_id: int | None = None) -> None:
        super().__init__(
            _l(
                "This e-mail address is already registered for %(event)s. "
                "The confirmation mail holds the link to change or cancel it.",
                event=event,
            ),
            event_id=event_id,
        )


class CategoryUnavailable(RegistrationRefused):
    """A category that does not exist here, is not offered to the public, or was taken off the list."""

    sentence = _l("This category is not offered. Please choose another one.")


class IllegalTransition(RegistrationRefused):
    """The registration is not in a state from which this can be done."""

    sentence = _l("This registration was changed in the meantime. Please reload the page.")


class BelowTaken(RegistrationRefused):
    """A capacity that the registrations already exceed."""

    def __init__(self, taken: int) -> None:
        super().__init__(
            _l(
                "%(taken)s places are already taken. Give at least as many, or cancel registrations first.",
                taken=taken,
            )
        )


class SharedByOne(RegistrationRefused):
    """A quota that nobody shares."""

    sentence = _l("Shared places need at least two categories. For one, give the category its own places.")


class TooManyRows(RegistrationRefused):
    """An export that is too long for one file."""

    def __init__(self, limit: int) -> None:
        super().__init__(_l("This list is longer than %(limit)s lines. Narrow it down first.", limit=limit))
