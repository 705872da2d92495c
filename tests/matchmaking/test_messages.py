"""Messages: who may write, what is read, blocks, reports, mails, and what an erasure leaves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy.session import Session

from congress.core import clock
from congress.core.transactions import commit_on_success
from congress.events.models import Event
from congress.extensions import db
from congress.jobs import signals as hours
from congress.matchmaking import errors
from congress.matchmaking.enums import MeetingState, Notices, OrganisationType
from congress.matchmaking.models import Block, ContactRule, Meeting, Message, Profile, Thread, ThreadReport
from congress.matchmaking.personal_data import erase_messages, export_messages
from congress.matchmaking.queries import threads
from congress.matchmaking.queries.profiles import WITH_EVERYTHING
from congress.matchmaking.queries.unread import unread_messages
from congress.matchmaking.services import messaging
from congress.registration.enums import RegistrationStatus
from congress.registration.links import manage_token
from congress.registration.models import RegistrationGroup
from tests.factories.events import make_event
from tests.factories.matchmaking import make_matchmaking, make_meeting, make_profile
from tests.support.client import KEY, TOKEN, CongressClient
from tests.support.counting import queries_of
from tests.support.work import do_jobs, empty_mailbox, mailbox


@pytest.fixture
def event(session: Session, now: dt.datetime) -> Event:
    event = make_event()
    make_matchmaking(event)
    return event


def texts(one: Profile, other: Profile) -> list[str]:
    found = threads.thread_between(one.id, other.id)
    return [message.text for message in threads.messages_of(found)] if found else []


@pytest.mark.database
def test_two_people_share_one_thread_whoever_begins(event: Event) -> None:
    ada, ben = make_profile(event), make_profile(event)
    messaging.send(ada, ben, "Hello")
    messaging.send(ben, ada, "Hello to you")
    assert texts(ada, ben) == texts(ben, ada) == ["Hello", "Hello to you"]
    assert db.session.scalar(sa.select(sa.func.count(Thread.id))) == 1


@pytest.mark.database
def test_unread_counts_what_the_other_wrote_until_it_is_read_or_answered(event: Event) -> None:
    ada, ben = make_profile(event), make_profile(event)
    messaging.send(ada, ben, "One")
    messaging.send(ada, ben, "Two")
    assert (unread_messages(ada), unread_messages(ben)) == (0, 2)
    assert messaging.read(ben.id, ada.id) == 2
    assert messaging.read(ben.id, ada.id) == 0
    messaging.send(ada, ben, "Three")
    messaging.send(ben, ada, "An answer reads what was before")
    assert (unread_messages(ada), unread_messages(ben)) == (1, 0)


def test_the_list_has_the_latest_first_and_counts_in_two_queries(app: Flask, event: Event) -> None:
    ada, others = make_profile(event), [make_profile(event) for _ in range(4)]
    for number, other in enumerate(others):
        messaging.send(other, ada, f"Message {number}")
    rows = threads.threads_of(ada)
    assert [row.last.text for row in rows] == ["Message 3", "Message 2", "Message 1", "Message 0"]
    assert [row.unread for row in rows] == [1, 1, 1, 1]
    assert queries_of(app, lambda: threads.threads_of(ada)) == 1


@pytest.mark.parametrize(
    "why", ["rule", "blocked", "blocks", "withdrawn", "cancelled", "myself"], ids=lambda why: why
)
def test_nobody_is_written_to_against_rule_block_or_absence_and_the_answer_does_not_tell(
    event: Event, why: str
) -> None:
    ada, ben = make_profile(event), make_profile(event, type=OrganisationType.INVESTOR)
    now = event.starts_at
    if why == "rule":
        rule = ContactRule(
            event_id=event.id,
            from_type=OrganisationType.BIOTECH,
            to_type=OrganisationType.INVESTOR,
            may_meet=True,
            may_chat=False,
        )
        db.session.add(rule)
    if why == "blocked":
        db.session.add(Block(profile_id=ben.id, other_id=ada.id, created_at=now))
    if why == "blocks":
        db.session.add(Block(profile_id=ada.id, other_id=ben.id, created_at=now))
    if why == "withdrawn":
        ben.listed_at = None
    if why == "cancelled":
        ben.registration.status = RegistrationStatus.CANCELLED
    db.session.flush()
    with pytest.raises(errors.MayNotWrite) as refused:
        messaging.send(ada, ada if why == "myself" else ben, "Hello")
    assert str(refused.value) == str(errors.MayNotWrite.sentence)
    assert texts(ada, ben) == []


def test_a_mailing_is_stopped_and_a_talk_is_not(event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messaging, "NEW_PER_LONG", 2)
    monkeypatch.setattr(messaging, "PER_SHORT", 4)
    ada, others = make_profile(event), [make_profile(event) for _ in range(3)]
    messaging.send(ada, others[0], "Hello")
    messaging.send(ada, others[1], "Hello")
    with pytest.raises(errors.WritesTooFast):
        messaging.send(ada, others[2], "Hello")
    messaging.send(others[2], ada, "I wrote first")
    messaging.send(ada, others[2], "So that is an answer")
    messaging.send(ada, others[0], "Again")
    with pytest.raises(errors.WritesTooFast):
        messaging.send(ada, others[0], "And again")


def test_a_block_ends_requests_and_stays_until_it_is_lifted(event: Event) -> None:
    ada, ben = make_profile(event), make_profile(event)
    request = make_meeting(ben, ada, MeetingState.PENDING)
    messaging.block(ada, ben)
    messaging.block(ada, ben)
    assert threads.has_blocked(ada.id, ben.id)
    assert not threads.has_blocked(ben.id, ada.id)
    assert db.session.get_one(Meeting, request.id, populate_existing=True).state is MeetingState.DECLINED
    assert [one.id for one in threads.blocked_by(ada)] == [ben.id]
    messaging.unblock(ada, ben)
    messaging.unblock(ada, ben)
    assert not threads.has_blocked(ada.id, ben.id)
    messaging.send(ben, ada, "Thank you")


def test_organisers_read_what_was_reported_and_nothing_later(event: Event) -> None:
    ada, ben = make_profile(event), make_profile(event)
    messaging.send(ben, ada, "Rude")
    report = messaging.report(ada, ben, "He is rude")
    messaging.send(ada, ben, "Later and private")
    assert [one.text for one in threads.reported_messages(report)] == ["Rude"]
    assert messaging.report(ada, ben, "Again").id == report.id
    assert [one.text for one in threads.reported_messages(report)] == ["Rude", "Later and private"]
    found = threads.report_of(event, report.id)
    assert found
    messaging.settle(found, "Warned")
    assert messaging.report(ada, ben, "Once more").id != report.id


def test_there_is_nothing_to_report_where_nothing_was_written(event: Event) -> None:
    with pytest.raises(errors.MayNotWrite):
        messaging.report(make_profile(event), make_profile(event), "No")


@pytest.mark.database
def test_an_erasure_blanks_what_the_person_wrote_and_keeps_the_count(event: Event) -> None:
    ada, ben = make_profile(event), make_profile(event)
    messaging.send(ada, ben, "CANARY")
    messaging.send(ben, ada, "Mine stays")
    report = messaging.report(ben, ada, "CANARY")
    messaging.block(ada, make_profile(event))
    key = ada.registration.email_key
    exported = export_messages(key, event.id)
    assert [(one["direction"], one["text"]) for one in exported["messages"]] == [
        ("sent", "CANARY"),
        ("received", "Mine stays"),
    ]
    assert len(exported["blocks"]) == 1
    erase_messages(key, event.id)
    db.session.expire_all()
    assert texts(ada, ben) == ["", "Mine stays"]
    assert db.session.get_one(ThreadReport, report.id).reason == ""
    assert db.session.scalar(sa.select(sa.func.count(Message.id))) == 2
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Block)) == 0


class Pages:
    """Two listed people, each with a client and the address of the own messages."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.test_request_context("/fr/"), commit_on_success():
            event = make_event()
            make_matchmaking(event)
            people = [make_profile(event), make_profile(event)]
            self.ids = [one.id for one in people]
            self.codes = [one.code for one in people]
            self.paths = [
                f"/en/r/{manage_token(db.session.get_one(RegistrationGroup, one.registration.group_id))}"
                f"/meetings/{one.registration.public_id}/messages/"
                for one in people
            ]
            self.names = [one.registration.full_name for one in people]
        self.clients: list[CongressClient] = [app.test_client(), app.test_client()]

    def page(self, who: int, rest: str = "") -> str:
        answer = self.clients[who].get(self.paths[who] + rest)
        assert answer.status_code == 200, answer.status_code
        return answer.text

    def read(self, who: int) -> None:
        path = self.paths[who] + self.codes[1 - who]
        assert self.clients[who].submit(f"{path}/read", {}, page=path).status_code == 303

    def write(self, who: int, text: str, **more: object):
        path = self.paths[who] + self.codes[1 - who]
        return self.clients[who].submit(path, {"text": text}, **more)


