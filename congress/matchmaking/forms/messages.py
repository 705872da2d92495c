"""What people write to each other, and to the organisers about it."""

from __future__ import annotations

from congress.core.forms import ParagraphsField
from congress.core.languages import lazy_gettext as _l
from congress.events.forms.base import StaffForm
from congress.matchmaking.models.messages import MESSAGE_LENGTH

REASON_LENGTH = 500


class MessageForm(StaffForm):
    """One message."""

    text = ParagraphsField(_l("Your message"), required=True, max_length=MESSAGE_LENGTH)


class ReportForm(StaffForm):
    """What is wrong with a thread."""

    reason = ParagraphsField(_l("What is wrong?"), required=True, max_length=REASON_LENGTH)


class DecisionForm(StaffForm):
    """What the organisers did about a report."""

    decision = ParagraphsField(_l("What you did about it"), required=True, max_length=REASON_LENGTH)
