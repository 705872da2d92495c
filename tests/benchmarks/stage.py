"""What is measured beside the demo data: an event of today with many tickets, a door, a signed-in organiser."""

from __future__ import annotations

import datetime as dt
import json
import statistics
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.message import Message
from typing import Any
from urllib.request import Request, urlopen

import sqlalchemy as sa

from congress.checkin.devices import device_token
from congress.checkin.models import Checkpoint, Device
from congress.core import clock
from congress.core.addresses import address_key
from congress.core.tokens import new_link
from congress.core.transactions import commit_on_success
from congress.events.enums import Role
from congress.events.models import Event
from congress.extensions import db
from congress.registration import tickets
from congress.registration.enums import RegistrationSource, RegistrationStatus, TicketState
from congress.registration.models import Registration, RegistrationGroup, Ticket
from tests.benchmarks.product import ROOT, Product
from tests.factories.events import make_event, make_series
from tests.factories.people import make_account, make_member, sign_in
from tests.factories.registrations import make_category, make_event_key

CLIENTS = 8
PAGES = 1200
RUNS = 5
BATCH = 1000


class Stage:
    """The product, the data around it, and the load."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.app = product.application()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A unit of work of this process on the product's database."""
        with self.app.test_request_context("/fr/"), commit_on_success():
            yield

    def load(
        self, work: str, pieces: list[Any], clients: int = CLIENTS, words: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """Let the second process do the pieces with a number of clients; returns what it saw."""
        plan = {"work": work, "port": self.product.port, "clients": clients, "pieces": pieces, "words": words}
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.load"],
            cwd=ROOT,
            input=json.dumps(plan),
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
        )
        seen: dict[str, Any] = json.loads(done.stdout)
        return seen

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[Message, bytes]:
        """One request of this process: the head and the body of the answer."""
        address = f"http://127.0.0.1:{self.product.port}{path}"
        with urlopen(Request(address, headers=dict(headers or {}))) as answer:
            return answer.headers, answer.read()

    def tag(self, path: str) -> str:
        """The entity tag of a page as it is now."""
        return str(self.get(path)[0]["ETag"])

    def rate(self, name: str, path: str, headers: dict[str, str], status: str) -> dict[str, Any]:
        """Requests a second for one page, which has to answer with this status every time."""
        rates, seconds = [], []
        for run in range(RUNS + 1):
            seen = self.load("send", [("GET", path, headers, "")] * PAGES)
            if seen["statuses"] != {status: PAGES}:
                raise RuntimeError(f"{name}: {seen['statuses']} instead of {status}")
            if run:
                rates.append(PAGES / seen["wall"])
                seconds += seen["seconds"]
        return result(name, "1/s", rates, seconds)

    def event_of_today(self, people: int, **values: Any) -> tuple[int, list[str]]:
        """A published event that runs today, with confirmed people; its id and their payloads."""
        with self.writing():
            now = clock.now()
            series = make_series()
            times = {"starts_at": now - dt.timedelta(hours=6), "ends_at": now + dt.timedelta(hours=18)}
            window = {"registration_closes_at": now + dt.timedelta(hours=12)}
            event = make_event(series, slug=f"bench-{uuid.uuid4().hex[:8]}", **times, **window, **values)
            category = make_category(event, capacity=people + 100_000)
            payloads = [
                _add_people(event, category.id, range(at, min(at + BATCH, people))) for at in range(0, people, BATCH)
            ]
            return event.id, [payload for batch in payloads for payload in batch]

    def door_of(self, event_id: int) -> str:
        """The token of a new device at a new door."""
        with self.writing():
            now = clock.now()
            checkpoint = Checkpoint(event_id=event_id, name="Bench", created_at=now)
            db.session.add(checkpoint)
            db.session.flush()
            salt, token_hash = new_link("device")
            device = Device(
                event_id=event_id,
                checkpoint_id=checkpoint.id,
                label="Bench",
                salt=salt,
                token_hash=token_hash,
                created_at=now,
                expires_at=now + dt.timedelta(days=1),
            )
            db.session.add(device)
            return device_token(salt)

    def organiser_cookie(self, event_id: int) -> str:
        """The cookie of a browser that is signed in as an organiser of the event."""
        client = self.app.test_client()
        with self.writing():
            account = make_account(f"bench{uuid.uuid4().hex[:8]}@example.org")
            make_member(account, Role.ORGANISER, event=db.session.get_one(Event, event_id))
            sign_in(client, account)
        name = self.app.config["SESSION_COOKIE_NAME"]
        cookie = client.get_cookie(name) or client.get_cookie(name, "127.0.0.1")
        return f"{name}={cookie.value if cookie else ''}"


