"""One registration on the organisers' side: what is shown, what can be done, what is refused."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
import sqlalchemy as sa

from congress.audit.models import AuditEntry
from congress.events.models import Event, Series
from congress.extensions import db
from congress.mail.models import Mail
from congress.registration.enums import RegistrationSource, RegistrationStatus, TicketState
from congress.registration.models import Category, Registration, RegistrationGroup, Ticket
from tests.support.client import without_token
from tests.support.desk import add_category, add_person, address, one
from tests.support.tour import Tour, draft

PERSON = {
    "given_name": "Émile",
    "family_name": "Noël",
    "email": "emile@example.org",
    "organisation": "Institut",
    "job_title": "",
    "language": "en",
}
ACTIONS = ("edit", "category", "cancel", "restore", "ticket")


def first_category(tour: Tour) -> int:
    return tour.read(
        sa.select(Category.id)
        .join(Event, Event.id == Category.event_id)
        .where(Event.slug == tour.event)
        .order_by(Category.id)
        .limit(1)
    )


def acts(tour: Tour) -> list[str]:
    return tour.read_all(sa.select(AuditEntry.action).order_by(AuditEntry.id))


def versions(tour: Tour) -> tuple[int, int]:
    return (
        tour.read(sa.select(Event.page_version).where(Event.slug == tour.event)),
        tour.read(sa.select(Series.page_version)),
    )


@pytest.fixture
def person(tour: Tour, now) -> str:
    return add_person(tour, "Zoé Lefèvre", note="Vegetarian")


@pytest.mark.database
def test_registering_somebody_by_hand(tour: Tour, now) -> None:
    hidden = add_category(tour, "Speakers", is_public=False)
    tour.change(Event, tour.event, registration_closes_at=now - dt.timedelta(hours=1))
    client = tour.client("registration")
    before = versions(tour)

    answer = client.submit(address(tour, "new"), {**PERSON, "category": str(hidden), "note": "At two"})

    made: Registration = tour.read(sa.select(Registration))
    assert (answer.status_code, answer.location) == (303, address(tour, f"{made.public_id}/"))
    assert (made.full_name, made.category_id, made.source) == ("Émile Noël", hidden, RegistrationSource.ORGANISER)
    assert (made.note, made.language) == ("At two", "en")
    assert tour.read_all(sa.select(Mail.recipient)) == ["emile@example.org"]
    assert acts(tour) == ["registration.confirmed"]
    assert all(new > old for new, old in zip(versions(tour), before, strict=True))
    page = client.get(answer.location).get_data(as_text=True)
    assert ("Émile Noël" in page, "By the team" in page, "At two" in page) == (True, True, True)


def test_the_same_form_twice_registers_once(tour: Tour, now) -> None:
    client = tour.client("registration")
    data = {**PERSON, "category": str(first_category(tour)), "idempotency_key": "k" * 32}
    first = client.submit(address(tour, "new"), data)
    second = client.submit(address(tour, "new"), data)

    assert (first.status_code, second.status_code, second.location) == (303, 303, first.location)
    assert tour.read(sa.select(sa.func.count()).select_from(Registration)) == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"email": "nobody"}, "Please give a complete e-mail address"),
        ({"family_name": ""}, "This field is required"),
        ({"category": "999999"}, "Not a valid choice"),
        ({"email": "LEFÈVRE@example.org"}, "already registered"),
    ],
)
def test_a_refused_entry_says_why_and_keeps_what_was_typed(
    tour, person, change: dict[str, str], sentence: str
) -> None:
    answer = tour.client("registration").submit(
        address(tour, "new"), {**PERSON, "category": str(first_category(tour)), **change}
    )
    page = answer.get_data(as_text=True)
    assert (answer.status_code, sentence in page, "Institut" in page) == (422, True, True)
    assert tour.read(sa.select(sa.func.count()).select_from(Registration)) == 1


def test_by_hand_the_places_hold_too(tour: Tour, now) -> None:
    full = add_category(tour, "Tiny", 1)
    add_person(tour, "Ada First", category_id=full)
    answer = tour.client("registration").submit(address(tour, "new"), {**PERSON, "category": str(full)})
    assert (answer.status_code, "“Tiny” is full" in answer.get_data(as_text=True)) == (422, True)
    assert tour.read_all(sa.select(Mail.id)) == []


def test_a_draft_takes_nobody(tour: Tour, now) -> None:
    draft(tour)
    client, data = tour.client("registration"), {**PERSON, "category": str(first_category(tour))}
    assert "while the event is not published" in client.get(address(tour, "new")).get_data(as_text=True)
    assert client.submit(address(tour, "new"), data).status_code == 422


def test_extra_fields_are_ignored(tour: Tour, now) -> None:
    """Security case A12."""
    sibling = tour.read(sa.select(Event.id).where(Event.slug == tour.sibling))
    extra = {"event_id": str(sibling), "status": "cancelled", "reference": "HACKED00", "source": "demo"}
    tour.client("registration").submit(
        address(tour, "new"), {**PERSON, "category": str(first_category(tour)), **extra}
    )
    made: Registration = tour.read(sa.select(Registration))
    assert made.event_id != sibling
    assert (made.status, made.source) == (RegistrationStatus.CONFIRMED, RegistrationSource.ORGANISER)
    assert made.reference != "HACKED00"


@pytest.mark.database
def test_the_page_tells_everything_of_this_event_only(tour: Tour, person: str) -> None:
    group = one(tour, person).group_id
    add_person(tour, "Zoé Elsewhere", event=tour.sibling, group_id=group, email="lefèvre@example.org")
    again = add_person(tour, "Zoé Before", status=RegistrationStatus.CANCELLED, email="lefèvre@example.org")

    page = tour.client("registration").get(address(tour, f"{person}/")).get_data(as_text=True)
    for shown in ("Zoé Lefèvre", "Vegetarian", "lefèvre@example.org", "Valid", f"/registrations/{again}/"):
        assert shown in page
    assert ("Elsewhere" in page, "Île-de-France" in page) == (False, False)


@pytest.mark.parametrize("path", ["", *ACTIONS])
def test_another_event_s_registration_looks_like_none(tour: Tour, now, path: str) -> None:
    """Security case A02."""
    foreign = add_person(tour, "Hidden Neighbour", event=tour.sibling)
    client = tour.client("organiser")
    other, missing = client.get(address(tour, f"{foreign}/{path}")), client.get(address(tour, f"{'0' * 32}/{path}"))
    assert (other.status_code, missing.status_code) == (404, 404)
    assert without_token(other).replace(foreign, "") == without_token(missing).replace("0" * 32, "")


@pytest.mark.parametrize("path", [*ACTIONS, "note", "resend"])
def test_writing_needs_the_right_and_this_event(tour: Tour, person: str, path: str) -> None:
    before = one(tour, person).changed_at
    for who, status in (("viewer", 403), ("door", 403), ("neighbour", 404)):
        client = tour.client(who)
        data = {**PERSON, "note": "x"}
        assert client.submit(address(tour, f"{person}/{path}"), data, page="/en/manage/").status_code == status
    foreign = add_person(tour, "Hidden Neighbour", event=tour.sibling)
    client = tour.client("organiser")
    answer = client.submit(address(tour, f"{foreign}/{path}"), PERSON, page=address(tour, f"{person}/"))
    assert answer.status_code == 404
    assert one(tour, person).changed_at == before
    assert acts(tour) == []


@pytest.mark.database
def test_correcting(tour: Tour, person: str) -> None:
    client = tour.client("registration")
    answer = client.submit(
        address(tour, f"{person}/edit"), {**PERSON, "version": one(tour, person).changed_at.isoformat()}
    )
    assert (answer.status_code, one(tour, person).full_name) == (303, "Émile Noël")
    assert acts(tour) == ["registration.corrected"]
    page = client.get(answer.location).get_data(as_text=True)
    assert ("Data corrected" in page, "First name" in page, "Registration" in page) == (True, True, True)


def test_correcting_what_a_colleague_has_just_corrected_is_refused(tour: Tour, person: str) -> None:
    stale = {**PERSON, "version": "2020-01-01T00:00:00+00:00"}
    answer = tour.client("registration").submit(address(tour, f"{person}/edit"), stale)
    assert (answer.status_code, "changed in the meantime" in answer.get_data(as_text=True)) == (422, True)
    assert one(tour, person).full_name == "Zoé Lefèvre"


@pytest.mark.database
def test_cancelling_frees_the_place_and_keeps_the_reason_for_the_team(tour: Tour, person: str) -> None:
    client = tour.client("registration")
    answer = client.submit(address(tour, f"{person}/cancel"), {"reason": "Ill"})

    cancelled = one(tour, person)
    assert (answer.status_code, cancelled.status) == (303, RegistrationStatus.CANCELLED)
    assert cancelled.note.splitlines()[0] == "Vegetarian"
    assert cancelled.note.endswith(": Ill")
    assert tour.read_all(sa.select(Ticket.state)) == [TicketState.CANCELLED]
    assert tour.read_all(sa.select(Mail.template)) == ["registration_cancelled"]
    assert "Ill" not in str(tour.read_all(sa.select(AuditEntry.after)))
    again = client.submit(address(tour, f"{person}/cancel"), {}, page=address(tour, f"{person}/"))
    assert (again.status_code, acts(tour)) == (303, ["registration.cancelled", "registration.noted"])


@pytest.mark.database
def test_restoring_needs_a_place_and_gives_a_new_ticket(tour: Tour, now) -> None:
    tiny = add_category(tour, "Tiny", 1)
    gone = add_person(tour, "Zoé Gone", category_id=tiny, status=RegistrationStatus.CANCELLED)
    holder = add_person(tour, "Ada Holder", category_id=tiny)
    client = tour.client("registration")
    with tour.app.app_context():
        db.session.execute(sa.update(Ticket).values(state=TicketState.CANCELLED))
        db.session.commit()

    refused = client.submit(address(tour, f"{gone}/restore"), {})
    assert (refused.status_code, "“Tiny” is full" in refused.get_data(as_text=True)) == (422, True)
    client.submit(address(tour, f"{holder}/cancel"), {})
    assert client.submit(address(tour, f"{gone}/restore"), {}).status_code == 303
    assert one(tour, gone).status is RegistrationStatus.CONFIRMED
    states = tour.read_all(
        sa.select(Ticket.state).join(Registration).where(Registration.public_id == gone).order_by(Ticket.id)
    )
    assert states == [TicketState.CANCELLED, TicketState.VALID]


@pytest.mark.database
def test_four_restore_at_once_for_one_place(tour: Tour, now) -> None:
    tiny = add_category(tour, "Tiny", 1)
    gone = [add_person(tour, f"Zoé Gone{n}", category_id=tiny, status=RegistrationStatus.CANCELLED) for n in range(4)]
    with tour.app.app_context():
        db.session.execute(sa.update(Ticket).values(state=TicketState.CANCELLED))
        db.session.commit()
    clients, statuses = [tour.client("registration") for _ in gone], []

    def restore(number: int) -> None:
        statuses.append(clients[number].submit(address(tour, f"{gone[number]}/restore"), {}).status_code)

    threads = [threading.Thread(target=restore, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303, 422, 422, 422]


@pytest.mark.database
def test_changing_the_category(tour: Tour, person: str) -> None:
    other, full = add_category(tour, "Press"), add_category(tour, "Tiny", 0)
    client = tour.client("registration")

    refused = client.submit(address(tour, f"{person}/category"), {"category": str(full)})
    assert (refused.status_code, "“Tiny” is full" in refused.get_data(as_text=True)) == (422, True)
    answer = client.submit(address(tour, f"{person}/category"), {"category": str(other)})
    assert (answer.status_code, one(tour, person).category_id) == (303, other)
    assert "to “Press”" in client.get(answer.location).get_data(as_text=True)


def test_a_category_of_another_event_is_no_choice(tour: Tour, person: str) -> None:
    foreign = add_category(tour, "Foreign", event=tour.sibling)
    answer = tour.client("organiser").submit(address(tour, f"{person}/category"), {"category": str(foreign)})
    assert (answer.status_code, one(tour, person).category_id != foreign) == (422, True)


@pytest.mark.database
def test_replacing_the_ticket_ends_the_old_one(tour: Tour, person: str) -> None:
    client = tour.client("registration")
    assert client.submit(address(tour, f"{person}/ticket"), {}).status_code == 303
    assert tour.read_all(sa.select(Ticket.state).order_by(Ticket.id)) == [TicketState.REPLACED, TicketState.VALID]
    assert "Replaced" in client.get(address(tour, f"{person}/")).get_data(as_text=True)


def test_resending_keeps_the_link_and_a_double_click_sends_one_mail(tour: Tour, person: str) -> None:
    client, page = tour.client("registration"), address(tour, f"{person}/")
    before = tour.read(sa.select(RegistrationGroup.link_hash))
    data = {"idempotency_key": "r" * 32}
    for _ in range(2):
        assert client.submit(address(tour, f"{person}/resend"), data, page=page).status_code == 303
    assert tour.read_all(sa.select(Mail.recipient)) == ["lefèvre@example.org"]
    assert tour.read(sa.select(RegistrationGroup.link_hash)) == before


def test_what_is_cancelled_gets_no_mail(tour: Tour, now) -> None:
    gone = add_person(tour, "Zoé Gone", status=RegistrationStatus.CANCELLED)
    client, page = tour.client("registration"), address(tour, f"{gone}/")
    answer = client.submit(address(tour, f"{gone}/resend"), {}, page=page)
    assert (answer.status_code, "changed in the meantime" in answer.get_data(as_text=True)) == (422, True)
    assert client.get(address(tour, f"{gone}/edit")).status_code == 303
    assert client.get(address(tour, f"{gone}/ticket")).status_code == 303


def test_a_note_for_the_team(tour: Tour, person: str) -> None:
    client, page = tour.client("registration"), address(tour, f"{person}/")
    assert client.submit(address(tour, f"{person}/note"), {"note": "Arrives late"}, page=page).status_code == 303
    assert one(tour, person).note == "Arrives late"
    long = client.submit(address(tour, f"{person}/note"), {"note": "x" * 2001}, page=page)
    assert (long.status_code, one(tour, person).note) == (422, "Arrives late")
    assert "Arrives late" not in str(tour.read_all(sa.select(AuditEntry.after)))
