"""The organiser of the meetings, from the first setting to the report: every step on the team's pages."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from congress.core import clock
from congress.core.transactions import commit_on_success
from congress.events.enums import Role
from congress.extensions import db
from congress.matchmaking.enums import OrganisationType
from congress.matchmaking.models import (
    Matchmaking,
    Meeting,
    MeetingSlot,
    SchedulePrintRun,
    TableZone,
    TimetableRun,
    UnavailableSlot,
)
from congress.matchmaking.services.rules import PAIRS
from tests.factories.events import make_event
from tests.journeys.meeting_desk import Fair, send, text, words
from tests.support.filled_forms import filled
from tests.support.pdf_reader import page_count, text_of
from tests.support.work import empty_mailbox, part

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("now")]
PEOPLE = ("Ada", "Ben", "Cleo", "Dan", "Eva", "Fay")
MINUTE = dt.timedelta(minutes=1)
Places = dict[str, tuple[int | None, int | None]]


@pytest.fixture
def fair(app: Flask) -> Fair:
    """An event of one day where nobody has set up meetings yet."""
    empty_mailbox(app)
    with app.test_request_context("/fr/"), commit_on_success():
        event = make_event()
        return Fair(app, event.id, event.slug)


def test_the_organiser_from_the_settings_to_the_report(fair: Fair) -> None:
    team = fair.join(Role.MATCHMAKING)
    set_up(fair, team)
    codes = requests_and_answers(fair, team)
    first = first_timetable(fair, team, codes)
    lock_and_run_again(fair, team, codes, first)
    print_schedules(fair, team)
    the_day(fair, team)
    the_report(fair, team)


def post(fair: Fair, team: FlaskClient, rest: str, page: str, expected: int = 303, **values: object) -> None:
    """Send a form of another page."""
    answer = team.submit(fair.manage(rest), values, page=fair.manage(page))  # type: ignore[attr-defined]
    assert answer.status_code == expected, (rest, answer.status_code, words(text(answer))[:1500])


def set_up(fair: Fair, team: FlaskClient) -> None:
    """Begin, let organisers find the times, one session of six slots, three tables in a zone, one rule, open."""
    post(fair, team, "settings/begin", "settings/")
    send_settings(fair, team)
    day = fair.read(sa.select(Matchmaking.booking_closes_at)).date()
    session = {"name-fr": "Matin", "starts_at": f"{day}T09:00", "slot_minutes": "20", "gap_minutes": "5"}
    post(fair, team, "sessions/new", "sessions/new", **session, slot_count="6", ends_at="", modality="on_site")
    post(fair, team, "tables/zones", "tables/", **{"name-fr": "Hall", "name-en": "Hall"})
    zone = fair.read(sa.select(TableZone.id))
    post(fair, team, "tables/", "tables/", count="3", first="1", zone_id=str(zone))
    pairs = [f"{one.value}:{other.value}" for one, other in PAIRS]
    forbidden = f"{OrganisationType.BIOTECH.value}:{OrganisationType.INVESTOR.value}"
    post(fair, team, "rules/", "rules/", meet=[one for one in pairs if one != forbidden], chat=pairs)
    post(fair, team, "settings/open", "settings/")


def send_settings(fair: Fair, team: FlaskClient) -> None:
    """Organisers find the times; the window closes on the day of the event."""
    page = text(team.get(fair.manage("settings/")))
    data = filled(page, "booking_closes_at")
    answer = team.post(fair.manage("settings/"), data=data | {"scheduling_mode": "organisers"})
    assert answer.status_code == 303, words(text(answer))[:1500]


def requests_and_answers(fair: Fair, team: FlaskClient) -> dict[str, str]:
    """Six people ask; one is refused, one waits; whoever is forbidden to ask reads why. The agreed ones by pair."""
    with fair.app.test_request_context("/fr/"), commit_on_success():
        people = {name: fair.take_part(name, f"{name} Labs") for name in PEOPLE}
        fair.take_part("Ines", "Capital", type=OrganisationType.INVESTOR)
        slots = list(db.session.scalars(sa.select(MeetingSlot.id).order_by(MeetingSlot.starts_at)))
        db.session.add_all(UnavailableSlot(profile_id=people["Fay"].id, slot_id=one) for one in slots[1:])
    page = fair.visit("Ada", f"/people/{fair.codes['Ines']}")
    assert f"/people/{fair.codes['Ines']}/request" not in page
    agreed = {}
    for pair in ("Ada Ben", "Ada Cleo", "Ben Cleo", "Dan Eva", "Fay Dan", "Fay Eva"):
        one, other = pair.split()
        fair.send(one, f"/people/{fair.codes[other]}/request", note="Hello")
        agreed[pair] = fair.code_of(one, asked=other)
        fair.send(other, f"/m/{agreed[pair]}/accept")
    for name in ("Dan", "Eva"):
        fair.send("Ada", f"/people/{fair.codes[name]}/request", note="Hello")
    fair.send("Dan", f"/m/{fair.code_of('Ada', asked='Dan')}/decline", reason="No")
    assert fair.states() == {"unscheduled": 6, "declined": 1, "pending": 1}
    for state, number in (("unscheduled", 6), ("declined", 1), ("pending", 1)):
        listed = text(team.get(fair.manage(f"meetings/?state={state}")))
        assert listed.count('class="pair-link"') == number
    assert "6 agreed meetings have no time" in words(text(team.get(fair.manage()))), "what to do next"
    return agreed


def run_timetable(fair: Fair, team: FlaskClient) -> str:
    """Start a run, look at its progress, let the worker compute; the page of its result."""
    post(fair, team, "timetable/", "timetable/", seconds="1", seed="7", which="none")
    run = fair.read(sa.select(TimetableRun.id).order_by(TimetableRun.id.desc()))
    assert team.get(fair.manage(f"timetable/runs/{run}/progress")).status_code == 200
    fair.mails()
    return words(text(team.get(fair.manage(f"timetable/runs/{run}/"))))


def places(fair: Fair) -> Places:
    """Slot and table of each meeting that has one."""
    with fair.app.app_context():
        rows = db.session.execute(sa.select(Meeting.code, Meeting.slot_id, Meeting.table_id))
        return {code: (slot, table) for code, slot, table in rows if slot}


def first_timetable(fair: Fair, team: FlaskClient, codes: dict[str, str]) -> Places:
    """Five of six fit: Fay has one free slot and two meetings. Nobody knows of it until it is published."""
    fair.mails()
    result = run_timetable(fair, team)
    unplaced = result.partition("Not placed")[2].partition("Added")[0]
    assert "One of them has no room for another meeting" in unplaced
    assert "Fay Martin" in unplaced
    found = places(fair)
    assert len(found) == 5
    assert fair.mails() == {}
    assert "Table" not in words(fair.visit("Ada", f"/m/{codes['Ada Ben']}"))
    publish(fair, team)
    told = fair.mails()
    assert set(told) == {f"{name.lower()}@example.org" for name in PEOPLE}
    assert all(len(mails) == 1 for mails in told.values())
    assert "Table" in part(told["ada@example.org"][0], "text/plain")
    assert "Table" in words(fair.visit("Ada", f"/m/{codes['Ada Ben']}"))
    return found


def publish(fair: Fair, team: FlaskClient) -> None:
    """What was looked at is what is published."""
    send(team, fair.manage("timetable/publish"), level="final")


def lock_and_run_again(fair: Fair, team: FlaskClient, codes: dict[str, str], first: Places) -> None:
    """Two are locked, a request comes in late; the second run moves nothing that is published."""
    for pair in ("Ada Ben", "Dan Eva"):
        post(fair, team, f"meetings/{codes[pair]}/lock", f"meetings/{codes[pair]}/")
    fair.send("Eva", f"/m/{fair.code_of('Ada', asked='Eva')}/accept")
    fair.mails()
    run_timetable(fair, team)
    second = places(fair)
    assert {code: second[code] for code in first} == first
    assert len(second) == len(first) + 1
    publish(fair, team)
    assert set(fair.mails()) == {"ada@example.org", "eva@example.org"}


def print_schedules(fair: Fair, team: FlaskClient) -> None:
    """One file with a page for each person who has a meeting."""
    post(fair, team, "prints/all", "prints/")
    fair.mails()
    run = fair.read(sa.select(SchedulePrintRun.id))
    file = re.search(rf'href="([^"]*/prints/{run}/[^"]*\.pdf)"', text(team.get(fair.manage(f"prints/{run}/"))))
    assert file
    with team.get(file[1]) as answer:
        whole = answer.data
    assert page_count(whole) == len(PEOPLE)
    assert all(f"{name} Martin" in text_of(whole) for name in PEOPLE)


def the_day(fair: Fair, team: FlaskClient) -> None:
    """The clock moves on: everything took place but one, where somebody was absent."""
    with fair.app.app_context():
        ends = max(db.session.scalars(sa.select(MeetingSlot.ends_at)))
        codes = list(
            db.session.scalars(sa.select(Meeting.code).where(Meeting.slot_id.is_not(None)).order_by(Meeting.id))
        )
    with clock.held_at(ends + MINUTE):
        assert team.get(fair.manage("desk/")).status_code == 200
        for number, code in enumerate(codes):
            tap = "target_absent" if number == 0 else "held"
            post(fair, team, f"desk/meetings/{code}/{tap}", "prints/")
    assert fair.states() == {"held": 5, "no_show": 1, "unscheduled": 1, "declined": 1}


def the_report(fair: Fair, team: FlaskClient) -> None:
    """The figures add up, on the page and in the file for those who pay."""
    answer = team.get(fair.manage("report/report.csv"))
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    total = {row[1]: row[2] for row in rows if row[0] == "Total"}
    assert (total["People"], total["Requests"]) == ("7", "8")
    assert int(total["Requests accepted"]) + int(total["Requests declined"]) == 8
    assert (total["Held"], total["Somebody was absent"]) == ("5", "1")
    shown = words(text(team.get(fair.manage("report/"))))
    assert "83%" in shown, "five of six"
