"""What somebody can do about somebody else: ask for a meeting, or why not and what would help."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from congress.core import clock
from congress.core.languages import gettext
from congress.matchmaking import errors, guards
from congress.matchmaking.models import Delegation, Meeting, Profile
from congress.matchmaking.queries import meetings

MEETS = (errors.AlreadyAsked, errors.AskedYou, errors.AlreadyMeeting)
FIXES: dict[type[errors.MeetingRefused], tuple[str, Any]] = {
    errors.NoCommonSlot: ("matchmaking_profile.availability", "availability"),
    errors.PendingCapReached: ("my_meetings.index", "meetings"),
    errors.MaximumReached: ("my_meetings.index", "meetings"),
    errors.WishReached: ("matchmaking_profile.index", "profile"),
    errors.NotListed: ("matchmaking_profile.index", "profile"),
    errors.ColleagueMeets: ("delegation.index", "delegation"),
}
"""Where the reader can put right what is in the way: an endpoint and what it is called in `fix_words`."""


@dataclass(frozen=True, slots=True)
class Contact:
    """`refusal`: why no request can be made; `meeting`: the one that is there already."""

    refusal: errors.MeetingRefused | None
    meeting: Meeting | None

    @property
    def fix(self) -> tuple[str, str] | None:
        """(endpoint, words) of what would help."""
        found = FIXES.get(type(self.refusal)) if self.refusal else None
        return (found[0], fix_words(found[1])) if found else None

    @property
    def was_asked(self) -> bool:
        """Whether the other side asked first and waits for an answer."""
        return isinstance(self.refusal, errors.AskedYou)


def contact_with(profile: Profile, target: Profile | Delegation) -> Contact:
    """What stands between two people, or a person and a delegation; registrations have to be loaded."""
    refusal = guards.why_not(profile, target)
    return Contact(refusal, _meeting(profile, target) if isinstance(refusal, MEETS) else None)


def fix_words(what: str) -> str:
    """What the link to a remedy says."""
    said = {
        "availability": gettext("Change my availability"),
        "meetings": gettext("See my requests and meetings"),
        "profile": gettext("Open my profile"),
        "delegation": gettext("See my delegation"),
    }
    return str(said[what])


def _meeting(profile: Profile, target: Profile | Delegation) -> Meeting | None:
    if isinstance(target, Delegation):
        found = list(meetings.requests_between(profile.id, target.id))
        found += [one for _other, one in meetings.between(profile.id, [member.id for member in target.members])]
    else:
        found = [one for _other, one in meetings.between(profile.id, [target.id])]
    now = clock.now()
    return next((one for one in found if guards.is_live(one, now)), None)
