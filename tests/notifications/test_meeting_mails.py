"""Who is told what of a meeting: one mail for each person and transition, with the entry for the calendar."""

from __future__ import annotations

import datetime as dt
import re
from email.message import EmailMessage

import icalendar
import pytest
import sqlalchemy as sa
from flask import Flask

from congress.core import clock
from congress.core.transactions import commit_on_success
from congress.events.enums import EventStatus
from congress.extensions import db
from congress.mail.models import Mail
from congress.matchmaking import signals
from congress.matchmaking.enums import CancelCause, MeetingState, Origin, Side
from congress.matchmaking.enums import MeetingEvent as Happened
from congress.matchmaking.models import Meeting, MeetingLink, MeetingPerson, MeetingSlot, MeetingTable, Profile
from congress.matchmaking.queries.meetings import by_id
from congress.matchmaking.services.transitions import Step, change, change_all
from congress.notifications.receivers.meetings import TOLD
from congress.registration import services as registrations
from congress.registration.enums import CancelledBy
from congress.registration.models import Registration
from tests.factories.events import make_event
from tests.factories.matchmaking import (
    make_delegation,
    make_matchmaking,
    make_meeting,
    make_profile,
    make_slots,
    make_tables,
)
from tests.factories.registrations import make_category, make_registration
from tests.support.work import do_jobs, empty_mailbox, mailbox, part

ZOE, MAX, LEA = "zoe@example.org", "max@example.org", "lea@example.org"
PENDING, UNSCHEDULED, SCHEDULED = MeetingState.PENDING, MeetingState.UNSCHEDULED, MeetingState.SCHEDULED


class Scene:
    """Zoé (French) asks Max (English); Léa is his colleague. `act` lets something happen and sends what follows."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.test_request_context("/fr/"), commit_on_success():
            event = make_event(name={"fr": "Ouest", "en": "West"})
            make_matchmaking(event)
            category = make_category(event, capacity=None)
            people = [
                make_registration(
                    event,
                    category,
                    email=mail,
                    given_name=name,
                    family_name="Martin",
                    organisation=firm,
                    language=code,
                )
                for mail, name, firm, code in (
                    (ZOE, "Zoé", "Acme", "fr"),
                    (MAX, "Max", "Umbrella", "en"),
                    (LEA, "Léa", "Umbrella", "fr"),
                )
            ]
            self.event_id = event.id
            self.zoe, self.max, self.lea = (make_profile(event, one).id for one in people)
            self.slots = [one.id for one in make_slots(event, 3)]
            self.tables = [one.id for one in make_tables(event, 2)]
        empty_mailbox(app)

    def meeting(self, state: MeetingState = PENDING, slot: int | None = None, **values: object) -> int:
        with self.app.test_request_context("/fr/"), commit_on_success():
            place = {}
            if slot is not None:
                place["slot"] = db.session.get_one(MeetingSlot, self.slots[slot])
                place["table"] = db.session.get_one(MeetingTable, self.tables[0])
            made = make_meeting(self.profile(self.zoe), self.profile(self.max), state, **place, **values)
            return made.id

    def profile(self, profile_id: int) -> Profile:
        return db.session.get_one(Profile, profile_id)

    def act(self, meeting_id: int, event: Happened, to: MeetingState, by: int | None = None, **more: object) -> dict:
        empty_mailbox(self.app)
        with self.app.test_request_context("/fr/"), commit_on_success():
            change(by_id(meeting_id), event, to=to, by=self.profile(by) if by else None, **more)
        do_jobs(self.app)
        return self.mails()

    def mails(self) -> dict[str, EmailMessage]:
        found = mailbox(self.app)
        assert len({mail["To"] for mail in found}) == len(found), "one mail for each person"
        return {str(mail["To"]): mail for mail in found}

    def templates(self) -> dict[str, str]:
        """The last mail of each person in the organisers' log."""
        with self.app.app_context():
            return {one.recipient: one.template for one in db.session.scalars(sa.select(Mail).order_by(Mail.id))}


@pytest.fixture
def scene(app: Flask, now: dt.datetime) -> Scene:
    return Scene(app)


def entry(mail: EmailMessage) -> tuple[str, icalendar.Event]:
    (found,) = [one for one in mail.walk() if one.get_content_type() == "text/calendar"]
    calendar = icalendar.Calendar.from_ical(found.get_content())
    assert found.get_param("method") == calendar["METHOD"]
    (event,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), event


