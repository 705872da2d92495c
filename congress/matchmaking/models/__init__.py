"""The tables of matchmaking."""

from congress.matchmaking.models.meetings import Meeting, MeetingChange, MeetingLink, MeetingPerson
from congress.matchmaking.models.messages import Block, Message, Thread, ThreadReport
from congress.matchmaking.models.profiles import (
    Delegation,
    Opportunity,
    PresenceHalf,
    Profile,
    ProfileMark,
    Suggestion,
    UnavailableSlot,
    opportunity_tags,
)
from congress.matchmaking.models.setup import (
    ContactRule,
    InterpreterPool,
    Matchmaking,
    MeetingSession,
    MeetingSlot,
    MeetingTable,
    TableZone,
    TypeQuota,
)
from congress.matchmaking.models.taxonomy import Tag, active_tags
from congress.matchmaking.models.timetables import SchedulePrintRun, TimetableRun

__all__ = [
    "Block",
    "ContactRule",
    "Delegation",
    "InterpreterPool",
    "Matchmaking",
    "Meeting",
    "MeetingChange",
    "MeetingLink",
    "MeetingPerson",
    "MeetingSession",
    "MeetingSlot",
    "MeetingTable",
    "Message",
    "Opportunity",
    "PresenceHalf",
    "Profile",
    "ProfileMark",
    "SchedulePrintRun",
    "Suggestion",
    "TableZone",
    "Tag",
    "Thread",
    "ThreadReport",
    "TimetableRun",
    "TypeQuota",
    "UnavailableSlot",
    "active_tags",
    "opportunity_tags",
]
