"""What a slot and a session keep over several releases, and what is never lost."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session as DbSession

from congress.events.models import Event
from congress.events.services.rooms import change_room, remove_room
from congress.extensions import db
from congress.programme import differences, releases, snapshot
from congress.programme.enums import ChangeKind, Participation, SessionState
from congress.programme.errors import ReleasedMeanwhile
from congress.programme.models import Release, Session, SessionSpeaker, Slot
from congress.programme.services.drafting import lock_programme
from congress.programme.services.releasing import release, suggested_name
from tests.factories.events import make_event
from tests.factories.programme import (
    make_programme,
    make_release,
    make_room,
    make_session,
    make_slot,
    make_speaker,
    make_track,
)

pytestmark = pytest.mark.database
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def event(session: DbSession) -> Event:
    return make_event()


def released(event: Event) -> snapshot.Programme:
    found = releases.latest(event.id)
    assert found
    return found


def slots_of(session: Session) -> list[Slot]:
    statement = sa.select(Slot).where(Slot.session_id == session.id).order_by(Slot.starts_at)
    return list(db.session.scalars(statement))


def kinds(made: Release) -> list[str]:
    return [change["kind"] for change in made.changes]


def history(event: Event, slot: Slot) -> tuple[int, bool]:
    found = next(one for one in released(event).slots if one.guid == slot.guid)
    return found.sequence, found.is_live


def test_the_sequence_grows_with_every_change_of_time_place_or_status_and_with_nothing_else(event: Event) -> None:
    session = make_programme(event)[0]
    (slot,) = slots_of(session)
    seen = [history(event, slot)]

    def step() -> None:
        make_release(event)
        seen.append(history(event, slot))

    step()
    session.title = {"fr": "Autre titre", "en": "Another title"}
    step()
    slot.starts_at -= HOUR
    step()
    slot.room_id = make_room(event).id
    step()
    session.participation = Participation.ONLINE
    step()
    session.state = SessionState.ACCEPTED
    step()
    step()
    session.state = SessionState.CONFIRMED
    step()
    assert seen == [
        (0, True),
        (0, True),
        (0, True),
        (1, True),
        (2, True),
        (3, True),
        (4, False),
        (4, False),
        (5, True),
    ]


def test_another_text_moves_the_last_change_and_an_untouched_slot_keeps_it(event: Event) -> None:
    first, second, _third = make_programme(event)
    before = {slot.session_id: slot.changed_at for slot in released(event).slots}
    first.abstract = {"fr": "Autre résumé."}
    make_release(event)
    after = {slot.session_id: slot.changed_at for slot in released(event).slots}
    assert after[first.id] == released(event).released_at > before[first.id]
    assert after[second.id] == before[second.id]


def test_a_renamed_room_is_another_place_and_outdates_what_was_read(event: Event) -> None:
    make_programme(event, 2)
    seen = lock_programme(event).draft_version
    room = released(event).rooms[0]
    change_room(event, room.id, {"name": {"fr": "Amphi", "en": "Hall"}, "capacity": 50})
    with pytest.raises(ReleasedMeanwhile):
        release(event, "2", {}, seen)
    made = release(event, "2", {}, lock_programme(event).draft_version)
    assert kinds(made) == [ChangeKind.MOVED] * 2
    change = differences.from_json(made.changes[0])
    assert change.before
    assert change.after
    assert (change.before.room, change.after.room) == (room.name, {"fr": "Amphi", "en": "Hall"})
    assert {slot.sequence for slot in released(event).slots} == {1}


def test_a_room_that_is_gone_leaves_the_sessions_without_one_and_past_slots_keep_its_name(event: Event) -> None:
    dropped, moved = make_programme(event, 2)
    room = released(event).rooms[0]
    dropped.state = SessionState.CANCELLED
    remove_room(event, room.id)
    db.session.expire_all()
    made = make_release(event)
    assert kinds(made) == [ChangeKind.CANCELLED, ChangeKind.MOVED]
    latest = released(event)
    assert [slot.room_id for slot in latest.slots if slot.session_id == moved.id] == [None]
    (gone,) = (slot for slot in latest.slots if slot.session_id == dropped.id)
    assert latest.room_by_id[gone.room_id or 0].name == room.name


def test_taken_out_and_put_in_again_elsewhere_is_a_move_of_the_same_entry(event: Event) -> None:
    session = make_programme(event)[0]
    (old,) = slots_of(session)
    guid = old.guid
    db.session.delete(old)
    db.session.flush()
    new = make_slot(event, session, hour=14)
    assert kinds(make_release(event)) == [ChangeKind.MOVED]
    db.session.refresh(new)
    assert new.guid == guid
    assert history(event, new) == (1, True)
    new.ends_at += HOUR
    assert kinds(make_release(event)) == [ChangeKind.MOVED]
    assert history(event, new) == (2, True)


def test_put_in_again_after_a_release_without_it_is_the_same_entry_restored(event: Event) -> None:
    session = make_programme(event)[0]
    (old,) = slots_of(session)
    guid = old.guid
    db.session.delete(old)
    db.session.flush()
    assert kinds(make_release(event)) == [ChangeKind.CANCELLED]
    assert released(event).session_by_code[session.code].dropped_at == released(event).released_at
    make_slot(event, session, hour=15)
    assert kinds(make_release(event)) == [ChangeKind.RESTORED]
    assert [(one.guid, one.sequence) for one in released(event).slots_by_session[session.id]] == [(guid, 2)]


def test_a_split_session_keeps_its_first_part_and_joining_cancels_the_second(event: Event) -> None:
    session = make_programme(event)[0]
    (first,) = slots_of(session)
    second = make_slot(event, session, hour=16)
    first.ends_at -= HOUR / 4
    assert kinds(make_release(event)) == [ChangeKind.MOVED, ChangeKind.NEW]
    assert (history(event, first), history(event, second)) == ((1, True), (0, True))
    guid = second.guid
    db.session.delete(second)
    first.ends_at += HOUR / 4
    assert kinds(make_release(event)) == [ChangeKind.MOVED, ChangeKind.CANCELLED]
    left = next(slot for slot in released(event).slots if slot.guid == guid)
    assert (left.sequence, left.is_live, history(event, first)) == (1, False, (2, True))


def test_of_two_slots_made_anew_the_one_at_the_old_time_is_untouched(event: Event) -> None:
    session = make_session(event)
    kept = make_slot(event, session, hour=10)
    make_release(event)
    before = released(event).slots
    db.session.delete(kept)
    db.session.flush()
    make_slot(event, session, hour=8)
    make_slot(event, session, hour=10)
    assert kinds(make_release(event)) == [ChangeKind.NEW]
    assert [slot.guid for slot in before] == [
        slot.guid for slot in released(event).slots if slot.starts_at.hour == 10
    ]


def test_what_left_keeps_its_address_its_people_its_track_and_its_texts(event: Event) -> None:
    track, speaker = make_track(event), make_speaker(event)
    session = make_session(event, [speaker], track_id=track.id)
    make_slot(event, session, make_room(event))
    make_slot(event, make_session(event), hour=12)
    make_release(event)
    before = released(event).session_by_code[session.code]
    session.state = SessionState.WITHDRAWN
    session.track_id = None
    session.title = {"fr": "Jamais publié"}
    db.session.flush()
    db.session.delete(track)
    db.session.flush()
    for _number in range(2):
        make_release(event)
        latest = released(event)
        left = latest.session_by_code[session.code]
        assert left.title == before.title
        assert latest.track_by_id[left.track_id or 0].name == track.name
        assert [one.id for one in latest.speakers_of(left)] == [speaker.id]
        assert speaker not in latest.live_speakers
        assert left.dropped_at == releases.by_number(event.id, 2).released_at  # type: ignore[union-attr]


def test_a_break_that_becomes_a_blocker_is_gone_and_is_no_change_to_announce(event: Event) -> None:
    make_programme(event, 1)
    pause = make_slot(event, None, hour=13)
    make_release(event)
    pause.kind = "blocker"  # type: ignore[assignment]
    assert kinds(make_release(event)) == []
    assert [slot.guid for slot in released(event).live_slots if slot.session_id is None] == []


def test_each_speaker_learns_of_the_own_slots_only(event: Event) -> None:
    stays, joins, leaves, bystander = (make_speaker(event) for _ in range(4))
    session = make_session(event, [stays, leaves])
    make_slot(event, session)
    make_slot(event, make_session(event, [bystander]), hour=11)
    make_release(event)
    before = released(event)
    db.session.execute(
        sa.update(SessionSpeaker)
        .where(SessionSpeaker.session_id == session.id, SessionSpeaker.speaker_id == leaves.id)
        .values(speaker_id=joins.id)
    )
    make_release(event)
    found = differences.for_speakers(before, released(event))
    assert {speaker: [one.kind for one in changes] for speaker, changes in found.items()} == {
        joins.id: [ChangeKind.NEW],
        leaves.id: [ChangeKind.REMOVED],
    }
    before = released(event)
    session.state = SessionState.ACCEPTED
    make_release(event)
    found = differences.for_speakers(before, released(event))
    assert {speaker: [one.kind for one in changes] for speaker, changes in found.items()} == {
        stays.id: [ChangeKind.CANCELLED],
        joins.id: [ChangeKind.CANCELLED],
    }


def test_the_suggested_name_is_free_even_when_names_are_out_of_order(event: Event) -> None:
    make_slot(event, make_session(event))
    make_release(event, "2")
    make_release(event, "1")
    assert suggested_name(event) == "3"


def test_a_snapshot_read_again_is_the_same(event: Event) -> None:
    make_programme(event)
    programme = released(event)
    assert snapshot.from_json(snapshot.to_json(programme)) == programme
