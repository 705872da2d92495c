"""What the organisers' screens of calls share."""

from __future__ import annotations

from congress.events.permissions import Capability
from congress.events.views.scope import event_access, event_blueprint

MANAGE = event_access(Capability.MANAGE_CALLS)
blueprint = event_blueprint("calls_manage", __name__, "/calls")
