"""What running the platform refuses, each with its sentence."""

from __future__ import annotations

from congress.core.errors import DomainError
from congress.core.languages import lazy_gettext as _l


class OwnAccount(DomainError):
    sentence = _l("You cannot do this to your own account. Ask another administrator.")


class NotFailed(DomainError):
    sentence = _l("Only work that has failed can be tried again.")
