"""A founder, a delegation of four, and two pairs who want the same table: meetings as participants see them."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from congress.core import clock
from congress.core.transactions import commit_on_success
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.enums import Answer, Outcome
from congress.matchmaking.models import Delegation, Meeting, MeetingPerson, MeetingSlot, MeetingTable, Profile
from tests.conftest import NOON
from tests.factories.matchmaking import make_meeting, make_opportunity, make_slots, make_tables, make_tag
from tests.journeys.meeting_desk import Fair, entries, text, words
from tests.matchmaking.participants import open_event
from tests.registration.test_races import at_once
from tests.support.filled_forms import filled
from tests.support.work import empty_mailbox, part

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("now")]
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def fair(app: Flask) -> Fair:
    """Ten days ahead, four slots and two tables, and a tag that two contract producers offer."""
    empty_mailbox(app)
    with app.test_request_context("/fr/"), commit_on_success():
        event = open_event()
        make_slots(event, 4)
        make_tables(event, 2)
        return Fair(app, event.id, event.slug)


def with_producers(fair: Fair) -> tuple[int, str]:
    """A founder without a profile, two contract producers and an investor; the tag, and the first day."""
    with fair.app.test_request_context("/fr/"), commit_on_success():
        event = db.session.get_one(Event, fair.event_id)
        fair.register("Zoé", "Levures SA")
        tag = make_tag(event, "Aseptic filling")
        for name, firm in (("Max", "Fill & Finish"), ("Ida", "Sterile Works")):
            make_opportunity(fair.take_part(name, firm, languages=["fr"]), tags=(tag,), title="Filling of vials")
        fair.take_part("Ines", "Capital", languages=["de"])
        return tag.id, event.first_day.isoformat()


def test_a_founder_from_the_opt_in_to_the_outcome(fair: Fair) -> None:
    tag, day = with_producers(fair)
    opt_in(fair, tag, day)
    code = ask_two(fair)
    reschedule(fair, code)
    write(fair)
    find_the_table(fair, code)
    hold(fair, code)


def opt_in(fair: Fair, tag: int, day: str) -> None:
    """Three questions, then the consent to be listed; only then others find the founder."""
    three = {"type": "biotech", "kind": "need", "title": "Filling of 2,000 vials", "tags": [str(tag)]}
    fair.send("Zoé", "/start", **three, **{f"{day}-morning": "on_site"})
    assert "Zoé Martin" not in fair.visit("Max", "/people/")
    fair.send("Zoé", "/profile/preview")
    assert "Zoé Martin" in fair.visit("Max", "/people/")
    fair.codes["Zoé"] = fair.read(sa.select(Profile.code).order_by(Profile.id.desc()).limit(1))


def ask_two(fair: Fair) -> str:
    """Reads why whom to meet, asks both: one says no and keeps the reason, the other says yes; the meeting."""
    with clock.held_at(NOON + dt.timedelta(minutes=5)):
        fair.mails()
    advice = fair.visit("Zoé", "/for-you")
    assert words(advice).count("Offers what you look for: Aseptic filling") == 2, words(advice)
    for name in ("Max", "Ida"):
        assert f"/people/{fair.codes[name]}/request" in advice
        fair.send("Zoé", f"/people/{fair.codes[name]}/request", note="2,000 vials a year, from May")
    told = fair.mails()
    assert {"max@example.org", "ida@example.org"} <= set(told)
    assert "2,000 vials a year" in part(told["max@example.org"][0], "text/plain")
    no, yes = fair.code_of("Zoé", asked="Max"), fair.code_of("Zoé", asked="Ida")
    fair.send("Max", f"/m/{no}/decline", reason="Too small for us")
    refusal = part(fair.mails()["zoé@example.org"][0], "text/plain")
    assert "Too small" not in refusal + fair.visit("Zoé", f"/m/{no}")
    fair.send("Ida", f"/m/{yes}/accept")
    assert (fair.state(no), fair.state(yes)) == ("declined", "scheduled")
    assert "text/calendar" in types(fair.mails()["zoé@example.org"])
    return yes


def types(mails: list) -> set[str]:
    """What the parts of mails are."""
    return {one.get_content_type() for mail in mails for one in mail.walk()}


def slot_of(fair: Fair, code: str) -> MeetingSlot:
    """When a meeting takes place."""
    found: MeetingSlot = fair.read(
        sa.select(MeetingSlot).join(Meeting, Meeting.slot_id == MeetingSlot.id).where(Meeting.code == code)
    )
    return found


def reschedule(fair: Fair, code: str) -> None:
    """Another time is proposed; the old one stays until the other side agrees."""
    before = slot_of(fair, code)
    page = fair.visit("Zoé", f"/m/{code}/reschedule")
    wanted = re.findall(r'name="slot"[^>]*value="(\d+)"', page)[-1]
    fair.send("Zoé", f"/m/{code}/reschedule", slot=wanted)
    assert slot_of(fair, code).id == before.id
    fair.send("Ida", f"/m/{code}/proposal", decision="accept")
    assert slot_of(fair, code).id == int(wanted) != before.id
    mail = fair.mails()["zoé@example.org"][-1]
    calendar = next(one for one in mail.walk() if one.get_content_type() == "text/calendar")
    (entry,) = entries(calendar.get_payload(decode=True)).values()
    assert entry["SEQUENCE"] > 0


def write(fair: Fair) -> None:
    """Both write; the number of unread messages comes and goes, and no address is shown."""
    fair.send("Zoé", f"/messages/{fair.codes['Ida']}", text="Shall I bring samples?")
    thread = fair.visit("Ida", f"/messages/{fair.codes['Zoé']}")
    assert "Shall I bring samples?" in thread
    assert "@example.org" not in thread
    fair.send("Ida", f"/messages/{fair.codes['Zoé']}", text="Yes, two.")
    assert "Yes, two." in fair.visit("Zoé", f"/messages/{fair.codes['Ida']}")


def find_the_table(fair: Fair, code: str) -> None:
    """The number stands on the page, in the schedule and in the personal calendar."""
    number = fair.read(sa.select(MeetingTable.number).join(Meeting, Meeting.table_id == MeetingTable.id))
    for rest in ("/", f"/m/{code}", "/schedule/"):
        assert f"Table {number}" in words(fair.visit("Zoé", rest)), rest
    client = fair.app.test_client()
    page = text(client.get(fair.base["Zoé"].partition("/meetings/")[0] + "/calendar"))
    feed = re.search(r'/calendars/[^"\s]+?\.ics', page)
    assert feed, page
    entry = next(one for one in entries(client.get(feed[0]).get_data()).values() if "Ida" in str(one["SUMMARY"]))
    assert f"Table {number}" in str(entry["LOCATION"])
    assert entry["DTSTART"].dt.astimezone(dt.UTC) == slot_of(fair, code).starts_at


def hold(fair: Fair, code: str) -> None:
    """Afterwards both are asked; what came of it stays with the organisers."""
    with clock.held_at(slot_of(fair, code).ends_at + HOUR):
        fair.send("Zoé", f"/m/{code}/answer", answer=Answer.HAPPENED.value)
        fair.send("Zoé", f"/m/{code}/outcome", outcome=Outcome.POSSIBLE.value)
        assert fair.state(code) == "held"
        assert "Cooperation possible" not in words(fair.visit("Ida", f"/m/{code}"))


def test_a_delegation_of_four_where_no_two_meet_the_same_person(fair: Fair) -> None:
    with fair.app.test_request_context("/fr/"), commit_on_success():
        for name in ("Ada", "Ben", "Cleo", "Dan"):
            fair.take_part(name, "Pharma")
        for name in ("Max", "Ida", "Ines"):
            fair.take_part(name, f"{name} Labs")
    group = found_delegation(fair)
    asked = {name: ask_delegation(fair, group, name) for name in ("Max", "Ida", "Ines")}
    assert all(code in fair.visit("Ada") for code in asked.values())
    for name, colleague in (("Max", "Ben"), ("Ida", "Cleo"), ("Ines", "Ben")):
        fair.send("Ada", f"/m/{asked[name]}/accept", attendees=fair.codes[colleague])
        assert f"/m/{asked[name]}" in fair.visit(colleague)
        assert f"{colleague} Martin" in words(fair.visit(name, f"/m/{asked[name]}"))
    assert asked["Ida"] not in fair.visit("Ben")
    nobody_twice(fair)
    page = words(fair.visit("Dan", f"/people/{fair.codes['Max']}"))
    assert "colleague" in page
    assert "/request" not in fair.visit("Dan", f"/people/{fair.codes['Max']}")
    assert "/request" not in fair.visit("Max", f"/people/{fair.codes['Dan']}")
    nobody_twice(fair)


def found_delegation(fair: Fair) -> str:
    """Ada founds it; three colleagues join after an invitation; its code."""
    fair.send("Ada", "/delegation", name="Pharma", only_one="y")
    for name in ("Ben", "Cleo", "Dan"):
        client, path = fair.app.test_client(), fair.base["Ada"] + "/delegation"
        data = filled(text(client.get(path)), "person") | {"person": fair.codes[name]}
        assert client.post(f"{path}/invite", data=data).status_code == 303
        assert f"{name.lower()}@example.org" in fair.mails()
        fair.send(name, "/delegation/join")
    code: str = fair.read(sa.select(Delegation.code))
    return code


def ask_delegation(fair: Fair, group: str, name: str) -> str:
    """Somebody asks the organisation; the manager hears of it and no colleague."""
    fair.send(name, f"/delegations/{group}/request", note="One of you, please")
    assert set(fair.mails()) == {"ada@example.org"}
    return fair.code_of(name)


def nobody_twice(fair: Fair) -> None:
    """Each guest meets one colleague and no other."""
    with fair.app.app_context():
        members = set(db.session.scalars(sa.select(Profile.id).where(Profile.delegation_id.is_not(None))))
        rows = list(db.session.execute(sa.select(MeetingPerson.meeting_id, MeetingPerson.profile_id)))
    guests = [profile for _meeting, profile in rows if profile not in members]
    assert len(members) == 4
    assert len(guests) == len(set(guests)) == 3
    assert len(rows) == 6


def test_two_people_accept_at_the_same_moment_for_the_last_table(app: Flask, fair: Fair) -> None:
    with app.test_request_context("/fr/"), commit_on_success():
        db.session.execute(sa.delete(MeetingTable).where(MeetingTable.number > 1))
        db.session.execute(
            sa.delete(MeetingSlot).where(MeetingSlot.id > sa.select(sa.func.min(MeetingSlot.id)).scalar_subquery())
        )
        people = {name: fair.take_part(name, f"{name} Labs") for name in ("Ada", "Ben", "Max", "Ida")}
        codes = [make_meeting(people[one], people[two]).code for one, two in (("Ada", "Max"), ("Ben", "Ida"))]
    forms = [(name, fair.base[name] + f"/m/{code}/accept") for name, code in zip(("Max", "Ida"), codes, strict=True)]
    opened = [prepared(app, path) for _name, path in forms]

    def accept(number: int) -> tuple[int, str]:
        client, data = opened[number]
        with clock.held_at(NOON):
            answer = client.post(forms[number][1], data=data)
        return answer.status_code, text(answer)

    answers = at_once(2, accept)
    assert sorted(status for status, _page in answers) == [303, 422]
    lost = next(number for number, (status, _page) in enumerate(answers) if status == 422)
    assert "table" in words(answers[lost][1])
    assert [fair.state(codes[lost]), fair.state(codes[1 - lost])] == ["pending", "scheduled"]
    assert fair.read(sa.select(sa.func.count()).where(MeetingPerson.slot_id.is_not(None))) == 2
    loser, winner = forms[lost][0], forms[1 - lost][0]
    assert f"/m/{codes[lost]}" in fair.visit(loser), "it is still there to be answered"
    assert "Table 1" in words(fair.visit(winner))


def prepared(app: Flask, path: str) -> tuple[FlaskClient, dict]:
    """A browser with the form open."""
    client = app.test_client()
    return client, filled(text(client.get(path)), "idempotency_key")
