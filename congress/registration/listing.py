"""The organisers' list of registrations: what it can be searched for, narrowed to and sorted by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, TypeVar

import sqlalchemy as sa

from congress.events.models import Event
from congress.extensions import db
from congress.registration.enums import Attendance, RegistrationSource, RegistrationStatus
from congress.registration.models import Category, Registration
from congress.registration.search import search_key
from congress.registration.tickets import clean_reference

SEARCH_LENGTH = 200
MAX_WORDS = 8
NUMBER_LENGTH = 9
ACCENTS = dict(
    zip("ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŒÁÍÓÚÑàâäçéèêëîïôöùûüœáíóúñ", "aaaceeeeiioouuuoaioun" * 2, strict=True),
)
"""Letters that are sorted as their plain form: neither database does it by itself."""

Choice = TypeVar("Choice", bound=StrEnum)


class Order(StrEnum):
    """What the list may be sorted by."""

    NAME = "name"
    DATE = "date"
    CATEGORY = "category"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; made from the address of the page, which says it all."""

    q: str = ""
    status: RegistrationStatus | None = None
    category: int | None = None
    attendance: Attendance | None = None
    source: RegistrationSource | None = None
    sort: Order = Order.DATE
    descending: bool = True

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> Filters:
        """Read the arguments of an address; what makes no sense is left out."""
        number = arguments.get("category", "")
        sort = _choice(Order, arguments.get("sort")) or Order.DATE
        default = "desc" if sort is Order.DATE else "asc"
        return cls(
            q=" ".join(arguments.get("q", "").split())[:SEARCH_LENGTH],
            status=_choice(RegistrationStatus, arguments.get("status")),
            category=int(number) if _is_number(number) else None,
            attendance=_choice(Attendance, arguments.get("attendance")),
            source=_choice(RegistrationSource, arguments.get("source")),
            sort=sort,
            descending=arguments.get("dir", default) == "desc",
        )

    def arguments(self) -> dict[str, str]:
        """The arguments of the address that shows this list; defaults are left out."""
        found = {
            "q": self.q,
            "status": self.status or "",
            "category": str(self.category or ""),
            "attendance": self.attendance or "",
            "source": self.source or "",
        }
        if (self.sort, self.descending) != (Order.DATE, True):
            found |= {"sort": self.sort, "dir": "desc" if self.descending else "asc"}
        return {name: str(value) for name, value in found.items() if value}

    def sorted_by(self, key: str, descending: bool) -> Filters:  # noqa: FBT001 (called from a template)
        """The same people in another order."""
        return replace(self, sort=Order(key), descending=bool(descending))

    @property
    def is_narrow(self) -> bool:
        """Whether anything is left out."""
        order = {"sort", "descending"}
        return any(getattr(self, field.name) for field in fields(self) if field.name not in order)


def categories_of(event: Event) -> Sequence[Category]:
    """Every category of an event in the organisers' order, also those taken off the list."""
    return db.session.scalars(
        sa.select(Category).where(Category.event_id == event.id).order_by(Category.position, Category.id)
    ).all()


def registrations_of(event: Event, filters: Filters, categories: Sequence[Category]) -> sa.Select[Registration]:
    """The registrations of an event that match, in order."""
    return (
        sa.select(Registration)
        .where(*conditions(event, filters, categories))
        .order_by(*order_of(filters, categories))
    )


def conditions(event: Event, filters: Filters, categories: Sequence[Category]) -> list[sa.ColumnElement[bool]]:
    """What a registration of the list fulfils."""
    found = [Registration.event_id == event.id]
    if filters.status:
        found.append(Registration.status == filters.status)
    if filters.source:
        found.append(Registration.source == filters.source)
    if filters.category:
        found.append(Registration.category_id == filters.category)
    if filters.attendance:
        attending = [one.id for one in categories if one.attendance is filters.attendance]
        found.append(Registration.category_id.in_(attending))
    return found + [_contains(word) for word in filters.q.split()[:MAX_WORDS]]


def order_of(filters: Filters, categories: Sequence[Category]) -> list[sa.ColumnElement[Any]]:
    """The order; people with the same key stay in a fixed one."""
    keys: dict[Order, list[Any]] = {
        Order.NAME: [folded(Registration.family_name), folded(Registration.given_name), Registration.id],
        Order.DATE: [Registration.created_at, Registration.id],
        Order.CATEGORY: [_rank(categories), folded(Registration.family_name), Registration.id],
        Order.ORGANISATION: [
            folded(Registration.organisation),
            folded(Registration.family_name),
            Registration.id,
        ],
    }
    columns = keys[filters.sort]
    return [column.desc() for column in columns] if filters.descending else columns


def folded(column: Any) -> sa.ColumnElement[str]:
    """A column without capitals and the accents of our languages, to sort by."""
    text: Any = column
    for accented, plain in ACCENTS.items():
        text = sa.func.replace(text, accented, plain)
    return sa.func.lower(text)


def _rank(categories: Sequence[Category]) -> sa.ColumnElement[Any]:
    ranks = {one.id: rank for rank, one in enumerate(categories)}
    return sa.case(ranks, value=Registration.category_id, else_=len(ranks)) if ranks else sa.literal(0)


def _contains(word: str) -> sa.ColumnElement[bool]:
    """A word of the search: in the person's data, whatever the accents, or in the reference."""
    found = Registration.search_text.contains(search_key(word), autoescape=True)
    reference = clean_reference(word)
    if reference:
        return sa.or_(found, Registration.reference.contains(reference, autoescape=True))
    return found


def _choice(values: type[Choice], text: str | None) -> Choice | None:
    return values(text) if text in set(values) else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= NUMBER_LENGTH
