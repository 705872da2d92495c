"""Forms of the organisers' meetings and timetable: runs, publication, drafts, one meeting."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField, ValidationError
from wtforms.validators import InputRequired, NumberRange, Optional

from congress.core.forms import ParagraphsField
from congress.core.languages import gettext as _
from congress.core.languages import lazy_gettext as _l
from congress.events.forms.base import StaffForm, choices
from congress.matchmaking import words
from congress.matchmaking.enums import Publication
from congress.matchmaking.models import Profile
from congress.matchmaking.models.meetings import NOTE_LENGTH
from congress.matchmaking.names import name_of
from congress.matchmaking.places import Place
from congress.matchmaking.schedule import place_in_words
from congress.matchmaking.services.runs import LONGEST

HIGHEST_SEED = 2**31 - 1
MOST_MEETINGS = 100
ANY_TABLE = ""


def new_seed() -> int:
    """A number that nobody has to think of."""
    return secrets.randbelow(10_000) + 1


class RunForm(StaffForm):
    """How long the engine may take, where its chance begins."""

    seconds = IntegerField(
        _l("Seconds"),
        default=60,
        validators=[InputRequired(), NumberRange(min=1, max=LONGEST)],
        description=_l(
            "Everything is placed within the first seconds; the rest of the time makes days more compact."
        ),
    )
    which = RadioField(
        _l("Published meetings"),
        default="none",
        validators=[InputRequired()],
        description=_l("Locked meetings and those that have begun never move."),
    )
    seed = IntegerField(
        _l("Seed"),
        default=new_seed,
        validators=[InputRequired(), NumberRange(min=0, max=HIGHEST_SEED)],
        description=_l("Another number gives another timetable of the same quality."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.which.choices = choices(
            [
                ("none", _("None of them moves")),
                ("ticked", _("Only those ticked below may move")),
                ("all", _("All of them may move")),
            ]
        )


class PublishForm(StaffForm):
    """How far the timetable is made known; `seen` is what the organiser looked at."""

    seen = HiddenField()
    level = RadioField(_l("Publish as"), default=Publication.FINAL.value, validators=[InputRequired()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = (Publication.PRELIMINARY, Publication.FINAL)
        self.level.choices = choices((one.value, words.PUBLICATIONS[one]) for one in levels)


class ProposeForm(StaffForm):
    """For whom drafts are made, and how good an idea has to be."""

    fewer_than = IntegerField(
        _l("Meetings per person"),
        default=3,
        validators=[InputRequired(), NumberRange(min=1, max=MOST_MEETINGS)],
        description=_l("People who have as many already, requests and drafts included, get none."),
    )
    minimum = IntegerField(
        _l("Lowest score"),
        default=50,
        validators=[InputRequired(), NumberRange(min=0, max=100)],
        description=_l("From 0 to 100, as the suggestions have it. Who bookmarked each other always fits."),
    )


class CancelForm(StaffForm):
    """Why a meeting is called off."""

    reason = ParagraphsField(
        _l("Reason"), required=True, max_length=NOTE_LENGTH, description=_l("Both sides read it in their mail.")
    )


class MoveForm(StaffForm):
    """Where a meeting goes: one of the slots that are free for its people, and a table."""

    slot = RadioField(_l("Slot"), validators=[InputRequired()])
    table = SelectField(_l("Table"), validators=[Optional()], default=ANY_TABLE)

    def offer(self, places: Sequence[Place], labels: Sequence[str], tables: Sequence[tuple[str, str]]) -> None:
        """Let people choose among these."""
        self.slot.choices = choices((str(one.slot.id), label) for one, label in zip(places, labels, strict=True))
        self.table.choices = choices([(ANY_TABLE, _("The one that suits best")), *tables])

    @property
    def table_id(self) -> int | None:
        """The table that was asked for, if any."""
        return int(self.table.data) if self.table.data else None


class PairForm(StaffForm):
    """Two people who should meet."""

    requester = RadioField(_l("First person"), validators=[InputRequired()])
    target = RadioField(_l("Second person"), validators=[InputRequired()])
    is_guaranteed = BooleanField(_l("Guaranteed: placed before all others"))

    def offer(self, first: Sequence[Profile], second: Sequence[Profile]) -> None:
        """Let the organiser choose among those found."""
        for field, found in ((self.requester, first), (self.target, second)):
            field.choices = choices((one.code, label_of(one)) for one in found)

    def validate_target(self, field: RadioField) -> None:
        """Nobody meets themselves."""
        if field.data and field.data == self.requester.data:
            raise ValidationError(_("Please choose two different people."))


def label_of(profile: Profile) -> str:
    """Zoé Martin (Acme)."""
    organisation = profile.registration.organisation
    return f"{name_of(profile)} ({organisation})" if organisation else name_of(profile)


def place_label(place: Place, when: str) -> str:
    """A slot with the table that would be taken in it."""
    return f"{when} – {place_in_words(place.table)}"
