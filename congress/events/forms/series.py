"""Creating and changing a series."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField
from wtforms.validators import InputRequired

from congress.core.forms import translated_line, translated_paragraphs
from congress.core.languages import lazy_gettext as _l
from congress.events import words
from congress.events.enums import HostRole, SeriesKind
from congress.events.forms.base import (
    CheckboxesField,
    ColourFields,
    LinkField,
    SlugField,
    StaffForm,
    VersionedForm,
    choices,
    colour_data,
    or_none,
    text_pair,
)
from congress.events.models import Series
from congress.organisations.models import Organisation


class SeriesFields(ColourFields):
    """What is said about a series."""

    name = translated_line(_l("Name"), required=True, max_length=120)
    summary = translated_paragraphs(_l("In one sentence"), max_length=300)
    description = translated_paragraphs(_l("Description"), max_length=10_000)
    slug = SlugField(_l("Address of the page"), max_length=80)
    website = LinkField(_l("Website"))

    def values(self: Any) -> dict[str, Any]:
        """What the services take."""
        return {
            "name": text_pair(self.name.data),
            "summary": text_pair(self.summary.data),
            "description": text_pair(self.description.data),
            "slug": or_none(self.slug.data),
            "website": or_none(self.website.data),
            "colour": self.chosen_colour,
        }


class NewSeriesForm(SeriesFields, StaffForm):
    """A new series with the organisations that carry it."""

    kind = RadioField(_l("What is it?"), validators=[InputRequired()])
    owners = CheckboxesField(_l("Organisations that own it"), coerce=int)
    co_organisers = CheckboxesField(_l("Co-organisers"), coerce=int)
    partners = CheckboxesField(_l("Partners"), coerce=int)

    def __init__(self, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind.choices = choices((kind.value, words.KINDS[kind]) for kind in SeriesKind)
        for field in (self.owners, self.co_organisers, self.partners):
            field.choices = choices((organisation.id, organisation.name) for organisation in organisations)

    def values(self) -> dict[str, Any]:
        return super().values() | {"kind": SeriesKind(self.kind.data)}

    def hosts(self) -> dict[int, HostRole]:
        """Organisation id to role; the first list that names an organisation counts."""
        chosen: dict[int, HostRole] = {}
        for role, field in (
            (HostRole.OWNER, self.owners),
            (HostRole.CO_ORGANISER, self.co_organisers),
            (HostRole.PARTNER, self.partners),
        ):
            for organisation_id in field.data or []:
                chosen.setdefault(organisation_id, role)
        return chosen


class SeriesForm(SeriesFields, VersionedForm):
    """The settings of a series."""

    @staticmethod
    def data_of(series: Series) -> dict[str, Any]:
        """The initial values."""
        return {
            "name": series.name,
            "summary": series.summary,
            "description": series.description,
            "slug": series.slug,
            "website": series.website,
            "version": series.changed_at.isoformat(),
        } | colour_data(series.colour)
