"""Who is in follows from the facts alone, whatever the order in which they arrived."""

from __future__ import annotations

import datetime as dt
import uuid

from hypothesis import given
from hypothesis import strategies as st

from congress.checkin.admission import Days, is_taken_back, reason_against, standing_entry
from congress.checkin.enums import RefusalReason
from congress.checkin.queries.entries import Entry
from congress.registration.enums import Attendance, RegistrationStatus, TicketState

START = dt.datetime(2027, 3, 10, 8, 0, tzinfo=dt.UTC)


def entry(minute: int, checkpoint: int = 1, undone: int | None = None, nonce: str | None = None) -> Entry:
    at = START + dt.timedelta(minutes=minute)
    undone_at = None if undone is None else START + dt.timedelta(minutes=undone)
    return Entry(nonce or str(uuid.uuid4()), at, checkpoint, f"Door {checkpoint}", undone_at)


entries = st.lists(
    st.builds(
        entry,
        st.integers(0, 30),
        st.integers(1, 3),
        st.none() | st.integers(0, 40),
        st.uuids().map(str),
    ),
    max_size=8,
)


@given(entries, st.randoms())
def test_the_order_of_arrival_never_matters(facts, random):
    shuffled = list(facts)
    random.shuffle(shuffled)
    assert standing_entry(shuffled) == standing_entry(facts)


@given(entries)
def test_the_first_entry_that_counts_is_the_earliest(facts):
    first = standing_entry(facts)
    counting = [one for one in facts if not is_taken_back(one, facts)]
    assert (first is None) == (counting == [])
    assert all(first.order <= one.order for one in counting)


@given(entries, st.integers(0, 40))
def test_an_undo_never_lets_anybody_in(facts, minute):
    undone = [entry(0), *facts]
    before = standing_entry(undone[1:])
    taken = [Entry(one.nonce, one.scanned_at, one.checkpoint_id, one.door, START) for one in facts]
    assert standing_entry(taken) is None
    assert before is None or before in facts


def test_nobody_is_in_without_an_entry():
    assert standing_entry([]) is None


def test_the_nonce_decides_between_equal_times():
    late, early = entry(5, nonce="b"), entry(5, nonce="a")
    assert standing_entry([late, early]) == early


def test_a_repeat_at_the_same_door_goes_with_the_entry_that_is_taken_back():
    assert standing_entry([entry(0, undone=10), entry(1)]) is None


def test_an_entry_at_another_door_stays_when_the_first_is_taken_back():
    other = entry(1, checkpoint=2)
    assert standing_entry([entry(0, undone=10), other]) == other


def test_an_entry_after_the_undo_counts_again():
    again = entry(10)
    assert standing_entry([entry(0, undone=10), entry(1), again]) == again


def test_an_earlier_entry_that_arrives_late_is_the_first():
    late = entry(-5, checkpoint=2)
    assert standing_entry([entry(0), late]) == late
    assert standing_entry([entry(0, undone=10), late]) == late


def test_days_are_narrowed_by_the_category():
    days = Days(dt.date(2027, 3, 10), dt.date(2027, 3, 12))
    assert days.narrowed(None, None) == days
    assert days.narrowed(dt.date(2027, 3, 11), dt.date(2027, 3, 20)) == Days(dt.date(2027, 3, 11), days.last)
    assert dt.date(2027, 3, 12) in days
    assert dt.date(2027, 3, 13) not in days
    assert dt.date(2027, 3, 9) not in days


def test_why_a_registration_does_not_open_the_door():
    confirmed, on_site = RegistrationStatus.CONFIRMED, Attendance.ON_SITE
    assert reason_against(confirmed, TicketState.VALID, on_site) is None
    assert reason_against(confirmed, None, on_site) is None
    assert reason_against(RegistrationStatus.CANCELLED, TicketState.REPLACED, on_site) is RefusalReason.CANCELLED
    assert reason_against(confirmed, TicketState.CANCELLED, on_site) is RefusalReason.CANCELLED
    assert reason_against(confirmed, TicketState.REPLACED, on_site) is RefusalReason.REPLACED
    assert reason_against(RegistrationStatus.PENDING, None, on_site) is RefusalReason.NOT_CONFIRMED
    assert reason_against(confirmed, TicketState.VALID, Attendance.ONLINE) is RefusalReason.ONLINE_ONLY
