"""What an export of meetings tells, and what an erasure leaves."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from flask_sqlalchemy.session import Session

from congress.core import clock
from congress.extensions import db
from congress.matchmaking.enums import CancelCause, MeetingState, Side
from congress.matchmaking.models import Meeting, MeetingChange, MeetingLink
from congress.matchmaking.personal_data.meetings import erase_meetings, export_meetings
from congress.matchmaking.services import answering, cancelling, requesting
from tests.factories.matchmaking import make_delegation, make_meeting
from tests.matchmaking.stage import Stage, now, state

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("session", "now")]
S = MeetingState


@pytest.fixture
def stage(session: Session, now: dt.datetime) -> Stage:
    return Stage()


def test_an_export_tells_what_the_person_knows(stage: Stage) -> None:
    one, other = stage.people(2)
    key = one.registration.email_key
    meeting = requesting.request_meeting(one, other, note="About enzymes")
    answering.accept(meeting, other)
    cancelling.cancel(meeting, other, "Private reason of the other")
    asked = requesting.request_meeting(stage.person(), one, note="Not mine")
    answering.decline(asked, one, "Too busy")
    delegation = make_delegation(stage.event, stage.person(), name="The Others")
    requesting.request_meeting(one, delegation)
    first, second, third = export_meetings(key)["meetings"]
    assert first["with"] == [other.registration.full_name]
    assert (first["side"], first["state"], first["note"]) == (Side.REQUESTER, S.CANCELLED, "About enzymes")
    assert (first["reasons"], first["starts_at"]) == ([], stage.slots[0].starts_at.isoformat())
    assert (second["note"], second["reasons"], second["state"]) == (None, ["Too busy"], S.DECLINED)
    assert third["with"] == ["The Others"]
    assert export_meetings(key, stage.event.id)["meetings"] == [first, second, third]
    assert export_meetings(key, stage.event.id + 1)["meetings"] == []


def test_an_erasure_leaves_facts_without_words(stage: Stage) -> None:
    one, other = stage.people(2)
    manager = make_delegation(stage.event, one, other)
    live = requesting.request_meeting(one, stage.person(), note="About enzymes")
    asked = requesting.request_meeting(stage.person(), one, note="For them")
    answering.decline(asked, one, "Too busy")
    held = make_meeting(one, stage.person(), S.HELD, slot=stage.slots[0], note="Words")
    untouched = requesting.request_meeting(other, stage.person(), note="Kept")
    db.session.add(
        MeetingLink(
            meeting_id=asked.id,
            profile_id=one.id,
            salt=b"0" * 16,
            token_hash=b"1" * 32,
            created_at=clock.now(),
            expires_at=clock.now(),
        )
    )
    db.session.flush()
    assert erase_meetings(one.registration.email_key, stage.event.id) == {"meetings": 3}
    assert (state(live), now(live).cancel_cause) == (S.CANCELLED, CancelCause.REGISTRATION)
    assert (state(asked), state(held), state(untouched)) == (S.DECLINED, S.HELD, S.PENDING)
    assert [now(one).note for one in (live, asked, held, untouched)] == ["", "", "", "Kept"]
    assert set(db.session.scalars(sa.select(MeetingChange.reason))) == {""}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(MeetingLink)) == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Meeting)) == 4
    db.session.refresh(other)
    assert (other.manages_delegation, other.delegation_id) == (True, manager.id)