def has_entry(mail: EmailMessage) -> bool:
    return any(one.get_content_type() == "text/calendar" for one in mail.walk())


def shown(meeting: Meeting) -> Step:
    """The publication of a meeting's place, which says where its people thought that it was."""
    place, old = (meeting.slot_id, meeting.table_id), (meeting.shown_slot_id, meeting.shown_table_id)
    return Step(meeting, Happened.PUBLISH, SCHEDULED, place=place, old=old)


DRAFT = MeetingState.DRAFT
CASES = [
    # event, from, to, who acts, {who is told: template}, whose mail has an entry
    (Happened.ACCEPT, PENDING, UNSCHEDULED, "max", {ZOE: "meeting_agreed"}, None),
    (Happened.ACCEPT, PENDING, SCHEDULED, "max", dict.fromkeys((ZOE, MAX), "meeting_scheduled"), "REQUEST"),
    (Happened.SCHEDULE, UNSCHEDULED, SCHEDULED, None, dict.fromkeys((ZOE, MAX), "meeting_scheduled"), "REQUEST"),
    (Happened.PUBLISH, DRAFT, SCHEDULED, None, dict.fromkeys((ZOE, MAX), "meeting_scheduled"), "REQUEST"),
    (Happened.DECLINE, PENDING, MeetingState.DECLINED, "max", {ZOE: "meeting_declined"}, None),
    (Happened.WITHDRAW, PENDING, MeetingState.WITHDRAWN, "zoe", {}, None),
    (Happened.EXPIRE, PENDING, MeetingState.EXPIRED, None, {ZOE: "meeting_expired"}, None),
    (Happened.DECLINE_PROPOSAL, SCHEDULED, SCHEDULED, "max", {ZOE: "meeting_slot_declined"}, None),
    (Happened.LOCK, SCHEDULED, SCHEDULED, None, {}, None),
    (Happened.CANCEL, PENDING, MeetingState.CANCELLED, None, dict.fromkeys((ZOE, MAX), "meeting_cancelled"), None),
    (Happened.CANCEL, UNSCHEDULED, MeetingState.CANCELLED, "zoe", {MAX: "meeting_cancelled"}, None),
    (Happened.START, SCHEDULED, SCHEDULED, None, dict.fromkeys((ZOE, MAX), "meeting_how"), None),
]


@pytest.mark.database
@pytest.mark.parametrize(("event", "state", "to", "by", "told", "method"), CASES)
def test_who_is_told_of_a_transition(scene: Scene, event, state, to, by, told, method) -> None:
    meeting_id = scene.meeting(state, 0 if state is SCHEDULED else None)
    place = {}
    if to is SCHEDULED and state is not SCHEDULED:
        place = {"slot_id": scene.slots[0], "table_id": scene.tables[0]}
    mails = scene.act(meeting_id, event, to, getattr(scene, by) if by else None, **place)
    assert {who: scene.templates()[who] for who in mails} == told
    for mail in mails.values():
        assert has_entry(mail) is bool(method)
        if method:
            assert entry(mail)[0] == method
        others = {ZOE, MAX} - {mail["To"]}
        assert not [one for one in others if one in mail.as_string()]


def test_every_rule_of_the_table_leads_to_a_state_that_there_is() -> None:
    from congress.matchmaking.states import TRANSITIONS

    for event, to in TOLD:
        assert any(to in reached for reached in TRANSITIONS[event].values()) or event is Happened.REQUEST


def test_a_request_comes_with_who_why_and_two_links(scene: Scene, now: dt.datetime) -> None:
    with scene.app.test_request_context("/fr/"), commit_on_success():
        zoe, other = scene.profile(scene.zoe), scene.profile(scene.max)
        made = Meeting(
            code="abcdefgh",
            event_id=scene.event_id,
            state=PENDING,
            requester_id=zoe.id,
            target_id=other.id,
            low_id=zoe.id,
            high_id=other.id,
            note="Yeast <b>at scale</b>",
            origin=Origin.REQUEST,
            expires_at=now + dt.timedelta(hours=72),
            created_at=now,
            changed_at=now,
        )
        made.people = [
            MeetingPerson(profile_id=zoe.id, side=Side.REQUESTER),
            MeetingPerson(profile_id=other.id, side=Side.TARGET),
        ]
        change(made, Happened.REQUEST, to=PENDING, by=zoe)
    do_jobs(scene.app)
    mails = scene.mails()
    assert set(mails) == {MAX}
    mail = mails[MAX]
    assert mail["Subject"] == "Would you like to meet Zoé Martin (Acme)?"
    assert "Yeast &lt;b&gt;at scale&lt;/b&gt;" in part(mail, "text/html").replace("<wbr>", "")
    plain = part(mail, "text/plain")
    accept, decline = re.findall(r"/en/meeting-request/([\w-]{27})\?answer=(accept|decline)", plain)
    assert (accept[1], decline[1], accept[0] == decline[0]) == ("accept", "decline", True)
    assert ZOE not in mail.as_string()


