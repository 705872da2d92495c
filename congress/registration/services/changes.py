"""Changing what was registered: data, category, state, ticket. Each locks the row, checks, writes, audits, announces.

The audit names the personal fields that changed and not their content: who is erased must not live on there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from congress.audit.services import record
from congress.core import clock
from congress.core.addresses import address_key
from congress.core.languages import translated
from congress.extensions import db
from congress.registration import consents as consent_texts
from congress.registration import errors, issuing, links
from congress.registration.capacity import lock_places
from congress.registration.enums import (
    HOLDS_PLACE,
    CancelledBy,
    ConsentKind,
    RegistrationStatus,
    TicketState,
)
from congress.registration.models import Category, Registration, RegistrationGroup
from congress.registration.permissions import can_become
from congress.registration.services.calendars import calendars_changed
from congress.registration.services.pages import places_changed
from congress.registration.services.people import Person
from congress.registration.signals import (
    address_changed,
    confirmation_requested,
    registration_cancelled,
    registration_changed,
)

PERSONAL = ("given_name", "family_name", "email", "organisation", "job_title", "language")


def correct(registration: Registration, person: Person) -> Registration:
    """Correct the data of one registration (organisers).

    With a new address the registration gets a link of its own: the old link was sent to somebody else, and a group
    may hold registrations of other events that this organiser has nothing to do with.
    """
    one = _locked(registration.id)
    _write_person([one], person, alone=True)
    return one


def correct_group(group: RegistrationGroup, person: Person) -> RegistrationGroup:
    """Correct the data of everything live that was sent in one form (the person, by the link).

    With a new address the link changes too: whoever reads the old mailbox has no part in it any more.
    """
    ids = db.session.scalars(
        sa.select(Registration.id)
        .where(Registration.group_id == group.id, Registration.status.in_(HOLDS_PLACE))
        .order_by(Registration.id)
    ).all()
    if not ids:
        raise errors.IllegalTransition
    registrations = [_locked(registration_id) for registration_id in ids]
    _write_person(registrations, person, alone=False)
    return registrations[0].group


def cancel(registration: Registration, by: CancelledBy) -> Registration:
    """Give the place back at once; the ticket opens no door any more."""
    one = _locked(registration.id)
    _move(one, RegistrationStatus.CANCELLED, "registration.cancelled", {"by": by})
    one.cancelled_at = one.changed_at
    issuing.end(one, TicketState.CANCELLED, one.changed_at)
    db.session.flush()
    registration_cancelled.send(None, registration=one, by=by)
    places_changed([one.event])
    return one


def restore(registration: Registration) -> Registration:
    """Take a cancellation back: a place must be free, and the ticket is a new one."""
    free = lock_places([registration.category_id], besides=registration.id)
    one = _locked(registration.id)
    if free.get(one.category_id, 0) == 0:
        raise errors.EventFull(translated(one.category.name), translated(one.event.name), event_id=one.event_id)
    _require_address_free(one.event_id, one.email_key, translated(one.event.name), besides=one.id)
    _move(one, RegistrationStatus.CONFIRMED, "registration.restored", {})
    one.cancelled_at, one.confirmed_at = None, one.changed_at
    _flush_unless_registered(one)
    issuing.issue(one.id, one.event_id, one.changed_at)
    registration_changed.send(None, registration=one, before={"status": RegistrationStatus.CANCELLED})
    confirmation_requested.send(None, group=one.group, registrations=[one])
    places_changed([one.event])
    return one


def change_category(registration: Registration, category_id: int) -> Registration:
    """Move to another category of the same event, if a place is free there; any category, also one not public."""
    free = lock_places([category_id], besides=registration.id)
    one = _locked(registration.id)
    category = db.session.scalar(
        sa.select(Category).where(
            Category.id == category_id, Category.event_id == one.event_id, Category.archived_at.is_(None)
        )
    )
    if category is None:
        raise errors.CategoryUnavailable(event_id=one.event_id)
    if one.category_id == category_id:
        return one
    if one.holds_place and free.get(category_id, 0) == 0:
        raise errors.EventFull(translated(category.name), translated(one.event.name), event_id=one.event_id)
    before = {"category_id": one.category_id}
    one.category_id = category_id
    set_committed_value(one, "category", category)
    one.calendar_sequence += 1
    _touch(one, clock.now())
    db.session.flush()
    _record("registration.category_changed", one, before, {"category_id": category_id})
    registration_changed.send(None, registration=one, before=before)
    places_changed([one.event])
    return one


def replace_ticket(registration: Registration) -> Registration:
    """End the ticket and issue another one (a lost phone, a picture of it on the web)."""
    one = _locked(registration.id)
    if one.status is not RegistrationStatus.CONFIRMED:
        raise errors.IllegalTransition(event_id=one.event_id)
    now = clock.now()
    issuing.end(one, TicketState.REPLACED, now)
    issuing.issue(one.id, one.event_id, now)
    _touch(one, now)
    db.session.flush()
    _record("registration.ticket_replaced", one, None, None)
    registration_changed.send(None, registration=one, before={"ticket": TicketState.VALID})
    confirmation_requested.send(None, group=one.group, registrations=[one])
    return one


def resend(registration: Registration) -> None:
    """Ask for the confirmation again, with the same link."""
    one = _locked(registration.id)
    if not one.holds_place:
        raise errors.IllegalTransition(event_id=one.event_id)
    _record("registration.confirmation_requested", one, None, None)
    confirmation_requested.send(None, group=one.group, registrations=[one])


def note(registration: Registration, text: str) -> None:
    """Keep an organiser's note; the person sees it in an access request only."""
    one = _locked(registration.id)
    one.note = text
    db.session.flush()
    _record("registration.noted", one, None, {"changed": ["note"]})


