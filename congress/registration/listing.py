"""The organisers' list of registrations: what it can be searched for, narrowed to and sorted by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, TypeVar

import sqlalchemy as sa

from congress.core.pagination import PAGE_SIZE, Page, page_of
from congress.core.text import search_key
from congress.events.models import Event
from congress.extensions import db
from congress.registration.enums import Attendance, RegistrationSource, RegistrationStatus
from congress.registration.models import Category, Registration
from congress.registration.tickets import clean_reference

SEARCH_LENGTH = 200
MAX_WORDS = 8
NUMBER_LENGTH = 9
SORTED_BY = (
    Registration.id,
    Registration.family_name,
    Registration.given_name,
    Registration.organisation,
    Registration.category_id,
)
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


def registrations_page(event: Event, filters: Filters, categories: Sequence[Category], number: int) -> Page[Any]:
    """One page of the registrations that match, in order; a constant number of queries.

    Names are put in order here and not by the database: SQLite puts É after Z, PostgreSQL depends on its set-up.
    """
    which = conditions(event, filters, categories)
    if filters.sort is Order.DATE:
        keys = [Registration.created_at, Registration.id]
        order = [key.desc() for key in keys] if filters.descending else keys
        return page_of(sa.select(Registration).where(*which).order_by(*order), number)
    rows = in_order(db.session.execute(sa.select(*SORTED_BY).where(*which)).all(), filters, categories)
    number = max(1, min(number, -(-len(rows) // PAGE_SIZE)))
    ids = [row.id for row in rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]]
    found = {one.id: one for one in db.session.scalars(sa.select(Registration).where(Registration.id.in_(ids)))}
    return Page([found[one] for one in ids], number, PAGE_SIZE, len(rows))


def in_order(rows: Iterable[Any], filters: Filters, categories: Sequence[Category]) -> list[Any]:
    """Rows with the columns `SORTED_BY` (and `created_at`, by date) in the order of the list; ties go by id."""
    ranks = {one.id: rank for rank, one in enumerate(categories)}
    keys: dict[Order, Callable[[Any], Any]] = {
        Order.NAME: lambda row: (_plain(row.family_name), _plain(row.given_name)),
        Order.DATE: lambda row: row.created_at,
        Order.CATEGORY: lambda row: (ranks[row.category_id], _plain(row.family_name)),
        Order.ORGANISATION: lambda row: (_plain(row.organisation), _plain(row.family_name)),
    }
    key = keys[filters.sort]
    return sorted(rows, key=lambda row: (key(row), row.id), reverse=filters.descending)


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


def _plain(text: str) -> str:
    return text.casefold() if text.isascii() else search_key(text)


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
