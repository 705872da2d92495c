"""Who may sign up for what, until when, and who sees the link to join."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from congress.agenda.enums import SignUpState
from congress.agenda.queries import Picked
from congress.events.enums import EventStatus
from congress.programme.enums import Participation
from congress.programme.snapshot import Session, Slot
from congress.registration.enums import Attendance, RegistrationStatus
from congress.registration.models import Registration


def can_have_agenda(registration: Registration) -> bool:
    """Whether a registration has an agenda: it is confirmed, and its event is public and takes place."""
    return registration.status is RegistrationStatus.CONFIRMED and registration.event.status is EventStatus.PUBLISHED


def can_follow(attendance: Attendance, session: Session) -> bool:
    """Whether a category can take part: one that is online cannot come to a session that is on site only.

    Whoever comes on site may also sign up for what is online.
    """
    return attendance is Attendance.ON_SITE or session.participation is not Participation.ON_SITE


def has_begun(slots: Sequence[Slot], now: dt.datetime) -> bool:
    """Whether the first of a session's times has begun: from then on nobody signs up and nobody is promoted."""
    return bool(slots) and min(slot.starts_at for slot in slots) <= now


def is_over(slots: Sequence[Slot], now: dt.datetime) -> bool:
    """Whether the last of a session's times has ended: there is no place left to give back."""
    return bool(slots) and max(slot.ends_at for slot in slots) <= now


def may_join(session: Session, picked: Picked) -> bool:
    """Whether somebody with a confirmed registration sees the link to join a session.

    A session with sign-up shows it to those who have a place, any other to those who starred it.
    """
    if session.participation is Participation.ON_SITE or not session.join_url:
        return False
    if picked.state is SignUpState.CONFIRMED:
        return True
    return picked.starred and not session.needs_sign_up
