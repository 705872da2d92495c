"""Mails about meetings. Each goes only to the address that holds the registration now, and shows nobody else's.

One entry for a calendar is an invitation; several come as a file, those that are taken out as a file of their own,
because mail programs read one METHOD from a mail, and an invitation with several events as the first of them alone.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from congress.core import clock, text
from congress.core.templating import datetime_long
from congress.events.enums import EventStatus
from congress.extensions import db
from congress.mail.messages import Message, NoLongerTrue, message
from congress.mail.models import Mail
from congress.matchmaking.enums import HAS_PLACE, UPCOMING, Answer, DelegationState, MeetingState, Origin, Side
from congress.matchmaking.models import Delegation, MeetingChange, MeetingLink
from congress.matchmaking.names import others_of, person_of, side_of
from congress.notifications import links
from congress.notifications.messages.meeting_parts import (
    CANCELLED,
    Reading,
    calendar_of,
    card_of,
    message_of,
    place_before,
    read,
    read_meetings,
)
from congress.registration.enums import RegistrationStatus

PENDING = frozenset({MeetingState.PENDING})
TOLD_A_TIME = frozenset({MeetingState.SCHEDULED})


@message("meeting_request")
def request(mail: Mail) -> Message:
    """Somebody asks: who, why, and two links to answer at once."""
    return _asked(mail)


@message("meeting_reminder")
def reminder(mail: Mail) -> Message:
    """The same once more, as long as it waits."""
    return _asked(mail)


@message("meeting_agreed")
def agreed(mail: Mail) -> Message:
    """Both want it, and it waits for the timetable."""
    found = _one(mail, UPCOMING)
    if found.meeting.shown_slot is not None:
        raise NoLongerTrue  # the mail with the time says it all
    return message_of(found, {"cards": [card_of(found)]} | _who(found))


@message("meeting_scheduled")
def scheduled(mail: Mail) -> Message:
    """Time, place and the entry for the calendar."""
    return _with_entry(mail)


@message("meeting_assigned")
def assigned(mail: Mail) -> Message:
    """A manager of the delegation sends this person; without a time it is the timetable's turn."""
    found = _one(mail, UPCOMING)
    has_time = found.meeting.shown_slot is not None
    calendar = calendar_of(found, "REQUEST") if has_time else None
    return message_of(found, {"cards": [card_of(found)], "has_time": has_time} | _who(found), calendar)


@message("meeting_declined")
def declined(mail: Mail) -> Message:
    """A neutral sentence: the reason stays with whoever gave it."""
    return _told(mail, frozenset({MeetingState.DECLINED}))


@message("meeting_withdrawn")
def withdrawn(mail: Mail) -> Message:
    """A request that this person saw is no more."""
    return _told(mail, frozenset({MeetingState.WITHDRAWN}))


@message("meeting_expired")
def expired(mail: Mail) -> Message:
    """Nobody answered in time; one may ask once more."""
    return _told(mail, frozenset({MeetingState.EXPIRED}))


@message("meeting_slot_proposed")
def slot_proposed(mail: Mail) -> Message:
    """The other side would like another time; the present one stays until this side agrees."""
    found = _one(mail, TOLD_A_TIME)
    meeting = found.meeting
    proposer = next((one.side for one in meeting.people if one.profile_id == meeting.proposed_by_id), None)
    if meeting.proposed_slot is None or proposer is side_of(meeting, found.profile.id):
        raise NoLongerTrue
    proposed = found.when(meeting.proposed_slot)
    return message_of(found, {"cards": [card_of(found)], "proposed": proposed} | _who(found))


@message("meeting_slot_declined")
def slot_declined(mail: Mail) -> Message:
    """The meeting stays where it is."""
    found = _one(mail, TOLD_A_TIME)
    if found.meeting.proposed_slot is not None:
        raise NoLongerTrue
    return message_of(found, {"cards": [card_of(found)]} | _who(found))


@message("meeting_moved")
def moved(mail: Mail) -> Message:
    """Where it was, where it is now, and the entry that replaces the earlier one."""
    found, change = _one(mail, TOLD_A_TIME), _change(mail)
    if found.meeting.shown_slot is None:
        raise NoLongerTrue
    before = place_before(found, change)
    values = {"cards": [card_of(found, before=before)], "only_table": change.old_slot_id == change.new_slot_id}
    return message_of(found, values | _who(found), calendar_of(found, "REQUEST"))


