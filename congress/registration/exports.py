"""Registrations as a table for spreadsheets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from congress.core.languages import gettext as _
from congress.core.languages import translated
from congress.core.spreadsheets import Cell, Table
from congress.events.models import Event
from congress.extensions import db
from congress.registration import words
from congress.registration.enums import ConsentKind
from congress.registration.errors import TooManyRows
from congress.registration.listing import Filters, categories_of, conditions, in_order
from congress.registration.models import Consent, ConsentText, Registration

MAX_ROWS = 50_000
WIDTHS = (12, 12, 18, 20, 32, 28, 24, 22, 12, 12, 20, 18, 18, 12, 12, 40)


def table_of(event: Event, filters: Filters) -> Table:
    """The registrations of the list, all pages of it."""
    categories = categories_of(event)
    found = in_order(_rows(conditions(event, filters, categories)), filters, categories)
    names = {one.id: translated(one.name) for one in categories}
    attendances = {one.id: str(words.ATTENDANCES[one.attendance]) for one in categories}
    statuses, sources = _as_text(words.STATUSES), _as_text(words.SOURCES)
    answers, zone = _answers(event), ZoneInfo(event.zone)
    rows: list[list[Cell]] = [
        [
            row.reference,
            statuses[row.status],
            row.given_name,
            row.family_name,
            row.email,
            row.organisation,
            row.job_title,
            names[row.category_id],
            attendances[row.category_id],
            words.LANGUAGES.get(row.language, row.language),
            sources[row.source],
            _local(row.created_at, zone),
            _local(row.cancelled_at, zone),
            _yes(answers.get((row.id, ConsentKind.PARTICIPANT_LIST))),
            _yes(answers.get((row.id, ConsentKind.PHOTO))),
            row.note,
        ]
        for row in found
    ]
    return Table(_("Registrations"), _headers(), rows, WIDTHS)


def _rows(which: Sequence[sa.ColumnElement[bool]]) -> Sequence[Any]:
    """Columns only: a list of thousands needs no objects."""
    one = Registration
    columns = (
        one.id,
        one.reference,
        one.status,
        one.given_name,
        one.family_name,
        one.email,
        one.organisation,
        one.job_title,
        one.category_id,
        one.language,
        one.source,
        one.created_at,
        one.cancelled_at,
        one.note,
    )
    rows = db.session.execute(sa.select(*columns).where(*which).limit(MAX_ROWS + 1)).all()
    if len(rows) > MAX_ROWS:
        raise TooManyRows(MAX_ROWS)
    return rows


def _answers(event: Event) -> dict[tuple[int, ConsentKind], bool]:
    """The last answer to each consent text of everybody at the event."""
    rows = db.session.execute(
        sa.select(Consent.registration_id, ConsentText.kind, Consent.given)
        .join(ConsentText, ConsentText.id == Consent.text_id)
        .join(Registration, Registration.id == Consent.registration_id)
        .where(Registration.event_id == event.id, ConsentText.kind != ConsentKind.PRIVACY_NOTICE)
        .order_by(Consent.id)
    )
    return {(row.registration_id, row.kind): row.given for row in rows}


def _headers() -> list[str]:
    return [
        _("Reference"),
        _("State"),
        _("First name"),
        _("Last name"),
        _("E-mail address"),
        _("Organisation"),
        _("Job title"),
        _("Category"),
        _("Takes part"),
        _("Language"),
        _("Registered"),
        _("Registered on"),
        _("Cancelled on"),
        _("List of participants"),
        _("Photos and videos"),
        _("Note for the team"),
    ]


def _as_text(labels: dict[Any, object]) -> dict[Any, str]:
    return {value: str(label) for value, label in labels.items()}


def _local(instant: dt.datetime | None, zone: ZoneInfo) -> dt.datetime | None:
    return instant.astimezone(zone).replace(tzinfo=None) if instant else None


def _yes(given: bool | None) -> str:  # noqa: FBT001 (an answer, or none)
    return str(_("yes") if given else _("no"))
