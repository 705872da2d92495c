"""What the journeys of the meetings have in common: people with their links, forms, mails, and the clock."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

import icalendar
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from congress.core.transactions import commit_on_success
from congress.events.enums import Role
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.models import Meeting, Profile
from congress.matchmaking.services.indexing import renew
from congress.registration.models import Registration
from tests.factories.matchmaking import make_profile
from tests.factories.people import make_account, make_member, sign_in
from tests.factories.registrations import make_registration
from tests.matchmaking.participants import path_of
from tests.support.filled_forms import filled
from tests.support.work import do_jobs, mailbox


@dataclass
class Fair:
    """An event with meetings: where each person's pages begin, and the mails that were read already."""

    app: Flask
    event_id: int
    slug: str
    base: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    _read: set[str] = field(default_factory=set)

    def register(self, name: str, organisation: str) -> Registration:
        """Somebody with a confirmed registration, within a unit of work of the caller."""
        event = db.session.get_one(Event, self.event_id)
        person = make_registration(
            event,
            given_name=name,
            family_name="Martin",
            organisation=organisation,
            email=f"{name.lower()}@example.org",
            language="en",
        )
        self.base[name] = path_of(person)
        return person

    def take_part(self, name: str, organisation: str, **values: Any) -> Profile:
        """Somebody listed, whom the directory finds."""
        profile = make_profile(db.session.get_one(Event, self.event_id), self.register(name, organisation), **values)
        renew([profile.id])
        self.codes[name] = profile.code
        return profile

    def visit(self, who: str, rest: str = "/") -> str:
        """A page of somebody, as text."""
        answer = self.app.test_client().get(self.base[who] + rest)
        assert answer.status_code == 200, (rest, answer.status_code)
        return text(answer)

    def send(self, who: str, rest: str, expected: int = 303, **values: Any) -> TestResponse:
        """Open a form, fill it in and send it."""
        return send(self.app.test_client(), self.base[who] + rest, expected, **values)

    def code_of(self, requester: str, *, asked: str = "") -> str:
        """The latest request of somebody, to somebody."""
        found = sa.select(Meeting.code).join(Profile, Profile.id == Meeting.requester_id)
        found = found.where(Profile.code == self.codes[requester]).order_by(Meeting.id.desc())
        if asked:
            target = sa.select(Profile.id).where(Profile.code == self.codes[asked])
            found = found.where(Meeting.target_id.in_(target))
        code: str = self.read(found.limit(1))
        return code

    def state(self, code: str) -> str:
        """Where a meeting stands."""
        return str(self.read(sa.select(Meeting.state).where(Meeting.code == code)).value)

    def states(self) -> Counter[str]:
        """How many meetings stand where."""
        with self.app.app_context():
            return Counter(one.value for one in db.session.scalars(sa.select(Meeting.state)))

    def read(self, statement: Any) -> Any:
        """One value from the database."""
        with self.app.app_context():
            return db.session.scalar(statement)

    def mails(self) -> dict[str, list[EmailMessage]]:
        """What left since the last look, by address; everything that was due is done before."""
        do_jobs(self.app)
        found: dict[str, list[EmailMessage]] = {}
        for mail in mailbox(self.app):
            if mail["Message-ID"] not in self._read:
                self._read.add(str(mail["Message-ID"]))
                found.setdefault(str(mail["To"]), []).append(mail)
        return found

    def join(self, role: Role) -> FlaskClient:
        """The browser of a new member of the team."""
        client = self.app.test_client()
        with self.app.test_request_context("/fr/"), commit_on_success():
            account = make_account(f"{role.value}@example.org")
            make_member(account, role, event=db.session.get_one(Event, self.event_id))
            sign_in(client, account)
        return client

    def manage(self, rest: str = "") -> str:
        """A page of the team."""
        return f"/en/manage/events/{self.slug}/matchmaking/{rest}"


def text(answer: TestResponse) -> str:
    """The page as text."""
    return answer.get_data(as_text=True)


def send(client: FlaskClient, path: str, expected: int = 303, **values: Any) -> TestResponse:
    """Open the page, fill the form in that has a key, send it."""
    page = client.get(path)
    assert page.status_code == 200, (path, page.status_code, page.headers.get("Location"))
    answer = client.post(path, data=filled(text(page), "idempotency_key") | values)
    assert answer.status_code == expected, (path, answer.status_code, words(text(answer))[:1500])
    return answer


def words(page: str) -> str:
    """What stands on a page, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main")[2]).split())


def entries(calendar: bytes) -> dict[str, icalendar.Event]:
    """The entries of a calendar by their title."""
    return {str(one["SUMMARY"]): one for one in icalendar.Calendar.from_ical(calendar).events}