def test_a_reminder_repeats_the_link_and_stops_with_the_answer(scene: Scene) -> None:
    meeting_id = scene.meeting()

    def remind(times: int) -> dict[str, EmailMessage]:
        empty_mailbox(scene.app)
        with scene.app.test_request_context("/fr/"), commit_on_success():
            meeting = by_id(meeting_id)
            meeting.reminders = times
            signals.reminder_due.send(None, meeting=meeting)
        do_jobs(scene.app)
        return scene.mails()

    first = part(remind(1)[MAX], "text/plain")
    assert remind(1) == {}, "asked twice, told once"
    second = part(remind(2)[MAX], "text/plain")
    assert re.findall(r"meeting-request/([\w-]+)", first) == re.findall(r"meeting-request/([\w-]+)", second)
    with scene.app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(MeetingLink)) == 1
    scene.act(meeting_id, Happened.DECLINE, MeetingState.DECLINED, scene.max)
    assert remind(3) == {}


def test_withdrawn_is_told_to_who_had_seen_it(scene: Scene, now: dt.datetime) -> None:
    meeting_id = scene.meeting()
    with scene.app.test_request_context("/fr/"), commit_on_success():
        db.session.execute(sa.update(MeetingPerson).where(MeetingPerson.profile_id == scene.max).values(seen_at=now))
    mails = scene.act(meeting_id, Happened.WITHDRAW, MeetingState.WITHDRAWN, scene.zoe)
    assert {who: scene.templates()[who] for who in mails} == {MAX: "meeting_withdrawn"}


def test_the_reason_of_a_refusal_stays_private(scene: Scene) -> None:
    meeting_id = scene.meeting()
    mail = scene.act(meeting_id, Happened.DECLINE, MeetingState.DECLINED, scene.max, reason="I do not like them")[ZOE]
    assert mail["Subject"] == "Pas de rendez-vous avec Max Martin (Umbrella)"
    assert "like them" not in mail.as_string() + part(mail, "text/plain")


def test_a_proposal_is_told_to_the_other_side_and_ends_with_the_answer(scene: Scene) -> None:
    meeting_id = scene.meeting(SCHEDULED, 0)
    with scene.app.test_request_context("/fr/"), commit_on_success():
        meeting = by_id(meeting_id)
        change(
            meeting,
            Happened.PROPOSE,
            to=SCHEDULED,
            by=scene.profile(scene.max),
            proposed_slot_id=scene.slots[1],
            proposed_by_id=scene.max,
        )
    do_jobs(scene.app)
    mails = scene.mails()
    assert set(mails) == {ZOE}
    assert mails[ZOE]["Subject"] == "Max Martin (Umbrella) propose un autre créneau"


def test_a_move_names_old_and_new_and_replaces_the_entry(scene: Scene) -> None:
    meeting_id = scene.meeting(SCHEDULED, 0)
    mails = scene.act(meeting_id, Happened.MOVE, SCHEDULED, slot_id=scene.slots[1], table_id=scene.tables[1])
    assert set(mails) == {ZOE, MAX}
    plain = part(mails[MAX], "text/plain")
    assert mails[MAX]["Subject"] == "New time: meeting with Zoé Martin (Acme)"
    assert re.search(r"Before: .*Table 1", plain)
    assert "Table 2" in plain
    method, item = entry(mails[MAX])
    assert (method, int(item["SEQUENCE"]), str(item["STATUS"])) == ("REQUEST", 1, "CONFIRMED")
    assert str(item["LOCATION"]).startswith("Table 2")


def test_another_table_has_a_subject_of_its_own(scene: Scene) -> None:
    meeting_id = scene.meeting(SCHEDULED, 0)
    mails = scene.act(meeting_id, Happened.MOVE, SCHEDULED, slot_id=scene.slots[0], table_id=scene.tables[1])
    assert mails[MAX]["Subject"] == "New table: Zoé Martin (Acme)"


