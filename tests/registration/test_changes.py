"""What organisers change: states, categories, tickets, addresses."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from congress.audit.models import AuditEntry
from congress.core import clock
from congress.core.text import search_key
from congress.core.tokens import hash_token
from congress.events.models import Event
from congress.extensions import db
from congress.registration import errors, personal_data, services, signals
from congress.registration.enums import (
    TRANSITIONS,
    CancelledBy,
    ConsentKind,
    RegistrationSource,
    RegistrationStatus,
    TicketState,
)
from congress.registration.links import group_by_token, manage_token
from congress.registration.models import Consent, Registration, RegistrationGroup, Ticket
from congress.registration.services import Choice, Person
from tests.factories.events import make_event
from tests.factories.registrations import make_category, make_registration
from tests.registration.test_register import heard

pytestmark = [pytest.mark.usefixtures("session", "now"), pytest.mark.database]


def states_of_tickets(registration: Registration) -> list[TicketState]:
    return list(
        db.session.scalars(
            sa.select(Ticket.state).where(Ticket.registration_id == registration.id).order_by(Ticket.id)
        )
    )


def person(**values: str) -> Person:
    return Person(**({"given_name": "Zoé", "family_name": "Lefèvre", "email": "zoe@example.org"} | values))


def page_version(event: Event) -> int:
    return db.session.scalars(sa.select(Event.page_version).where(Event.id == event.id)).one()


def test_cancel_then_restore_gives_another_ticket() -> None:
    event = make_event()
    registration = make_registration(event)
    with heard(signals.registration_cancelled) as cancelled:
        services.cancel(registration, CancelledBy.ORGANISER)
    assert [call["by"] for call in cancelled] == [CancelledBy.ORGANISER]
    assert states_of_tickets(registration) == [TicketState.CANCELLED]
    with heard(signals.registration_changed) as changed, heard(signals.confirmation_requested) as asked:
        services.restore(registration)
    assert [call["before"] for call in changed] == [{"status": RegistrationStatus.CANCELLED}]
    assert [call["registrations"] for call in asked] == [[registration]]
    assert states_of_tickets(registration) == [TicketState.CANCELLED, TicketState.VALID]
    assert (registration.status, registration.cancelled_at) == (RegistrationStatus.CONFIRMED, None)
    assert (registration.calendar_sequence, page_version(event)) == (2, 3)


@pytest.mark.parametrize("status", list(RegistrationStatus))
def test_only_the_transitions_of_the_table(status: RegistrationStatus) -> None:
    registration = make_registration(make_event(), status=status)
    if RegistrationStatus.CANCELLED in TRANSITIONS[status]:
        services.cancel(registration, CancelledBy.ORGANISER)
    else:
        with pytest.raises(errors.IllegalTransition):
            services.cancel(registration, CancelledBy.ORGANISER)


def test_restoring_needs_a_place_and_a_free_address() -> None:
    event = make_event()
    category = make_category(event, capacity=1)
    registration = make_registration(event, category, email="zoe@example.org")
    services.cancel(registration, CancelledBy.PARTICIPANT)
    other = make_registration(event, category)
    with pytest.raises(errors.EventFull):
        services.restore(registration)
    services.cancel(other, CancelledBy.PARTICIPANT)
    make_registration(event, email="ZOE@example.org")
    with pytest.raises(errors.AlreadyRegistered):
        services.restore(registration)


def test_a_replaced_ticket_is_refused_and_the_new_one_sent() -> None:
    registration = make_registration(make_event())
    with heard(signals.confirmation_requested) as asked:
        services.replace_ticket(registration)
    assert states_of_tickets(registration) == [TicketState.REPLACED, TicketState.VALID]
    assert len(asked) == 1
    services.cancel(registration, CancelledBy.ORGANISER)
    with pytest.raises(errors.IllegalTransition):
        services.replace_ticket(registration)
    with pytest.raises(errors.IllegalTransition):
        services.resend(registration)


def test_changing_the_category_moves_the_calendar_entry_and_the_page() -> None:
    event = make_event()
    registration, target = make_registration(event), make_category(event, is_public=False)
    services.change_category(registration, target.id)
    assert (registration.category_id, registration.calendar_sequence) == (target.id, 1)
    assert page_version(event) == 2
    services.change_category(registration, target.id)
    assert registration.calendar_sequence == 1
    with pytest.raises(errors.CategoryUnavailable):
        services.change_category(registration, make_category(make_event()).id)


def test_an_organisers_new_address_does_not_open_what_belongs_to_other_events() -> None:
    mine = make_registration(make_event(), email="zoe@example.org")
    theirs = make_registration(make_event(), email="zoe@example.org", group_id=mine.group_id)
    old = db.session.get_one(RegistrationGroup, mine.group_id)
    old_token = manage_token(old)
    with heard(signals.address_changed) as changed, heard(signals.confirmation_requested) as asked:
        services.correct(mine, person(email="new@example.org"))
    assert [call["old_address"] for call in changed] == ["zoe@example.org"]
    assert [call["registrations"] for call in asked] == [[mine]]
    assert mine.group_id != theirs.group_id
    own = db.session.get_one(RegistrationGroup, mine.group_id)
    assert own.link_hash == hash_token(manage_token(own)) != old.link_hash
    assert theirs.email == "zoe@example.org"
    db.session.expire_all()
    found = group_by_token(old_token)
    assert found
    assert [one.id for one in found.registrations] == [theirs.id]


def test_correcting_names_keeps_the_link_and_writes_no_content_into_the_audit() -> None:
    registration = make_registration(make_event(), email="zoe@example.org")
    group_id = registration.group_id
    with heard(signals.registration_changed) as changed, heard(signals.confirmation_requested) as asked:
        services.correct(registration, person(family_name="Ünïqüe-Canary"))
    assert changed[0]["before"]["family_name"].startswith("Lefèvre")
    assert asked == []
    assert registration.group_id == group_id
    assert "unique-canary" in registration.search_text
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.after) == (
        "registration.corrected",
        {"changed": ["family_name", "organisation"]},
    )
    with heard(signals.registration_changed) as again:
        services.correct(registration, person(family_name="Ünïqüe-Canary"))
    assert again == []


def test_a_cancelled_registration_is_not_corrected() -> None:
    registration = make_registration(make_event(), status=RegistrationStatus.CANCELLED)
    with pytest.raises(errors.IllegalTransition):
        services.correct(registration, person())


@pytest.mark.parametrize(("typed", "stored"), [("lefevre", "Lefèvre"), ("STRASSE", "Straße"), ("ｚｏｅ", "Zoé")])
def test_people_are_found_without_accents_and_capitals(typed: str, stored: str) -> None:
    registration = make_registration(make_event())
    services.correct(registration, person(family_name=stored, email=registration.email))
    assert search_key(typed) in registration.search_text


def test_export_gives_everything_and_erasure_leaves_nothing() -> None:
    first, future = make_event(), make_event()
    answers = {ConsentKind.PRIVACY_NOTICE: True, ConsentKind.PHOTO: True}
    canary = Person("Canary-Given", "Canary-Family", "canary@example.org", "Canary SA", "Canary job", "en")
    for event in (first, future):
        choice = Choice(event.id, make_category(event, capacity=1).id)
        services.register([choice], canary, answers, source=RegistrationSource.ONLINE, note="Canary note")
    other = make_registration(future, make_category(future))
    tokens = [manage_token(group) for group in db.session.scalars(sa.select(RegistrationGroup))]

    exported = personal_data.export("canary@example.org")["registrations"]
    assert [(one["email"], one["note"], len(one["consents"])) for one in exported] == [
        ("canary@example.org", "Canary note", 2)
    ] * 2

    counts = personal_data.erase("canary@example.org")
    assert counts == {"registrations": 2, "consents": 4, "cancelled": 2}
    db.session.expire_all()
    rows = db.session.scalars(sa.select(Registration).where(Registration.id != other.id)).all()
    assert len(rows) == 2
    for row in rows:
        assert (
            "canary" not in repr({column.name: getattr(row, column.name) for column in row.__table__.columns}).lower()
        )
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Consent)) == 0
    assert set(states_of_tickets(rows[0]) + states_of_tickets(rows[1])) == {TicketState.CANCELLED}
    assert [group_by_token(token) is None for token in tokens].count(True) == 2
    assert "canary" not in repr(db.session.execute(sa.select(AuditEntry.before, AuditEntry.after)).all()).lower()
    assert personal_data.export("canary@example.org") == {"registrations": []}
    assert db.session.get_one(Registration, other.id).email


def test_erasing_on_one_event_leaves_the_other_one() -> None:
    first, second = make_event(), make_event()
    one = make_registration(first, email="zoe@example.org")
    two = make_registration(second, email="zoe@example.org", group_id=one.group_id)
    token = manage_token(db.session.get_one(RegistrationGroup, one.group_id))
    assert personal_data.erase("zoe@example.org", first.id)["registrations"] == 1
    assert (one.email, two.email) == ("", "zoe@example.org")
    assert group_by_token(token) is not None
    assert personal_data.addresses_past_retention(first.id) == []
    assert personal_data.addresses_past_retention(second.id) == ["zoe@example.org"]


def test_erasing_somebody_who_was_there_keeps_the_count() -> None:
    event = make_event()
    registration = make_registration(event, email="zoe@example.org")
    with clock.held_at(event.ends_at):
        assert personal_data.erase("zoe@example.org")["cancelled"] == 0
    assert registration.status is RegistrationStatus.CONFIRMED
