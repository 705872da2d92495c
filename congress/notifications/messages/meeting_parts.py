"""What all mails about meetings share: reading what is true, cards, calendars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from congress.calendars import ics
from congress.calendars.meetings import Place, item_of_meeting
from congress.core import text
from congress.core.languages import gettext, translated
from congress.core.templating import date_long, time_short
from congress.events.enums import EventStatus
from congress.events.models import Event
from congress.extensions import db
from congress.mail.messages import Attachment, Message, NoLongerTrue
from congress.mail.models import Mail
from congress.matchmaking.models import Meeting, MeetingChange, MeetingSlot, MeetingTable, Profile
from congress.matchmaking.names import partner_with_organisation, person_of
from congress.matchmaking.queries.shown import meetings_by_ids, places_by_ids
from congress.matchmaking.schedule import place_in_words
from congress.notifications import links
from congress.registration.enums import RegistrationStatus
from congress.registration.models import Registration

CANCELLED = "meeting_cancelled"
"""The one mail that also goes to people who left, and of an event that does not take place."""


@dataclass(frozen=True, slots=True)
class Card:
    """A meeting as a mail shows it; `before` is where it was, `note` what is to be known of it."""

    name: str
    times: Sequence[str]
    before: Sequence[str] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A mail's reader, with the meeting if it is about one; `was`: the place that it lost."""

    mail: Mail
    profile: Profile
    found: Meeting | None = None
    was: Place | None = None

    @property
    def meeting(self) -> Meeting:
        """The meeting."""
        if self.found is None:
            raise NoLongerTrue
        return self.found

    @property
    def person(self) -> Registration:
        """The reader's registration."""
        return self.profile.registration

    @property
    def event(self) -> Event:
        """The event."""
        return self.person.event

    @property
    def partner(self) -> str:
        """Zoé Martin (Acme)."""
        return text.one_line(partner_with_organisation(self.meeting, self.profile.id))

    def when(self, slot: MeetingSlot) -> str:
        """Saturday 13 March 2027, 09:30–09:50."""
        zone = self.event.zone
        starts, ends = time_short(slot.starts_at, zone), time_short(slot.ends_at, zone)
        return f"{date_long(slot.starts_at, zone)}, {starts}–{ends}"

    def place(self, slot: MeetingSlot | None, table: MeetingTable | None) -> list[str]:
        """Time and table, nothing without a time."""
        return [self.when(slot), text.one_line(place_in_words(table))] if slot else []


def read(mail: Mail) -> Reading:
    """The reader, if it would go to the address that holds the registration now and there is still an event."""
    profile = db.session.scalar(
        sa.select(Profile)
        .where(Profile.id == mail.context["profile_id"])
        .options(
            joinedload(Profile.registration, innerjoin=True).options(
                joinedload(Registration.event, innerjoin=True).joinedload(Event.series, innerjoin=True),
                joinedload(Registration.category, innerjoin=True),
                joinedload(Registration.group, innerjoin=True),
            )
        )
        .execution_options(populate_existing=True)
    )
    if profile is None or profile.registration.email_key != mail.recipient_key:
        raise NoLongerTrue
    told_in = (
        {EventStatus.PUBLISHED, EventStatus.CANCELLED} if mail.template == CANCELLED else {EventStatus.PUBLISHED}
    )
    if profile.registration.event.status not in told_in:
        raise NoLongerTrue
    return Reading(mail, profile)


def read_meetings(mail: Mail) -> list[Reading]:
    """The meetings of the mail that its reader has to do with; who left is told of what is cancelled alone."""
    reader = read(mail)
    if reader.person.status is not RegistrationStatus.CONFIRMED and mail.template != CANCELLED:
        raise NoLongerTrue
    found = meetings_by_ids(mail.context["meeting_ids"])
    return [Reading(mail, reader.profile, one) for one in found if _concerns(one, reader.profile)]


def card_of(reading: Reading, *, before: Sequence[str] = (), note: str = "") -> Card:
    """Who, and where as the reader was told."""
    meeting = reading.meeting
    return Card(reading.partner, reading.place(meeting.shown_slot, meeting.shown_table), before, note)


def place_before(reading: Reading, change: MeetingChange) -> list[str]:
    """Where a transition moved the meeting from."""
    slots, tables = places_by_ids([change.old_slot_id], [change.old_table_id])
    return reading.place(slots.get(change.old_slot_id or 0), tables.get(change.old_table_id or 0))


def calendar_of(
    readings: Reading | Sequence[Reading], method: Literal["REQUEST", "CANCEL"]
) -> tuple[str, bytes] | None:
    """The calendar part; none when the reader never heard of a time."""
    found = [readings] if isinstance(readings, Reading) else readings
    items = [
        item_of_meeting(one.meeting, one.person, one.event, one.mail.language, invited=True, place=one.was)
        for one in found
        if (one.was or one.meeting.shown_slot) and person_of(one.meeting, one.profile.id) is not None
    ]
    if not items:
        return None
    return ics.mail_method(items, method), ics.invitation(items, method, found[0].mail.language)


def withdrawal_of(readings: Sequence[Reading]) -> list[Attachment]:
    """A file of its own with what leaves the calendar; none when nothing does."""
    calendar = calendar_of(readings, "CANCEL") if readings else None
    return [Attachment(gettext("cancelled.ics"), "application/ics", calendar[1])] if calendar else []


def message_of(
    reading: Reading,
    values: Mapping[str, Any],
    calendar: tuple[str, bytes] | None = None,
    attachments: Sequence[Attachment] = (),
) -> Message:
    """The message with what every template needs."""
    event, language = reading.event, reading.mail.language
    shared = {
        "person": text.one_line(reading.person.full_name),
        "event": translated(event.name, language),
        "series": translated(event.series.name, language),
        "meetings_link": links.meetings(reading.person, language),
        "colour": event.colour or event.series.colour,
    }
    return Message(
        values=shared | dict(values),
        reply_to=event.contact_email,
        attachments=list(attachments),
        calendar=calendar,
    )


def _concerns(meeting: Meeting, profile: Profile) -> bool:
    """Whether somebody sits in it, or answers for the delegation that has not said who will."""
    asked = meeting.target_id is None and meeting.delegation_id is not None
    manages = asked and profile.manages_delegation and profile.delegation_id == meeting.delegation_id
    return person_of(meeting, profile.id) is not None or manages
