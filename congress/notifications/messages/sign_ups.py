"""Mails about places in sessions. Each goes only to the address that holds the registration now.

The link to join online is in none of them: people forward mails, and the personal agenda has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from congress.agenda.enums import SignUpState
from congress.agenda.models import SignUp
from congress.agenda.queries import positions_of
from congress.calendars import ics
from congress.calendars.items import CalendarItem, Party
from congress.calendars.sessions import item_of_slot
from congress.core import text
from congress.core.languages import gettext, translated
from congress.core.templating import date_long, time_short
from congress.events.enums import EventStatus
from congress.events.models import Event
from congress.extensions import db
from congress.mail.messages import Attachment, Message, NoLongerTrue, message
from congress.mail.models import Mail
from congress.notifications import links
from congress.programme import releases
from congress.programme.differences import Change, differences
from congress.programme.enums import ChangeKind
from congress.programme.snapshot import Programme, Slot
from congress.registration.enums import RegistrationStatus
from congress.registration.models import Registration


@dataclass(frozen=True, slots=True)
class Card:
    """A session as a mail shows it; `before` is where it was, `note` where the person stands in the queue."""

    name: str
    times: Sequence[str]
    before: Sequence[str] = ()
    note: str = ""


@message("sign_up_confirmed")
def confirmed(mail: Mail) -> Message:
    """A place, with the entry for the calendar."""
    return _with_places(mail)


@message("sign_up_promoted")
def promoted(mail: Mail) -> Message:
    """A place for somebody who waited."""
    return _with_places(mail)


@message("sign_up_waiting")
def waiting(mail: Mail) -> Message:
    """A place in the queue; nothing for the calendar yet."""
    sign_ups, programme = _read(mail, SignUpState.WAITING)
    live = [one for one in sign_ups if one.session_id in programme.slots_by_session]
    if not live:
        raise NoLongerTrue
    positions = positions_of(live[0].registration_id)
    cards = [
        _card(one, programme, note=gettext("You are number %(number)s.", number=positions[one.session_id]))
        for one in live
    ]
    return Message(values=_values(mail, live[0].registration, cards), reply_to=_event(live).contact_email)


@message("sign_up_cancelled")
def cancelled(mail: Mail) -> Message:
    """The place is gone, and the entry leaves the calendar."""
    sign_ups, programme = _read(mail, SignUpState.CANCELLED)
    items = [item for one in sign_ups for item in _items(one, programme, mail.language, _all_slots(programme, one))]
    values = _values(mail, sign_ups[0].registration, [_card(one, programme) for one in sign_ups])
    return Message(
        values=values | {"by": mail.context["by"]},
        reply_to=_event(sign_ups).contact_email,
        calendar=_calendar(items, "CANCEL", mail.language) if items and mail.context["had_place"] else None,
    )


@message("sign_up_moved")
def moved(mail: Mail) -> Message:
    """Where the sessions are now that a release has moved. A time that was dropped comes as a file of its own."""
    sign_ups, programme = _read(mail, SignUpState.CONFIRMED)
    live = [one for one in sign_ups if one.session_id in programme.slots_by_session]
    if not live or live[0].registration.status is not RegistrationStatus.CONFIRMED:
        raise NoLongerTrue
    event, changes = _event(live), _changes(mail)
    items = [item for one in live for item in _items(one, programme, mail.language, _live_slots(programme, one))]
    dropped = [
        item for one in live for item in _items(one, programme, mail.language, _dropped(programme, one, changes))
    ]
    cards = [_card(one, programme, before=_before(mail, changes, one, event)) for one in live]
    return Message(
        values=_values(mail, live[0].registration, cards),
        reply_to=event.contact_email,
        attachments=[_withdrawal(dropped, mail.language)] if dropped else [],
        calendar=_calendar(items, "REQUEST", mail.language),
    )


def _with_places(mail: Mail) -> Message:
    sign_ups, programme = _read(mail, SignUpState.CONFIRMED)
    live = [one for one in sign_ups if one.session_id in programme.slots_by_session]
    if not live or live[0].registration.status is not RegistrationStatus.CONFIRMED:
        raise NoLongerTrue
    items = [item for one in live for item in _items(one, programme, mail.language, _live_slots(programme, one))]
    return Message(
        values=_values(mail, live[0].registration, [_card(one, programme) for one in live]),
        reply_to=_event(live).contact_email,
        calendar=_calendar(items, "REQUEST", mail.language),
    )


def _read(mail: Mail, state: SignUpState) -> tuple[list[SignUp], Programme]:
    """The sign-ups that are still in this state, and the programme as it is now."""
    statement = (
        sa.select(SignUp)
        .where(SignUp.id.in_(mail.context["sign_up_ids"]), SignUp.state == state)
        .options(
            joinedload(SignUp.session, innerjoin=True),
            joinedload(SignUp.registration, innerjoin=True).options(
                joinedload(Registration.event, innerjoin=True).joinedload(Event.series, innerjoin=True),
                joinedload(Registration.group, innerjoin=True),
            ),
        )
        .order_by(SignUp.id)
    )
    found = [one for one in db.session.scalars(statement) if one.registration.email_key == mail.recipient_key]
    programme = releases.latest(_event(found).id) if found else None
    if programme is None or _event(found).status is EventStatus.CANCELLED:
        raise NoLongerTrue
    return [one for one in found if one.session_id in programme.session_by_id], programme


def _event(sign_ups: Sequence[SignUp]) -> Event:
    return sign_ups[0].registration.event


def _live_slots(programme: Programme, one: SignUp) -> Sequence[Slot]:
    return programme.slots_by_session.get(one.session_id, ())


def _all_slots(programme: Programme, one: SignUp) -> Sequence[Slot]:
    return [slot for slot in programme.slots if slot.session_id == one.session_id]


def _dropped(programme: Programme, one: SignUp, changes: Sequence[Change]) -> Sequence[Slot]:
    gone = {change.after.guid for change in changes if change.kind is ChangeKind.CANCELLED}
    return [slot for slot in _all_slots(programme, one) if slot.guid in gone and not slot.is_live]


def _items(one: SignUp, programme: Programme, language: str, slots: Sequence[Slot]) -> list[CalendarItem]:
    person = one.registration
    party = Party(person.full_name, person.email)
    return [item_of_slot(programme, slot, person.event, language, attendee=party, sign_up=one) for slot in slots]


def _calendar(
    items: Sequence[CalendarItem], method: Literal["REQUEST", "CANCEL"], language: str
) -> tuple[str, bytes]:
    return ics.mail_method(items, method), ics.invitation(items, method, language)


def _withdrawal(items: Sequence[CalendarItem], language: str) -> Attachment:
    return Attachment(gettext("cancelled.ics"), "application/ics", ics.invitation(items, "CANCEL", language))


def _changes(mail: Mail) -> list[Change]:
    """What the release did that the mail is about, read from it again."""
    event_id, number = mail.context["event_id"], mail.context["release"]
    after = releases.by_number(event_id, number)
    return differences(releases.by_number(event_id, number - 1), after) if after else []


def _before(mail: Mail, changes: Sequence[Change], one: SignUp, event: Event) -> list[str]:
    earlier = releases.by_number(mail.context["event_id"], mail.context["release"] - 1)
    slots = [change.before for change in changes if change.session_id == one.session_id and change.before]
    return [_when(slot, earlier, event) for slot in slots if earlier and slot.is_live]


def _card(one: SignUp, programme: Programme, *, before: Sequence[str] = (), note: str = "") -> Card:
    event = one.registration.event
    slots = _live_slots(programme, one) or _all_slots(programme, one)
    name = translated(programme.session_by_id[one.session_id].title)
    return Card(text.one_line(name), [_when(slot, programme, event) for slot in slots], before, note)


def _when(slot: Slot, programme: Programme, event: Event) -> str:
    """Saturday 13 March 2027, 09:30–10:00, Room 2."""
    room = programme.room_by_id.get(slot.room_id or 0)
    starts, ends = (time_short(moment, event.zone) for moment in (slot.starts_at, slot.ends_at))
    when = f"{date_long(slot.starts_at, event.zone)}, {starts}–{ends}"
    return ", ".join(filter(None, (when, text.one_line(translated(room.name)) if room else "")))


def _values(mail: Mail, person: Registration, cards: Sequence[Card]) -> dict[str, Any]:
    if not cards:
        raise NoLongerTrue
    event = person.event
    return {
        "person": text.one_line(person.full_name),
        "cards": cards,
        "event": translated(event.name, mail.language),
        "series": translated(event.series.name, mail.language),
        "link": links.agenda(person, mail.language),
        "colour": event.colour or event.series.colour,
    }
