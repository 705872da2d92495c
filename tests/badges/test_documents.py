"""What is printed can be scanned, and holds what it should."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from congress.badges import documents, queries
from congress.badges.enums import BadgeFormat
from congress.core import pdf
from congress.core.tokens import derive_token
from congress.extensions import db
from congress.registration.enums import RegistrationStatus, TicketState
from congress.registration.models import Registration, RegistrationGroup, Ticket
from tests.factories.events import make_event
from tests.factories.registrations import make_category, make_registration
from tests.support import pdf_reader

pytestmark = pytest.mark.skipif(not pdf.is_available(), reason="pango is not installed")

LONGEST = "Wolfeschlegelsteinhausenbergerdorff-" * 5


def loaded(*registrations: Registration) -> list[Registration]:
    """The registrations again, with all that is printed."""
    db.session.flush()
    db.session.expire_all()
    ids = [registration.id for registration in registrations]
    event = registrations[0].event_id
    return list(
        db.session.scalars(
            sa.select(Registration)
            .where(Registration.id.in_(ids), Registration.event_id == event)
            .options(*queries.for_paper())
            .order_by(Registration.id)
        )
    )


def payload_of(registration: Registration) -> str:
    """The payload of the valid ticket."""
    return str(documents.valid_payload(registration))


@pytest.mark.parametrize(
    ("layout", "pages", "size"), [(BadgeFormat.A6, 12, {(105, 148)}), (BadgeFormat.A4_SHEET, 2, {(210, 297)})]
)
def test_every_code_is_read_back(session: None, layout: BadgeFormat, pages: int, size: set[tuple[int, int]]) -> None:
    event = make_event()
    category = make_category(event)
    people = loaded(*(make_registration(event, category) for _ in range(12)))
    [values] = documents.badge_parts(people[0].event, layout, [people], "fr")
    content = pdf.draw_here("badges", values)
    assert pdf_reader.page_count(content) == pages
    assert pdf_reader.page_sizes_mm(content) == size
    assert sorted(pdf_reader.codes_of(content)) == sorted(payload_of(person) for person in people)


@pytest.mark.parametrize("layout", list(BadgeFormat))
@pytest.mark.parametrize(
    ("given", "family"),
    [(LONGEST, LONGEST), ("زينب", "بنت محمد"), ("Zoë 🎉", "Ŷvonne-Œuvrard"), ("<b>Eve</b>", "{{ 7*7 }}")],
)
def test_unusual_names_leave_the_code_readable(session: None, layout: BadgeFormat, given: str, family: str) -> None:
    event = make_event()
    people = loaded(make_registration(event, given_name=given, family_name=family, organisation=LONGEST))
    [values] = documents.badge_parts(people[0].event, layout, [people], "en")
    content = pdf.draw_here("badges", values)
    assert pdf_reader.codes_of(content) == [payload_of(people[0])]
    assert "49" not in pdf_reader.text_of(content).replace(people[0].reference, "").split()


def test_a_ticket_says_what_its_holder_needs(session: None) -> None:
    [person] = loaded(make_registration(make_event(name={"fr": "Étape <i>Est</i>", "en": "East"})))
    content = documents.ticket_pdf([person])
    text = pdf_reader.text_of(content)
    assert pdf_reader.codes_of(content) == [payload_of(person)]
    for expected in (person.full_name, "Étape <i>Est</i>", "Palais inventé", "Strasbourg"):
        assert expected in text


def test_a_cancelled_ticket_carries_no_code(session: None) -> None:
    registration = make_registration(make_event(), status=RegistrationStatus.CANCELLED)
    db.session.execute(sa.update(Ticket).values(state=TicketState.CANCELLED))
    [person] = loaded(registration)
    assert pdf_reader.codes_of(documents.ticket_pdf([person])) == []


def test_documents_fetch_nothing(session: None, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("canary", encoding="utf-8")
    fetcher = pdf._own_files_only()
    for address in (
        secret.as_uri(),
        "http://127.0.0.1:9/canary",
        "http://169.254.169.254/latest",
        "font:../css/theme.css",
        "ftp://127.0.0.1/x",
    ):
        with pytest.raises(ValueError, match="documents fetch nothing"):
            fetcher.fetch(address)


def test_a_link_opens_its_own_registration_only(session: None) -> None:
    mine, other = make_registration(make_event()), make_registration(make_event())
    group = db.session.get_one(RegistrationGroup, mine.group_id)
    token = derive_token("manage", group.link_salt)
    found = queries.registration_by_link(token, mine.public_id)
    assert found is not None
    assert found.id == mine.id
    assert queries.registration_by_link(token, other.public_id) is None
    assert queries.registration_by_link(token[:-1], mine.public_id) is None
