"""What kinds of organisations are called on a page."""

from __future__ import annotations

from congress.core.languages import lazy_gettext as _l
from congress.organisations.enums import MembershipRole, OrganisationKind

KINDS = {
    OrganisationKind.CLUSTER: _l("Cluster"),
    OrganisationKind.COMPANY: _l("Company"),
    OrganisationKind.ACADEMIC: _l("Academic institution"),
    OrganisationKind.PUBLIC: _l("Public body"),
    OrganisationKind.ASSOCIATION: _l("Association"),
}
MEMBERSHIPS = {MembershipRole.MANAGER: _l("Manager"), MembershipRole.MEMBER: _l("Member")}
