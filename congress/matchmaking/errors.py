"""What matchmaking refuses, each with a sentence that says why and what would help."""

from __future__ import annotations

from congress.core.errors import DomainError
from congress.core.languages import lazy_gettext as _l


class NothingToPrint(DomainError):
    sentence = _l("Nobody here has a meeting to print. Publish the timetable first, or choose other people.")