@pytest.fixture
def clock_forward(now: dt.datetime) -> Iterator[Callable[..., None]]:
    """Moves the held clock on by as much as is asked for."""
    moment = now
    with ExitStack() as stack:

        def forward(**length: int) -> None:
            nonlocal moment
            moment += dt.timedelta(**length)
            stack.enter_context(clock.held_at(moment))

        yield forward


@pytest.fixture
def pages(app: Flask, now: dt.datetime) -> Pages:
    empty_mailbox(app)
    return Pages(app)


def test_a_message_is_written_seen_as_unread_read_and_answered(pages: Pages) -> None:
    assert "No messages yet" in pages.page(0)
    assert pages.write(0, "Shall we meet?\n<b>Ada</b>").status_code == 303
    assert "1 unread" in pages.page(1)
    page = pages.page(1, pages.codes[0])
    assert "1 unread" in pages.page(1)  # reading alone changes nothing
    pages.read(1)
    assert "Shall we meet?" in page
    assert "&lt;b&gt;Ada&lt;/b&gt;" in page
    assert "@example.org" not in page
    assert "unread" not in pages.page(1)
    assert pages.write(1, "Gladly").status_code == 303
    assert "Gladly" in pages.page(0, pages.codes[1])


def test_a_message_that_is_too_long_comes_back_whole(pages: Pages) -> None:
    answer = pages.write(0, "x" * 10_000)
    assert answer.status_code == 422
    assert "x" * 10_000 in answer.text
    assert pages.write(0, "   ").status_code == 422


