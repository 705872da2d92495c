"""Kinds of organisations and of memberships."""

from __future__ import annotations

from enum import StrEnum


class OrganisationKind(StrEnum):
    """What an organisation is."""

    CLUSTER = "cluster"
    COMPANY = "company"
    ACADEMIC = "academic"
    PUBLIC = "public"
    ASSOCIATION = "association"


class MembershipRole(StrEnum):
    """What a member may do: a manager creates series in the organisation's name."""

    MANAGER = "manager"
    MEMBER = "member"
