"""Suggestions as rows: what is read, when jobs run, what they write, and what is shown of it."""

from __future__ import annotations

import datetime as dt
import os

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy.session import Session

from congress.core import clock
from congress.core.transactions import commit_on_success
from congress.events.models import Event
from congress.extensions import db
from congress.jobs.enums import JobState
from congress.jobs.models import Job
from congress.jobs.worker import LeaseLost
from congress.matchmaking import market as markets
from congress.matchmaking.enums import (
    CancelCause,
    Mark,
    MeetingState,
    OpportunityKind,
    OrganisationType,
    ProfileField,
    ReasonKind,
    Visibility,
)
from congress.matchmaking.jobs import suggestions as jobs
from congress.matchmaking.market import market_of, shortlist
from congress.matchmaking.models import Block, ContactRule, MeetingSession, Profile, ProfileMark, Suggestion
from congress.matchmaking.queries import suggestions as queries
from congress.matchmaking.services import profiles, rules, sessions, suggesting, taxonomy, withdrawing
from congress.registration import services as registrations
from congress.registration.enums import CancelledBy
from tests.factories.matchmaking import make_delegation, make_meeting, make_opportunity, make_slots, make_tag
from tests.factories.registrations import make_category, make_registration
from tests.matchmaking.participants import open_event, take_part
from tests.matchmaking.stage import later
from tests.support.counting import queries_of
from tests.support.work import do_jobs

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("now")]
NEED, OFFER = OpportunityKind.NEED, OpportunityKind.OFFER


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child for each test would take seconds; one test below has it."""
    monkeypatch.setattr(jobs, "rows_apart", jobs.rows_here)


@pytest.fixture
def event(session: Session) -> Event:
    event = open_event()
    make_slots(event, 4)
    return event


@pytest.fixture
def pair(event: Event) -> tuple[Profile, Profile]:
    """Somebody who needs what somebody else offers."""
    tag = make_tag(event, "Enzymes")
    one, other = take_part(event), take_part(event)
    make_opportunity(one, NEED, (tag,))
    make_opportunity(other, OFFER, (tag,))
    return one, other


def compute(app: Flask, event: Event) -> None:
    """A full run, as the worker does it."""
    suggesting.ask_for_all(event.id)
    with later(minutes=2):
        do_jobs(app)


def rows() -> dict[tuple[int, int], tuple[int, float]]:
    found = db.session.execute(
        sa.select(Suggestion.profile_id, Suggestion.other_id, Suggestion.rank, Suggestion.score)
    )
    return {(row[0], row[1]): (row[2], row[3]) for row in found}


def queued(kind: str) -> list[Job]:
    return list(db.session.scalars(sa.select(Job).where(Job.kind == kind, Job.state == JobState.QUEUED)))


def test_a_full_run_writes_both_lists(app, event, pair):
    one, other = pair
    compute(app, event)
    assert rows().keys() == {(one.id, other.id), (other.id, one.id)}
    found = db.session.scalars(sa.select(Suggestion).where(Suggestion.profile_id == one.id)).one()
    assert found.rank == 1
    assert found.reasons[0]["kind"] == ReasonKind.THEY_OFFER
    assert ReasonKind.COMMON_LANGUAGE in {reason["kind"] for reason in found.reasons}


def test_many_changes_make_one_job(event):
    with clock.held_at(clock.now().replace(second=10)):
        assert suggesting.ask_for_all(event.id) == suggesting.ask_for_all(event.id)
        with later(seconds=40):
            assert len(queued(queries.ALL)) == 1
            suggesting.ask_for_all(event.id)
        with later(seconds=51):
            suggesting.ask_for_all(event.id)
    jobs_of_event = queued(queries.ALL)
    assert len(jobs_of_event) == 2
    # It starts when its minute is over, so that it sees every change that relied on it.
    assert [job.run_at.second for job in jobs_of_event] == [1, 1]


def test_the_minute_after_has_a_job_of_its_own(app, event):
    first = suggesting.ask_for_all(event.id)
    with later(minutes=2):
        do_jobs(app)
        assert suggesting.ask_for_all(event.id) != first


def test_a_full_run_that_is_about_to_start_is_enough(app, event, pair):
    suggesting.ask_for_all(event.id)
    suggesting.ask_for_one(pair[0])
    assert queued(queries.ONE) == []
    with later(minutes=2):
        do_jobs(app)
        suggesting.ask_for_one(pair[0])
        assert len(queued(queries.ONE)) == 1


def test_what_organisers_change_asks_for_all(event, pair):
    tag = db.session.scalars(sa.select(markets.Tag)).one()
    steps = [
        lambda: rules.set_rules(event, [], []),
        lambda: taxonomy.place_tag(event, tag.id, make_tag(event).id),
        lambda: sessions.remove_session(event, db.session.scalars(sa.select(MeetingSession.id)).one()),
    ]
    for minutes, act in enumerate(steps):
        with later(minutes=minutes):
            act()
    assert [job.payload["event_id"] for job in queued(queries.ALL) if ":60:" in job.unique_key] == [event.id] * 3


def test_a_repeated_run_changes_nothing(app, event, pair, monkeypatch):
    compute(app, event)
    before = rows()
    written = []
    monkeypatch.setattr(suggesting, "_rewrite", lambda owners, _rows: written.extend(owners))
    with later(minutes=5):
        suggesting.ask_for_all(event.id)
        with later(minutes=2):
            do_jobs(app)
    assert (rows(), written) == (before, [])


def test_a_run_whose_lease_was_lost_writes_nothing(app, event, pair, monkeypatch):
    def lost(_job, _result):
        raise LeaseLost

    monkeypatch.setattr("congress.jobs.worker._finish", lost)
    compute(app, event)
    assert rows() == {}


def test_a_child_that_dies_is_tried_again(app, event, pair, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(jobs, "rows_here", _die)
    with pytest.raises(jobs.TryLater):
        jobs.rows_apart(market_of(event))


def _die(_market):
    os._exit(1)


def test_the_child_answers_as_this_process_does(event, pair, monkeypatch):
    monkeypatch.undo()
    market = market_of(event)
    assert jobs.rows_apart(market) == jobs.rows_here(market) != []


def test_who_withdraws_is_gone_in_the_same_transaction(app, event, pair):
    _one, other = pair
    compute(app, event)
    withdrawing.withdraw(other)
    assert rows() == {}
    profiles.opt_in(other)
    with later(minutes=1):
        do_jobs(app)
    assert len(rows()) == 2


def test_who_cancels_is_not_shown_though_the_row_is_there(app, event, pair):
    one, other = pair
    compute(app, event)
    assert len(queries.list_of(one)) == 1
    with commit_on_success():
        registrations.cancel(other.registration, CancelledBy.PARTICIPANT)
    assert queries.list_of(one) == []


@pytest.mark.parametrize("way", ["one", "other"])
@pytest.mark.parametrize(
    "between",
    ["block", "not interested", "pending", "declined", "held", "cancelled by participant"],
)
def test_what_is_between_two_people_parts_them_at_once_and_in_the_next_run(app, event, pair, between, way):
    compute(app, event)
    first, second = pair if way == "one" else pair[::-1]
    put_between(between, first, second)
    assert queries.list_of(first) == []
    if between != "not interested":
        assert queries.list_of(second) == []
    with later(minutes=5):
        compute(app, event)
    assert rows() == {}


def put_between(what: str, first: Profile, second: Profile) -> None:
    if what == "block":
        db.session.add(Block(profile_id=first.id, other_id=second.id, created_at=clock.now()))
    elif what == "not interested":
        suggesting.set_mark(first, second, Mark.NOT_INTERESTED)
    elif what == "cancelled by participant":
        make_meeting(first, second, MeetingState.CANCELLED, cancel_cause=CancelCause.PARTICIPANT)
    else:
        make_meeting(first, second, MeetingState(what))
    db.session.flush()


@pytest.mark.parametrize(
    ("state", "cause"),
    [
        (MeetingState.CANCELLED, CancelCause.ORGANISER),
        (MeetingState.WITHDRAWN, None),
        (MeetingState.EXPIRED, None),
        (MeetingState.DISCARDED, None),
    ],
)
def test_what_ended_without_a_refusal_parts_nobody(app, event, pair, state, cause):
    make_meeting(*pair, state, cancel_cause=cause)
    compute(app, event)
    assert len(rows()) == 2


def test_what_nobody_sees_is_no_reason(event, pair):
    one, _other = pair
    one.pitch, one.languages = "Quetzalcoatlus", ["fr"]
    one.visibility = {ProfileField.PITCH: Visibility.NOBODY.value, ProfileField.LANGUAGES: Visibility.PARTNERS.value}
    db.session.flush()
    person = next(found for found in market_of(event).people if found.id == one.id)
    assert (person.pitch, person.languages) == ("", frozenset())


def test_what_is_read(event, pair):
    one, other = pair
    make_delegation(event, one)
    third = take_part(event, make_registration(event, make_category(event), organisation="  Écôle  2 "))
    take_part(event, listed_at=None)
    db.session.add(
        ContactRule(
            event_id=event.id,
            from_type=OrganisationType.INVESTOR,
            to_type=OrganisationType.BIOTECH,
            may_meet=False,
        )
    )
    make_meeting(one, other, MeetingState.SCHEDULED)
    suggesting.set_mark(one, third, Mark.BOOKMARKED)
    db.session.flush()
    market = market_of(event)
    people = {person.id: person for person in market.people}
    assert people.keys() == {one.id, other.id, third.id}
    assert people[one.id].delegation == one.delegation_id
    assert people[third.id].organisation == "ecole 2"
    assert people[one.id].slots == 0b1111
    assert market.agreed == market.apart == {tuple(sorted((one.id, other.id)))}
    assert market.bookmarks == {(one.id, third.id)}
    assert market.forbidden == {(OrganisationType.INVESTOR, OrganisationType.BIOTECH)}


def test_one_change_reaches_both_lists_within_seconds(app, event, pair):
    one, other = pair
    compute(app, event)
    newcomer = take_part(event)
    make_opportunity(newcomer, OFFER, tuple(db.session.scalars(sa.select(markets.Tag))))
    suggesting.ask_for_one(newcomer)
    with later(seconds=4):
        do_jobs(app)
    assert rows().keys() == {(one.id, other.id), (other.id, one.id), (one.id, newcomer.id), (newcomer.id, one.id)}
    ranks = [rank for (owner, _other), (rank, _score) in rows().items() if owner == one.id]
    assert sorted(ranks) == [1, 2]


def test_a_full_list_makes_room_for_a_better_one(app, event, pair, monkeypatch):
    one, other = pair
    compute(app, event)
    monkeypatch.setattr(suggesting, "LIST", 1)
    newcomer = take_part(event)
    db.session.flush()
    entry = (one.id, newcomer.id, 0, 0.99, [])
    suggesting.replace_one(event.id, newcomer.id, [], [entry])
    assert rows().keys() == {(one.id, newcomer.id), (other.id, one.id)}


def test_who_left_while_it_was_computed_is_left_out(event, pair):
    one, other = pair
    found = jobs.rows_here(market_of(event))
    other.listed_at = None
    db.session.flush()
    suggesting.replace_all(event.id, found)
    suggesting.replace_one(event.id, one.id, [(one.id, other.id, 1, 0.5, [])], [(other.id, one.id, 1, 0.5, [])])
    assert rows() == {}


def test_what_another_run_wrote_meanwhile_is_no_accident(event, pair):
    one, other = pair
    row = (one.id, other.id, 1, 0.5, [])
    suggesting._rewrite([], [row, row])
    suggesting._rewrite([], [row])
    assert rows() == {(one.id, other.id): (1, 0.5)}


def test_other_events_keep_their_lists(app, event, pair):
    compute(app, event)
    before = rows()
    elsewhere = open_event()
    take_part(elsewhere)
    with later(minutes=5):
        compute(app, elsewhere)
    assert rows() == before


def test_the_shortlist_has_near_tags_first(event, monkeypatch):
    root = make_tag(event, "Biology")
    leaf, stranger = make_tag(event, "Enzymes", parent=root), make_tag(event, "Steel")
    me, near, far, noted, _other = [take_part(event) for _ in range(5)]
    make_opportunity(me, NEED, (leaf,))
    make_opportunity(near, OFFER, (root,))
    make_opportunity(far, OFFER, (stranger,))
    suggesting.set_mark(me, noted, Mark.BOOKMARKED)
    whole = profiles.locked(me.id)
    assert shortlist(event, whole) is None
    monkeypatch.setattr(markets, "SHORTLIST", 1)
    assert shortlist(event, whole) == {me.id, near.id, noted.id}
    market = market_of(event, shortlist(event, whole))
    assert market.population.people == 5
    assert market.population.tag_users == {leaf.id: 1, root.id: 1, stranger.id: 1}


def test_a_refusal_lets_both_see_others(event, pair):
    from congress.matchmaking.enums import MeetingEvent
    from congress.matchmaking.models import MeetingChange
    from congress.matchmaking.receivers.suggestions import follow_meetings

    meeting = make_meeting(*pair, MeetingState.DECLINED)
    follow_meetings(None, changes=[(meeting, MeetingChange(event=MeetingEvent.DECLINE))])
    assert {job.payload["profile_id"] for job in queued(queries.ONE)} == {one.id for one in pair}
    follow_meetings(None, changes=[(meeting, MeetingChange(event=MeetingEvent.LOCK))])
    assert len(queued(queries.ONE)) == 2


def test_marks_are_states(event, pair):
    one, other = pair
    for mark in (Mark.BOOKMARKED, Mark.BOOKMARKED, Mark.NOT_INTERESTED):
        suggesting.set_mark(one, other, mark)
        assert db.session.scalars(sa.select(ProfileMark.mark)).one() is mark
    suggesting.set_mark(one, other, None)
    assert db.session.scalars(sa.select(ProfileMark.mark)).all() == []


def test_reading_costs_as_much_for_many(app, event, pair):
    def cost() -> int:
        db.session.expire_all()
        event_id = event.id
        found = db.session.get_one(Event, event_id, populate_existing=True)
        db.session.refresh(found)
        return queries_of(app, lambda: market_of(found))

    few = cost()
    for _ in range(12):
        make_opportunity(take_part(event), NEED, (make_tag(event),))
    assert cost() == few


def test_nothing_is_computed_for_an_event_that_is_cancelled(app, event, pair):
    event.cancelled_at = clock.now()
    event.status = "cancelled"
    compute(app, event)
    assert rows() == {}


def test_a_day_later_the_job_is_not_asked_for_twice(event):
    with clock.held_at(dt.datetime(2026, 5, 4, 10, 0, 59, tzinfo=dt.UTC)):
        suggesting.ask_for_all(event.id)
        [job] = queued(queries.ALL)
    assert job.run_at == dt.datetime(2026, 5, 4, 10, 1, 1, tzinfo=dt.UTC)
    assert job.progress_total == suggesting.STEPS
