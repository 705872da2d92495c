"""Who sees what of the doors, beyond the capabilities of the event."""

from __future__ import annotations

from collections.abc import Collection

from congress.checkin.models import Checkpoint, Device
from congress.events.enums import Role
from congress.events.permissions import Capability, can


def can_see_names(roles: Collection[Role]) -> bool:
    """Whether the names in scans are shown: to those who run the doors or read the registrations."""
    return can(roles, Capability.MANAGE_DOORS) or can(roles, Capability.READ_REGISTRATIONS)


def is_open(checkpoint: Checkpoint) -> bool:
    """Whether a door still takes devices and changes."""
    return checkpoint.closed_at is None


def is_live(device: Device) -> bool:
    """Whether nobody has withdrawn this device; its time may be over all the same."""
    return device.revoked_at is None
