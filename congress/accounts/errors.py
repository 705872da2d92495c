"""Refusals of accounts."""

from __future__ import annotations

from congress.core.errors import DomainError
from congress.core.languages import lazy_gettext as _l


class WrongPassword(DomainError):
    """Address and password do not belong together; never says which of the two is wrong."""

    sentence = _l("This e-mail address and password do not go together. You can also sign in by e-mail link.")


class AddressTaken(DomainError):
    """There is an account with this address."""

    sentence = _l("There is already an account with this address.")


class ConfirmationNeeded(DomainError):
    """The password may be changed with the old one, or right after signing in by a link."""

    sentence = _l("Please give your present password, or sign in again by e-mail link first.")
