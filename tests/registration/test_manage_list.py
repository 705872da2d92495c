"""The organisers' list of registrations: search, filters, order, paging, figures; never another event's."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa

from congress.registration.enums import Attendance, RegistrationSource, RegistrationStatus
from congress.registration.models import Registration
from tests.support.client import without_token
from tests.support.desk import add_category, add_person, address, counted_queries
from tests.support.tour import Tour

NAME = re.compile(r"<th scope=\"row\">\s*<a href=\"[^\"]+\"><bdi>([^<]+)</bdi>")


def names(tour: Tour, who: str = "registration", **arguments: Any) -> list[str]:
    """The names in the list, in order."""
    answer = tour.client(who).get(address(tour), query_string=arguments)
    assert answer.status_code == 200
    return NAME.findall(answer.get_data(as_text=True))


@pytest.mark.database
@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("lefevre", ["Zoé Lefèvre"]),
        ("LEFÈVRE zoe", ["Zoé Lefèvre"]),
        ("lefevre pierre", []),
        ("pierre@", ["Pierre Martin"]),
        ("polepharma", ["Pierre Martin"]),
        ("%", []),
        ("_", []),
        ("' OR 1=1 --", []),
        ("x" * 5000, []),
    ],
)
def test_search_finds_every_word_whatever_the_accents(tour, now, search: str, found: list[str]) -> None:
    add_person(tour, "Zoé Lefèvre")
    add_person(tour, "Pierre Martin", email="pierre@example.org", organisation="Polepharma")
    assert names(tour, q=search) == found


@pytest.mark.parametrize("search", ["oeuvray", "Œuvray", "lukasz", "ŁUKASZ", "lukasz oeuv"])
def test_search_finds_letters_that_are_not_on_every_keyboard(tour, now, search: str) -> None:
    add_person(tour, "Łukasz Œuvray", email="l@example.org")
    assert names(tour, q=search) == ["Łukasz Œuvray"]


def test_search_finds_a_reference_as_people_write_it(tour: Tour, now) -> None:
    add_person(tour, "Zoé Lefèvre", reference="ABCD2345")
    add_person(tour, "Pierre Martin", reference="WXYZ6789")
    assert names(tour, q="abcd-2345") == ["Zoé Lefèvre"]
    assert names(tour, q="abcd 2345") == ["Zoé Lefèvre"]


@pytest.mark.database
def test_filters_narrow_and_combine(tour: Tour, now) -> None:
    online = add_category(tour, "Remote", attendance=Attendance.ONLINE)
    add_person(tour, "Anna Online", category_id=online)
    add_person(tour, "Bert Hand", source=RegistrationSource.ORGANISER)
    add_person(tour, "Cleo Gone", status=RegistrationStatus.CANCELLED)

    assert names(tour, attendance="online") == ["Anna Online"]
    assert names(tour, category=str(online)) == ["Anna Online"]
    assert names(tour, source="organiser") == ["Bert Hand"]
    assert names(tour, status="cancelled") == ["Cleo Gone"]
    assert names(tour, status="cancelled", source="organiser") == []
    assert sorted(names(tour, status="nonsense", category="-1; DROP")) == ["Anna Online", "Bert Hand", "Cleo Gone"]


@pytest.mark.database
def test_sort_keys_are_a_fixed_list_and_accents_sort_as_plain_letters(tour: Tour, now) -> None:
    for name, organisation in (("Ada Étienne", "b"), ("Ben Farge", "C"), ("Cleo Durand", "à")):
        add_person(tour, name, organisation=organisation)

    assert names(tour, sort="name") == ["Cleo Durand", "Ada Étienne", "Ben Farge"]
    assert names(tour, sort="name", dir="desc") == ["Ben Farge", "Ada Étienne", "Cleo Durand"]
    assert names(tour, sort="organisation") == ["Cleo Durand", "Ada Étienne", "Ben Farge"]
    assert names(tour, sort="email_key; DROP TABLE registrations") == ["Cleo Durand", "Ben Farge", "Ada Étienne"]


def test_sorted_by_category_in_the_organisers_order(tour: Tour, now) -> None:
    last, first = add_category(tour, "Last", position=9), add_category(tour, "First", position=-1)
    add_person(tour, "Ada Late", category_id=last)
    add_person(tour, "Ben Early", category_id=first)
    assert names(tour, sort="category") == ["Ben Early", "Ada Late"]


def test_pages_of_fifty_and_addresses_that_keep_the_filter(tour: Tour, now) -> None:
    for number in range(51):
        add_person(tour, f"Ada Person{number:02}")
    client = tour.client("registration")

    assert len(names(tour, q="ada", sort="name")) == 50
    assert names(tour, q="ada", sort="name", page="2") == ["Ada Person50"]
    for odd in ("0", "-3", "99999999999999999999", "x"):
        assert client.get(address(tour), query_string={"page": odd}).status_code == 200
    page = client.get(address(tour), query_string={"q": "ada", "sort": "name", "dir": "asc"}).get_data(as_text=True)
    assert "q=ada&amp;sort=name&amp;dir=asc&amp;page=2" in page


@pytest.mark.database
def test_nothing_of_another_event(tour: Tour, now) -> None:
    """Security case A03: no row, no number, no name."""
    add_person(tour, "Zoé Lefèvre")
    add_category(tour, "Secret room", event=tour.sibling)
    add_person(tour, "Hidden Neighbour", event=tour.sibling)
    client = tour.client("organiser")

    assert names(tour, "organiser") == ["Zoé Lefèvre"]
    assert names(tour, "organiser", q="neighbour") == []
    for page in (address(tour), address(tour, "counts"), address(tour, "new"), address(tour, "categories/")):
        text = client.get(page).get_data(as_text=True)
        assert ("Neighbour" in text, "Secret room" in text) == (False, False)


@pytest.mark.parametrize(
    ("who", "status"), [("registration", 200), ("door", 403), ("viewer", 403), ("neighbour", 404)]
)
@pytest.mark.parametrize("path", ["", "counts"])
def test_who_may_read(tour: Tour, now, path: str, who: str, status: int) -> None:
    assert tour.client(who).get(address(tour, path)).status_code == status


def test_a_stranger_sees_what_does_not_exist(tour: Tour, now) -> None:
    client = tour.client("neighbour")
    other, missing = client.get(address(tour)), client.get(address(tour, event="no-such-event"))
    assert (other.status_code, missing.status_code) == (404, 404)
    assert without_token(other).replace(tour.event, "") == without_token(missing).replace("no-such-event", "")


def test_signed_out_leads_to_the_sign_in(tour: Tour, now) -> None:
    assert tour.client().get(address(tour)).status_code == 303


@pytest.mark.database
def test_as_many_queries_for_three_as_for_one(tour: Tour, now) -> None:
    client, sent = tour.client("registration"), []
    for number in (1, 2):
        for again in range(number):
            add_person(tour, f"Ada Person{number}{again}", category_id=add_category(tour, f"Kind {number}{again}"))
        client.get(address(tour))
        with counted_queries(tour) as queries:
            client.get(address(tour), query_string={"q": "ada", "sort": "name"})
        sent.append(len(queries))
    assert sent[0] == sent[1] < 20


def test_figures_say_what_is_taken_and_free(tour: Tour, now) -> None:
    kind = add_category(tour, "Industry", 10)
    add_person(tour, "Ada One", category_id=kind)
    add_person(tour, "Ben Gone", category_id=kind, status=RegistrationStatus.CANCELLED)
    client = tour.client("registration")

    page = client.get(address(tour, "counts")).get_data(as_text=True)
    assert "1 of 10" in page
    part = client.get(address(tour, "counts"), headers={"HX-Request": "true"}).get_data(as_text=True)
    assert ("<html" in part, "1 of 10" in part) == (False, True)
    tiles = client.get(address(tour, "counts?part=tiles")).get_data(as_text=True)
    assert re.findall(r"<dd>\s*(\S+)\s*</dd>", tiles) == ["1", "109", "1"]


def test_empty_list_says_what_to_do(tour: Tour, now) -> None:
    page = tour.client("registration").get(address(tour)).get_data(as_text=True)
    assert "No registration yet" in page
    add_person(tour)
    page = tour.client("registration").get(address(tour, "?q=nobody")).get_data(as_text=True)
    assert ("Nobody matches" in page, "Show everybody" in page) == (True, True)


def test_markup_in_a_name_stays_text(tour: Tour, now) -> None:
    public_id = add_person(tour, "<script>alert(1)</script> <b>Bold")
    client = tour.client("registration")
    for page in (address(tour), address(tour, f"{public_id}/"), address(tour, f"{public_id}/cancel")):
        assert "<script>alert" not in client.get(page).get_data(as_text=True)
    assert tour.read(sa.select(sa.func.count()).select_from(Registration)) == 1
