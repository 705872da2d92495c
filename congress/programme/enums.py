"""Kinds and states of the programme, and of calls."""

from __future__ import annotations

from enum import StrEnum


class SessionState(StrEnum):
    """Where a session stands; only confirmed ones enter a release."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


SESSION_TRANSITIONS: dict[SessionState, frozenset[SessionState]] = {
    SessionState.SUBMITTED: frozenset({SessionState.ACCEPTED, SessionState.REJECTED, SessionState.WITHDRAWN}),
    SessionState.ACCEPTED: frozenset(
        {SessionState.CONFIRMED, SessionState.REJECTED, SessionState.WITHDRAWN, SessionState.CANCELLED}
    ),
    SessionState.CONFIRMED: frozenset({SessionState.ACCEPTED, SessionState.WITHDRAWN, SessionState.CANCELLED}),
    SessionState.REJECTED: frozenset({SessionState.SUBMITTED, SessionState.ACCEPTED}),
    SessionState.WITHDRAWN: frozenset({SessionState.SUBMITTED, SessionState.ACCEPTED}),
    SessionState.CANCELLED: frozenset({SessionState.ACCEPTED}),
}
"""Every legal change of state. Confirmed to accepted is "un-confirm": the next release leaves the session out."""

SCHEDULABLE = frozenset({SessionState.ACCEPTED, SessionState.CONFIRMED})
"""The states in which a session is in the schedule or waits in the list beside it."""


class Level(StrEnum):
    """What a session expects its audience to know."""

    ALL = "all"
    INTRODUCTORY = "introductory"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class Participation(StrEnum):
    """Where one can follow a session."""

    ON_SITE = "on_site"
    ONLINE = "online"
    BOTH = "both"


class SlotKind(StrEnum):
    """What a slot holds. Breaks are public; blockers (setting up, cleaning) never are."""

    SESSION = "session"
    BREAK = "break"
    BLOCKER = "blocker"


class MaterialKind(StrEnum):
    """A file that we keep, or a link."""

    FILE = "file"
    LINK = "link"


class ChangeKind(StrEnum):
    """What a release does to a slot, compared with the one before; `REMOVED`: a speaker who left the session."""

    NEW = "new"
    MOVED = "moved"
    CANCELLED = "cancelled"
    RESTORED = "restored"
    REMOVED = "removed"


class WarningKind(StrEnum):
    """What the draft is warned of; a warning never blocks."""

    ROOM_HOURS = "room_hours"
    AVAILABILITY = "availability"
    ROOM_TWICE = "room_twice"
    SPEAKER_TWICE = "speaker_twice"
    WALKING = "walking"
    CAPACITY = "capacity"
    OUTSIDE_DAYS = "outside_days"
    UNCONFIRMED = "unconfirmed"
    UNSCHEDULED = "unscheduled"
    WITHOUT_ROOM = "without_room"


BEFORE_RELEASE = frozenset({WarningKind.UNCONFIRMED, WarningKind.UNSCHEDULED})
"""What is normal while a programme is being made, and matters when it is released."""


class LinkReason(StrEnum):
    """Why a speaker gets the link to the own page: to confirm a session, or because somebody asked for it."""

    CONFIRM = "confirm"
    LINK = "link"


class CallKind(StrEnum):
    """What a call asks for. An accepted talk becomes a session; the others make a list of laureates."""

    TALKS = "talks"
    PITCHES = "pitches"
    INTERESTS = "interests"


class CallState(StrEnum):
    """Where a call stands, by its publication and its times."""

    DRAFT = "draft"
    UPCOMING = "upcoming"
    OPEN = "open"
    CLOSED = "closed"


class QuestionKind(StrEnum):
    """The kinds of fields of a form."""

    LINE = "line"
    PARAGRAPHS = "paragraphs"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    LINK = "link"
    FILE = "file"


class ProposalState(StrEnum):
    """Where a proposal stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


PROPOSAL_TRANSITIONS: dict[ProposalState, frozenset[ProposalState]] = {
    ProposalState.DRAFT: frozenset({ProposalState.SUBMITTED, ProposalState.WITHDRAWN}),
    ProposalState.SUBMITTED: frozenset(
        {ProposalState.DRAFT, ProposalState.ACCEPTED, ProposalState.REJECTED, ProposalState.WITHDRAWN}
    ),
    ProposalState.ACCEPTED: frozenset({ProposalState.WITHDRAWN}),
    ProposalState.REJECTED: frozenset({ProposalState.ACCEPTED}),
    ProposalState.WITHDRAWN: frozenset({ProposalState.DRAFT}),
}


class Decision(StrEnum):
    """What is to become of a proposal; nobody is told before decisions are applied."""

    ACCEPT = "accept"
    REJECT = "reject"


class PersonState(StrEnum):
    """Where a person of a proposal stands: the submitter, or somebody whom the submitter invited."""

    SUBMITTER = "submitter"
    INVITED = "invited"
    JOINED = "joined"
    DECLINED = "declined"


IN_PROPOSAL = frozenset({PersonState.SUBMITTER, PersonState.JOINED})
"""The people of a proposal: those who said yes."""
