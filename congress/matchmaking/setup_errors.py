"""What the set-up of matchmaking refuses, each with its sentence."""

from __future__ import annotations

from congress.core.errors import DomainError
from congress.core.languages import lazy_gettext as _l


class SetupRefused(DomainError):
    """Something of the set-up that contradicts itself; made with a sentence."""


class MeetingsInTheWay(DomainError):
    """A change of slots or tables that would leave meetings without a place; the page lists them."""

    sentence = _l("Meetings stand in the way. Move or cancel those in the list below first; nothing was changed.")


class NeedsAgreement(DomainError):
    """A change of mode that touches requests which exist; the page says what it means."""

    sentence = _l("This changes what happens to requests that exist. Read the note below and tick the box, please.")


class TagInUse(DomainError):
    sentence = _l(
        "This tag is in use, or others stand below it. Merge it into another one, or deactivate it for this event."
    )


class CircleOfTags(DomainError):
    sentence = _l("A tag cannot stand below itself, nor below one that stands below it.")


class TagTaken(DomainError):
    sentence = _l("There is a tag with this label at the same place already.")


class TreeChanged(DomainError):
    sentence = _l("The taxonomy was changed since this preview was made. Please look at the new preview below.")
