"""What organisations refuse, each with its sentence."""

from __future__ import annotations

from congress.core.errors import DomainError
from congress.core.languages import lazy_gettext as _l


class OrganisationExists(DomainError):
    sentence = _l("There is already an organisation with this name.")


class AlreadyMember(DomainError):
    sentence = _l("This person already belongs to the organisation.")


class UnknownAccount(DomainError):
    sentence = _l("There is no account with this address yet. Create it on the page of accounts first.")
