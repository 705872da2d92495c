"""What types, modes, states and answers of matchmaking are called on a page, and the pill of each state."""

from __future__ import annotations

from typing import Any

from congress.core.languages import lazy_gettext as _l
from congress.matchmaking.enums import (
    Answer,
    CancelCause,
    Half,
    Mark,
    MeetingEvent,
    MeetingState,
    Notices,
    OpportunityKind,
    OrganisationType,
    Origin,
    Outcome,
    Presence,
    ProfileField,
    Publication,
    RequestMode,
    SchedulingMode,
    SessionModality,
    Side,
    Visibility,
)

TYPES: dict[Any, object] = {
    OrganisationType.INDUSTRY: _l("Industry"),
    OrganisationType.BIOTECH: _l("Biotech"),
    OrganisationType.TECH_PROVIDER: _l("Technology provider"),
    OrganisationType.ACADEMIC: _l("Academia"),
    OrganisationType.CLUSTER: _l("Cluster"),
    OrganisationType.PUBLIC: _l("Public body"),
    OrganisationType.INVESTOR: _l("Investor"),
}
HALVES: dict[Any, object] = {Half.MORNING: _l("Morning"), Half.AFTERNOON: _l("Afternoon")}
PRESENCES: dict[Any, object] = {
    Presence.ON_SITE: _l("On site"),
    Presence.REMOTE: _l("By video"),
    Presence.ABSENT: _l("Not there"),
}
VISIBILITIES: dict[Any, object] = {
    Visibility.LISTED: _l("All participants of the meetings"),
    Visibility.PARTNERS: _l("Only people I have a meeting with"),
    Visibility.NOBODY: _l("Nobody"),
}
PROFILE_FIELDS: dict[Any, object] = {
    ProfileField.JOB_TITLE: _l("Job title"),
    ProfileField.COUNTRY: _l("Country"),
    ProfileField.LANGUAGES: _l("Languages"),
    ProfileField.PITCH: _l("Presentation"),
    ProfileField.PRESENCE: _l("When you are there"),
}
NOTICES: dict[Any, object] = {
    Notices.EACH: _l("At once, one mail for each message"),
    Notices.DAILY: _l("Once a day, all together"),
    Notices.NEVER: _l("Never"),
}
OPPORTUNITY_KINDS: dict[Any, object] = {
    OpportunityKind.NEED: _l("Need"),
    OpportunityKind.OFFER: _l("Offer"),
    OpportunityKind.TOPIC: _l("Topic"),
}
OPPORTUNITY_MARKS = {
    OpportunityKind.NEED: "warning",
    OpportunityKind.OFFER: "success",
    OpportunityKind.TOPIC: "info",
}
"""The kind of pill (see templates/components/badges.html)."""

MARKS: dict[Any, object] = {Mark.BOOKMARKED: _l("Bookmarked"), Mark.NOT_INTERESTED: _l("Not interested")}

