"""What the report counts, against rows made by hand."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask_sqlalchemy.session import Session

from congress.core import clock
from congress.events.models import Event, EventHost
from congress.extensions import db
from congress.matchmaking import report
from congress.matchmaking.enums import MeetingEvent, MeetingState, OrganisationType, Origin, Outcome
from congress.matchmaking.models import Meeting, MeetingChange, MeetingPerson, Message, Thread
from tests.factories.events import make_event, make_series
from tests.factories.matchmaking import make_meeting, make_profile, make_slots, make_tables
from tests.factories.people import make_organisation
from tests.support.counting import queries_of

pytestmark = pytest.mark.usefixtures("session", "now")


@pytest.fixture
def event(session: Session, now: dt.datetime) -> Event:
    return make_event()


def answered(meeting: Meeting, what: MeetingEvent, hours: float) -> None:
    db.session.add(
        MeetingChange(
            meeting_id=meeting.id,
            event=what,
            at=meeting.created_at + dt.timedelta(hours=hours),
            actor_kind="link",
            to_state=meeting.state,
        )
    )
    db.session.flush()


def busy_event(event: Event) -> None:
    """Four people; one held, one missed, one declined, one open, one expired."""
    slots, tables = make_slots(event, 2), make_tables(event, 2)
    ada, ben = make_profile(event), make_profile(event, type=OrganisationType.INDUSTRY, country="BE")
    cleo, _dan = make_profile(event), make_profile(event, type=OrganisationType.INVESTOR)
    held = make_meeting(ada, ben, MeetingState.HELD, slot=slots[0], table=tables[0])
    db.session.get_one(MeetingPerson, (held.id, ada.id)).outcome = Outcome.AGREED
    answered(held, MeetingEvent.ACCEPT, 1)
    missed = make_meeting(cleo, ada, MeetingState.NO_SHOW, slot=slots[1], table=tables[1])
    answered(missed, MeetingEvent.ACCEPT, 5)
    no = make_meeting(ben, cleo, MeetingState.DECLINED)
    answered(no, MeetingEvent.DECLINE, 3)
    late = make_meeting(ada, cleo, MeetingState.EXPIRED)
    answered(late, MeetingEvent.EXPIRE, 72)
    make_meeting(ben, ada, MeetingState.CANCELLED, origin=Origin.GENERATED)


def test_an_event_without_anybody_divides_by_nothing(event: Event) -> None:
    empty = report.report_of(event)
    assert (empty.people, empty.meetings, empty.acceptance, empty.table_use) == (0, 0, None, None)
    assert (empty.median_hours, empty.without_share, empty.median_meetings) == (None, None, 0)
    assert report.distribution(event) == []


def test_requests_answers_and_meetings_are_counted_once(event: Event) -> None:
    busy_event(event)
    counted = report.report_of(event)
    assert (counted.requests, counted.accepted, counted.declined, counted.expired) == (4, 2, 1, 1)
    assert counted.acceptance == 0.5
    assert counted.median_hours == 3  # 1, 3 and 5; an expiry is no answer
    assert (counted.held, counted.no_show, counted.cancelled, counted.meetings) == (1, 1, 1, 2)
    assert counted.held_share == 0.5
    assert (counted.people, counted.without, counted.most_meetings) == (4, 1, 2)
    assert counted.median_meetings == 1
    assert (counted.tables_taken, counted.tables_possible) == (2, 4)
    assert counted.outcomes == {Outcome.AGREED: 1}
    assert report.distribution(event) == [(0, 1), (1, 2), (2, 1)]


def test_a_second_answer_does_not_count_again(event: Event) -> None:
    meeting = make_meeting(make_profile(event), make_profile(event), MeetingState.SCHEDULED)
    answered(meeting, MeetingEvent.ACCEPT, 2)
    answered(meeting, MeetingEvent.ACCEPT, 9)
    counted = report.report_of(event)
    assert (counted.accepted, counted.median_hours) == (1, 2)


def test_groups_add_up_to_the_whole(event: Event) -> None:
    busy_event(event)
    counted = report.report_of(event)
    by_type = {one.key: one for one in counted.by_type}
    assert by_type["biotech"].people == 2
    assert (by_type["biotech"].sent, by_type["biotech"].received) == (3, 3)
    assert (by_type["industry"].meetings, by_type["industry"].held) == (1, 1)
    assert (by_type["investor"].without, by_type["investor"].median) == (1, 0)
    assert {one.key: one.people for one in counted.by_country} == {"FR": 3, "BE": 1}
    for groups in (counted.by_type, counted.by_country):
        assert sum(one.people for one in groups) == counted.people
        assert sum(one.sent for one in groups) == sum(one.received for one in groups) == counted.requests


def test_drafts_of_the_organisers_are_nobodys_requests(event: Event) -> None:
    make_meeting(make_profile(event), make_profile(event), MeetingState.DRAFT, origin=Origin.GENERATED)
    counted = report.report_of(event)
    assert (counted.requests, counted.open, counted.meetings) == (0, 0, 0)


def test_erased_people_and_messages_stay_in_the_counts(event: Event) -> None:
    one, other = make_profile(event), make_profile(event, listed_at=None, withdrawn_at=clock.now())
    make_profile(event, listed_at=None)  # began, and never opted in
    low, high = sorted((one.id, other.id))
    thread = Thread(event_id=event.id, low_id=low, high_id=high, created_at=clock.now(), last_message_at=clock.now())
    db.session.add(thread)
    db.session.flush()
    db.session.add_all(
        Message(thread_id=thread.id, sender_id=one.id, text=text, at=clock.now()) for text in ("a", "")
    )
    db.session.flush()
    counted = report.report_of(event)
    assert (counted.people, counted.messages) == (2, 2)


def test_a_stage_counts_for_each_of_its_hosts(session: Session) -> None:
    series = make_series()
    stages = [make_event(series), make_event(series)]
    north, south = make_organisation("North"), make_organisation("South")
    for stage, hosts in zip(stages, ((north, south), (south,)), strict=True):
        for host in hosts:
            db.session.add(EventHost(event_id=stage.id, organisation_id=host.id, role="co_organiser"))
        make_meeting(make_profile(stage), make_profile(stage), MeetingState.HELD, slot=make_slots(stage, 1)[0])
    db.session.flush()
    rows = {row.name: row for row in report.by_host([(stage, report.report_of(stage)) for stage in stages])}
    assert (rows["North"].stages, rows["North"].people, rows["North"].held) == (1, 2, 1)
    assert (rows["South"].stages, rows["South"].people, rows["South"].held) == (2, 4, 2)


def test_the_cost_does_not_grow(app: Flask, event: Event) -> None:
    busy_event(event)
    few = queries_of(app, lambda: report.report_of(event))
    busy_event_again = [make_meeting(make_profile(event), make_profile(event)) for _ in range(5)]
    assert len(busy_event_again) == 5
    assert queries_of(app, lambda: report.report_of(event)) == few <= 10
