"""What can be wrong with a print run."""

from __future__ import annotations

from congress.core.errors import DomainError
from congress.core.languages import lazy_gettext as _l


class NothingToPrint(DomainError):
    """The selection is empty."""

    sentence = _l("There is nobody to print: the selection holds no confirmed registration.")
