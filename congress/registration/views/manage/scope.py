"""What the organisers' screens share: the blueprint, the rules, and one registration of this event or none."""

from __future__ import annotations

from flask import url_for

from congress.core.errors import Missing
from congress.events.permissions import Capability, can
from congress.events.views.scope import current_event, current_roles, event_access, event_blueprint
from congress.registration import queries
from congress.registration.models import Registration

blueprint = event_blueprint("registration_manage", __name__, "/registrations")
READ = event_access(Capability.READ_REGISTRATIONS)
WRITE = event_access(Capability.WRITE_REGISTRATIONS)
EXPORT = event_access(Capability.EXPORT_REGISTRATIONS)
EDIT = event_access(Capability.EDIT_EVENT)


def current_registration(public_id: str) -> Registration:
    """A registration of this page's event, as it stands; another event's looks like none."""
    registration = queries.registration_of(current_event(), public_id)
    if registration is None:
        raise Missing
    return registration


def address_of(registration: Registration) -> str:
    """Where its page is."""
    return url_for("registration_manage.show", public_id=registration.public_id)


def may(capability: str) -> bool:
    """Whether the signed-in account has a capability here; for templates."""
    return can(current_roles(), Capability(capability))
