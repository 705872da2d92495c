"""Categories and places: what organisers set, what stays guarded, and that the public pages learn of it."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from congress.audit.models import AuditEntry
from congress.events.models import Event, Series
from congress.registration.enums import Attendance, RegistrationStatus
from congress.registration.models import Category, Quota, quota_categories
from tests.support.desk import add_category, add_person, address
from tests.support.tour import Tour

FORM = {
    "name-fr": "Industrie",
    "name-en": "Industry",
    "description-fr": "Salariés",
    "attendance": "on_site",
    "is_public": "y",
    "capacity": "12",
}


def category(tour: Tour, category_id: int) -> Category | None:
    found: Category | None = tour.read(sa.select(Category).where(Category.id == category_id))
    return found


def quotas_of(tour: Tour, category_id: int) -> list[int]:
    return tour.read_all(
        sa.select(Quota.capacity)
        .join(quota_categories, quota_categories.c.quota_id == Quota.id)
        .where(quota_categories.c.category_id == category_id)
        .order_by(Quota.id)
    )


def acts(tour: Tour) -> list[str]:
    return tour.read_all(sa.select(AuditEntry.action).order_by(AuditEntry.id))


def versions(tour: Tour) -> tuple[int, int]:
    return (
        tour.read(sa.select(Event.page_version).where(Event.slug == tour.event)),
        tour.read(sa.select(Series.page_version)),
    )


def save(tour: Tour, path: str, data: dict[str, Any], *, page: str | None = None, who: str = "organiser") -> Any:
    """Send a form as the organiser."""
    return tour.client(who).submit(address(tour, path), data, page=page and address(tour, page))


@pytest.mark.database
def test_a_new_category_with_places_of_its_own(tour: Tour, now) -> None:
    before = versions(tour)
    day = now.replace(day=20).date().isoformat()
    data = {**FORM, "valid_from": day, "valid_until": day, "own_colour": "y", "colour": "#AA3300"}
    assert save(tour, "categories/new", data).status_code == 303

    made: Category = tour.read(sa.select(Category).order_by(Category.id.desc()))
    assert (made.name, made.description) == ({"fr": "Industrie", "en": "Industry"}, {"fr": "Salariés"})
    assert (made.attendance, made.is_public, made.colour) == (Attendance.ON_SITE, True, "#aa3300")
    assert (made.valid_from.isoformat(), quotas_of(tour, made.id)) == (day, [12])
    assert acts(tour) == ["category.created", "quota.created"]
    assert versions(tour) == (before[0] + 1, before[1] + 1)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name-fr": ""}, "This field is required"),
        ({"capacity": "-1"}, "Number must be between"),
        ({"capacity": "99999999999999999999"}, "Number must be between"),
        ({"attendance": "teleport"}, "Not a valid choice"),
        ({"valid_from": "2031-01-01"}, "This is not a day of the event"),
        ({"own_colour": "y", "colour": "red;}"}, "choose a colour"),
    ],
)
def test_a_refused_category_says_why(tour: Tour, now, change: dict[str, str], sentence: str) -> None:
    answer = save(tour, "categories/new", {**FORM, **change})
    assert (answer.status_code, sentence in answer.get_data(as_text=True)) == (422, True)
    assert acts(tour) == []


@pytest.mark.database
def test_places_cannot_become_fewer_than_are_taken(tour: Tour, now) -> None:
    kind = add_category(tour, "Industry", 10)
    for number in range(3):
        add_person(tour, f"Ada Person{number}", category_id=kind)
    add_person(tour, "Ben Gone", category_id=kind, status=RegistrationStatus.CANCELLED)

    refused = save(tour, f"categories/{kind}/", {**FORM, "capacity": "2"})
    assert (refused.status_code, "3 places are already taken" in refused.get_data(as_text=True)) == (422, True)
    assert (quotas_of(tour, kind), category(tour, kind).name["en"]) == ([10], "Industry")
    assert acts(tour) == []
    assert save(tour, f"categories/{kind}/", {**FORM, "capacity": "3"}).status_code == 303
    assert quotas_of(tour, kind) == [3]
    assert save(tour, f"categories/{kind}/", {**FORM, "capacity": ""}).status_code == 303
    assert quotas_of(tour, kind) == []
    assert save(tour, f"categories/{kind}/", {**FORM, "capacity": "2"}).status_code == 422


@pytest.mark.database
def test_the_order_is_the_organisers(tour: Tour, now) -> None:
    last = add_category(tour, "Last", position=5)
    first = add_category(tour, "First", position=4)
    assert save(tour, f"categories/{last}/move/up", {}, page="categories/").status_code == 303
    order = tour.read_all(
        sa.select(Category.id).join(Event).where(Event.slug == tour.event).order_by(Category.position, Category.id)
    )
    assert order[1:] == [last, first]


@pytest.mark.database
def test_an_unused_category_is_deleted_a_used_one_archived_and_offered_again(tour: Tour, now) -> None:
    unused, used = add_category(tour, "Unused", 5), add_category(tour, "Used", 5)
    add_person(tour, "Ada Gone", category_id=used, status=RegistrationStatus.CANCELLED)
    before = tour.read(sa.select(sa.func.count()).select_from(Quota))

    assert save(tour, f"categories/{unused}/remove", {}, page="categories/").status_code == 303
    assert save(tour, f"categories/{used}/remove", {}, page="categories/").status_code == 303
    assert category(tour, unused) is None
    assert tour.read(sa.select(sa.func.count()).select_from(Quota)) == before - 1
    assert category(tour, used).archived_at is not None
    assert "Offer again" in tour.client("organiser").get(address(tour, "categories/")).get_data(as_text=True)
    assert "Used" not in tour.client("organiser").get(address(tour, "new")).get_data(as_text=True)
    save(tour, f"categories/{used}/restore", {}, page="categories/")
    assert category(tour, used).archived_at is None
    assert acts(tour) == ["category.removed", "category.archived", "category.restored"]


@pytest.mark.database
def test_shared_places_count_once_for_all(tour: Tour, now) -> None:
    one, two = add_category(tour, "Industry", 10), add_category(tour, "Academia", None)
    add_person(tour, "Ada One", category_id=one)
    add_person(tour, "Ben Two", category_id=two)
    before = versions(tour)

    data = {"name": "Seats", "capacity": "2", "categories": [str(one), str(two)]}
    assert save(tour, "places/new", data).status_code == 303
    assert (quotas_of(tour, one), quotas_of(tour, two)) == ([10, 2], [2])
    assert versions(tour) == (before[0] + 1, before[1] + 1)
    page = tour.client("organiser").get(address(tour, "categories/")).get_data(as_text=True)
    assert ("Seats" in page, "2 of 2" in page, "1 of 10" in page) == (True, True, True)
    form = {"given_name": "Zoé", "family_name": "Third", "email": "z@example.org", "language": "fr"}
    assert save(tour, "new", {**form, "category": str(two)}).status_code == 422


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"capacity": "1"}, "2 places are already taken"),
        ({"categories": []}, "at least two categories"),
        ({"name": ""}, "This field is required"),
    ],
)
def test_refused_shared_places_say_why(tour: Tour, now, change: dict[str, Any], sentence: str) -> None:
    ids = [add_category(tour, name, None) for name in ("Industry", "Academia")]
    for number, kind in enumerate(ids):
        add_person(tour, f"Ada Person{number}", category_id=kind)
    data = {"name": "Seats", "capacity": "2", "categories": [str(one) for one in ids], **change}
    answer = save(tour, "places/new", data)
    assert (answer.status_code, sentence in answer.get_data(as_text=True)) == (422, True)
    assert tour.read(sa.select(Quota.id).where(Quota.name == "Seats")) is None


@pytest.mark.database
def test_shared_places_change_and_end(tour: Tour, now) -> None:
    ids = [add_category(tour, name, None) for name in ("Industry", "Academia", "Press")]
    data = {"name": "Seats", "capacity": "9", "categories": [str(one) for one in ids[:2]]}
    save(tour, "places/new", data)
    quota = tour.read(sa.select(Quota.id).where(Quota.name == "Seats"))
    save(tour, f"categories/{ids[0]}/remove", {}, page="categories/")

    assert (
        save(
            tour, f"places/{quota}/", {**data, "capacity": "7", "categories": [str(ids[1]), str(ids[2])]}
        ).status_code
        == 303
    )
    assert [quotas_of(tour, one) for one in ids[1:]] == [[7], [7]]
    assert save(tour, f"places/{quota}/remove", {}, page="categories/").status_code == 303
    assert [quotas_of(tour, one) for one in ids[1:]] == [[], []]
    assert acts(tour)[-2:] == ["quota.changed", "quota.removed"]


def test_categories_of_another_event_look_like_none(tour: Tour, now) -> None:
    """Security case A02, also as a choice of shared places."""
    foreign, own = add_category(tour, "Foreign", 5, event=tour.sibling), add_category(tour, "Own", 5)
    quota = tour.read(sa.select(quota_categories.c.quota_id).where(quota_categories.c.category_id == foreign))
    client = tour.client("organiser")
    for path in (f"categories/{foreign}/", f"places/{quota}/", "categories/2147483648/", "categories/999/"):
        assert client.get(address(tour, path), headers={"Accept-Language": "en"}).status_code == 404
    for path in ("move/up", "remove", "restore"):
        assert save(tour, f"categories/{foreign}/{path}", {}, page="categories/").status_code == 404
    assert save(tour, f"places/{quota}/remove", {}, page="categories/").status_code == 404
    data = {"name": "Seats", "capacity": "9", "categories": [str(own), str(foreign)]}
    assert save(tour, "places/new", data).status_code == 422
    assert quotas_of(tour, foreign) == [5]


@pytest.mark.parametrize(
    ("who", "status"), [("registration", 403), ("door", 403), ("viewer", 403), ("neighbour", 404)]
)
def test_only_who_may_edit_the_event(tour: Tour, now, who: str, status: int) -> None:
    kind, client = add_category(tour, "Industry"), tour.client(who)
    for path in ("categories/", "categories/new", f"categories/{kind}/", "places/new"):
        assert client.get(address(tour, path)).status_code == status
    for path in ("categories/new", f"categories/{kind}/", f"categories/{kind}/remove", "places/new"):
        assert client.submit(address(tour, path), FORM, page="/en/manage/").status_code == status
    assert (acts(tour), category(tour, kind).name["en"]) == ([], "Industry")


def test_the_same_form_twice_makes_one_category(tour: Tour, now) -> None:
    client, data = tour.client("organiser"), {**FORM, "idempotency_key": "c" * 32}
    for _ in range(2):
        assert client.submit(address(tour, "categories/new"), data).status_code == 303
    assert acts(tour) == ["category.created", "quota.created"]


def test_every_form_opens(tour: Tour, now) -> None:
    ids = [add_category(tour, name, 5) for name in ("Industry", "Academia")]
    save(tour, "places/new", {"name": "Seats", "capacity": "9", "categories": [str(one) for one in ids]})
    quota = tour.read(sa.select(Quota.id).where(Quota.name == "Seats"))
    client = tour.client("organiser")
    for language in ("fr", "en"):
        for path in (
            "categories/",
            "categories/new",
            f"categories/{ids[0]}/",
            "places/new",
            f"places/{quota}/",
            "new",
        ):
            assert client.get(address(tour, path, language=language)).status_code == 200