REQUEST_MODES: dict[Any, object] = {
    RequestMode.APPROVAL: _l("By agreement"),
    RequestMode.AUTOMATIC: _l("Automatic"),
}
REQUEST_MODE_HELP: dict[Any, object] = {
    RequestMode.APPROVAL: _l("The person who is asked accepts or declines."),
    RequestMode.AUTOMATIC: _l("A request is agreed at once; nobody has to answer."),
}
SCHEDULING_MODES: dict[Any, object] = {
    SchedulingMode.PARTICIPANTS: _l("The participants choose"),
    SchedulingMode.ORGANISERS: _l("You make the timetable"),
}
SCHEDULING_MODE_HELP: dict[Any, object] = {
    SchedulingMode.PARTICIPANTS: _l("Whoever accepts a request picks a common free slot; a table is given at once."),
    SchedulingMode.ORGANISERS: _l(
        "Agreed meetings wait until you compute the timetable and publish it; nobody sees a time before."
    ),
}
PUBLICATIONS: dict[Any, object] = {
    Publication.DRAFT: _l("Draft"),
    Publication.PRELIMINARY: _l("Preliminary"),
    Publication.FINAL: _l("Final"),
}
PUBLICATION_MARKS = {
    Publication.DRAFT: "neutral",
    Publication.PRELIMINARY: "warning",
    Publication.FINAL: "success",
}
MODALITIES: dict[Any, object] = {
    SessionModality.ON_SITE: _l("On site, at tables"),
    SessionModality.ONLINE: _l("By video"),
    SessionModality.HYBRID: _l("Both: at a table, or by video when somebody is remote"),
}
MODALITIES_IN_SHORT: dict[Any, object] = {
    SessionModality.ON_SITE: _l("On site"),
    SessionModality.ONLINE: _l("By video"),
    SessionModality.HYBRID: _l("On site and by video"),
}
STATES: dict[Any, object] = {
    MeetingState.DRAFT: _l("Draft, hidden"),
    MeetingState.PENDING: _l("Waiting for an answer"),
    MeetingState.UNSCHEDULED: _l("Agreed, no time yet"),
    MeetingState.SCHEDULED: _l("Scheduled"),
    MeetingState.HELD: _l("Meeting held"),
    MeetingState.NO_SHOW: _l("Somebody was absent"),
    MeetingState.UNKNOWN: _l("Over, nobody answered"),
    MeetingState.DISCARDED: _l("Draft discarded"),
    MeetingState.DECLINED: _l("Request declined"),
    MeetingState.WITHDRAWN: _l("Request withdrawn"),
    MeetingState.EXPIRED: _l("Request expired"),
    MeetingState.CANCELLED: _l("Meeting cancelled"),
}
STATE_MARKS = {
    MeetingState.DRAFT: "neutral",
    MeetingState.PENDING: "warning",
    MeetingState.UNSCHEDULED: "info",
    MeetingState.SCHEDULED: "success",
    MeetingState.HELD: "success",
    MeetingState.NO_SHOW: "danger",
    MeetingState.UNKNOWN: "neutral",
    MeetingState.DISCARDED: "neutral",
    MeetingState.DECLINED: "danger",
    MeetingState.WITHDRAWN: "neutral",
    MeetingState.EXPIRED: "neutral",
    MeetingState.CANCELLED: "danger",
}
EVENTS: dict[Any, object] = {
    MeetingEvent.REQUEST: _l("Meeting requested"),
    MeetingEvent.GENERATE: _l("Generated by the organisers"),
    MeetingEvent.PUBLISH: _l("Meeting published"),
    MeetingEvent.DISCARD: _l("Draft discarded"),
    MeetingEvent.ACCEPT: _l("Request accepted"),
    MeetingEvent.DECLINE: _l("Request declined"),
    MeetingEvent.WITHDRAW: _l("Request withdrawn"),
    MeetingEvent.EXPIRE: _l("Expired without an answer"),
    MeetingEvent.ASSIGN: _l("Placed by the timetable"),
    MeetingEvent.SCHEDULE: _l("Put into the timetable"),
    MeetingEvent.UNSCHEDULE: _l("Taken out of the timetable"),
    MeetingEvent.LOCK: _l("Slot locked"),
    MeetingEvent.UNLOCK: _l("Slot unlocked"),
    MeetingEvent.PROPOSE: _l("Another slot proposed"),
    MeetingEvent.ACCEPT_PROPOSAL: _l("Proposed slot accepted"),
    MeetingEvent.DECLINE_PROPOSAL: _l("Proposed slot declined"),
    MeetingEvent.MOVE: _l("Moved by the organisers"),
    MeetingEvent.CANCEL: _l("Meeting cancelled"),
    MeetingEvent.START: _l("Meeting begun"),
    MeetingEvent.ANSWER: _l("Answered after the meeting"),
}
"""What happened to a meeting, as its history reads."""

CANCEL_CAUSES: dict[Any, object] = {
    CancelCause.PARTICIPANT: _l("By a participant"),
    CancelCause.ORGANISER: _l("By the organisers"),
    CancelCause.REGISTRATION: _l("A registration ended"),
}
ORIGINS: dict[Any, object] = {
    Origin.REQUEST: _l("Requested by a participant"),
    Origin.GENERATED: _l("Generated by the organisers"),
}
SIDES: dict[Any, object] = {Side.REQUESTER: _l("Asked for the meeting"), Side.TARGET: _l("Was asked")}
ANSWERS: dict[Any, object] = {
    Answer.HAPPENED: _l("It took place"),
    Answer.OTHER_ABSENT: _l("The other side was absent"),
    Answer.COULD_NOT_COME: _l("I could not come"),
}
OUTCOMES: dict[Any, object] = {
    Outcome.NOWHERE: _l("Did not lead anywhere"),
    Outcome.INFORMATIVE: _l("Informative"),
    Outcome.POSSIBLE: _l("Cooperation possible"),
    Outcome.AGREED: _l("Cooperation agreed"),
}
