"""What participants say about themselves: who they are, what they look for, when they are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from congress.core.forms import LineField, ParagraphsField
from congress.core.languages import lazy_gettext as _l
from congress.events.forms.base import CheckboxesField, StaffForm, choices
from congress.matchmaking import words
from congress.matchmaking.countries import HOME, countries
from congress.matchmaking.enums import (
    Notices,
    OpportunityKind,
    OrganisationType,
    Presence,
    ProfileField,
    Visibility,
)
from congress.matchmaking.halves import HalfDay, key_of
from congress.matchmaking.models import MeetingSlot, Opportunity, Profile
from congress.matchmaking.models.profiles import PITCH_LENGTH, TITLE_LENGTH
from congress.matchmaking.services.opportunities import TEXT_LENGTH, Wish
from congress.matchmaking.taxonomy import Taxonomy
from congress.programme.words import LANGUAGES

MOST_MEETINGS = 200


class TypeForm(StaffForm):
    """Who somebody is."""

    type = RadioField(_l("What kind of organisation do you come from?"), validators=[InputRequired()])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.type.choices = choices((one.value, words.TYPES[one]) for one in OrganisationType)


class ProfileForm(TypeForm):
    """What somebody says about themselves, and who sees it."""

    pitch = ParagraphsField(_l("Presentation"), max_length=PITCH_LENGTH)
    country = SelectField(_l("Country"), default=HOME)
    languages = CheckboxesField(_l("Languages in which you can meet"), validators=[Optional()])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.country.choices = choices(countries().items())
        self.languages.choices = choices(LANGUAGES.items())

    def values(self) -> dict[str, Any]:
        """The columns."""
        return {
            "type": OrganisationType(self.type.data),
            "pitch": self.pitch.data or "",
            "country": self.country.data,
            "languages": [code for code in LANGUAGES if code in (self.languages.data or ())],
        }

    @staticmethod
    def data_of(profile: Profile) -> dict[str, Any]:
        """The initial values."""
        names = ("pitch", "country", "languages")
        return {"type": profile.type.value, **{name: getattr(profile, name) for name in names}}


class VisibilityForm(StaffForm):
    """Who sees which field; a radio button for each of both."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for one in ProfileField:
            self[one.value].choices = choices((who.value, words.VISIBILITIES[who]) for who in Visibility)

    def values(self) -> dict[str, Any]:
        """The column."""
        return {"visibility": {one.value: self[one.value].data for one in ProfileField}}

    @staticmethod
    def data_of(profile: Profile) -> dict[str, Any]:
        """The initial values."""
        return {one.value: profile.visibility.get(one.value, Visibility.LISTED.value) for one in ProfileField}


for _field in ProfileField:
    setattr(
        VisibilityForm,
        _field.value,
        RadioField(
            words.PROFILE_FIELDS[_field],  # type: ignore[arg-type]
            default=Visibility.LISTED.value,
            validators=[InputRequired()],
        ),
    )


class PreferencesForm(StaffForm):
    """How somebody wants to be asked and told."""

    accepts_requests = BooleanField(_l("Others may ask me for a meeting"))
    max_meetings = IntegerField(
        _l("At most how many meetings do you want?"), validators=[Optional(), NumberRange(0, MOST_MEETINGS)]
    )
    notices = RadioField(_l("Mails about messages that others write to you"), validators=[InputRequired()])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.notices.choices = choices((one.value, words.NOTICES[one]) for one in Notices)

    def values(self) -> dict[str, Any]:
        """The columns."""
        return {
            "accepts_requests": self.accepts_requests.data,
            "max_meetings": self.max_meetings.data,
            "notices": Notices(self.notices.data),
        }

    @staticmethod
    def data_of(profile: Profile) -> dict[str, Any]:
        """The initial values."""
        names = ("accepts_requests", "max_meetings")
        return {"notices": profile.notices.value, **{name: getattr(profile, name) for name in names}}


class OpportunityFields:
    """A need, an offer or a topic. Mixed into forms; `offer_tags` fills in what can be chosen."""

    kind = RadioField(_l("What is it?"), validators=[InputRequired()], default=OpportunityKind.NEED.value)
    title = LineField(_l("In one line"), required=True, max_length=TITLE_LENGTH)
    tags = CheckboxesField(_l("Tags"), coerce=int, validators=[Optional()])
    find = LineField(_l("Find a tag"), max_length=100)

    def offer_tags(self, taxonomy: Taxonomy, kept: Sequence[int] = ()) -> None:
        """What can be chosen: the active tags, and those that are chosen already."""
        self.kind.choices = choices((one.value, words.OPPORTUNITY_KINDS[one]) for one in OpportunityKind)
        terms = [term for term in taxonomy if term.is_active or term.id in kept]
        self.tags.choices = choices((term.id, term.name()) for term in terms)


class OpportunityForm(OpportunityFields, StaffForm):
    """One of them, whole."""

    text = ParagraphsField(_l("A few sentences more"), max_length=TEXT_LENGTH)
    partner_types = CheckboxesField(_l("Whom would you like to meet for it?"), validators=[Optional()])
    position = HiddenField()

    def __init__(self, taxonomy: Taxonomy, of: Opportunity | None = None, **kwargs: Any) -> None:
        super().__init__(**({"data": _data_of(of)} if of else {}) | kwargs)
        self.offer_tags(taxonomy, [tag.id for tag in of.tags] if of else ())
        self.partner_types.choices = choices((one.value, words.TYPES[one]) for one in OrganisationType)

    def wish(self) -> Wish:
        """What was written."""
        return Wish(
            OpportunityKind(self.kind.data),
            self.title.data or "",
            self.text.data or "",
            frozenset(self.tags.data or ()),
            tuple(self.partner_types.data or ()),
        )


class StartForm(OpportunityFields, TypeForm):
    """Three questions: who are you, what do you look for, when are you there."""

    def __init__(self, taxonomy: Taxonomy, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.offer_tags(taxonomy)

    def wish(self) -> Wish:
        """What was written."""
        tags = frozenset(self.tags.data or ())
        return Wish(OpportunityKind(self.kind.data), self.title.data or "", tag_ids=tags)


def with_half_days(base: type[StaffForm], half_days: Sequence[HalfDay]) -> type[Any]:
    """The form with one question more for each half-day: how the person is there."""
    asked = {
        key_of(one): RadioField(
            str(words.HALVES[one[1]]),
            choices=choices((way.value, words.PRESENCES[way]) for way in Presence),
            validators=[InputRequired()],
        )
        for one in half_days
    }
    return type(base.__name__, (base,), asked)


class AvailabilityForm(StaffForm):
    """Which slots somebody keeps free; the half-days are added by `with_half_days`."""

    kept_free = CheckboxesField(_l("Keep free"), coerce=int, validators=[Optional()], validate_choice=False)

    def __init__(self, slots: Sequence[MeetingSlot], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kept_free.choices = choices((one.id, one.id) for one in slots)


class SponsorsForm(StaffForm):
    """Whether data may be passed on to sponsors."""

    given = BooleanField(_l("I agree"))


def presences_of(form: Any, half_days: Sequence[HalfDay]) -> Mapping[HalfDay, Presence]:
    """What was answered for each half-day."""
    return {one: Presence(form[key_of(one)].data) for one in half_days}


def _data_of(one: Opportunity) -> dict[str, Any]:
    return {
        "kind": one.kind.value,
        "title": one.title,
        "text": one.text,
        "tags": [tag.id for tag in one.tags],
        "partner_types": list(one.partner_types),
        "position": str(one.position),
    }