def test_what_is_not_published_is_told_to_nobody(scene: Scene) -> None:
    meeting_id = scene.meeting(UNSCHEDULED)
    assert scene.act(meeting_id, Happened.ASSIGN, SCHEDULED, slot_id=scene.slots[0], table_id=scene.tables[0]) == {}
    assert scene.act(meeting_id, Happened.UNSCHEDULE, UNSCHEDULED) == {}
    assert scene.act(meeting_id, Happened.ASSIGN, SCHEDULED, slot_id=scene.slots[1], table_id=None) == {}


def test_a_cancellation_takes_the_entry_out_for_both_and_tells_why(scene: Scene) -> None:
    meeting_id = scene.meeting(SCHEDULED, 0)
    mails = scene.act(
        meeting_id,
        Happened.CANCEL,
        MeetingState.CANCELLED,
        scene.max,
        reason="My train is late",
        cancel_cause=CancelCause.PARTICIPANT,
    )
    assert set(mails) == {ZOE, MAX}
    assert "My train is late" in part(mails[ZOE], "text/plain")
    assert "My train is late" not in part(mails[MAX], "text/plain")
    for mail in mails.values():
        method, item = entry(mail)
        assert (method, str(item["STATUS"]), int(item["SEQUENCE"])) == ("CANCEL", "CANCELLED", 1)


@pytest.mark.database
def test_who_leaves_gets_one_mail_about_all_meetings_and_the_others_one_each(scene: Scene) -> None:
    scene.meeting(SCHEDULED, 0)
    with scene.app.test_request_context("/fr/"), commit_on_success():
        slot = db.session.get_one(MeetingSlot, scene.slots[1])
        make_meeting(scene.profile(scene.lea), scene.profile(scene.zoe), SCHEDULED, slot=slot)
    with scene.app.test_request_context("/fr/"), commit_on_success():
        zoe = db.session.get_one(Registration, scene.profile(scene.zoe).registration_id)
        registrations.cancel(zoe, CancelledBy.PARTICIPANT)
        for meeting_id in db.session.scalars(sa.select(Meeting.id)).all():
            meeting = by_id(meeting_id)
            if meeting.state is SCHEDULED:  # unless the subscription has done it
                cause = {"cancel_cause": CancelCause.REGISTRATION}
                change(meeting, Happened.CANCEL, to=MeetingState.CANCELLED, **cause)
    do_jobs(scene.app)
    found = [mail for mail in mailbox(scene.app) if "rendez-vous" in mail["Subject"] or "meeting" in mail["Subject"]]
    assert sorted(str(mail["To"]) for mail in found) == sorted([LEA, MAX, ZOE])
    (own,) = [mail for mail in found if mail["To"] == ZOE]
    (file,) = own.iter_attachments()
    items = list(icalendar.Calendar.from_ical(file.get_content()).walk("VEVENT"))
    assert [str(one["STATUS"]) for one in items] == ["CANCELLED"] * 2


@pytest.mark.database
def test_a_cancelled_event_is_one_mail_with_all_meetings(scene: Scene) -> None:
    first, second = scene.meeting(SCHEDULED, 0), None
    with scene.app.test_request_context("/fr/"), commit_on_success():
        slot = db.session.get_one(MeetingSlot, scene.slots[1])
        second = make_meeting(scene.profile(scene.zoe), scene.profile(scene.lea), SCHEDULED, slot=slot).id
    with scene.app.test_request_context("/fr/"), commit_on_success():
        _event(scene).status = EventStatus.CANCELLED
        db.session.flush()
        for meeting_id in (first, second):
            cause = {"cancel_cause": CancelCause.REGISTRATION}
            change(by_id(meeting_id), Happened.CANCEL, to=MeetingState.CANCELLED, **cause)
    do_jobs(scene.app)
    mails = scene.mails()
    assert set(mails) == {ZOE, MAX, LEA}
    assert "n’a pas lieu" in part(mails[ZOE], "text/plain")
    (file,) = mails[ZOE].iter_attachments()
    assert len(list(icalendar.Calendar.from_ical(file.get_content()).walk("VEVENT"))) == 2
    assert entry(mails[MAX])[0] == "CANCEL"


