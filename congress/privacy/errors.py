"""Refusals of privacy."""

from __future__ import annotations

from congress.core.errors import DomainError
from congress.core.languages import lazy_gettext as _l


class WrongReference(DomainError):
    """What was typed to confirm an erasure is another registration's reference."""

    sentence = _l("This is not the reference of this person's registration.")
