"""Many at once: real concurrent requests, each in its own thread and transaction, on both engines.

Seen failing on PostgreSQL without the `with_for_update()` of `capacity.lock_places`: each transaction counts under
READ COMMITTED before the others have committed, so that twelve for five places sold twelve. On SQLite a writing
transaction is alone (BEGIN IMMEDIATE), so that only PostgreSQL shows it.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from congress.core import transactions
from congress.events.models import Event
from congress.extensions import db
from congress.jobs.models import Job
from congress.mail.models import Mail
from congress.registration.enums import RegistrationStatus
from congress.registration.models import Quota, Registration, RegistrationGroup, Ticket
from tests.factories.events import make_event, make_series
from tests.factories.registrations import make_category
from tests.support.client import KEY, TOKEN

pytestmark = pytest.mark.database


@dataclass(frozen=True)
class Stage:
    """The ids of an event and its categories, and its form."""

    event_id: int
    categories: list[int]
    path: str


def stage(app: Flask, *capacities: int | None, shared: int | None = None) -> Stage:
    """An event with one category per capacity. No context stays open: each request needs a fresh one."""
    with app.app_context():
        event = make_event()
        categories = [make_category(event, capacity=capacity) for capacity in capacities]
        if shared is not None:
            db.session.add(Quota(event_id=event.id, name="Hall", capacity=shared, categories=categories))
        db.session.commit()
        return Stage(event.id, [one.id for one in categories], f"/en/events/{event.slug}/register")


def at_once(number: int, act: Callable[[int], Any]) -> list[Any]:
    """Run `act(0)` to `act(number - 1)` in threads that start together; failures are raised."""
    start, results, failures = threading.Barrier(number), [None] * number, []

    def run(index: int) -> None:
        try:
            start.wait(timeout=30)
            results[index] = act(index)
        except BaseException as error:  # noqa: BLE001 (shown below, in the test's own thread)
            failures.append(error)

    threads = [threading.Thread(target=run, args=(index,)) for index in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert failures == []
    return results


class Visitor:
    """A browser with an open form."""

    def __init__(self, app: Flask, path: str) -> None:
        self.client, self.path = app.test_client(), path
        page = self.client.get(path).get_data(as_text=True)
        token, key = TOKEN.search(page), KEY.search(page)
        assert token
        assert key
        self.hidden = {"csrf_token": token.group(1), "idempotency_key": key.group(1)}

    def clone(self, app: Flask) -> Visitor:
        """The same browser and form once more, to be used in another thread."""
        twin = copy(self)
        twin.client = app.test_client()
        cookie = self.client.get_cookie("congress")
        assert cookie
        twin.client.set_cookie(cookie.key, cookie.value)
        return twin

    def send(self, number: int, **values: Any) -> tuple[int, str]:
        person = {"given_name": "A", "family_name": f"B{number}", "email": f"person{number}@example.org"}
        answer = self.client.post(self.path, data=self.hidden | person | values)
        return answer.status_code, answer.headers.get("Location", "")


def count(app: Flask, model: Any, *where: Any) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*where)) or 0


def test_twelve_for_five_places(app: Flask) -> None:
    one = stage(app, 5)
    visitors = [Visitor(app, one.path) for _ in range(12)]
    answers = at_once(12, lambda number: visitors[number].send(number, category=one.categories[0]))
    assert Counter(status for status, _ in answers) == {303: 5, 422: 7}
    assert len({location for status, location in answers if status == 303}) == 5
    for model in (Registration, RegistrationGroup, Ticket):
        assert count(app, model) == 5


def test_the_last_place_of_a_shared_quota_through_two_categories(app: Flask) -> None:
    one = stage(app, 50, None, shared=1)
    visitors = [Visitor(app, one.path) for _ in range(8)]
    answers = at_once(8, lambda number: visitors[number].send(number, category=one.categories[number % 2]))
    assert Counter(status for status, _ in answers) == {303: 1, 422: 7}
    assert count(app, Registration) == 1


def test_one_key_fifteen_times_at_once(app: Flask) -> None:
    one = stage(app, 100)
    visitor = Visitor(app, one.path)
    clones = [visitor.clone(app) for _ in range(15)]
    answers = at_once(15, lambda number: clones[number].send(0, category=one.categories[0]))
    assert len(set(answers)) == 1
    assert answers[0][0] == 303
    for model in (Registration, RegistrationGroup, Mail, Job):
        assert count(app, model) == 1


def test_one_address_ten_times_at_once_in_two_categories(app: Flask) -> None:
    one = stage(app, 100, 100)
    visitors = [Visitor(app, one.path) for _ in range(10)]
    answers = at_once(10, lambda number: visitors[number].send(0, category=one.categories[number % 2]))
    assert Counter(status for status, _ in answers) == {303: 1, 422: 9}
    assert count(app, Registration) == count(app, RegistrationGroup) == 1


def test_stages_chosen_in_opposite_orders_do_not_block_each_other(app: Flask) -> None:
    with app.app_context():
        series = make_series()
        ids = {event.id: make_category(event, capacity=4).id for event in (make_event(series) for _ in range(3))}
        db.session.commit()
        path = f"/en/series/{series.slug}/register"
    visitors = [Visitor(app, path) for _ in range(10)]

    def send(number: int) -> tuple[int, str]:
        order = list(ids) if number % 2 else list(ids)[::-1]
        categories = {f"category_{event_id}": ids[event_id] for event_id in order}
        return visitors[number].send(number, stages=order, **categories)

    assert Counter(status for status, _ in at_once(10, send)) == {303: 4, 422: 6}
    assert count(app, Registration) == 12
    assert count(app, RegistrationGroup) == 4


def test_cancelling_frees_the_place_at_once_and_once(app: Flask) -> None:
    one = stage(app, 1)
    holder = Visitor(app, one.path)
    _, link = holder.send(0, category=one.categories[0])
    assert "This event is full" in app.test_client().get(one.path).get_data(as_text=True)
    with app.app_context():
        public_id = db.session.scalars(sa.select(Registration.public_id)).one()
    page = f"{link}{public_id}/cancel"
    quitters = [Visitor(app, page) for _ in range(4)]
    answers = at_once(4, lambda number: quitters[number].client.post(page, data=quitters[number].hidden).status_code)
    assert set(answers) <= {303, 409}
    assert count(app, Mail, Mail.template == "registration_cancelled") == 1
    assert Visitor(app, one.path).send(1, category=one.categories[0])[0] == 303
    assert count(app, Registration, Registration.status == RegistrationStatus.CONFIRMED) == 1


def test_a_capacity_lowered_in_the_middle_is_never_exceeded_afterwards(app: Flask) -> None:
    one = stage(app, 10)
    visitors = [Visitor(app, one.path) for _ in range(11)]

    def act(number: int) -> int:
        if number:
            return visitors[number].send(number, category=one.categories[0])[0]
        with app.app_context(), transactions.commit_on_success():
            db.session.scalars(sa.select(Quota).with_for_update()).one().capacity = 3
            db.session.flush()
            return count_in_transaction()

    before, *answers = at_once(10, act)
    sold = answers.count(303)
    assert sold == max(3, before) == count(app, Registration)
    assert visitors[10].send(99, category=one.categories[0])[0] == 422
    with app.app_context():
        assert db.session.get_one(Event, one.event_id).page_version == 1 + sold


def count_in_transaction() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Registration)) or 0
