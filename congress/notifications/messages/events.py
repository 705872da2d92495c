"""Mails to everybody who is registered, when an organiser moves or cancels an event. One mail each."""

from __future__ import annotations

from congress.core import text
from congress.core.languages import translated
from congress.events.enums import EventStatus
from congress.mail.messages import Message, NoLongerTrue, message
from congress.mail.models import Mail
from congress.notifications import links
from congress.notifications.messages import stages
from congress.registration.models import Registration


@message("event_rescheduled")
def rescheduled(mail: Mail) -> Message:
    """New time or place, as it is when the mail leaves."""
    registration = _registration(mail)
    if not registration.holds_place or registration.event.status is EventStatus.CANCELLED:
        raise NoLongerTrue
    return _message(mail, registration, stages.invitation([registration], mail.language))


@message("event_cancelled")
def cancelled(mail: Mail) -> Message:
    """The event does not take place; the entry leaves the calendar."""
    registration = _registration(mail)
    if registration.event.status is not EventStatus.CANCELLED:
        raise NoLongerTrue
    return _message(mail, registration, stages.withdrawal(registration, mail.language))


def _registration(mail: Mail) -> Registration:
    found = stages.load([mail.context["registration_id"]])
    if not found or found[0].email_key != mail.recipient_key:
        raise NoLongerTrue
    return found[0]


def _message(mail: Mail, registration: Registration, calendar: tuple[str, bytes]) -> Message:
    event = registration.event
    return Message(
        values={
            "person": text.one_line(registration.full_name),
            "stages": stages.stages_of([registration], mail.language),
            "series": translated(event.series.name, mail.language),
            "link": links.self_service(registration.group, mail.language),
            "colour": event.colour or event.series.colour,
        },
        reply_to=event.contact_email,
        calendar=calendar,
    )