def result(name: str, unit: str, values: list[float], seconds: list[float] | None = None) -> dict[str, Any]:
    """The line of one measurement."""
    p95 = None
    if seconds:
        p95 = (
            round(statistics.quantiles(seconds, n=20)[-1] * 1000, 1)
            if len(seconds) > 1
            else round(seconds[0] * 1000, 1)
        )
    return {
        "name": name,
        "unit": unit,
        "min": round(min(values), 2),
        "median": round(statistics.median(values), 2),
        "max": round(max(values), 2),
        "p95_ms": p95,
        "runs": len(values),
    }


def _add_people(event: Event, category_id: int, numbers: range) -> list[str]:
    """Confirmed registrations with tickets, in bulk."""
    now = clock.now()
    key = make_event_key(event)
    groups = [_group(now) for _ in numbers]
    group_ids = db.session.scalars(sa.insert(RegistrationGroup).returning(RegistrationGroup.id), groups).all()
    rows = [
        _person(event.id, category_id, group, number, now) for group, number in zip(group_ids, numbers, strict=True)
    ]
    ids = db.session.scalars(sa.insert(Registration).returning(Registration.id), rows).all()
    made = [_ticket(event.id, registration_id, key, now) for registration_id in ids]
    db.session.execute(sa.insert(Ticket), made)
    return [str(ticket["payload"]) for ticket in made]


def _group(now: dt.datetime) -> dict[str, Any]:
    link_salt, link_hash = new_link("manage")
    calendar_salt, calendar_hash = new_link("calendar")
    return {
        "link_salt": link_salt,
        "link_hash": link_hash,
        "calendar_salt": calendar_salt,
        "calendar_hash": calendar_hash,
        "language": "fr",
        "created_at": now,
        "changed_at": now,
    }


def _person(event_id: int, category_id: int, group_id: int, number: int, now: dt.datetime) -> dict[str, Any]:
    email = f"bench{number}@example.org"
    given, family = f"Prénom{number % 97}", f"Nom{number:05d}"
    return {
        "public_id": uuid.uuid4().hex,
        "reference": tickets.new_reference(),
        "event_id": event_id,
        "category_id": category_id,
        "group_id": group_id,
        "status": RegistrationStatus.CONFIRMED,
        "source": RegistrationSource.DEMO,
        "given_name": given,
        "family_name": family,
        "email": email,
        "email_key": address_key(email),
        "organisation": f"Société {number % 200}",
        "search_text": address_key(f"{given} {family} {email} société {number % 200}"),
        "language": "fr",
        "created_at": now - dt.timedelta(minutes=number),
        "changed_at": now,
        "confirmed_at": now,
    }


def _ticket(event_id: int, registration_id: int, key: Any, now: dt.datetime) -> dict[str, Any]:
    code = tickets.new_code()
    return {
        "event_id": event_id,
        "registration_id": registration_id,
        "key_id": key.key_id,
        "code": code,
        "payload": tickets.sign(key.sealed_private_key, key.key_id, event_id, code),
        "state": TicketState.VALID,
        "created_at": now,
    }