@message(CANCELLED)
def cancelled(mail: Mail) -> Message:
    """It does not take place: why, as far as whoever cancelled said so, and the entry leaves the calendar."""
    readings = [one for one in read_meetings(mail) if one.meeting.state is MeetingState.CANCELLED]
    if not readings:
        raise NoLongerTrue
    first, change = readings[0], _change_or_none(mail)
    by_self = change is not None and change.by_profile_id == first.profile.id
    values = {
        "cards": [card_of(one) for one in readings],
        "cause": str(first.meeting.cancel_cause or ""),
        "reason": text.one_line(change.reason) if change and not by_self else "",
        "by_self": by_self,
        "has_no_event": first.event.status is EventStatus.CANCELLED,
        "has_left": first.person.status is RegistrationStatus.CANCELLED,
    }
    return message_of(first, values | _who(first), calendar_of(readings, "CANCEL"))


@message("meeting_how")
def how(mail: Mail) -> Message:
    """Did it take place? Asked after the start, until somebody has answered or the desk has."""
    found = _one(mail, HAS_PLACE)
    seat = person_of(found.meeting, found.profile.id)
    if seat is None or seat.answer is not None or found.meeting.shown_slot is None:
        raise NoLongerTrue
    address = links.meeting(found.meeting, found.person, mail.language)
    answers = {f"{one.value}_link": f"{address}/answer?answer={one.value}" for one in Answer}
    return message_of(found, {"cards": [card_of(found)]} | answers | _who(found))


@message("delegation_invitation")
def delegation_invitation(mail: Mail) -> Message:
    """Colleagues who are asked together would like this person to join them."""
    found = read(mail)
    invited = found.profile.delegation_state is DelegationState.INVITED
    delegation = db.session.get(Delegation, mail.context["delegation_id"])
    if delegation is None or not invited or found.profile.delegation_id != delegation.id:
        raise NoLongerTrue
    link = links.delegation(found.person, mail.language)
    return message_of(found, {"delegation": delegation.name, "link": link, "cards": []})


def _asked(mail: Mail) -> Message:
    """Only while it waits and the link still answers it."""
    found, link = _one(mail, PENDING), db.session.get(MeetingLink, mail.context["link_id"])
    expires_at = found.meeting.expires_at
    if link is None or link.used_at or link.expires_at <= clock.now():
        raise NoLongerTrue
    address = links.meeting_answer(link, mail.language)
    values = {
        "note": text.one_line(found.meeting.note),
        "is_generated": found.meeting.origin is Origin.GENERATED,
        "delegation": found.meeting.delegation.name if found.meeting.delegation else "",
        "deadline": datetime_long(expires_at, found.event.zone),
        "accept_link": f"{address}?answer=accept",
        "decline_link": f"{address}?answer=decline",
        "cards": [],
    }
    return message_of(found, values | _who(found))


def _with_entry(mail: Mail) -> Message:
    found = _one(mail, TOLD_A_TIME)
    if found.meeting.shown_slot is None:
        raise NoLongerTrue
    return message_of(found, {"cards": [card_of(found)]} | _who(found), calendar_of(found, "REQUEST"))


def _told(mail: Mail, states: Collection[MeetingState]) -> Message:
    found = _one(mail, states)
    return message_of(found, {"cards": []} | _who(found))


def _one(mail: Mail, states: Collection[MeetingState]) -> Reading:
    """The meeting that the mail is about, when its reader has to do with it and it is in one of these states."""
    found = read_meetings(mail)
    if not found or found[0].meeting.state not in states:
        raise NoLongerTrue
    return found[0]


def _who(found: Reading) -> dict[str, Any]:
    """Job title and organisation of the other side, for the sentence below the names."""
    others = others_of(found.meeting, found.profile.id)
    return {
        "partner": found.partner,
        "job": ", ".join(filter(None, (one.registration.job_title for one in others))) if len(others) == 1 else "",
        "asked_by_me": side_of(found.meeting, found.profile.id) is Side.REQUESTER,
        "link": links.meeting(found.meeting, found.person, found.mail.language),
    }


def _change(mail: Mail) -> MeetingChange:
    change = _change_or_none(mail)
    if change is None:
        raise NoLongerTrue
    return change


def _change_or_none(mail: Mail) -> MeetingChange | None:
    return db.session.get(MeetingChange, mail.context.get("change_id") or 0)
