"""What people of a meeting are called; of an erased person nothing is left to be called by."""

from __future__ import annotations

from collections.abc import Iterable

from congress.core.languages import gettext
from congress.matchmaking.enums import Side
from congress.matchmaking.models import Meeting, MeetingPerson, Profile


def name_of(profile: Profile) -> str:
    """Zoé Martin."""
    return profile.registration.full_name.strip() or gettext("Somebody who has left")


def person_of(meeting: Meeting, profile_id: int) -> MeetingPerson | None:
    """The seat of somebody in a meeting; None for a manager who is asked for the delegation."""
    return next((one for one in meeting.people if one.profile_id == profile_id), None)


def side_of(meeting: Meeting, profile_id: int) -> Side:
    """On which side somebody is; who has no seat answers for the delegation that is asked."""
    person = person_of(meeting, profile_id)
    return person.side if person else Side.TARGET


def others_of(meeting: Meeting, profile_id: int) -> list[Profile]:
    """The people on the other side."""
    own = side_of(meeting, profile_id)
    return [one.profile for one in meeting.people if one.side is not own]


def colleagues_of(meeting: Meeting, profile_id: int) -> list[Profile]:
    """The others on the own side."""
    own = side_of(meeting, profile_id)
    return [one.profile for one in meeting.people if one.side is own and one.profile_id != profile_id]


def partner_of(meeting: Meeting, profile_id: int) -> str:
    """Who sits on the other side: names, or the delegation that has not yet said who comes."""
    others = others_of(meeting, profile_id)
    if not others and meeting.delegation:
        return meeting.delegation.name or gettext("Somebody who has left")
    return ", ".join(map(name_of, others))


def organisations_of(people: Iterable[Profile]) -> str:
    """Each organisation once."""
    return ", ".join(dict.fromkeys(filter(None, (one.registration.organisation for one in people))))


def partner_with_organisation(meeting: Meeting, profile_id: int) -> str:
    """Zoé Martin (Acme)."""
    partner, organisation = partner_of(meeting, profile_id), organisations_of(others_of(meeting, profile_id))
    return f"{partner} ({organisation})" if organisation and organisation != partner else partner
