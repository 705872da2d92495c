"""Registering: what is checked, what is written, and that it is all or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from blinker import Signal

from congress.audit.models import AuditEntry
from congress.core import clock
from congress.core.errors import Malformed
from congress.core.tokens import derive_token, hash_token
from congress.events.enums import EventStatus
from congress.events.models import Event, Series
from congress.extensions import db
from congress.registration import errors, signals, tickets
from congress.registration.enums import ConsentKind, RegistrationSource, RegistrationStatus, TicketState
from congress.registration.models import Category, Consent, ConsentText, EventKey, Registration, Ticket
from congress.registration.services import Choice, Person, register
from tests.factories.events import make_event, make_series
from tests.factories.registrations import make_category, make_registration

pytestmark = pytest.mark.usefixtures("session", "now")

ZOE = Person("Zoé", "Lefèvre", "Zoe.Lefevre@Example.org", "Exemple SA", "Chercheuse", "fr")
NO_CONSENTS = {ConsentKind.PRIVACY_NOTICE: True, ConsentKind.PARTICIPANT_LIST: False, ConsentKind.PHOTO: True}
ONLINE = RegistrationSource.ONLINE


def choose(event: Event, category: Category | None = None) -> Choice:
    return Choice(event.id, (category or make_category(event)).id)


@contextmanager
def heard(signal: Signal) -> Iterator[list[dict[str, Any]]]:
    seen: list[dict[str, Any]] = []

    def listen(_sender: object, **what: Any) -> None:
        seen.append(what)

    with signal.connected_to(listen):
        yield seen


@pytest.mark.database
def test_one_form_for_two_stages_writes_everything_once() -> None:
    series = make_series()
    first, second = make_event(series), make_event(series)
    choices = [choose(second), choose(first)]

    with heard(signals.registration_confirmed) as announced:
        group = register(choices, ZOE, NO_CONSENTS, source=ONLINE)

    assert [call["group"] for call in announced] == [group]
    assert [one.event_id for one in group.registrations] == sorted([first.id, second.id])
    assert {one.status for one in group.registrations} == {RegistrationStatus.CONFIRMED}
    assert {one.email_key for one in group.registrations} == {"zoe.lefevre@example.org"}
    assert group.link_hash == hash_token(derive_token("manage", group.link_salt))
    for registration in group.registrations:
        (ticket,) = registration.tickets
        payload = tickets.parse(ticket.payload)
        key = db.session.scalars(sa.select(EventKey).where(EventKey.event_id == registration.event_id)).one()
        assert ticket.state is TicketState.VALID
        assert payload is not None
        assert payload.event_id == registration.event_id
        assert payload.is_genuine(key.public_key)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Consent)) == 6
    assert set(db.session.scalars(sa.select(AuditEntry.action))) == {"registration.confirmed"}
    assert set(db.session.scalars(sa.select(Event.page_version).execution_options(populate_existing=True))) == {2}
    assert db.session.scalar(sa.select(Series.page_version)) == 2


def test_consents_are_kept_with_the_version_of_their_text() -> None:
    event = make_event()
    own = ConsentText(
        event_id=event.id, kind=ConsentKind.PHOTO, version=3, text={"fr": "Photo !"}, created_at=clock.now()
    )
    db.session.add(own)
    db.session.flush()
    group = register([choose(event)], ZOE, NO_CONSENTS, source=ONLINE)
    rows = db.session.execute(
        sa.select(ConsentText.kind, ConsentText.event_id, ConsentText.version, Consent.given, Consent.at)
        .join(Consent, Consent.text_id == ConsentText.id)
        .where(Consent.registration_id == group.registrations[0].id)
    ).all()
    assert {(row.kind, row.event_id, row.version, row.given) for row in rows} == {
        (ConsentKind.PRIVACY_NOTICE, None, 1, True),
        (ConsentKind.PARTICIPANT_LIST, None, 1, False),
        (ConsentKind.PHOTO, event.id, 3, True),
    }
    assert {row.at for row in rows} == {clock.now()}


def test_the_platforms_texts_are_stored_once() -> None:
    for number in range(2):
        person = Person("A", "B", f"a{number}@example.org")
        register([choose(make_event())], person, NO_CONSENTS, source=ONLINE)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ConsentText)) == len(ConsentKind)


@pytest.mark.database
def test_a_full_stage_refuses_the_whole_form() -> None:
    free, full = make_event(), make_event(name={"fr": "Étape Sud", "en": "South stage"})
    category = make_category(full, capacity=1, name={"fr": "Salle", "en": "Hall"})
    make_registration(full, category)
    with pytest.raises(errors.EventFull) as refusal:
        register([choose(free), choose(full, category)], ZOE, NO_CONSENTS, source=ONLINE)
    assert refusal.value.event_id == full.id
    assert "Étape Sud" in str(refusal.value)
    assert "Salle" in str(refusal.value)
    assert (
        db.session.scalar(sa.select(sa.func.count()).where(Registration.email_key == "zoe.lefevre@example.org")) == 0
    )


@pytest.mark.database
@pytest.mark.parametrize(
    "spelling", ["zoe.lefevre@example.org", "ZOE.LEFEVRE@EXAMPLE.ORG", "ｚｏｅ.lefevre@example.org"]
)
def test_one_live_registration_per_address_and_event(spelling: str) -> None:
    event = make_event()
    category = make_category(event)
    register([choose(event, category)], ZOE, NO_CONSENTS, source=ONLINE)
    again = Person("Zoé", "L.", spelling)
    with pytest.raises(errors.AlreadyRegistered) as refusal:
        register([choose(event, category)], again, NO_CONSENTS, source=ONLINE)
    assert refusal.value.event_id == event.id
    register([choose(make_event())], again, NO_CONSENTS, source=ONLINE)


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"status": EventStatus.DRAFT}, errors.EventNotPublished),
        ({"status": EventStatus.CANCELLED}, errors.EventCancelled),
        ({"registration_opens_at": dt.datetime(2027, 3, 11, tzinfo=dt.UTC)}, errors.WindowNotOpen),
        ({"registration_closes_at": dt.datetime(2027, 3, 10, 11, 0, tzinfo=dt.UTC)}, errors.WindowClosed),
    ],
)
def test_an_event_that_takes_no_registrations(values: dict[str, Any], error: type[Exception]) -> None:
    event = make_event(**values)
    with pytest.raises(error):
        register([choose(event)], ZOE, NO_CONSENTS, source=ONLINE)


def test_an_organiser_registers_outside_the_window_and_in_categories_of_their_own() -> None:
    event = make_event(registration_closes_at=dt.datetime(2027, 3, 9, tzinfo=dt.UTC))
    group = register(
        [choose(event, make_category(event, is_public=False))],
        ZOE,
        NO_CONSENTS,
        source=RegistrationSource.ORGANISER,
        note="VIP",
    )
    assert (group.registrations[0].source, group.registrations[0].note) == (RegistrationSource.ORGANISER, "VIP")


def test_an_organiser_is_held_by_the_places() -> None:
    event = make_event()
    with pytest.raises(errors.EventFull):
        register(
            [choose(event, make_category(event, capacity=0))], ZOE, NO_CONSENTS, source=RegistrationSource.ORGANISER
        )


@pytest.mark.parametrize("what", ["not public", "archived", "of another event", "unknown"])
def test_a_category_that_is_not_offered(what: str) -> None:
    event = make_event()
    category_id = {
        "not public": lambda: make_category(event, is_public=False).id,
        "archived": lambda: make_category(event, archived_at=clock.now()).id,
        "of another event": lambda: make_category(make_event()).id,
        "unknown": lambda: 987_654,
    }[what]()
    with pytest.raises(errors.CategoryUnavailable):
        register([Choice(event.id, category_id)], ZOE, NO_CONSENTS, source=ONLINE)


def test_the_same_event_twice_or_no_event_at_all() -> None:
    event = make_event()
    for choices in ([], [choose(event), choose(event)], [Choice(number, 1) for number in range(31)]):
        with pytest.raises(Malformed):
            register(choices, ZOE, NO_CONSENTS, source=ONLINE)


@pytest.mark.database
@pytest.mark.parametrize(
    "name",
    ["é" * 200, "محمد بن عبد الله", "李小龙", "Ṽ́̌̃", "👩‍🔬 Ada", "O’Connor-Łukasiewicz", "{email}", "=1+1"],
)
def test_names_as_people_write_them(name: str) -> None:
    group = register([choose(make_event())], Person(name, name, "a@example.org"), NO_CONSENTS, source=ONLINE)
    db.session.expire_all()
    assert db.session.scalar(sa.select(Registration.given_name).where(Registration.group_id == group.id)) == name


@pytest.mark.database
def test_the_database_holds_one_valid_ticket_per_registration() -> None:
    registration = make_registration(make_event())
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(
            sa.insert(Ticket).values(
                event_id=registration.event_id,
                registration_id=registration.id,
                key_id=1,
                code=b"12345678",
                payload="A" * 125,
                state=TicketState.VALID,
                created_at=clock.now(),
            )
        )
