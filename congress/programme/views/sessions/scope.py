"""What the screens of sessions share: the blueprint, the rules, and one session of this event or none."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, url_for

from congress.core.errors import Missing
from congress.core.http import see_other
from congress.events.forms.base import StaffForm
from congress.events.permissions import Capability, can
from congress.events.views.scope import current_event, current_roles, event_access, event_blueprint
from congress.programme import queries
from congress.programme.models import Session

READ = event_access(Capability.READ_PROGRAMME)
EDIT = event_access(Capability.EDIT_PROGRAMME)
STEPS = {"up": -1, "down": 1}
"""From the word in an address to the step of `ordering.move`."""

blueprint = event_blueprint("sessions_manage", __name__, "/programme/sessions")


def current_session(session_code: str) -> Session:
    """A session of this page's event; another event's looks like none."""
    found = queries.session_by_code(current_event(), session_code)
    if found is None:
        raise Missing
    return found


def may(capability: str) -> bool:
    """Whether the signed-in account has a capability here; for templates."""
    return can(current_roles(), Capability(capability))


def press(form: StaffForm, act: Callable[[], object]) -> None:
    """Act once for a form that is one button; a refusal becomes its own page.

    There is nothing to validate: the form token was checked before the view.
    """

    def produce() -> dict[str, object]:
        act()
        return {}

    form.once(produce)


def back_to(session_code: str, part: str) -> Response:
    """To a part of the session's page."""
    return see_other(url_for("sessions_manage.show", session_code=session_code, _anchor=part))
