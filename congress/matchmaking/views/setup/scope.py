"""What the screens of the set-up share: the rules, a button's act, and whether somebody may change something."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash

from congress.core.languages import gettext as _
from congress.events.forms.base import EmptyForm
from congress.events.permissions import Capability, can
from congress.events.views.scope import current_roles, event_access

READ = event_access(Capability.READ_MATCHMAKING)
EDIT = event_access(Capability.EDIT_MATCHMAKING)
STEPS = {"up": -1, "down": 1}
"""From the word in an address to the step of `ordering.move`."""


def may_edit() -> bool:
    """Whether the signed-in account may change the set-up here."""
    return can(current_roles(), Capability.EDIT_MATCHMAKING)


def press(act: Callable[[], object]) -> bool:
    """Act for a form that is one button; the page it came from shows a refusal. Gives whether it was done."""
    form = EmptyForm()
    if form.attempt(act) is not None:
        return True
    flash(str(form.form_errors[-1]), "danger")
    return False


def say_saved() -> None:
    """What the next page begins with."""
    flash(_("Saved."), "success")
