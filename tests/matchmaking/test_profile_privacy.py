"""What somebody gets who asks for their data, and what an erasure leaves of a profile."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from flask_sqlalchemy.session import Session

from congress.core import clock
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.enums import Half, Mark, MeetingState, Presence
from congress.matchmaking.models import (
    Meeting,
    Opportunity,
    PresenceHalf,
    Profile,
    ProfileMark,
    Suggestion,
    UnavailableSlot,
)
from congress.matchmaking.services import people_import
from congress.privacy.registry import PROVIDERS
from congress.privacy.services import people as privacy
from tests.factories.matchmaking import make_meeting, make_opportunity, make_slots, make_tag
from tests.factories.registrations import make_registration
from tests.matchmaking.participants import open_event, take_part

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("session", "now")]
CANARY = "Quetzalcoatlus"
OF_A_PROFILE = (Opportunity, PresenceHalf, UnavailableSlot, ProfileMark, Suggestion)


@pytest.fixture
def event(session: Session) -> Event:
    return open_event()


def person(event: Event) -> Profile:
    """Somebody with one row of everything, all of it marked."""
    registration = make_registration(event, given_name=CANARY, organisation=CANARY)
    one, other = take_part(event, registration, pitch=CANARY, country="NZ"), take_part(event)
    make_opportunity(one, tags=(make_tag(event, "Yeast"),), title=CANARY, text=CANARY)
    now = clock.now()
    db.session.add_all(
        [
            PresenceHalf(profile_id=one.id, day=event.first_day, half=Half.MORNING, presence=Presence.REMOTE),
            UnavailableSlot(profile_id=one.id, slot_id=make_slots(event, 1)[0].id),
            ProfileMark(profile_id=one.id, other_id=other.id, mark=Mark.BOOKMARKED, created_at=now),
            ProfileMark(profile_id=other.id, other_id=one.id, mark=Mark.BOOKMARKED, created_at=now),
            Suggestion(profile_id=one.id, other_id=other.id, rank=1, score=0.5, reasons=[]),
            Suggestion(profile_id=other.id, other_id=one.id, rank=1, score=0.5, reasons=[]),
        ]
    )
    db.session.flush()
    return one


def counts() -> list[int]:
    return [db.session.scalar(sa.select(sa.func.count()).select_from(one)) or 0 for one in OF_A_PROFILE]


def exported(address: str) -> dict[str, object]:
    return {one.name: one.export(address, None) for one in PROVIDERS}


def test_everything_is_given_out(event: Event) -> None:
    one = person(event)
    found = json.dumps(exported(one.registration.email_key)["profiles"], default=str)
    for text in (CANARY, "NZ", "Yeast", "morning", "remote", "bookmarked", event.starts_at.isoformat()):
        assert text in found


def test_a_profile_without_meetings_is_deleted(event: Event) -> None:
    one = person(event)
    name = people_import.keep_file(event, b"a list")
    profile_id = one.id
    privacy.erase(one.registration.email_key, None)
    assert db.session.get(Profile, profile_id) is None
    assert counts() == [0] * len(OF_A_PROFILE)
    assert people_import.kept_file(event, name) is None


@pytest.mark.parametrize("state", [MeetingState.HELD, MeetingState.DECLINED, MeetingState.SCHEDULED])
def test_a_profile_with_meetings_stays_as_an_anonymous_fact(event: Event, state: MeetingState) -> None:
    one, other = person(event), take_part(event)
    meeting_id, profile_id = make_meeting(one, other, state, note=CANARY).id, one.id
    address = one.registration.email_key
    privacy.erase(address, None)
    db.session.expire_all()
    left = db.session.get_one(Profile, profile_id)
    assert (left.pitch, left.search_text, left.facets, left.listed_at) == ("", "", {}, None)
    assert (left.type, left.country) == ("biotech", "NZ")
    assert counts() == [0] * len(OF_A_PROFILE)
    meeting = db.session.get_one(Meeting, meeting_id)
    assert meeting.note == ""
    assert meeting.state is (MeetingState.CANCELLED if state is MeetingState.SCHEDULED else state)
    assert exported(address)["profiles"] == {"profiles": []}


def test_only_the_event_that_was_asked_for(event: Event) -> None:
    one = person(event)
    elsewhere = open_event()
    registration = make_registration(elsewhere, email=one.registration.email, email_key=one.registration.email_key)
    second = take_part(elsewhere, registration, pitch="Stays")
    privacy.erase(one.registration.email_key, event.id)
    db.session.expire_all()
    assert db.session.get_one(Profile, second.id).pitch == "Stays"
