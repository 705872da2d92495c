"""What the journeys of the programme have in common: the team's browser, mails and their calendar entries."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

import icalendar
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from congress.events.enums import Role
from congress.events.models import Event
from congress.extensions import db
from tests.factories.people import make_account, make_member
from tests.support.client import TOKEN
from tests.support.tour import Tour
from tests.support.work import do_jobs, mailbox, part

LINK = re.compile(r"https?://localhost(/\S+)")


@dataclass
class Desk:
    """The tour, and the mails that were read already."""

    tour: Tour
    _read: set[str] = field(default_factory=set)

    def join(self, role: Role) -> FlaskClient:
        """The browser of a new member of the stage's team."""
        with self.tour.app.app_context():
            account = make_account(f"{role.value}@example.org", name=role.value.title())
            make_member(account, role, event=event_of(self.tour.event))
            self.tour.accounts[role.value] = account.id
            db.session.commit()
        return self.tour.client(role.value)

    def path(self, rest: str = "") -> str:
        """A page of the team."""
        return f"/en/manage/events/{self.tour.event}/{rest}"

    def public(self, rest: str = "", language: str = "fr") -> str:
        """A page of the public."""
        return f"/{language}/events/{self.tour.event}/{rest}"

    def drop(self, client: FlaskClient, call: str, **fields: Any) -> dict[str, Any]:
        """What the editor sends when a slot is dropped, and the answer."""
        editor = self.path("programme/schedule/")
        token = TOKEN.search(text(client.get(editor)))
        assert token
        answer = client.post(editor + call, data=fields, headers={"X-CSRFToken": token[1]})
        assert answer.status_code == 200, answer.get_data(as_text=True)
        slot: dict[str, Any] = answer.json["slot"]
        return slot

    def publish(self, client: FlaskClient, name: str) -> str:
        """Read the last page before a release, publish with mails, and give back what was read."""
        path = self.path("programme/releases/new")
        page = text(client.get(path))
        data = {"name": name, "version": hidden(page, "version"), "tell": "y"}
        assert client.submit(path, data).status_code == 303
        return html.unescape(page)

    def mails(self) -> dict[str, list[EmailMessage]]:
        """What left since the last look, by address."""
        do_jobs(self.tour.app)
        found: dict[str, list[EmailMessage]] = {}
        for mail in mailbox(self.tour.app):
            if mail["Message-ID"] not in self._read:
                self._read.add(str(mail["Message-ID"]))
                found.setdefault(str(mail["To"]), []).append(mail)
        return found

    def feed(self, client: FlaskClient) -> dict[str, icalendar.Event]:
        """The public calendar of the programme by UID."""
        answer = client.get(f"/calendars/events/{self.tour.event}/programme.fr.ics")
        return {str(one["UID"]): one for one in icalendar.Calendar.from_ical(answer.get_data()).events}


def event_of(slug: str) -> Event:
    """The event, in this unit of work."""
    return db.session.query(Event).filter_by(slug=slug).one()


def text(answer: TestResponse) -> str:
    """The page as text."""
    return answer.get_data(as_text=True)


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, name
    return found[1]


def link_in(mails: list[EmailMessage], kind: str) -> str:
    """The path of the first link of this kind: speaker, r, proposal."""
    paths = [path for mail in mails for path in LINK.findall(part(mail, "text/plain"))]
    return next(path for path in paths if f"/{kind}/" in path)


def invitation(mail: EmailMessage) -> tuple[str, list[icalendar.Event]]:
    """METHOD and entries, from the part that mail programs act upon, else from the file."""
    parts = {one.get_content_type(): one for one in mail.walk()}
    found = parts.get("text/calendar") or parts["application/ics"]
    calendar = icalendar.Calendar.from_ical(found.get_payload(decode=True))
    return str(calendar["METHOD"]), list(calendar.events)
