"""Who is let into matchmaking and when, who answers a request, and until when people move a meeting."""

from __future__ import annotations

import datetime as dt

from congress.events.enums import EventStatus
from congress.matchmaking.models import Matchmaking, Meeting, MeetingSlot, Profile
from congress.registration.enums import RegistrationStatus
from congress.registration.models import Registration


def can_take_part(registration: Registration) -> bool:
    """Whether a registration may have a profile: it is confirmed, and its event is public and takes place."""
    return registration.status is RegistrationStatus.CONFIRMED and registration.event.status is EventStatus.PUBLISHED


def is_open(matchmaking: Matchmaking) -> bool:
    """Whether participants are let in: the organisers opened it."""
    return matchmaking.opened_at is not None


def may_answer(meeting: Meeting, profile: Profile) -> bool:
    """Whether it is for this person to answer: who was asked, or the manager of the delegation that was."""
    if meeting.target_id is not None:
        return meeting.target_id == profile.id
    return profile.manages_delegation and profile.joined_delegation_id == meeting.delegation_id


def moves_until(matchmaking: Matchmaking, slot: MeetingSlot | None) -> dt.datetime | None:
    """Until when the people of a meeting in this slot can move it, the instant itself excluded; None without one."""
    return slot.starts_at - dt.timedelta(minutes=matchmaking.cutoff_minutes) if slot else None