def test_the_same_form_sent_twice_is_one_message(pages: Pages, app: Flask) -> None:
    html = pages.page(0, pages.codes[1])
    data = {
        "text": "Once",
        "csrf_token": TOKEN.search(html).group(1),
        "idempotency_key": KEY.search(html).group(1),
    }
    path = pages.paths[0] + pages.codes[1]
    assert [pages.clients[0].post(path, data=data).status_code for _ in range(2)] == [303, 303]
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Message.id))) == 1


def test_writing_to_who_blocked_you_is_refused_neutrally(pages: Pages) -> None:
    pages.write(0, "Hello")
    path = f"{pages.paths[1]}{pages.codes[0]}/block"
    assert pages.clients[1].submit(path, {}).status_code == 303
    assert pages.names[0] in pages.page(1)
    page = pages.page(0, pages.codes[1])
    assert "You cannot write to this person here." in page
    assert "block" not in page.lower().replace("block this person", "").replace("/block", "")
    pages.clients[1].submit(f"{pages.paths[1]}{pages.codes[0]}/unblock", {}, page=pages.paths[1])
    assert pages.write(0, "Hello again").status_code == 303


def test_nobody_reads_the_thread_of_others(pages: Pages, app: Flask) -> None:
    with app.test_request_context("/fr/"), commit_on_success():
        first = db.session.scalars(
            sa.select(Profile).where(Profile.id == pages.ids[0]).options(*WITH_EVERYTHING)
        ).one()
        stranger = make_profile(first.registration.event, listed_at=None)
        code = stranger.code
    pages.write(0, "Private")
    assert pages.clients[0].get(pages.paths[0] + code).status_code == 404
    assert pages.clients[0].get(pages.paths[0] + pages.codes[0]).status_code == 404
    assert pages.clients[0].get(pages.paths[0] + "nobody").status_code == 404


def test_a_report_goes_to_the_organisers(pages: Pages, app: Flask) -> None:
    path = f"{pages.paths[0]}{pages.codes[1]}/report"
    assert pages.clients[0].get(path).status_code == 404
    pages.write(0, "Hello")
    assert pages.clients[0].submit(path, {"reason": ""}).status_code == 422
    assert pages.clients[0].submit(path, {"reason": "Spam"}).status_code == 303
    with app.app_context():
        assert db.session.scalars(sa.select(ThreadReport.reason)).all() == ["Spam"]


def test_each_message_is_announced_once_unless_it_was_read(
    pages: Pages, app: Flask, clock_forward: Callable[..., None]
) -> None:
    pages.write(0, "First CANARY")
    clock_forward(minutes=3)
    do_jobs(app)
    do_jobs(app)
    [mail] = mailbox(app)
    assert pages.names[0] in mail["subject"]
    assert "First CANARY" in mail.as_string()
    pages.read(1)
    pages.write(0, "Second")
    pages.read(1)
    clock_forward(minutes=3)
    do_jobs(app)
    assert len(mailbox(app)) == 1


def test_a_digest_once_a_day_for_who_wants_it_so(
    pages: Pages, app: Flask, clock_forward: Callable[..., None]
) -> None:
    with app.test_request_context("/fr/"), commit_on_success():
        db.session.execute(sa.update(Profile).values(notices=Notices.DAILY))
    pages.write(0, "One")
    pages.write(0, "Two")
    for _hour in range(3):
        with app.test_request_context("/fr/"), commit_on_success():
            hours.hour_began.send(None)
        do_jobs(app)
        clock_forward(hours=1)
    [mail] = mailbox(app)
    assert "2" in mail["subject"]
    assert "One" not in mail.as_string()


def test_who_wants_no_mail_gets_none(pages: Pages, app: Flask, clock_forward: Callable[..., None]) -> None:
    with app.test_request_context("/fr/"), commit_on_success():
        db.session.execute(sa.update(Profile).values(notices=Notices.NEVER))
    pages.write(0, "One")
    clock_forward(minutes=5)
    do_jobs(app)
    assert mailbox(app) == []
