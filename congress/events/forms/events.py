"""Creating and changing an event."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from wtforms import BooleanField, IntegerField, RadioField, SelectField, ValidationError
from wtforms.validators import InputRequired, NumberRange

from congress.core import clock
from congress.core.forms import (
    AddressField,
    LineField,
    LocalDateTimeField,
    SelectChoice,
    translated_line,
    translated_paragraphs,
)
from congress.core.languages import gettext as _
from congress.core.languages import lazy_gettext as _l
from congress.events import words
from congress.events.enums import EventFormat
from congress.events.forms.base import (
    CheckboxesField,
    CoordinateField,
    LinkField,
    SlugField,
    StaffForm,
    VersionedForm,
    choices,
    complain,
    or_none,
    text_pair,
)
from congress.events.models import Event
from congress.events.regions import region_names

FRENCH_ZONES = (
    "Europe/Paris",
    "America/Guadeloupe",
    "America/Martinique",
    "America/Cayenne",
    "America/Miquelon",
    "Indian/Mayotte",
    "Indian/Reunion",
    "Pacific/Noumea",
    "Pacific/Tahiti",
)


@lru_cache(maxsize=1)
def zones() -> list[str]:
    """Every IANA zone named after a place, French ones first."""
    others = {zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/"))}
    return [*FRENCH_ZONES, *sorted(others - set(FRENCH_ZONES)), "UTC"]


class WhenFields(StaffForm):
    """When an event takes place and when one can register, as clocks on the wall at the venue show it."""

    zone = SelectField(_l("Time zone"), default="Europe/Paris", validators=[InputRequired()])
    starts_at = LocalDateTimeField(_l("Starts"), required=True)
    ends_at = LocalDateTimeField(_l("Ends"), required=True)
    registration_opens_at = LocalDateTimeField(_l("Registration opens"))
    registration_closes_at = LocalDateTimeField(_l("Registration closes"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone.choices = choices((zone, zone.replace("_", " ")) for zone in zones())
        self.instants: dict[str, dt.datetime] = {}

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if self.zone.errors:
            return False
        return self._read_instants() and self._check_order() and bool(valid)

    def _read_instants(self) -> bool:
        fields = (self.starts_at, self.ends_at, self.registration_opens_at, self.registration_closes_at)
        for field in fields:
            if field.errors or field.data is None:
                continue
            try:
                instant = field.instant(self.zone.data)
            except ValidationError as error:
                complain(field, str(error))
            else:
                self.instants[field.name] = instant or clock.now()
        return not any(field.errors for field in fields)

    def _check_order(self) -> bool:
        start, end = self.instants.get("starts_at"), self.instants.get("ends_at")
        if start is None or end is None:
            return False
        if end <= start:
            complain(self.ends_at, _("The end must come after the start."))
            return False
        opens = self.instants.setdefault("registration_opens_at", min(clock.now(), start - dt.timedelta(hours=1)))
        closes = self.instants.setdefault("registration_closes_at", start)
        if closes <= opens:
            complain(self.registration_closes_at, _("Registration must close after it opens."))
        elif closes > end:
            complain(self.registration_closes_at, _("Registration must close before the event is over."))
        return not self.registration_closes_at.errors


class NewEventForm(WhenFields):
    """The essentials of a new event; the rest has sensible values until the settings say otherwise."""

    name = translated_line(_l("Name"), required=True, max_length=120)
    slug = SlugField(_l("Address of the page"), max_length=80)
    format = RadioField(_l("How people take part"), default=EventFormat.ON_SITE.value, validators=[InputRequired()])
    regions = CheckboxesField(_l("Regions"))
    model = SelectField(_l("Start from a copy"), coerce=int, default=0)

    def __init__(self, events: list[Event], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.format.choices = _formats()
        self.regions.choices = choices(region_names().items())
        self.model.choices = choices(
            [(0, _("No, start empty")), *((event.id, event.name.get("fr") or event.slug) for event in events)]
        )

    def values(self) -> dict[str, Any]:
        """What the services take."""
        return {
            "name": text_pair(self.name.data),
            "slug": or_none(self.slug.data),
            "format": EventFormat(self.format.data),
            "zone": self.zone.data,
            "regions": list(self.regions.data or []),
        } | self.instants


class EventForm(WhenFields, VersionedForm):
    """The settings of an event."""

    name = translated_line(_l("Name"), required=True, max_length=120)
    summary = translated_paragraphs(_l("In one sentence"), max_length=300)
    description = translated_paragraphs(_l("Description"), max_length=10_000)
    slug = SlugField(_l("Address of the page"), max_length=80)
    format = RadioField(_l("How people take part"), validators=[InputRequired()])
    regions = CheckboxesField(_l("Regions"))
    registration_opens_at = LocalDateTimeField(_l("Registration opens"), required=True)
    registration_closes_at = LocalDateTimeField(_l("Registration closes"), required=True)
    venue_name = LineField(_l("Venue"), max_length=200)
    venue_address = LineField(_l("Street and number"), max_length=300)
    venue_postcode = LineField(_l("Postcode"), max_length=20)
    venue_city = LineField(_l("Town"), max_length=100)
    venue_access = translated_paragraphs(_l("How to get there"), max_length=2000)
    latitude = CoordinateField(_l("Latitude"), limit=90)
    longitude = CoordinateField(_l("Longitude"), limit=180)
    join_url = LinkField(_l("Link to join online"), schemes=("https",), max_length=500)
    contact_email = AddressField(_l("Contact address"), required=False)
    show_remaining = BooleanField(_l("Show how many places are left"))
    retention_days = IntegerField(
        _l("Keep personal data for"), validators=[InputRequired(), NumberRange(min=1, max=3650)], default=365
    )
    tell = BooleanField(_l("Tell the registered people when the time or the place changes"), default=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.format.choices = _formats()
        self.regions.choices = choices(region_names().items())

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if bool(self.latitude.data) != bool(self.longitude.data):
            empty = self.longitude if self.latitude.data else self.latitude
            complain(empty, _("Please give both latitude and longitude, or neither."))
            return False
        return valid

    def values(self) -> dict[str, Any]:
        """What the services take."""
        texts = ("name", "summary", "description", "venue_access")
        lines = ("slug", "venue_name", "venue_address", "venue_postcode", "venue_city", "join_url", "contact_email")
        plain = ("zone", "show_remaining", "retention_days")
        return {
            **{name: text_pair(self[name].data) for name in texts},
            **{name: or_none(self[name].data) for name in lines},
            **{name: self[name].data for name in plain},
            "format": EventFormat(self.format.data),
            "regions": list(self.regions.data or []),
            "latitude": self.latitude.value,
            "longitude": self.longitude.value,
            **self.instants,
        }

    @staticmethod
    def data_of(event: Event) -> dict[str, Any]:
        """The initial values."""
        zone = ZoneInfo(event.zone)
        names = set(EventForm.FIELDS_OF_ROW)
        data = {name: getattr(event, name) for name in names}
        for name in ("starts_at", "ends_at", "registration_opens_at", "registration_closes_at"):
            data[name] = getattr(event, name).astimezone(zone).replace(tzinfo=None)
        return data | {"format": event.format.value, "version": event.changed_at.isoformat()}

    FIELDS_OF_ROW = (
        "name",
        "summary",
        "description",
        "slug",
        "regions",
        "zone",
        "venue_name",
        "venue_address",
        "venue_postcode",
        "venue_city",
        "venue_access",
        "latitude",
        "longitude",
        "join_url",
        "contact_email",
        "show_remaining",
        "retention_days",
    )


def _formats() -> list[SelectChoice]:
    return choices((format.value, words.FORMATS[format]) for format in EventFormat)
