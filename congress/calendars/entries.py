"""What a registration looks like in a calendar: the same in the invitation mail and in the personal feed."""

from __future__ import annotations

from email.utils import parseaddr

from congress.calendars.items import CalendarItem, ItemStatus, Party
from congress.calendars.places import place_of, position_of
from congress.core.languages import gettext, speaking, translated
from congress.core.links import absolute, site_name
from congress.core.rendering import setting
from congress.events.enums import EventStatus
from congress.registration.enums import Attendance, RegistrationStatus
from congress.registration.models import Registration


def uid_of_registration(registration: Registration) -> str:
    """The same for ever, so that a change moves the entry instead of adding one."""
    return f"registration-{registration.public_id}@{site_name()}"


def item_of_registration(registration: Registration, language: str, *, invited: bool = False) -> CalendarItem:
    """The person's own entry for an event; it comes with event, series and category loaded.

    `invited` names the person as attendee, for a mail. The link to self-service is a secret and stays out: people
    share their calendars.
    """
    event = registration.event
    online = registration.category.attendance is Attendance.ONLINE
    with speaking(language):
        location = gettext("Online") if online else place_of(event)
        reference = gettext("Reference: %(reference)s", reference=registration.reference)
        description = "\n\n".join(filter(None, (translated(event.summary), reference)))
        series = translated(event.series.name)
        title = translated(event.name)
    return CalendarItem(
        uid=uid_of_registration(registration),
        created=registration.created_at,
        changed=max(filter(None, (event.calendar_changed_at, event.created_at, registration.changed_at))),
        sequence=event.calendar_sequence + registration.calendar_sequence,
        starts=event.starts_at,
        ends=event.ends_at,
        zone=event.zone,
        title=title,
        organiser=Party(series, event.contact_email or parseaddr(setting("MAIL_FROM"))[1]),
        status=_status(registration),
        description=description,
        location=location,
        url=absolute(f"/{language}/events/{event.slug}/"),
        join_url=(event.join_url or "") if online else "",
        attendee=Party(registration.full_name, registration.email) if invited else None,
        geo=position_of(event) if not online else None,
        colour=event.colour or "",
    )


def _status(registration: Registration) -> ItemStatus:
    if registration.status is RegistrationStatus.CANCELLED or registration.event.status is EventStatus.CANCELLED:
        return ItemStatus.CANCELLED
    if registration.status is RegistrationStatus.PENDING:
        return ItemStatus.TENTATIVE
    return ItemStatus.CONFIRMED
