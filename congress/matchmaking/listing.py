"""Requests and meetings as one of their people sees them: in which state, what can be done, what comes first."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from congress.matchmaking.enums import HAS_PLACE, UPCOMING, MeetingState, Side
from congress.matchmaking.models import Matchmaking, Meeting, MeetingPerson, MeetingSlot, MeetingTable, Profile
from congress.matchmaking.names import (
    colleagues_of,
    organisations_of,
    others_of,
    partner_of,
    person_of,
    side_of,
)
from congress.matchmaking.permissions import may_answer, moves_until


class Act(StrEnum):
    """What somebody can do about a meeting."""

    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    RESCHEDULE = "reschedule"
    ANSWER_PROPOSAL = "answer_proposal"
    TAKE_PROPOSAL_BACK = "take_proposal_back"
    CANCEL = "cancel"
    ANSWER = "answer"
    RATE = "rate"


@dataclass(frozen=True)
class Row:
    """A meeting for one reader; it comes with `queries.shown.WITH_ALL`."""

    meeting: Meeting
    reader: Profile
    matchmaking: Matchmaking
    now: dt.datetime

    @cached_property
    def state(self) -> MeetingState:
        """As its people know it: a place that is not published is none, and a lapsed request is over."""
        state, expires_at = self.meeting.state, self.meeting.expires_at
        if state in UPCOMING:
            return MeetingState.SCHEDULED if self.slot else MeetingState.UNSCHEDULED
        if state is MeetingState.PENDING and expires_at is not None and expires_at <= self.now:
            return MeetingState.EXPIRED
        return state

    @property
    def slot(self) -> MeetingSlot | None:
        """When, as its people were told; a cancelled one keeps it."""
        return self.meeting.shown_slot

    @property
    def table(self) -> MeetingTable | None:
        """Where, as its people were told; none is by video."""
        return self.meeting.shown_table

    @property
    def seat(self) -> MeetingPerson | None:
        """The reader's own; none for a manager who answers for the delegation."""
        return person_of(self.meeting, self.reader.id)

    @property
    def partner(self) -> str:
        """Who sits on the other side."""
        return partner_of(self.meeting, self.reader.id)

    @property
    def others(self) -> list[Profile]:
        """The people on the other side."""
        return others_of(self.meeting, self.reader.id)

    @property
    def colleagues(self) -> list[Profile]:
        """The people beside the reader."""
        return colleagues_of(self.meeting, self.reader.id)

    @property
    def organisation(self) -> str:
        """Of the other side."""
        return organisations_of(self.others)

    @property
    def was_asked(self) -> bool:
        """Whether the reader, or the reader's delegation, was asked."""
        return side_of(self.meeting, self.reader.id) is Side.TARGET

    @property
    def has_begun(self) -> bool:
        """Whether its time has come."""
        return self.slot is not None and self.slot.starts_at <= self.now

    @property
    def is_to_come(self) -> bool:
        """Whether somebody still has to go there."""
        return self.state is MeetingState.SCHEDULED and self.slot is not None and self.slot.ends_at > self.now

    @property
    def moves_until(self) -> dt.datetime | None:
        """Until when its people can move it."""
        return moves_until(self.matchmaking, self.slot)

    @property
    def is_proposed_to_reader(self) -> bool:
        """Whether the other side would like another time."""
        return self.meeting.proposed_slot is not None and self._proposer is not side_of(self.meeting, self.reader.id)

    @cached_property
    def acts(self) -> frozenset[Act]:
        """What the reader can do now."""
        if self.state is MeetingState.PENDING:
            return frozenset(self._answers())
        if self.state in UPCOMING and not self.has_begun:
            return frozenset(self._changes())
        if self.has_begun and self.state in HAS_PLACE and self.seat:
            return frozenset({Act.ANSWER, Act.RATE} if self.state is MeetingState.HELD else {Act.ANSWER})
        return frozenset()

    def _answers(self) -> Iterable[Act]:
        if self.meeting.requester_id == self.reader.id:
            yield Act.WITHDRAW
        elif may_answer(self.meeting, self.reader):
            yield from (Act.ACCEPT, Act.DECLINE)

    def _changes(self) -> Iterable[Act]:
        if self.seat is None:
            return
        yield Act.CANCEL
        until = self.moves_until
        if self.meeting.state is not MeetingState.SCHEDULED or until is None or self.now >= until:
            return
        if self.meeting.proposed_slot is None:
            yield Act.RESCHEDULE
        else:
            yield Act.ANSWER_PROPOSAL if self.is_proposed_to_reader else Act.TAKE_PROPOSAL_BACK

    @property
    def _proposer(self) -> Side | None:
        by = self.meeting.proposed_by_id
        return next((one.side for one in self.meeting.people if one.profile_id == by), None)


@dataclass(frozen=True)
class MyMeetings:
    """Everything of one person, sorted by what is to be done."""

    rows: Sequence[Row]
    zone: str

    @cached_property
    def coming(self) -> list[Row]:
        """Those with a time that is not over, in the order of time."""
        return sorted((row for row in self.rows if row.is_to_come), key=_starts)

    @property
    def next(self) -> Row | None:
        """Where to go next, or where to be now."""
        return self.coming[0] if self.coming else None

    @property
    def days(self) -> list[tuple[dt.date, list[Row]]]:
        """What is to come, by local day."""
        zone = ZoneInfo(self.zone)
        by_day = itertools.groupby(self.coming, key=lambda row: _starts(row).astimezone(zone).date())
        return [(day, list(of_day)) for day, of_day in by_day]

    @property
    def to_answer(self) -> list[Row]:
        """Requests that wait for the reader, those that end first on top."""
        return sorted(
            (row for row in self.rows if Act.ACCEPT in row.acts), key=lambda row: str(row.meeting.expires_at)
        )

    @property
    def proposals(self) -> list[Row]:
        """Meetings for which the other side would like another time."""
        return [row for row in self.coming if Act.ANSWER_PROPOSAL in row.acts]

    @property
    def sent(self) -> list[Row]:
        """Own requests without an answer."""
        return [row for row in self.rows if Act.WITHDRAW in row.acts]

    @property
    def waiting(self) -> list[Row]:
        """Agreed, and without a time."""
        return [row for row in self.rows if row.state is MeetingState.UNSCHEDULED]

    @property
    def unanswered(self) -> list[Row]:
        """Over, and the reader has not said whether they took place."""
        return [row for row in self._past if row.seat and row.seat.answer is None]

    @property
    def answered(self) -> list[Row]:
        """Over and said."""
        return [row for row in self._past if row.seat and row.seat.answer is not None]

    @property
    def ended(self) -> list[Row]:
        """What came to nothing."""
        over = (MeetingState.DECLINED, MeetingState.WITHDRAWN, MeetingState.EXPIRED, MeetingState.CANCELLED)
        return [row for row in self.rows if row.state in over]

    @property
    def _past(self) -> list[Row]:
        return sorted((row for row in self.rows if Act.ANSWER in row.acts), key=_starts, reverse=True)


def _starts(row: Row) -> dt.datetime:
    return row.slot.starts_at if row.slot else row.now
