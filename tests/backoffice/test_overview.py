"""The organiser's home, the overview of an event, its history."""

from __future__ import annotations

import ast
import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa

import congress
from congress.audit.models import AuditEntry
from congress.backoffice import menu, words
from congress.core import clock
from congress.events.models import Event
from congress.events.permissions import Capability
from congress.extensions import db
from congress.registration import figures
from congress.registration.models import Category
from tests.conftest import NOON
from tests.factories.registrations import make_registration
from tests.support.counting import queries_of

HOME = "/en/manage/"
OVERVIEW = "/en/manage/events/grand-est/"


@pytest.fixture(autouse=True)
def _noon(now):
    """The clock stands still."""


def register(tour, number, slug="grand-est", **values):
    with tour.app.app_context():
        event = db.session.scalar(sa.select(Event).where(Event.slug == slug))
        category = db.session.scalar(sa.select(Category).where(Category.event_id == event.id))
        for _ in range(number):
            make_registration(event, category, **values)
        db.session.commit()


def test_home_groups_events_by_series_and_counts_people(tour):
    register(tour, 3)
    html = tour.client("owner").get(HOME).get_data(as_text=True)
    assert html.count("3 registered") == 1
    assert html.index("Grand Est") < html.index("Île-de-France")


@pytest.mark.parametrize(
    ("text", "shown"), [("paris", ["ile-de-france"]), ("EST", ["grand-est"]), ("zzz", []), ("%", [])]
)
def test_home_is_searched_by_name_and_town(tour, text, shown):
    html = tour.client("owner").get(f"{HOME}?q={text}").get_data(as_text=True)
    assert [slug for slug in ("grand-est", "ile-de-france") if f"/manage/events/{slug}/" in html] == shown
    assert ("Nothing found" in html) == (not shown)


def test_the_overview_counts_only_this_event(tour):
    register(tour, 3)
    register(tour, 1, status="cancelled")
    register(tour, 5, slug="ile-de-france")
    with tour.app.app_context():
        event = db.session.scalar(sa.select(Event).where(Event.slug == "grand-est"))
        found = figures.figures_of(event)
        quotas = figures.quota_uses(event)
    assert (found.registered, found.pending, found.cancelled) == (3, 0, 1)
    assert [(use.taken, use.quota.capacity) for use in quotas] == [(3, 100)]
    html = tour.client("viewer").get(OVERVIEW).get_data(as_text=True)
    assert ">3 of 100<" in html


@pytest.mark.database
def test_the_curve_has_every_day_of_the_place_and_none_too_much(tour):
    register(tour, 2, created_at=NOON - dt.timedelta(days=3))
    register(tour, 1, created_at=dt.datetime(2027, 3, 8, 23, 30, tzinfo=dt.UTC))
    register(tour, 4, created_at=NOON - dt.timedelta(days=400))
    with tour.app.app_context():
        days = figures.registrations_per_day(db.session.scalar(sa.select(Event).where(Event.slug == "grand-est")))
    assert days == [
        (dt.date(2027, 3, 7), 2),
        (dt.date(2027, 3, 8), 0),
        (dt.date(2027, 3, 9), 1),
        (dt.date(2027, 3, 10), 0),
    ]


def test_the_curve_is_for_those_who_read_registrations(tour):
    register(tour, 2)
    assert "Registrations per day" in tour.client("registration").get(OVERVIEW).get_data(as_text=True)
    assert "Registrations per day" not in tour.client("viewer").get(OVERVIEW).get_data(as_text=True)


def test_while_the_event_runs_the_overview_says_how_many_are_inside(tour):
    register(tour, 2)
    start = tour.read(sa.select(Event.starts_at).where(Event.slug == "grand-est"))
    client = tour.client("organiser")
    assert "inside now" not in client.get(OVERVIEW).get_data(as_text=True)
    with clock.held_at(start + dt.timedelta(hours=1)):
        html = client.get(OVERVIEW).get_data(as_text=True)
    assert "inside now" in html
    assert "of 2 expected today" in html


@pytest.mark.parametrize("page", [HOME, OVERVIEW, OVERVIEW + "history/", OVERVIEW + "team/", OVERVIEW + "hosts/"])
def test_a_longer_list_costs_no_more_queries(tour, page):
    client = tour.client("owner")
    client.get(page)
    register(tour, 1)
    few = queries_of(tour.app, lambda: client.get(page))
    register(tour, 8)
    assert queries_of(tour.app, lambda: client.get(page)) == few


def test_the_history_is_narrowed_and_ignores_nonsense(tour):
    with tour.app.app_context():
        event = db.session.scalar(sa.select(Event.id).where(Event.slug == "grand-est"))
        for action, actor in (("room.added", 1), ("host.added", 2)):
            values = {"actor_kind": "account", "actor_id": actor, "event_id": event, "target_type": "room"}
            db.session.add(AuditEntry(at=NOON, action=action, **values))
        db.session.commit()
    client = tour.client("organiser")

    def shown(query):
        html = client.get(f"{OVERVIEW}history/{query}").get_data(as_text=True)
        return [word for word in ("Added a room", "Added a host") if f"<strong>{word}</strong>" in html]

    assert shown("") == ["Added a room", "Added a host"]
    assert shown("?about=room") == ["Added a room"]
    assert shown("?who=2") == ["Added a host"]
    for nonsense in (
        "?about=%25",
        "?who=%27",
        "?who=-1",
        "?page=0",
        "?page=-9",
        f"?page={10**30}",
        "?about=&who=&about=x",
    ):
        assert shown(nonsense) == ["Added a room", "Added a host"], nonsense


def test_the_history_shows_text_as_text(tour):
    with tour.app.app_context():
        event = db.session.scalar(sa.select(Event.id).where(Event.slug == "grand-est"))
        db.session.add(
            AuditEntry(
                at=NOON,
                action="<b>x</b>",
                actor_kind="account",
                actor_id=1,
                event_id=event,
                target_type="event",
                after={"<i>": "<script>alert(1)</script>"},
            )
        )
        db.session.commit()
    html = tour.client("organiser").get(OVERVIEW + "history/").get_data(as_text=True)
    assert "<script>alert" not in html
    assert "<b>x" not in html


def recorded_actions():
    """Every literal first argument of `record(...)` and `note(...)` in the code."""
    for path in Path(congress.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in {
                "record",
                "note",
            }:
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str) and "." in first.value:
                    yield first.value


def test_every_act_that_is_recorded_has_words():
    assert sorted(set(recorded_actions()) - words.ACTIONS.keys()) == []


def test_every_entry_of_the_menu_names_a_capability_that_exists():
    entries = [entry for groups in (menu.EVENT, menu.SERIES) for _title, group in groups for entry in group]
    assert {entry.capability for entry in entries} <= set(Capability)


def test_the_menu_shows_what_one_may_open_and_nothing_else(tour):
    viewer = tour.client("viewer").get(OVERVIEW).get_data(as_text=True)
    organiser = tour.client("organiser").get(OVERVIEW).get_data(as_text=True)
    for page in ("settings", "hosts/", "rooms/", "look/", "team/", "publication/", "history/"):
        link = f'href="{OVERVIEW}{page}"'
        assert link in organiser, page
        assert link not in viewer, page