def test_a_delegate_hears_of_it_in_other_words(scene: Scene) -> None:
    meeting_id = scene.meeting()
    with scene.app.test_request_context("/fr/"), commit_on_success():
        event = by_id(meeting_id).requester_id and scene.profile(scene.zoe).registration_id
        assert event
        meeting = by_id(meeting_id)
        zoe, other, lea = (scene.profile(one) for one in (scene.zoe, scene.max, scene.lea))
        meeting.delegation_id = make_delegation(_event(scene), other, lea).id
        meeting.target_id, meeting.low_id, meeting.high_id = lea.id, *sorted((zoe.id, lea.id))
        db.session.execute(
            sa.update(MeetingPerson).where(MeetingPerson.profile_id == other.id).values(profile_id=lea.id)
        )
    place = {"slot_id": scene.slots[0], "table_id": scene.tables[0]}
    mails = scene.act(meeting_id, Happened.ACCEPT, SCHEDULED, scene.max, **place)
    assert {who: scene.templates()[who] for who in mails} == {ZOE: "meeting_scheduled", LEA: "meeting_assigned"}
    assert mails[LEA]["Subject"] == "Vous rencontrez Zoé Martin (Acme) pour votre délégation"
    assert entry(mails[LEA])[0] == "REQUEST"


@pytest.mark.database
def test_a_published_timetable_is_one_mail_for_each_person(scene: Scene) -> None:
    new, moved, kept = scene.meeting(UNSCHEDULED), None, None
    with scene.app.test_request_context("/fr/"), commit_on_success():
        slot, table = (
            db.session.get_one(MeetingSlot, scene.slots[0]),
            db.session.get_one(MeetingTable, scene.tables[1]),
        )
        zoe, other, lea = (scene.profile(one) for one in (scene.zoe, scene.max, scene.lea))
        moved = make_meeting(zoe, lea, SCHEDULED, slot=slot, table=table).id
        kept = make_meeting(other, lea, SCHEDULED, slot=db.session.get_one(MeetingSlot, scene.slots[2])).id
    assert kept
    with scene.app.test_request_context("/fr/"), commit_on_success():
        hidden = by_id(moved)
        change(hidden, Happened.UNSCHEDULE, to=UNSCHEDULED)
        change(hidden, Happened.ASSIGN, to=SCHEDULED, slot_id=scene.slots[1], table_id=scene.tables[0])
        change(by_id(new), Happened.ASSIGN, to=SCHEDULED, slot_id=scene.slots[0], table_id=None)
    do_jobs(scene.app)
    assert mailbox(scene.app) == []
    with scene.app.test_request_context("/fr/"), commit_on_success():
        rows = change_all([shown(by_id(one)) for one in (new, moved)])
        signals.timetable_published.send(_event(scene), change_ids=[one.id for one in rows])
    do_jobs(scene.app)
    mails = scene.mails()
    assert set(mails) == {ZOE, MAX, LEA}
    assert mails[MAX]["Subject"] == "Your meetings at West"
    method, item = entry(mails[MAX])
    assert (method, str(item["LOCATION"])) == ("REQUEST", "By video")
    plain = part(mails[LEA], "text/plain")
    assert re.search(r"Avant\s?: .*Table 2", plain)
    assert "Table 1" in plain
    (file,) = mails[ZOE].iter_attachments()
    assert len(list(icalendar.Calendar.from_ical(file.get_content()).walk("VEVENT"))) == 2
    assert not has_entry(mails[ZOE]), "several entries are no invitation"


def test_a_mail_for_an_old_address_or_a_closed_event_is_not_sent(scene: Scene) -> None:
    meeting_id = scene.meeting()
    with scene.app.test_request_context("/fr/"), commit_on_success():
        signals.reminder_due.send(None, meeting=by_id(meeting_id))
        person = db.session.get_one(Registration, scene.profile(scene.max).registration_id)
        registrations.cancel(person, CancelledBy.PARTICIPANT)
    do_jobs(scene.app)
    assert not [mail for mail in mailbox(scene.app) if "Reminder" in mail["Subject"]]


def test_how_it_was_is_asked_until_somebody_has_answered(scene: Scene) -> None:
    meeting_id = scene.meeting(SCHEDULED, 0)
    mails = scene.act(meeting_id, Happened.START, SCHEDULED)
    assert re.search(r"/m/meeting\d+/answer\?answer=other_absent", part(mails[MAX], "text/plain"))
    with clock.held_at(clock.now() + dt.timedelta(minutes=1)):
        assert set(mails) == {ZOE, MAX}


def _event(scene: Scene):
    from congress.events.models import Event

    return db.session.get_one(Event, scene.event_id)
