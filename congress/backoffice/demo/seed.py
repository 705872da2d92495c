"""Filling an empty database with the demo, in the caller's transaction."""

from __future__ import annotations

import sqlalchemy as sa

from congress.accounts.hashing import hash_password
from congress.accounts.models import Account
from congress.audit.services import record
from congress.backoffice.demo import calls, events, matchmaking, programmes, registrations, requests, teams
from congress.backoffice.demo.facts import invented
from congress.backoffice.demo.people import Crowd
from congress.events.models import Event, Series
from congress.extensions import db
from congress.organisations.models import Organisation

TOUR = "french-bioproduction-tour"
CONGRESS = "congres-france-bioproduction"
PROGRAMME_SEED = 7


def seed_if_empty() -> dict[str, str]:
    """Write the demo when there is nothing yet; returns the sign-ins to show, also when it was there before."""
    if _is_empty():
        password_hash = hash_password(teams.demo_password())  # ends the transaction
        if _is_empty():
            _seed(password_hash)
    return teams.sign_ins()


def _is_empty() -> bool:
    found = sa.select(*(sa.exists(sa.select(table.id)) for table in (Series, Organisation, Account)))
    return not any(db.session.execute(found).one())


def _seed(password_hash: str) -> None:
    organisations = events.make_organisations()
    tour = events.make_series(TOUR, organisations, "tour", age=120)
    congress = events.make_series(CONGRESS, organisations, "congress", age=100)
    stages = {row["key"]: events.make_stage(tour, row, organisations) for row in events.series_facts(TOUR)["stages"]}
    events.make_past_edition(congress, organisations)
    edition, categories = events.make_congress(congress, organisations)
    _seed_registrations(stages, edition, categories)
    accounts = teams.make_accounts(password_hash)
    of_stages = {key: event for key, (event, _categories) in stages.items()}
    teams.make_teams(accounts, tour, congress, edition, of_stages, organisations["medicen"])
    teams.make_doors(of_stages["ouest"], of_stages["grand-est"])
    _seed_programmes(list(of_stages.values()), edition, accounts["jury"])
    requests.make_requests(matchmaking.make_matchmaking(edition))
    record("demo.seeded", "series", tour.id, series_id=tour.id)
    db.session.flush()


def _seed_programmes(stages: list[Event], edition: Event, reviewer: Account) -> None:
    crowd = Crowd(PROGRAMME_SEED)
    for event in stages:
        programmes.make_stage_programme(event, crowd)
    programmes.make_congress_programme(edition, crowd)
    calls.make_call(edition, reviewer, crowd)


def _seed_registrations(
    stages: dict[str, tuple[Event, events.Categories]], edition: Event, categories: events.Categories
) -> None:
    crowd = Crowd()
    seats = [
        seat
        for key, (event, own) in stages.items()
        for seat in registrations.seats_of(event, own, invented()["stages"][key]["counts"], crowd)
    ]
    on_tour = registrations.orders_of_tour(seats, crowd)
    congress_seats = registrations.seats_of(edition, categories, invented()["congress"]["counts"], crowd)
    at_congress = registrations.orders_of_congress(congress_seats, on_tour, crowd)
    registrations.write([*on_tour, *at_congress], crowd)
