"""What a hostile round against the running matchmaking found: ways round blocks, words hidden or erased."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from flask_sqlalchemy.session import Session

from congress.core import clock
from congress.core.errors import Missing
from congress.core.transactions import commit_on_success
from congress.extensions import db
from congress.jobs.models import Job
from congress.mail.models import Mail
from congress.matchmaking import errors, guards
from congress.matchmaking.enums import MeetingState, Notices, ProfileField, Visibility
from congress.matchmaking.for_you import Show, for_you
from congress.matchmaking.models import Delegation, Suggestion
from congress.matchmaking.personal_data.meetings import erase_meetings
from congress.matchmaking.queries.profiles import profile_of
from congress.matchmaking.services import answering, delegations, messaging, moving, requesting
from congress.matchmaking.services.indexing import renew
from congress.notifications.jobs.meetings import TELL_INVITED, TELL_MEETING
from congress.notifications.receivers.meetings import remind_of_request
from congress.notifications.receivers.messages import announce_digests
from congress.privacy.services import people as privacy
from congress.registration.enums import RegistrationStatus
from tests.factories.matchmaking import make_delegation, make_profile, make_slots
from tests.factories.registrations import make_registration
from tests.matchmaking.participants import open_event, path_of, take_part
from tests.matchmaking.stage import Stage, later, now, refused, state
from tests.support.work import do_jobs, mailbox

S = MeetingState


@pytest.fixture
def stage(session: Session, now: dt.datetime) -> Stage:
    return Stage()


@pytest.mark.database
def test_a_colleague_is_no_way_round_a_block_by_who_answers_for_the_delegation(stage: Stage) -> None:
    """P02: requests to a delegation, with their words, are read by its manager."""
    stranger, manager, colleague = stage.people(3)
    delegation = make_delegation(stage.event, manager, colleague)
    messaging.block(manager, stranger)
    with refused(errors.TakesNoRequests):
        requesting.request_meeting(stranger, delegation, note="You cannot get rid of me")
    assert guards.why_not(stranger, colleague) is None
    messaging.unblock(manager, stranger)
    messaging.block(stranger, manager)
    with refused(errors.BlockedByYou):
        requesting.request_meeting(stranger, delegation)


@pytest.mark.database
def test_a_block_by_a_member_leaves_the_delegation_to_the_others(stage: Stage) -> None:
    stranger, manager, colleague = stage.people(3)
    delegation = make_delegation(stage.event, manager, colleague)
    messaging.block(colleague, stranger)
    assert state(requesting.request_meeting(stranger, delegation)) is S.PENDING


@pytest.mark.database
def test_a_block_ends_the_requests_that_the_manager_would_have_to_answer(stage: Stage) -> None:
    stranger, manager, colleague = stage.people(3)
    asked = requesting.request_meeting(stranger, make_delegation(stage.event, manager, colleague))
    messaging.block(manager, stranger)
    assert state(asked) is S.DECLINED
    again = requesting.request_meeting(stage.person(), make_delegation(stage.event, *(pair := stage.people(2))))
    messaging.block(now(again).people[0].profile, pair[1])
    assert state(again) is S.PENDING
    messaging.block(now(again).people[0].profile, pair[0])
    assert state(again) is S.WITHDRAWN


@pytest.mark.database
def test_who_manages_a_delegation_later_hears_nothing_of_whom_they_blocked(stage: Stage) -> None:
    stranger, manager, colleague = stage.people(3)
    asked = requesting.request_meeting(stranger, make_delegation(stage.event, manager, colleague), note="Me again")
    messaging.block(colleague, stranger)
    delegations.hand_over(manager, colleague)
    remind_of_request(None, meeting=now(asked))
    newest = sa.select(Job.payload).where(Job.kind == TELL_MEETING).order_by(Job.id.desc()).limit(1)
    assert db.session.scalar(newest)["told"] == []


@pytest.mark.database
def test_an_invitation_is_no_way_round_a_block_and_no_flood_of_mails(stage: Stage) -> None:
    manager, colleague = stage.people(2)
    for one in (manager, colleague):
        one.registration.organisation = "Colleagues Ltd"
    db.session.flush()
    delegations.create(manager, "Read this at once")
    for _ in range(3):
        delegations.invite(manager, colleague)
        delegations.remove(manager, colleague)
    mails = sa.select(sa.func.count(Job.id)).where(Job.kind == TELL_INVITED)
    assert db.session.scalar(mails) == 1
    messaging.block(colleague, manager)
    with refused(Missing):
        delegations.invite(manager, colleague)


@pytest.mark.database
def test_proposals_are_no_flood_of_mails(stage: Stage) -> None:
    """Also for somebody who was blocked after the meeting was agreed."""
    one, other = stage.people(2)
    meeting = requesting.request_meeting(one, other)
    answering.accept(meeting, other)
    for number in range(moving.PROPOSALS):
        moving.propose(meeting, one, stage.slots[1 + number % 2].id)
    with refused(errors.ProposesTooOften):
        moving.propose(meeting, one, stage.slots[3].id)
    moving.propose(meeting, other, stage.slots[3].id)
    with later(days=1, minutes=1):
        moving.propose(meeting, one, stage.slots[1].id)


@pytest.mark.database
@pytest.mark.usefixtures("session", "now")
def test_reasons_forget_at_once_what_was_hidden() -> None:
    """P01: a list is made anew some seconds later, or much later when nothing works; its words are hidden at once."""
    event = open_event()
    me = take_part(event, make_registration(event, organisation="Levures SA"))
    other = take_part(event, pitch="Un Bioréacteur d’exception", languages=["fr"])
    reasons = [
        {"kind": "same_words", "tags": [], "words": ["bioréacteur"]},
        {"kind": "common_language", "tags": [], "words": ["fr"]},
    ]
    db.session.add(Suggestion(profile_id=me.id, other_id=other.id, rank=1, score=0.5, reasons=reasons))

    def said() -> list[str]:
        own = profile_of(me.registration)
        assert own is not None
        return [sentence for _icon, sentence in for_you(event, own, Show.SUGGESTED).cards[0].reasons]

    assert len(said()) == 2
    other.visibility = {ProfileField.PITCH: Visibility.PARTNERS, ProfileField.LANGUAGES: Visibility.PARTNERS}
    renew([other.id])
    assert said() == []


@pytest.mark.database
def test_the_name_of_a_delegation_goes_with_its_last_member(stage: Stage) -> None:
    """P03: somebody typed it, perhaps the own name; colleagues who stay keep theirs."""
    one, other, third = stage.people(3)
    lonely = delegations.create(one, "Delegation of Quetzalcoatlus")
    shared = make_delegation(stage.event, other, third, name="Stays")
    requesting.request_meeting(stage.person(), lonely)
    for erased in (one, other):
        erase_meetings(erased.registration.email_key, stage.event.id)
    names = sa.select(Delegation.name).where(Delegation.id.in_([lonely.id, shared.id])).order_by(Delegation.id)
    assert db.session.scalars(names).all() == ["", "Stays"]


def test_who_never_took_part_is_named_by_no_page_of_messages(client: FlaskClient, app, now: dt.datetime) -> None:
    """F03: the page that asks before a block says who is blocked."""
    with app.test_request_context("/en/"):
        event = open_event()
        path = path_of(take_part(event).registration)
        hidden = make_profile(event, make_registration(event, family_name="Quetzalcoatlus"), listed_at=None).code
        db.session.commit()
    for page in ("", "/block", "/report"):
        answer = client.get(f"{path}/messages/{hidden}{page}")
        assert answer.status_code == 404
        assert "Quetzalcoatlus" not in answer.get_data(as_text=True)


def test_mails_to_others_do_not_keep_the_name_of_who_was_erased(app, now: dt.datetime) -> None:
    """P03: the log of mails shows and searches subjects, and those of meetings and messages say who it is about."""
    with app.test_request_context("/en/"), commit_on_success():
        event = open_event()
        person = make_registration(event, given_name="Quetzalcoatlus", family_name="Northropi")
        one, other, third = take_part(event, person), take_part(event), take_part(event)
        make_slots(event, 2)
        requesting.request_meeting(one, other)
        messaging.send(one, third, "Hello")
        requesting.request_meeting(other, third)
        address = person.email_key
    with clock.held_at(clock.now() + dt.timedelta(minutes=5)):
        do_jobs(app)
    with app.test_request_context("/en/"), commit_on_success():
        named = [one for one in db.session.scalars(sa.select(Mail.subject)) if one and "Northropi" in one]
        assert len(named) == 2
        privacy.erase(address, event.id)
    with app.app_context():
        subjects = db.session.scalars(sa.select(Mail.subject)).all()
        assert not [one for one in subjects if one and "Northropi" in one]
        assert [one for one in subjects if one]
    assert not [one for one in mailbox(app) if "Northropi" in one["Subject"]]


def test_a_digest_tells_of_a_message_once_and_nobody_who_left(app, now: dt.datetime) -> None:
    with app.test_request_context("/en/"), commit_on_success():
        event = open_event()
        sender, reader = take_part(event), take_part(event, notices=Notices.DAILY)
        left = take_part(event, notices=Notices.DAILY)
        messaging.send(sender, reader, "Hello")
        messaging.send(sender, left, "Hello")
        left.registration.status, left.registration.cancelled_at = RegistrationStatus.CANCELLED, clock.now()
        addresses = [reader.registration.email, left.registration.email]
    for day in range(1, 4):
        with clock.held_at(now + dt.timedelta(days=day, hours=1)):
            with app.test_request_context("/en/"), commit_on_success():
                announce_digests(None)
            do_jobs(app)
    told = [one["To"] for one in mailbox(app) if one["To"] in addresses]
    assert told == [addresses[0]]