def answer_consents(group: RegistrationGroup, answers: Mapping[ConsentKind, bool]) -> None:
    """Give or withdraw consents for everything that was sent in one form; only changed answers are added."""
    rows = db.session.execute(
        sa.select(Registration.id, Registration.event_id).where(Registration.group_id == group.id)
    ).all()
    last = consent_texts.answers_of([row.id for row in rows])
    for kind, given in answers.items():
        changed = {row.id: row.event_id for row in rows if last[row.id].get(kind, False) is not given}
        if changed:
            consent_texts.store_answers(changed, {kind: given})
        for registration_id, event_id in changed.items():
            record(
                "registration.consent_given" if given else "registration.consent_withdrawn",
                "registration",
                registration_id,
                event_id=event_id,
                after={"kind": kind},
            )


def _write_person(registrations: Sequence[Registration], person: Person, *, alone: bool) -> None:
    first = registrations[0]
    if not first.holds_place:
        raise errors.IllegalTransition(event_id=first.event_id)
    now, columns, old_address = clock.now(), person.columns(), first.email
    changes = [_changed(one, columns) for one in registrations]
    if not any(changes):
        return
    for one in registrations:
        _write_columns(one, columns, now)
    moves = address_key(old_address) != columns["email_key"]
    if moves:
        links.give_new_link(first, alone=alone, now=now)
        calendars_changed([first.group_id])
    first.group.language = person.language
    db.session.flush()
    for one, before in zip(registrations, changes, strict=True):
        _record("registration.corrected", one, None, {"changed": sorted(before)})
        registration_changed.send(None, registration=one, before=before)
    if moves:
        concerned: dict[str, Any] = {"group": first.group, "registrations": list(registrations)}
        address_changed.send(None, old_address=old_address, **concerned)
        confirmation_requested.send(None, **concerned)


def _write_columns(registration: Registration, columns: Mapping[str, Any], now: dt.datetime) -> None:
    if registration.email_key != columns["email_key"]:
        name = translated(registration.event.name)
        _require_address_free(registration.event_id, columns["email_key"], name, besides=registration.id)
    for column, value in columns.items():
        setattr(registration, column, value)
    _touch(registration, now)
    _flush_unless_registered(registration)


def _changed(registration: Registration, columns: Mapping[str, Any]) -> dict[str, Any]:
    return {name: getattr(registration, name) for name in PERSONAL if getattr(registration, name) != columns[name]}


def _locked(registration_id: int) -> Registration:
    """The row as it is now, held until the end of the transaction, with what the announcements need."""
    return db.session.scalars(
        sa.select(Registration)
        .where(Registration.id == registration_id)
        .options(
            joinedload(Registration.event, innerjoin=True),
            joinedload(Registration.category, innerjoin=True),
            joinedload(Registration.group, innerjoin=True),
        )
        .with_for_update(of=Registration)
        .execution_options(populate_existing=True)
    ).one()


def _move(registration: Registration, status: RegistrationStatus, action: str, after: dict[str, Any]) -> None:
    if not can_become(registration, status):
        raise errors.IllegalTransition(event_id=registration.event_id)
    before = registration.status
    registration.status = status
    registration.calendar_sequence += 1
    _touch(registration, clock.now())
    _record(action, registration, {"status": before}, {"status": status} | after)


def _touch(registration: Registration, now: dt.datetime) -> None:
    registration.changed_at = now
    calendars_changed([registration.group_id])


def _require_address_free(event_id: int, key: str, event_name: str, *, besides: int) -> None:
    taken = db.session.scalar(
        sa.select(Registration.id).where(
            Registration.event_id == event_id,
            Registration.email_key == key,
            Registration.status.in_(HOLDS_PLACE),
            Registration.id != besides,
        )
    )
    if taken is not None:
        raise errors.AlreadyRegistered(event_name, event_id=event_id)


def _flush_unless_registered(registration: Registration) -> None:
    """Write it; two at once for the same address are told apart by the database."""
    event_id, name = registration.event_id, translated(registration.event.name)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise errors.AlreadyRegistered(name, event_id=event_id) from error


def _record(
    action: str, registration: Registration, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> None:
    record(
        action,
        "registration",
        registration.id,
        event_id=registration.event_id,
        series_id=registration.event.series_id,
        before=before,
        after=after,
    )
