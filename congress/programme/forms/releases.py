"""Releasing the programme, and putting the draft back to a release."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, HiddenField

from congress.core.forms import LineField, translated_paragraphs
from congress.core.languages import lazy_gettext as _l
from congress.events.forms.base import StaffForm, text_pair

COMMENT_LENGTH = 2000
NAME_LENGTH = 60
MOST_DIGITS = 9


class SeenForm(StaffForm):
    """A form that knows which draft its reader has seen."""

    version = HiddenField()

    @property
    def seen_version(self) -> int:
        """The `draft_version` that was read; none that exists when the field was tampered with."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else -1


class ReleaseForm(SeenForm):
    """What a release is called, what it says of itself, and whether speakers are told."""

    name = LineField(
        _l("Name"),
        required=True,
        max_length=NAME_LENGTH,
        description=_l("A number or a few words. It is shown on the public pages and never used twice."),
    )
    comment = translated_paragraphs(_l("What is new, in a few words"), max_length=COMMENT_LENGTH)
    tell = BooleanField(_l("Send these mails to the speakers"), default=True)

    def texts(self) -> dict[str, str]:
        """The comment as it is stored."""
        return text_pair(self.comment.data)


def release_data(name: str, version: int) -> dict[str, Any]:
    """What the form shows first."""
    return {"name": name, "version": str(version), "tell": True}
