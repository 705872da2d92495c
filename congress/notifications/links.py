"""The addresses that mails lead to. Secret ones are derived when the mail leaves and stand in no table."""

from __future__ import annotations

from congress.core.links import absolute
from congress.core.tokens import derive_token
from congress.events.models import Event
from congress.matchmaking.links import answer_token
from congress.matchmaking.models import Meeting, MeetingLink
from congress.programme.links import proposal_token, speaker_token
from congress.programme.models import ProposalPerson, Speaker
from congress.registration.links import manage_token
from congress.registration.models import Registration, RegistrationGroup


def self_service(group: RegistrationGroup, language: str) -> str:
    """Where the person sees, corrects and cancels what was registered."""
    return absolute(f"/{language}/r/{manage_token(group)}/")


def agenda(registration: Registration, language: str) -> str:
    """The person's own agenda of an event; the registration comes with its group."""
    return absolute(f"/{language}/r/{manage_token(registration.group)}/agenda/{registration.public_id}/mine")


def event_page(event: Event, language: str) -> str:
    """The public page of an event."""
    return absolute(f"/{language}/events/{event.slug}/")


def sign_in(salt: bytes, language: str) -> str:
    """Where a sign-in link is confirmed."""
    return absolute(f"/{language}/account/link/{derive_token('sign-in', salt)}/")


def invitation(salt: bytes, language: str) -> str:
    """Where an invitation to a team is accepted."""
    return absolute(f"/{language}/invitations/{derive_token('invitation', salt)}/")


def speaker_page(speaker: Speaker, language: str) -> str:
    """A speaker's own page."""
    return absolute(f"/{language}/speaker/{speaker_token(speaker)}/")


def session_page(event: Event, code: str, language: str) -> str:
    """The public page of a session."""
    return absolute(f"/{language}/events/{event.slug}/programme/sessions/{code}/")


def programme_page(event: Event, language: str) -> str:
    """The public programme of an event."""
    return absolute(f"/{language}/events/{event.slug}/programme/")


def proposal_page(person: ProposalPerson, language: str) -> str:
    """A proposal's own page, for one of its people."""
    return absolute(f"/{language}/proposal/{proposal_token(person)}/")


def meetings(registration: Registration, language: str) -> str:
    """The person's own meetings at an event; the registration comes with its group."""
    return absolute(f"/{language}/r/{manage_token(registration.group)}/meetings/{registration.public_id}/")


def meeting(found: Meeting, registration: Registration, language: str) -> str:
    """One of them."""
    return f"{meetings(registration, language)}m/{found.code}"


def delegation(registration: Registration, language: str) -> str:
    """Where an invitation to a delegation is answered."""
    return f"{meetings(registration, language)}delegation"


def meeting_answer(link: MeetingLink, language: str) -> str:
    """Where a request is answered without the own pages."""
    return absolute(f"/{language}/meeting-request/{answer_token(link)}")
