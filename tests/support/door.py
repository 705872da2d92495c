"""An event that takes place now, with doors, devices and people: what tests of the door begin with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from congress.checkin.models import Checkpoint, Device, Scan
from congress.core import transactions
from congress.events.models import Event
from congress.extensions import db
from congress.registration.enums import Attendance, RegistrationStatus, TicketState
from congress.registration.models import Registration, Ticket
from tests.factories.doors import batch, make_checkpoint, make_device, make_event_today, scan, token_of
from tests.factories.registrations import make_category, make_registration, make_ticket


@dataclass
class Doors:
    """Everything by name: `token` of the device at the main entrance, `people` with their payloads."""

    app: Flask
    event_id: int
    slug: str
    category_id: int
    checkpoint_id: int
    other_checkpoint_id: int
    device_id: int
    token: str
    other_token: str
    rehearsal_token: str
    client: FlaskClient
    payloads: dict[str, str] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)

    def headers(self, token: str | None = None, **more: str) -> dict[str, str]:
        """What a device sends."""
        return {"Authorization": f"Bearer {token or self.token}", "Accept-Language": "en", **more}

    def post(self, body: Any, token: str | None = None, **more: str) -> TestResponse:
        """One request with this body."""
        return self.client.post("/api/v1/scans", json=body, headers=self.headers(token, **more))

    def send(
        self, *scans: dict[str, Any], token: str | None = None, at: dt.datetime | None = None
    ) -> list[dict[str, Any]]:
        """Scans in one batch, and their results."""
        answer = self.post(batch(*scans, at=at), token)
        assert answer.status_code == 200, answer.text
        return list(answer.json["results"])

    def admit(self, who: str, token: str | None = None, **values: Any) -> dict[str, Any]:
        """One scan of a person's ticket."""
        return self.send(scan(self.payloads[who], **values), token=token)[0]

    def get(self, path: str, token: str | None = None, **more: str) -> TestResponse:
        """One request."""
        return self.client.get(f"/api/v1{path}", headers=self.headers(token, **more))

    def counts(self, token: str | None = None) -> tuple[int, int]:
        """Inside and expected."""
        body = self.get("/door/counts", token).json
        return body["inside"], body["expected"]

    def person(self, who: str, **values: Any) -> str:
        """One more registration; its payload is kept under its name."""
        with self.app.app_context(), transactions.commit_on_success():
            event = db.session.get(Event, self.event_id)
            category = values.pop("category", None)
            if category is None:
                values.setdefault("category_id", self.category_id)
            values = {"given_name": who, "family_name": "Example", **values}
            registration = make_registration(event, category, **values)
            self.ids[who] = registration.id
            self.payloads[who] = db.session.scalar(
                sa.select(Ticket.payload).where(Ticket.registration_id == registration.id)
            )
        return self.payloads[who]

    def category(self, **values: Any) -> Any:
        """One more category of this event."""
        with self.app.app_context(), transactions.commit_on_success():
            return make_category(db.session.get(Event, self.event_id), **values)

    def change(self, model: type[Any], row_id: int, **values: Any) -> None:
        """Set columns of a row, past all rules."""
        with self.app.app_context(), transactions.commit_on_success():
            db.session.execute(sa.update(model).where(model.id == row_id).values(**values))

    def scans(self) -> list[Scan]:
        """The facts."""
        with self.app.app_context():
            return list(db.session.scalars(sa.select(Scan).order_by(Scan.id)))

    def registration(self, who: str) -> Registration:
        """The row."""
        with self.app.app_context():
            return db.session.get(Registration, self.ids[who])

    def other_event(self, **values: Any) -> Doors:
        """Another event of today, with its own door and people."""
        return make_doors(self.app, **values)

    def reissue(self, who: str) -> str:
        """A newer ticket for a person; the one before is replaced."""
        with self.app.app_context(), transactions.commit_on_success():
            db.session.execute(
                sa.update(Ticket).where(Ticket.registration_id == self.ids[who]).values(state=TicketState.REPLACED)
            )
            event = db.session.get(Event, self.event_id)
            return make_ticket(event, db.session.get(Registration, self.ids[who])).payload


def make_doors(app: Flask, **values: Any) -> Doors:
    """An event with two doors, a rehearsal, one device at each, and Ada; committed."""
    with app.app_context(), transactions.commit_on_success():
        event = make_event_today(**values)
        category = make_category(event, name={"en": "Visitor", "fr": "Visiteur"})
        main, north = make_checkpoint(event), make_checkpoint(event, "North door")
        device = make_device(event, main)
        other = make_device(event, north, label="Tablet", language="fr")
        rehearsal = make_device(event, make_checkpoint(event, "Try-out", rehearsal=True), label="Trial")
        doors = Doors(
            app, event.id, event.slug, category.id, main.id, north.id, device.id, token_of(device), token_of(other),
            token_of(rehearsal), app.test_client(),
        )  # fmt: skip
    doors.person("Ada")
    return doors


__all__ = ["Attendance", "Checkpoint", "Device", "Doors", "RegistrationStatus", "make_doors"]
