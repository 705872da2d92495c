"""What participants say about requests and meetings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wtforms import HiddenField, RadioField
from wtforms.validators import InputRequired, Optional

from congress.core.forms import ParagraphsField, SelectChoice
from congress.core.languages import gettext as _
from congress.core.languages import lazy_gettext as _l
from congress.events.forms.base import CheckboxesField, StaffForm, choices
from congress.matchmaking import words
from congress.matchmaking.enums import Answer, Outcome
from congress.matchmaking.models.meetings import NOTE_LENGTH

LONGEST_ID = 9


class SlotForm(StaffForm):
    """One of several times. A time that is gone meanwhile is refused by the service, which says why."""

    slot = RadioField(_l("When?"), choices=[], validate_choice=False)

    def offer(self, slots: Iterable[tuple[int, str]], anything: str = "") -> None:
        """The times by id, and what stands for none in particular."""
        found = [SelectChoice(str(slot_id), label) for slot_id, label in slots]
        self.slot.choices = [*([SelectChoice("", anything)] if anything else []), *found]

    @property
    def slot_id(self) -> int | None:
        """The chosen one."""
        text = self.slot.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else None


class RequestForm(SlotForm):
    """Why, and when best."""

    slot = RadioField(_l("When would it suit you best?"), choices=[], default="", validate_choice=False)
    note = ParagraphsField(
        _l("What would you like to talk about?"),
        max_length=NOTE_LENGTH,
        description=_l("At most 500 characters. A precise reason is accepted far more often."),
    )


class AcceptForm(SlotForm):
    """When, and for a delegation who goes."""

    slot = RadioField(_l("When?"), choices=[], default="", validate_choice=False)
    attendees = CheckboxesField(_l("Who attends?"), choices=[], validators=[Optional()], validate_choice=False)


class RescheduleForm(SlotForm):
    """Another time."""

    slot = RadioField(
        _l("Another time"),
        choices=[],
        validate_choice=False,
        validators=[InputRequired(_l("Please choose a time."))],
    )


class DeclineForm(StaffForm):
    """Why not; for the organisers alone."""

    reason = ParagraphsField(
        _l("Why?"),
        max_length=NOTE_LENGTH,
        description=_l("Only the organisers read this, to make better suggestions. The other side does not."),
    )


class CancelForm(StaffForm):
    """Why; the other side reads it."""

    reason = ParagraphsField(
        _l("Why?"),
        required=True,
        max_length=NOTE_LENGTH,
        description=_l("The other side reads this."),
    )


class ProposalForm(StaffForm):
    """Yes or no to another time; `slot`: the one that was read."""

    slot = HiddenField()
    decision = HiddenField()


class AnswerForm(StaffForm):
    """Whether it took place."""

    answer = RadioField(_l("Did the meeting take place?"), validators=[InputRequired(_l("Please choose an answer."))])

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.answer.choices = choices((one.value, words.ANSWERS[one]) for one in Answer)


class OutcomeForm(StaffForm):
    """What came of it."""

    outcome = RadioField(_l("What came of it?"), validators=[InputRequired(_l("Please choose an answer."))])

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.outcome.choices = choices((one.value, words.OUTCOMES[one]) for one in Outcome)


class LinkAnswerForm(StaffForm):
    """An answer from a mail."""

    answer = RadioField(
        _l("Your answer"),
        choices=[],
        validators=[InputRequired(_l("Please choose an answer."))],
    )

    def offer(self, *, accepting: bool) -> None:
        """Yes and no, or no alone."""
        yes = [("accept", _("Accept"))] if accepting else []
        self.answer.choices = choices([*yes, ("decline", _("Decline"))])


def in_the_list(codes: Sequence[str] | None, known: Iterable[str]) -> list[str]:
    """Those of the sent codes that were offered."""
    offered = set(known)
    return [one for one in codes or () if one in offered]
