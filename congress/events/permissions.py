"""What each role may do: one table, read by rules, menus and tests."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from congress.events.enums import Role


class Capability(StrEnum):
    """Something that a member of a team may do on an event."""

    VIEW_EVENT = "view_event"
    EDIT_EVENT = "edit_event"
    PUBLISH_EVENT = "publish_event"
    MANAGE_TEAM = "manage_team"
    READ_REGISTRATIONS = "read_registrations"
    WRITE_REGISTRATIONS = "write_registrations"
    EXPORT_REGISTRATIONS = "export_registrations"
    ERASE_PERSON = "erase_person"
    READ_MAILS = "read_mails"
    PRINT_BADGES = "print_badges"
    READ_DOORS = "read_doors"
    MANAGE_DOORS = "manage_doors"
    READ_AUDIT = "read_audit"
    READ_PROGRAMME = "read_programme"
    EDIT_PROGRAMME = "edit_programme"
    RELEASE_PROGRAMME = "release_programme"
    MANAGE_CALLS = "manage_calls"
    REVIEW_PROPOSALS = "review_proposals"
    READ_SIGN_UPS = "read_sign_ups"
    READ_MATCHMAKING = "read_matchmaking"
    EDIT_MATCHMAKING = "edit_matchmaking"
    RUN_DESK = "run_desk"


_ALL = frozenset(Capability)
CAPABILITIES: dict[Role, frozenset[Capability]] = {
    Role.OWNER: _ALL,
    Role.ORGANISER: _ALL,
    Role.PROGRAMME: frozenset(
        {
            Capability.VIEW_EVENT,
            Capability.READ_PROGRAMME,
            Capability.EDIT_PROGRAMME,
            Capability.RELEASE_PROGRAMME,
            Capability.MANAGE_CALLS,
            Capability.REVIEW_PROPOSALS,
            Capability.READ_SIGN_UPS,
        }
    ),
    Role.REVIEWER: frozenset({Capability.VIEW_EVENT, Capability.REVIEW_PROPOSALS}),
    Role.MATCHMAKING: frozenset(
        {
            Capability.VIEW_EVENT,
            Capability.READ_PROGRAMME,
            Capability.READ_MATCHMAKING,
            Capability.EDIT_MATCHMAKING,
            Capability.RUN_DESK,
        }
    ),
    Role.REGISTRATION: frozenset(
        {
            Capability.VIEW_EVENT,
            Capability.READ_REGISTRATIONS,
            Capability.WRITE_REGISTRATIONS,
            Capability.EXPORT_REGISTRATIONS,
            Capability.READ_MAILS,
            Capability.PRINT_BADGES,
            Capability.READ_DOORS,
            Capability.READ_PROGRAMME,
            Capability.READ_SIGN_UPS,
            Capability.READ_MATCHMAKING,
            Capability.RUN_DESK,
        }
    ),
    Role.DOOR: frozenset({Capability.VIEW_EVENT, Capability.READ_DOORS, Capability.MANAGE_DOORS}),
    Role.EXHIBITOR: frozenset(),
    Role.VIEWER: frozenset({Capability.VIEW_EVENT, Capability.READ_DOORS, Capability.READ_PROGRAMME}),
}

GRANTABLE: dict[Role, frozenset[Role]] = {
    Role.OWNER: frozenset(Role),
    Role.ORGANISER: frozenset(Role) - {Role.OWNER},
}
"""Which roles a member of each role may give to others, or take from them."""


def can(roles: Collection[Role], capability: Capability) -> bool:
    """Whether any of the roles gives the capability."""
    return any(capability in CAPABILITIES[role] for role in roles)


def can_grant(roles: Collection[Role], wanted: Role) -> bool:
    """Whether a holder of `roles` may give or take the role `wanted`."""
    return any(wanted in GRANTABLE.get(role, frozenset()) for role in roles)
