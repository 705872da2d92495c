"""The forms of visitors and of registered persons."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from congress.core.forms import AddressField, BaseForm, LineField
from congress.core.languages import lazy_gettext as _l
from congress.core.languages import translated
from congress.registration.enums import ConsentKind
from congress.registration.offers import EventOffer
from congress.registration.services import Choice, Person


class PersonForm(BaseForm):
    """Who registers: only what the job needs."""

    given_name = LineField(_l("First name"), required=True)
    family_name = LineField(_l("Last name"), required=True)
    email = AddressField(_l("E-mail address"))
    organisation = LineField(_l("Organisation"))
    job_title = LineField(_l("Job title"))

    def person(self, language: str) -> Person:
        """What was typed."""
        return Person(
            given_name=self.given_name.data or "",
            family_name=self.family_name.data or "",
            email=self.email.data or "",
            organisation=self.organisation.data or "",
            job_title=self.job_title.data or "",
            language=language,
        )

    def start_again(self) -> None:
        """A fresh key for what was typed: it was sent before with other content."""
        self.idempotency_key.data = uuid.uuid4().hex


class ConsentForm(BaseForm):
    """What one may agree to; nothing is ticked beforehand."""

    participant_list = BooleanField()
    photo = BooleanField()

    def answers(self) -> dict[ConsentKind, bool]:
        """The boxes."""
        return {
            ConsentKind.PARTICIPANT_LIST: self.participant_list.data,
            ConsentKind.PHOTO: self.photo.data,
        }


class RegistrationForm(PersonForm, ConsentForm):
    """What every registration form asks; the notice counts as read when it was shown."""

    def answers(self) -> dict[ConsentKind, bool]:
        return {ConsentKind.PRIVACY_NOTICE: True} | super().answers()


class EventRegistrationForm(RegistrationForm):
    """One event."""

    category = RadioField(
        _l("Category"),
        coerce=int,
        validators=[InputRequired(_l("Please choose a category."))],
        validate_choice=False,
    )

    def preselect(self, offer: EventOffer) -> None:
        """Choose the only category that is free."""
        free = [one.category.id for one in offer.categories if not one.is_full]
        if len(free) == 1:
            self.category.data = free[0]

    def choices(self, event_id: int) -> list[Choice]:
        """What was chosen; the service knows what may be."""
        return [Choice(event_id, self.category.data)]


class SeriesRegistrationForm(RegistrationForm):
    """Several stages of a series; made by `series_form` with one category field per stage."""

    stages = SelectMultipleField(
        _l("Stages"),
        coerce=int,
        validators=[InputRequired(_l("Please choose at least one stage."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def category_of(self, event_id: int) -> RadioField:
        """The category field of one stage."""
        field: RadioField = self[f"category_{event_id}"]
        return field

    def preselect(self, offers: Sequence[EventOffer]) -> None:
        """Choose the first free category of each stage, and the stage itself when there is only one."""
        for offer in offers:
            free = next(one.category.id for one in offer.categories if not one.is_full)
            self.category_of(offer.event.id).data = free
        if len(offers) == 1:
            self.stages.data = [offers[0].event.id]

    def choices(self) -> list[Choice]:
        """What was chosen, one category per ticked stage."""
        return [Choice(event_id, self.category_of(event_id).data) for event_id in self.stages.data or []]

    def validate(self, extra_validators: Any = None) -> bool:
        """A ticked stage needs a category; those of the others are ignored."""
        valid = bool(super().validate(extra_validators))
        for event_id in self.stages.data or []:
            field = self._fields.get(f"category_{event_id}")
            if field is not None and field.data is None:
                field.errors = [str(_l("Please choose a category."))]
                valid = False
        return valid


def series_form(offers: Sequence[EventOffer]) -> SeriesRegistrationForm:
    """A form for the stages that are open."""

    class Form(SeriesRegistrationForm):
        pass

    open_offers = [offer for offer in offers if offer.is_open]
    for offer in open_offers:
        field = RadioField(_l("Category"), coerce=int, choices=_choices(offer), validate_choice=False)
        setattr(Form, f"category_{offer.event.id}", field)
    form = Form()
    form.stages.choices = [SelectChoice(offer.event.id, translated(offer.event.name)) for offer in open_offers]
    if not form.is_submitted():
        form.preselect(open_offers)
    return form


class CorrectionForm(PersonForm):
    """The person's own data, and the language of their mails."""

    language = SelectField(
        _l("Language of your mails"),
        choices=[SelectChoice("fr", "Français"), SelectChoice("en", "English")],
        validators=[InputRequired()],
    )


def _choices(offer: EventOffer) -> list[SelectChoice]:
    return [SelectChoice(one.category.id, translated(one.category.name)) for one in offer.categories]
