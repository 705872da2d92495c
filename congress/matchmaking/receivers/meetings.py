"""What becomes of meetings when somebody does not come, the event does not take place, or time passes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from congress.events.models import Event
from congress.matchmaking.queries.profiles import by_registration
from congress.matchmaking.services import cancelling, closing, delegations
from congress.registration.models import Registration


def end_meetings(_sender: object, *, registration: Registration, **_more: object) -> None:
    """Who cancelled the registration meets nobody, and leaves the delegation to the others."""
    profile = by_registration(registration.id)
    if profile is not None:
        cancelling.cancel_all_of(profile)
        delegations.leave(profile)


def end_what_is_missed(_sender: object, *, registration: Registration, before: Mapping[str, Any]) -> None:
    """Who takes part in another way now is not at tables, or not on days, that the new category leaves out."""
    profile = by_registration(registration.id) if "category_id" in before else None
    if profile is not None:
        cancelling.drop_what_is_missed(profile)


def end_all_meetings(_sender: object, *, event: Event) -> None:
    """An event that does not take place has no meetings."""
    if cancelling.has_matchmaking(event.id):
        cancelling.cancel_event(event)


def follow_the_clock(_sender: object) -> None:
    """Requests lapse or are called to mind, meetings begin, and silence ends."""
    closing.expire_due()
    closing.remind_due()
    closing.start_due()
    closing.close_silent()
