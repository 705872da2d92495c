"""Tables of the programme: the draft, its releases, and calls with their proposals and reviews."""

from congress.programme.models.calls import (
    Call,
    Criterion,
    Proposal,
    ProposalAnswer,
    ProposalFile,
    ProposalPerson,
    Question,
    Review,
    ReviewAssignment,
    ReviewScore,
)
from congress.programme.models.draft import (
    Availability,
    Material,
    Programme,
    RoomHours,
    Session,
    SessionFormat,
    SessionSpeaker,
    Slot,
    Speaker,
    SpeakerPhoto,
    Track,
)
from congress.programme.models.releases import Release, SessionFeedback

__all__ = [
    "Availability",
    "Call",
    "Criterion",
    "Material",
    "Programme",
    "Proposal",
    "ProposalAnswer",
    "ProposalFile",
    "ProposalPerson",
    "Question",
    "Release",
    "Review",
    "ReviewAssignment",
    "ReviewScore",
    "RoomHours",
    "Session",
    "SessionFeedback",
    "SessionFormat",
    "SessionSpeaker",
    "Slot",
    "Speaker",
    "SpeakerPhoto",
    "Track",
]
