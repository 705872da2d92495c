"""Places: what is left, in one function, for everybody who asks."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from congress.events.models import Event
from congress.extensions import db
from congress.registration import errors
from congress.registration.capacity import availability_of, availability_of_events, lock_places
from congress.registration.enums import CancelledBy, RegistrationSource, RegistrationStatus
from congress.registration.models import Category, Quota
from congress.registration.services import Choice, Person, cancel, change_category, register
from tests.factories.events import make_event
from tests.factories.registrations import make_category, make_registration

pytestmark = [pytest.mark.usefixtures("session", "now"), pytest.mark.database]


def share(event: Event, capacity: int, *categories: Category) -> Quota:
    quota = Quota(event_id=event.id, name="Shared", capacity=capacity, categories=list(categories))
    db.session.add(quota)
    db.session.flush()
    return quota


def test_free_is_the_least_of_all_quotas_and_none_means_no_limit() -> None:
    event = make_event()
    industry, academia = make_category(event, capacity=10), make_category(event, capacity=3)
    online = make_category(event, capacity=None)
    share(event, 5, industry, academia)
    make_registration(event, industry)
    make_registration(event, academia, status=RegistrationStatus.PENDING)
    make_registration(event, academia, status=RegistrationStatus.CANCELLED)
    make_registration(event, online)
    assert availability_of(event.id) == {industry.id: 3, academia.id: 2, online.id: None}


def test_an_event_without_categories_has_nothing_to_take() -> None:
    assert availability_of(make_event().id) == {}


def test_lowering_a_capacity_below_what_is_taken_shows_no_negative_number() -> None:
    event = make_event()
    category = make_category(event, capacity=1)
    make_registration(event, category)
    db.session.execute(sa.update(Quota).values(capacity=0))
    assert availability_of(event.id) == {category.id: 0}


def test_several_events_at_once() -> None:
    first, second = make_event(), make_event()
    one, two = make_category(first, capacity=2), make_category(second, capacity=7)
    assert availability_of_events([first.id, second.id]) == {one.id: 2, two.id: 7}


@pytest.mark.parametrize("categories", [1, 3])
def test_the_number_of_queries_does_not_grow(categories: int) -> None:
    event = make_event()
    for _ in range(categories):
        make_category(event)
    asked: list[str] = []

    def count(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", count)
    try:
        availability_of(event.id)
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", count)
    assert len(asked) == 1


def test_the_last_place_of_a_shared_quota_through_two_categories() -> None:
    event = make_event()
    first, second = make_category(event, capacity=10), make_category(event, capacity=10)
    share(event, 1, first, second)
    taken = register(
        [Choice(event.id, first.id)], Person("A", "A", "a@example.org"), {}, source=RegistrationSource.ONLINE
    ).registrations[0]
    late = Person("B", "B", "b@example.org")
    with pytest.raises(errors.EventFull):
        register([Choice(event.id, second.id)], late, {}, source=RegistrationSource.ONLINE)
    cancel(taken, CancelledBy.PARTICIPANT)
    register([Choice(event.id, second.id)], late, {}, source=RegistrationSource.ONLINE)
    assert availability_of(event.id) == {first.id: 0, second.id: 0}


def test_moving_within_a_full_shared_quota_needs_no_further_place() -> None:
    event = make_event()
    first, second = make_category(event, capacity=10), make_category(event, capacity=10)
    share(event, 1, first, second)
    registration = make_registration(event, first)
    assert change_category(registration, second.id).category_id == second.id


def test_moving_into_a_full_category_is_refused() -> None:
    event = make_event()
    first, full = make_category(event), make_category(event, capacity=0)
    with pytest.raises(errors.EventFull):
        change_category(make_registration(event, first), full.id)


def test_locking_says_the_same_as_reading() -> None:
    event = make_event()
    category, other = make_category(event, capacity=4), make_category(event, capacity=None)
    make_registration(event, category)
    assert lock_places([category.id, other.id]) == availability_of(event.id)
