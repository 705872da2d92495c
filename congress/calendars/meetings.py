"""What a meeting looks like in the calendar of one of its people: the same in the personal feed and in mails.

Nobody's address is in it but the reader's own, and only a time that its people were told.
"""

from __future__ import annotations

from email.utils import parseaddr

from congress.calendars.items import CalendarItem, ItemStatus, Party
from congress.calendars.places import place_of, position_of
from congress.core.languages import gettext, speaking, translated
from congress.core.links import absolute, site_name
from congress.core.rendering import setting
from congress.events.enums import EventStatus
from congress.events.models import Event
from congress.matchmaking.enums import MeetingState
from congress.matchmaking.models import Meeting, MeetingSlot, MeetingTable, Profile
from congress.matchmaking.names import name_of, partner_of
from congress.registration.models import Registration


def uid_of_meeting(meeting: Meeting) -> str:
    """The same for ever, for everybody who sits in it."""
    return f"meeting-{meeting.code}@{site_name()}"


Place = tuple[MeetingSlot, MeetingTable | None]


def item_of_meeting(
    meeting: Meeting,
    reader: Registration,
    event: Event,
    language: str,
    *,
    invited: bool = False,
    place: Place | None = None,
) -> CalendarItem:
    """The entry of a meeting for one of its people; it comes with `queries.shown.WITH_ALL`.

    It is where they were told that it is; `place`: where that was, for an entry that is taken out. `invited` names
    the reader as attendee, for a mail. The link to the own pages is a secret and stays out.
    """
    slot, table = place or (meeting.shown_slot, meeting.shown_table)
    if slot is None:
        raise ValueError("its people were told no time")
    seat = next(one.profile_id for one in meeting.people if one.profile.registration_id == reader.id)
    with speaking(language):
        return CalendarItem(
            uid=uid_of_meeting(meeting),
            created=meeting.created_at,
            changed=max(filter(None, (meeting.changed_at, event.calendar_changed_at))),
            sequence=meeting.sequence + event.calendar_sequence,
            starts=slot.starts_at,
            ends=slot.ends_at,
            zone=event.zone,
            title=gettext("Meeting with %(partner)s", partner=partner_of(meeting, seat)),
            organiser=Party(translated(event.name), event.contact_email or parseaddr(setting("MAIL_FROM"))[1]),
            status=_status(meeting, event),
            description=_description(meeting, event),
            location=_location(table, event),
            url=absolute(f"/{language}/events/{event.slug}/"),
            categories=[gettext("Meetings")],
            attendee=Party(reader.full_name, reader.email) if invited else None,
            geo=position_of(event) if table else None,
            colour=event.colour or event.series.colour or "",
        )


def _status(meeting: Meeting, event: Event) -> ItemStatus:
    over = meeting.state is MeetingState.CANCELLED or event.status is EventStatus.CANCELLED
    return ItemStatus.CANCELLED if over else ItemStatus.CONFIRMED


def _location(table: MeetingTable | None, event: Event) -> str:
    """Table 12 · Zone A, Palais inventé, Strasbourg: the number first, because phones cut what follows."""
    if table is None:
        return str(gettext("By video"))
    number = gettext("Table %(number)s", number=table.number)
    zone = translated(table.zone.name) if table.zone else ""
    return ", ".join(filter(None, (" · ".join(filter(None, (number, zone))), place_of(event))))


def _description(meeting: Meeting, event: Event) -> str:
    """Who sits in it, and of which event it is."""
    people = [_person(one.profile) for one in meeting.people]
    facts = (gettext("With %(people)s", people=", ".join(people)), translated(event.name))
    return "\n\n".join(filter(None, facts))


def _person(profile: Profile) -> str:
    organisation = profile.registration.organisation
    return f"{name_of(profile)} ({organisation})" if organisation else name_of(profile)
