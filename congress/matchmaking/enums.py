"""States and kinds of matchmaking."""

from __future__ import annotations

from enum import StrEnum


class OrganisationType(StrEnum):
    """What kind of organisation a participant comes from."""

    INDUSTRY = "industry"
    BIOTECH = "biotech"
    TECH_PROVIDER = "tech_provider"
    ACADEMIC = "academic"
    CLUSTER = "cluster"
    PUBLIC = "public"
    INVESTOR = "investor"


class Half(StrEnum):
    """Half a day; what begins at noon or later is the afternoon."""

    MORNING = "morning"
    AFTERNOON = "afternoon"


class Presence(StrEnum):
    """How somebody is there for half a day."""

    ON_SITE = "on_site"
    REMOTE = "remote"
    ABSENT = "absent"


class Visibility(StrEnum):
    """Who sees a field of a profile: everybody listed, those with an agreed meeting, nobody."""

    LISTED = "listed"
    PARTNERS = "partners"
    NOBODY = "nobody"


class ProfileField(StrEnum):
    """The fields of a profile whose visibility their owner decides; name and organisation are always shown."""

    JOB_TITLE = "job_title"
    COUNTRY = "country"
    LANGUAGES = "languages"
    PITCH = "pitch"
    PRESENCE = "presence"


class Notices(StrEnum):
    """How messages are announced by mail."""

    EACH = "each"
    DAILY = "daily"
    NEVER = "never"


class OpportunityKind(StrEnum):
    """What somebody looks for, has to give, or wants to talk about."""

    NEED = "need"
    OFFER = "offer"
    TOPIC = "topic"


class Mark(StrEnum):
    """What somebody noted about another profile, for the own eyes only."""

    BOOKMARKED = "bookmarked"
    NOT_INTERESTED = "not_interested"


class RequestMode(StrEnum):
    """Whether the person who is asked has to agree, or a request is a meeting at once."""

    APPROVAL = "approval"
    AUTOMATIC = "automatic"


class SchedulingMode(StrEnum):
    """Who finds the slots: the participants when they accept, or the organisers' timetable."""

    PARTICIPANTS = "participants"
    ORGANISERS = "organisers"


class Publication(StrEnum):
    """How far the timetable is made known."""

    DRAFT = "draft"
    PRELIMINARY = "preliminary"
    FINAL = "final"


class SessionModality(StrEnum):
    """How the meetings of a session take place."""

    ON_SITE = "on_site"
    ONLINE = "online"
    HYBRID = "hybrid"


class MeetingState(StrEnum):
    """Where a meeting stands."""

    DRAFT = "draft"
    PENDING = "pending"
    UNSCHEDULED = "unscheduled"
    SCHEDULED = "scheduled"
    HELD = "held"
    NO_SHOW = "no_show"
    UNKNOWN = "unknown"
    DISCARDED = "discarded"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


LIVE = frozenset({MeetingState.DRAFT, MeetingState.PENDING, MeetingState.UNSCHEDULED, MeetingState.SCHEDULED})
"""The states of a meeting that may still take place: a pair has one such at most."""

TOOK_PLACE = frozenset({MeetingState.HELD, MeetingState.NO_SHOW, MeetingState.UNKNOWN})
"""The states of a meeting whose time has passed; they are recomputed when an answer changes."""

HAS_PLACE = TOOK_PLACE | {MeetingState.SCHEDULED}
"""The states in which a meeting holds a slot, and a table unless it is by video."""

AGREED = HAS_PLACE | {MeetingState.UNSCHEDULED}
"""The states of what both sides want or wanted. It counts towards the most meetings that somebody may have, its
people are partners (`visibility`), and a place that they were told stands, whatever organisers have in mind.
"""

UPCOMING = frozenset({MeetingState.UNSCHEDULED, MeetingState.SCHEDULED})
"""The states of what is agreed and not over: a timetable may still move it."""

UNSEEN = frozenset({MeetingState.DRAFT, MeetingState.DISCARDED})
"""The states that no participant ever hears of: proposals of the organisers that were not published."""


class MeetingEvent(StrEnum):
    """What happens to a meeting: the first column of the table of transitions."""

    REQUEST = "request"
    GENERATE = "generate"
    PUBLISH = "publish"
    DISCARD = "discard"
    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    ASSIGN = "assign"
    SCHEDULE = "schedule"
    UNSCHEDULE = "unschedule"
    LOCK = "lock"
    UNLOCK = "unlock"
    PROPOSE = "propose"
    ACCEPT_PROPOSAL = "accept_proposal"
    DECLINE_PROPOSAL = "decline_proposal"
    MOVE = "move"
    CANCEL = "cancel"
    START = "start"
    ANSWER = "answer"


class CancelCause(StrEnum):
    """By whom a meeting was cancelled. A participant's cancel is final for the pair, the others are not."""

    PARTICIPANT = "participant"
    ORGANISER = "organiser"
    REGISTRATION = "registration"


class Origin(StrEnum):
    """Who had the idea."""

    REQUEST = "request"
    GENERATED = "generated"


class Side(StrEnum):
    """On which side of a meeting somebody sits."""

    REQUESTER = "requester"
    TARGET = "target"


class Answer(StrEnum):
    """What somebody says about a meeting after its start."""

    HAPPENED = "happened"
    OTHER_ABSENT = "other_absent"
    COULD_NOT_COME = "could_not_come"


class Outcome(StrEnum):
    """What came of a meeting that was held; organisers alone see it."""

    NOWHERE = "nowhere"
    INFORMATIVE = "informative"
    POSSIBLE = "possible"
    AGREED = "agreed"


class DelegationState(StrEnum):
    """Whether somebody belongs to a delegation or was asked to."""

    INVITED = "invited"
    MEMBER = "member"


class ReasonKind(StrEnum):
    """Why somebody is suggested."""

    THEY_OFFER = "they_offer"
    THEY_NEED = "they_need"
    SAME_TOPIC = "same_topic"
    TYPE_SOUGHT = "type_sought"
    YOUR_TYPE_SOUGHT = "your_type_sought"
    SAME_WORDS = "same_words"
    YOU_BOOKMARKED = "you_bookmarked"
    LIKE_ACCEPTED = "like_accepted"
    COMMON_LANGUAGE = "common_language"
