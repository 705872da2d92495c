"""What holds of meetings after every act, whatever came before: for the state machine of the tests."""

from __future__ import annotations

from collections import Counter
from typing import Any

import sqlalchemy as sa
from hypothesis.stateful import RuleBasedStateMachine, invariant

from congress.extensions import db
from congress.matchmaking import states
from congress.matchmaking.enums import AGREED, HAS_PLACE, LIVE, CancelCause, MeetingState
from congress.matchmaking.models import Meeting, MeetingChange, MeetingPerson, Profile
from congress.matchmaking.queries import meetings as queries

S = MeetingState
MOST = 3
"""As many meetings as anybody there wants."""


class Rules(RuleBasedStateMachine):
    """The invariants; `people` are profiles by id, the last two a delegation, `heard` the announced changes by id."""

    people: list[int]
    heard: list[int]
    left: set[int]
    schedules: dict[int, Any]

    @invariant()
    def nobody_and_no_table_is_booked_twice(self) -> None:
        rows = sa.select(MeetingPerson.profile_id, MeetingPerson.slot_id).where(MeetingPerson.slot_id.is_not(None))
        assert all(count == 1 for count in Counter(map(tuple, db.session.execute(rows))).values())
        tables = sa.select(Meeting.table_id, Meeting.slot_id).where(Meeting.table_id.is_not(None))
        assert all(count == 1 for count in Counter(map(tuple, db.session.execute(tables))).values())

    @invariant()
    def only_meetings_with_a_place_hold_slots_and_their_people_the_same(self) -> None:
        rows = db.session.execute(
            sa.select(Meeting.state, Meeting.slot_id, Meeting.table_id, MeetingPerson.slot_id).join(MeetingPerson)
        )
        for state, slot, table, of_person in rows:
            assert of_person == slot
            assert (slot is not None) == (state in HAS_PLACE)
            assert table is None or slot is not None

    @invariant()
    def every_transition_is_logged_and_announced_once(self) -> None:
        rows = list(db.session.scalars(sa.select(MeetingChange).order_by(MeetingChange.id)))
        assert [row.id for row in rows] == self.heard
        last: dict[int, MeetingState] = {}
        for row in rows:
            assert states.is_allowed(row.event, row.from_state, row.to_state)
            assert last.get(row.meeting_id) == row.from_state
            assert row.from_state not in states.FINAL
            last[row.meeting_id] = row.to_state
        now = {row[0]: row[1] for row in db.session.execute(sa.select(Meeting.id, Meeting.state))}
        assert last == now

    @invariant()
    def a_pair_has_one_live_meeting_and_none_after_a_participants_cancel(self) -> None:
        live: Counter[tuple[int, int]] = Counter()
        ended: dict[tuple[int, int], int] = {}
        for meeting in db.session.scalars(sa.select(Meeting).where(Meeting.low_id.is_not(None)).order_by(Meeting.id)):
            pair = (meeting.low_id, meeting.high_id)
            live[pair] += meeting.state in LIVE
            if meeting.cancel_cause is CancelCause.PARTICIPANT and meeting.state is S.CANCELLED:
                ended[pair] = meeting.id
            assert pair not in ended or meeting.id == ended[pair] or meeting.id < ended[pair]
        assert all(count <= 1 for count in live.values())

    @invariant()
    def nobody_has_more_meetings_than_wanted(self) -> None:
        assert all(count <= MOST for count in queries.agreed_counts(self.people).values())

    @invariant()
    def schedules_are_counted_when_and_only_when_they_change(self) -> None:
        rows = db.session.execute(
            sa.select(MeetingPerson.profile_id, Meeting.id, Meeting.shown_slot_id, Meeting.shown_table_id)
            .join(Meeting)
            .where(Meeting.state.in_(AGREED), Meeting.shown_slot_id.is_not(None))
        )
        shown: dict[int, set[Any]] = {profile_id: set() for profile_id in self.people}
        for profile_id, *entry in rows:
            shown[profile_id].add(tuple(entry))
        rows = db.session.execute(sa.select(Profile.id, Profile.schedule_version))
        versions = {row[0]: row[1] for row in rows}
        for profile_id in self.people:
            before = self.schedules.get(profile_id, (set(), 0))
            changed = shown[profile_id] != before[0]
            assert changed == (versions[profile_id] > before[1]), (changed, versions[profile_id], before)
        self.schedules = {profile_id: (shown[profile_id], versions[profile_id]) for profile_id in self.people}

    @invariant()
    def a_proposal_belongs_to_a_meeting_with_a_place(self) -> None:
        rows = sa.select(Meeting.state, Meeting.proposed_by_id).where(Meeting.proposed_slot_id.is_not(None))
        assert all(state is S.SCHEDULED and by is not None for state, by in db.session.execute(rows))

    @invariant()
    def a_delegation_that_sends_one_sends_one(self) -> None:
        colleagues = self.people[4:]
        rows = db.session.execute(
            sa.select(MeetingPerson.meeting_id, MeetingPerson.profile_id)
            .join(Meeting)
            .where(Meeting.state.in_(AGREED))
        )
        seats: dict[int, set[int]] = {}
        for meeting_id, profile_id in rows:
            seats.setdefault(meeting_id, set()).add(profile_id)
        met = [other for people in seats.values() if people & set(colleagues) for other in people - set(colleagues)]
        again = {other for other, count in Counter(met).items() if count > 1}
        for other in again:
            partners = {one for people in seats.values() if other in people for one in people & set(colleagues)}
            assert len(partners) == 1 or self.left or self._delegation_ended()

    def _delegation_ended(self) -> bool:
        rows = sa.select(Profile.delegation_id).where(Profile.id.in_(self.people[4:]))
        return None in list(db.session.scalars(rows))
