"""The demo data: what was published is there, what was invented looks it, and twice is once."""

from __future__ import annotations

import datetime as dt
import itertools
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from congress.accounts.hashing import is_password
from congress.accounts.models import Account
from congress.backoffice import site
from congress.backoffice.demo import facts, seed, teams
from congress.backoffice.site import StageState
from congress.checkin.devices import door_of_token
from congress.core import clock
from congress.core.transactions import commit_on_success, scope
from congress.events.models import Event, Series
from congress.extensions import db
from congress.matchmaking import availability
from congress.matchmaking.enums import MeetingState, OrganisationType
from congress.matchmaking.models import Meeting, MeetingPerson, MeetingTable, Message, Profile, Tag
from congress.matchmaking.queries.profiles import WITH_PERSON
from congress.organisations.models import Organisation
from congress.programme import releases
from congress.programme.days import days_of
from congress.programme.models import Session, Speaker
from congress.registration import tickets
from congress.registration.capacity import availability_of
from congress.registration.enums import HOLDS_PLACE, RegistrationStatus, TicketState
from congress.registration.models import Consent, EventKey, Quota, Registration, RegistrationGroup, Ticket
from tests.support import databases

pytestmark = [pytest.mark.slow, pytest.mark.database]

NOON = dt.datetime(2027, 3, 10, 11, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def lines(app: Flask) -> Iterator[dict[str, str]]:
    """The sign-ins of a seeded database, which stays for the whole file."""
    with app.app_context(), clock.held_at(NOON), commit_on_success():
        shown = seed.seed_if_empty()
    yield shown
    databases.empty_all_tables(app)


@pytest.fixture(autouse=True)
def _clean(app: Flask, lines: dict[str, str]) -> Iterator[None]:
    """Instead of emptying the tables after each test: only the clock is held."""
    with clock.held_at(NOON):
        yield
    app.extensions["page_cache"].clear()


@pytest.fixture
def reading(app: Flask) -> Iterator[None]:
    """A request that reads."""
    with app.test_request_context("/fr/"), scope(writes=False):
        yield


def count(*conditions: sa.ColumnElement[bool]) -> int:
    live = (Registration.status.in_(HOLDS_PLACE), *conditions)
    return db.session.scalar(sa.select(sa.func.count(Registration.id)).where(*live)) or 0


def everything() -> int:
    return db.session.scalar(sa.select(sa.func.count(Registration.id))) or 0


def test_figures_of_the_tour(reading: None) -> None:
    tour, congress = site.load_series()
    figures = facts.facts()["figures"]

    assert tour.series.name["fr"] == "French Bioproduction Tour"
    assert len(tour.taking_place) == figures["stages"] == 7
    assert len(tour.organisers) == figures["organisations"] == 12
    assert tour.participants == figures["participants"] == 3000
    assert congress.participants == figures["congress_participants"] == 500


def test_hosts_and_regions_are_the_published_ones(reading: None) -> None:
    (tour,) = site.load_series(seed.TOUR)
    published = facts.facts()["series"][1]["stages"]

    shown = [
        (one.event.slug, one.event.regions, {host.organisation.slug for host in one.hosts}) for one in tour.stages
    ]
    assert shown == [(row["key"], row["regions"], set(row["hosts"])) for row in published]
    assert {host.organisation.slug for host in tour.hosts} == {"medicen"}


def test_every_state_can_be_seen(reading: None) -> None:
    (tour,) = site.load_series(seed.TOUR)

    assert Counter(one.state for one in tour.stages) == {
        StageState.OPEN: 4,
        StageState.CLOSED: 1,
        StageState.ONLINE_ONLY: 1,
        StageState.UPCOMING: 1,
    }
    assert [one.event.slug for one in tour.stages if one.has_few_left] == ["bourgogne-franche-comte"]
    (congress,) = site.load_series(seed.CONGRESS)
    assert [one.state for one in congress.stages] == [StageState.OVER, StageState.OPEN]


def test_days_lie_in_the_coming_year_and_the_first_is_today(reading: None) -> None:
    (tour,), (congress,) = site.load_series(seed.TOUR), site.load_series(seed.CONGRESS)
    days = [one.event.first_day for one in [*tour.stages, *congress.ahead]]

    assert days == sorted(days)
    assert (days[0], days[-1] < NOON.date() + dt.timedelta(days=365)) == (NOON.date(), True)
    assert all(day.weekday() < 5 for day in days[1:])


def test_no_quota_is_overdrawn_and_nobody_registered_after_today(reading: None) -> None:
    for event_id in db.session.scalars(sa.select(Event.id)).all():
        assert all(left is None or left >= 0 for left in availability_of(event_id).values())
    taken = sa.select(Quota.capacity).where(Quota.capacity <= 0)
    assert db.session.scalars(taken).all() == []
    newest = db.session.scalar(sa.select(sa.func.max(Registration.changed_at)))
    assert newest <= NOON


def test_registrations_came_in_over_weeks_and_some_were_cancelled(reading: None) -> None:
    moments = db.session.scalars(sa.select(Registration.created_at).order_by(Registration.id)).all()

    assert len({moment.date() for moment in moments}) > 60
    cancelled = sa.select(sa.func.count(Registration.id)).where(Registration.status == RegistrationStatus.CANCELLED)
    assert 100 <= db.session.scalar(cancelled) <= 200
    assert moments == sorted(moments)


def test_tickets_are_genuine_and_those_of_the_cancelled_are_ended(reading: None) -> None:
    keys = dict(db.session.execute(sa.select(EventKey.event_id, EventKey.public_key)).all())
    rows = db.session.execute(
        sa.select(Ticket.event_id, Ticket.code, Ticket.payload, Ticket.state, Registration.status).join(Registration)
    ).all()

    assert len(rows) == everything()
    for event_id, code, payload, state, status in rows[::10]:
        parsed = tickets.parse(payload)
        assert (parsed.event_id, parsed.code, parsed.is_genuine(keys[event_id])) == (event_id, code, True)
        assert (state is TicketState.VALID) == (status is RegistrationStatus.CONFIRMED)


def test_people_are_visibly_invented(reading: None) -> None:
    rows = db.session.execute(sa.select(Registration.email, Registration.organisation, Registration.given_name)).all()

    assert {row.email.rpartition("@")[2] for row in rows} == {"example.org"}
    real = set(db.session.scalars(sa.select(Organisation.name)))
    assert not real & {row.organisation for row in rows}
    assert any("\u0600" <= row.given_name[0] <= "\u06ff" for row in rows)


def test_some_registered_for_several_stages_in_one_form_and_answered(reading: None) -> None:
    sizes = sa.select(sa.func.count(Registration.id)).group_by(Registration.group_id).subquery()
    by_size = dict(db.session.execute(sa.select(sizes.c[0], sa.func.count()).group_by(sizes.c[0])).all())

    assert by_size == {1: everything() - 240, 2: 120}
    assert sum(by_size.values()) == db.session.scalar(sa.select(sa.func.count(RegistrationGroup.id)))
    assert db.session.scalar(sa.select(sa.func.count(Consent.id))) == 2 * everything()


def test_sign_ins_work(app: Flask, lines: dict[str, str]) -> None:
    assert set(lines) == {teams.address(key) for key in teams.ACCOUNTS} | {
        "Password of all",
        "Door, today",
        "Door, rehearsal",
        "Meetings, a founder",
        "Meetings, head of a delegation",
    }
    with app.app_context(), scope(writes=False):
        hashes = set(db.session.scalars(sa.select(Account.password_hash)))
        assert len(hashes) == 1
        assert is_password(hashes.pop(), lines["Password of all"])
        assert len(lines["Password of all"]) >= 15


@pytest.mark.parametrize(
    ("line", "slug", "rehearsal"), [("Door, today", "ouest", False), ("Door, rehearsal", "grand-est", True)]
)
def test_door_links_open_a_door(reading: None, lines: dict[str, str], line: str, slug: str, rehearsal: bool) -> None:
    door = door_of_token(lines[line].partition("#")[2], NOON)

    assert db.session.scalar(sa.select(Event.slug).where(Event.id == door.event_id)) == slug
    assert door.rehearsal is rehearsal


def test_again_does_nothing_and_shows_the_same(app: Flask, lines: dict[str, str]) -> None:
    with app.app_context(), commit_on_success():
        began = time.perf_counter()
        assert seed.seed_if_empty() == lines
        assert time.perf_counter() - began < 1
        assert count() == 3500


@pytest.mark.parametrize("path", ["/fr/", "/en/series/french-bioproduction-tour/", "/fr/events/grand-est/"])
def test_public_pages_show_it(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200


def test_these_files_are_all_that_is_needed() -> None:
    folder = Path(facts.__file__).parent

    assert sorted(path.name for path in folder.glob("*.json")) == [
        "facts.json",
        "invented.json",
        "meetings.json",
        "programme.json",
    ]
    for path in folder.glob("*.py"):
        assert "shared/" not in path.read_text(encoding="utf-8")


def test_the_congress_has_profiles_tables_and_meetings_in_every_state(reading: None) -> None:
    event = db.session.scalars(sa.select(Event).where(Event.starts_at > NOON, Event.series_id == congress_id())).one()
    kinds = dict(
        db.session.execute(
            sa.select(Profile.type, sa.func.count()).where(Profile.event_id == event.id).group_by(Profile.type)
        ).all()
    )
    assert sum(kinds.values()) == 500
    assert set(kinds) == set(OrganisationType)
    companies = [
        kinds[one] for one in (OrganisationType.BIOTECH, OrganisationType.INDUSTRY, OrganisationType.TECH_PROVIDER)
    ]
    shares = [number / sum(companies) for number in companies]
    assert shares == pytest.approx([0.48, 0.06, 0.46], abs=0.05)
    assert db.session.scalar(sa.select(sa.func.count(MeetingTable.id)).where(MeetingTable.event_id == event.id)) == 60
    states = sa.select(Meeting.state).where(Meeting.event_id == event.id).distinct()
    assert set(db.session.scalars(states)) == set(MeetingState)
    assert db.session.scalar(sa.select(sa.func.count(Message.id))) == facts.facts()["figures"]["congress_messages"]
    labels = [label for (label,) in db.session.execute(sa.select(Tag.label))]
    assert {domain.lower() for domain in facts.facts()["domains"]["en"]} < {label["en"].lower() for label in labels}


def test_the_timetable_of_the_demo_keeps_every_rule(reading: None) -> None:
    event = db.session.scalars(sa.select(Event).where(Event.starts_at > NOON, Event.series_id == congress_id())).one()
    profiles = db.session.scalars(sa.select(Profile).where(Profile.event_id == event.id).options(*WITH_PERSON)).all()
    free = availability.availability_of(event, profiles)
    rows = db.session.execute(
        sa.select(MeetingPerson.profile_id, Meeting.slot_id, Meeting.table_id)
        .join(Meeting)
        .where(Meeting.event_id == event.id, Meeting.state == MeetingState.SCHEDULED)
    ).all()
    assert len(rows) == 2 * 1150
    assert all(row.slot_id in free[row.profile_id].free for row in rows)
    sits = {(row.profile_id, row.slot_id) for row in rows if row.table_id is not None}
    assert not any((profile_id, slot) in sits for profile_id, found in free.items() for slot in found.remote)


def test_the_congress_has_a_programme_of_three_days(reading: None) -> None:
    event = db.session.scalars(sa.select(Event).where(Event.starts_at > NOON, Event.series_id == congress_id())).one()
    released = releases.latest(event.id)
    assert released
    assert (len(days_of(event)), len(released.rooms)) == (3, 8)
    assert count_of(Session, event) == 200
    assert count_of(Speaker, event) == 120
    assert [one.name for one in releases.releases_of(event)] == ["1.1", "1.0"]
    assert len(released.live_sessions) == 199


def test_every_stage_has_a_programme_and_nobody_is_in_two_places(reading: None) -> None:
    for event in db.session.scalars(sa.select(Event).where(Event.starts_at >= NOON - dt.timedelta(days=1))).all():
        released = releases.latest(event.id)
        assert released
        busy: dict[tuple[str, int], list[tuple[dt.datetime, dt.datetime]]] = {}
        for slot in released.live_slots:
            session = released.session_by_id.get(slot.session_id or 0)
            if session is None:
                continue
            for key in [("room", slot.room_id or 0), *(("speaker", one) for one in session.speaker_ids)]:
                busy.setdefault(key, []).append((slot.starts_at, slot.ends_at))
        for times in busy.values():
            assert all(before[1] <= after[0] for before, after in itertools.pairwise(sorted(times)))


def congress_id() -> int:
    return db.session.scalars(sa.select(Series.id).where(Series.slug == seed.CONGRESS)).one()


def count_of(table: type[Session | Speaker], event: Event) -> int:
    return db.session.scalar(sa.select(sa.func.count(table.id)).where(table.event_id == event.id)) or 0
