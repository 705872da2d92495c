"""The registrations of the demo: who registered when for what, written in bulk."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from congress.audit.models import AuditEntry
from congress.backoffice.demo.events import Categories
from congress.backoffice.demo.people import Crowd
from congress.core import clock
from congress.core.tokens import new_link
from congress.events.enums import WindowState
from congress.events.models import Event
from congress.extensions import db
from congress.registration import consents, tickets
from congress.registration.enums import (
    CancelledBy,
    ConsentKind,
    RegistrationSource,
    RegistrationStatus,
    TicketState,
)
from congress.registration.models import (
    Category,
    Consent,
    ConsentText,
    EventKey,
    Registration,
    RegistrationGroup,
    Ticket,
)
from congress.registration.services.people import Person

SEVERAL_STAGES = 120
"""So many people register for two stages in one form."""
AT_BOTH = 80
"""So many people of the tour come to the congress too."""
CANCELLED = 0.04
AGREES = {ConsentKind.PARTICIPANT_LIST: 0.6, ConsentKind.PHOTO: 0.45}


@dataclass(frozen=True, slots=True)
class Seat:
    """A place that somebody takes at one event."""

    event: Event
    key: str
    category: Category
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """One form that somebody sent."""

    person: Person
    seats: Sequence[Seat]
    at: dt.datetime


def seats_of(event: Event, categories: Categories, counts: dict[str, int], crowd: Crowd) -> list[Seat]:
    """The live places of an event in random order, and some that were given back."""
    live = [Seat(event, key, categories[key]) for key, count in counts.items() for _ in range(count)]
    given_back = crowd.chance.sample(live, round(len(live) * CANCELLED))
    seats = live + [replace(seat, is_cancelled=True) for seat in given_back]
    crowd.chance.shuffle(seats)
    return seats


def orders_of_tour(seats: Sequence[Seat], crowd: Crowd) -> list[Order]:
    """Everybody who registered for the tour; some for two stages in one form."""
    waiting: dict[int, list[Seat]] = {}
    for seat in seats:
        waiting.setdefault(seat.event.id, []).append(seat)
    now = clock.now()
    open_events = [own for own in waiting.values() if own[0].event.window_state(now) is WindowState.OPEN]
    forms = [[own.pop() for own in crowd.chance.sample(open_events, 2)] for _ in range(SEVERAL_STAGES)]
    forms += [[seat] for own in waiting.values() for seat in own]
    return [Order(crowd.person(form[0].key), form, _moment(form, now, crowd.chance)) for form in forms]


def orders_of_congress(seats: Sequence[Seat], tour: Sequence[Order], crowd: Crowd) -> list[Order]:
    """Everybody who registered for the congress; some of them were on the tour."""
    known = iter(crowd.chance.sample([order.person for order in tour], AT_BOTH))
    now = clock.now()
    return [
        Order(next(known, None) or crowd.person(seat.key), [seat], _moment([seat], now, crowd.chance))
        for seat in seats
    ]


def _moment(form: Sequence[Seat], now: dt.datetime, chance: random.Random) -> dt.datetime:
    """Between the opening of the last window and now or its end, more of them lately, mostly by day."""
    opened = max(seat.event.registration_opens_at for seat in form)
    until = min(now, *(seat.event.registration_closes_at for seat in form))
    if opened >= until:  # invited before the window opens
        opened = until - dt.timedelta(days=20)
    share = float(chance.random() ** 0.7)
    moment = opened + (until - opened) * share
    by_day = moment.replace(hour=round(chance.triangular(5, 20, 9)))
    return by_day if opened < by_day < until else moment


def write(orders: Iterable[Order], crowd: Crowd) -> None:
    """Insert groups, registrations, tickets, answers and their history, in the order of time."""
    orders = sorted(orders, key=lambda order: order.at)
    group_ids = _insert(RegistrationGroup, [_group(order) for order in orders])
    pairs = [
        (seat, _registration(order, seat, group_id, crowd.chance))
        for order, group_id in zip(orders, group_ids, strict=True)
        for seat in order.seats
    ]
    ids = _insert(Registration, [row for _, row in pairs])
    keys = _keys({seat.event.id for seat, _ in pairs})
    numbered = [(registration_id, row) for registration_id, (_, row) in zip(ids, pairs, strict=True)]
    db.session.execute(sa.insert(Ticket), [_ticket(number, row, keys[row["event_id"]]) for number, row in numbered])
    _write_answers(numbered, crowd.chance)
    _write_history(numbered, {seat.event.id: seat.event.series_id for seat, _ in pairs})


def _insert(model: type[RegistrationGroup | Registration], rows: list[dict[str, Any]]) -> Sequence[int]:
    """The ids of the rows, in their order."""
    return db.session.scalars(sa.insert(model).returning(model.id, sort_by_parameter_order=True), rows).all()


def _group(order: Order) -> dict[str, Any]:
    link_salt, link_hash = new_link("manage")
    calendar_salt, calendar_hash = new_link("calendar")
    return {
        "link_salt": link_salt,
        "link_hash": link_hash,
        "calendar_salt": calendar_salt,
        "calendar_hash": calendar_hash,
        "language": order.person.language,
        "created_at": order.at,
        "changed_at": order.at,
    }


def _registration(order: Order, seat: Seat, group_id: int, chance: random.Random) -> dict[str, Any]:
    invited = not seat.category.is_public or order.at < seat.event.registration_opens_at
    changed_at = order.at
    if seat.is_cancelled:
        changed_at += (clock.now() - order.at) * chance.random()
    return order.person.columns() | {
        "public_id": uuid.uuid4().hex,
        "reference": tickets.new_reference(),
        "event_id": seat.event.id,
        "category_id": seat.category.id,
        "group_id": group_id,
        "status": RegistrationStatus.CANCELLED if seat.is_cancelled else RegistrationStatus.CONFIRMED,
        "source": RegistrationSource.ORGANISER if invited else RegistrationSource.ONLINE,
        "created_at": order.at,
        "changed_at": changed_at,
        "confirmed_at": order.at,
        "cancelled_at": changed_at if seat.is_cancelled else None,
        "calendar_sequence": int(seat.is_cancelled),
    }


def _keys(event_ids: Iterable[int]) -> dict[int, bytes]:
    """A signing key per event; the sealed private halves."""
    rows: list[dict[str, Any]] = []
    for event_id in sorted(event_ids):
        public, sealed = tickets.new_key_pair()
        rows.append(
            {
                "event_id": event_id,
                "key_id": 1,
                "public_key": public,
                "sealed_private_key": sealed,
                "created_at": clock.now(),
            }
        )
    db.session.execute(sa.insert(EventKey), rows)
    return {row["event_id"]: row["sealed_private_key"] for row in rows}


def _ticket(registration_id: int, row: dict[str, Any], sealed: bytes) -> dict[str, Any]:
    code = tickets.new_code()
    return {
        "event_id": row["event_id"],
        "registration_id": registration_id,
        "key_id": 1,
        "code": code,
        "payload": tickets.sign(sealed, 1, row["event_id"], code),
        "state": TicketState.CANCELLED if row["cancelled_at"] else TicketState.VALID,
        "created_at": row["created_at"],
        "ended_at": row["cancelled_at"],
    }


def _write_answers(numbered: Sequence[tuple[int, dict[str, Any]]], chance: random.Random) -> None:
    texts = {
        kind: ConsentText(kind=kind, version=1, text=text, created_at=clock.now())
        for kind, text in consents.PLATFORM_TEXTS.items()
    }
    db.session.add_all(texts.values())
    db.session.flush()
    rows = [
        {
            "registration_id": registration_id,
            "text_id": texts[kind].id,
            "given": chance.random() < share,
            "at": row["created_at"],
        }
        for registration_id, row in numbered
        for kind, share in AGREES.items()
    ]
    db.session.execute(sa.insert(Consent), rows)


def _write_history(numbered: Sequence[tuple[int, dict[str, Any]]], series_of: dict[int, int]) -> None:
    """What the audit log would hold, in the order of time."""
    entries = []
    for registration_id, row in numbered:
        common = {
            "event_id": row["event_id"],
            "series_id": series_of[row["event_id"]],
            "target_type": "registration",
            "target_id": registration_id,
            "actor_kind": "system" if row["source"] is RegistrationSource.ORGANISER else "visitor",
            "actor_id": None,
        }
        made = {name: row[name] for name in ("category_id", "source", "reference")}
        confirmed = {"at": row["created_at"], "action": "registration.confirmed", "before": None, "after": made}
        entries.append(common | confirmed)
        if row["cancelled_at"]:
            after = {"status": RegistrationStatus.CANCELLED, "by": CancelledBy.PARTICIPANT}
            before = {"status": RegistrationStatus.CONFIRMED}
            cancelled = {"at": row["cancelled_at"], "action": "registration.cancelled", "before": before}
            entries.append(common | cancelled | {"actor_kind": "link", "after": after})
    db.session.execute(sa.insert(AuditEntry), sorted(entries, key=lambda entry: entry["at"]))
