"""A tour with two stages and a team for each: what tests of organisers' pages begin with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from congress.accounts.models import Account
from congress.events.enums import EventStatus, Role
from congress.events.models import Event, Series
from congress.extensions import db
from tests.factories.events import make_event, make_series
from tests.factories.people import make_account, make_member, sign_in
from tests.factories.registrations import make_category


@dataclass
class Tour:
    """Slugs, ids and accounts by name; `client(who)` is that person's browser."""

    app: Flask
    series: str = "tour"
    event: str = "grand-est"
    sibling: str = "ile-de-france"
    accounts: dict[str, int] = field(default_factory=dict)

    def client(self, who: str | None = None) -> FlaskClient:
        """A browser, signed in as `who`."""
        client = self.app.test_client()
        if who:
            with self.app.app_context():
                account = db.session.get(Account, self.accounts[who])
                assert account is not None
                sign_in(client, account)
        return client

    def read(self, statement: Any) -> Any:
        """One value from the database."""
        with self.app.app_context():
            return db.session.scalar(statement)

    def read_all(self, statement: Any) -> list[Any]:
        """A column from the database."""
        with self.app.app_context():
            return list(db.session.scalars(statement))

    def change(self, table: type[Event | Series], slug: str, **values: Any) -> None:
        """Set columns of a row, past all rules."""
        with self.app.app_context():
            row = db.session.query(table).filter_by(slug=slug).one()
            for name, value in values.items():
                setattr(row, name, value)
            db.session.commit()


def make_tour(app: Flask) -> Tour:
    """A published stage of Grand Est and one of Île-de-France, each with an organiser; an owner of the whole tour."""
    tour = Tour(app)
    with app.app_context():
        series = make_series(slug=tour.series, name={"fr": "Tournée", "en": "Tour"})
        names = {"fr": "Grand Est", "en": "Grand Est"}
        event = make_event(series, slug=tour.event, name=names, position=1, regions=["FR-GES"])
        sibling = make_event(
            series,
            slug=tour.sibling,
            name={"fr": "Île-de-France"},
            position=2,
            venue_city="Paris",
            regions=["FR-IDF"],
        )
        for stage in (event, sibling):
            make_category(stage)
        people = {
            "owner": (Role.OWNER, {"series": series}),
            "organiser": (Role.ORGANISER, {"event": event}),
            "registration": (Role.REGISTRATION, {"event": event}),
            "door": (Role.DOOR, {"event": event}),
            "viewer": (Role.VIEWER, {"event": event}),
            "neighbour": (Role.ORGANISER, {"event": sibling}),
        }
        for name, (role, scope) in people.items():
            account = make_account(f"{name}@example.org", name=name.title())
            make_member(account, role, **scope)
            tour.accounts[name] = account.id
        tour.accounts["stranger"] = make_account("stranger@example.org", name="Stranger").id
        tour.accounts["administrator"] = make_account("root@example.org", name="Root", administrator=True).id
        db.session.commit()
    return tour


def draft(tour: Tour) -> None:
    """Make Grand Est a draft that was never public."""
    tour.change(Event, tour.event, status=EventStatus.DRAFT, published_at=None)
