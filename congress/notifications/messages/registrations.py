"""Mails to people who registered. Those with a link go only to the address that holds the registration now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from congress.core import text
from congress.core.languages import gettext, translated
from congress.mail.messages import Message, NoLongerTrue, message
from congress.mail.models import Mail
from congress.notifications import links
from congress.notifications.messages import stages
from congress.programme.releases import released_among
from congress.registration import words
from congress.registration.enums import RegistrationStatus
from congress.registration.models import Registration

TOLD = ("given_name", "family_name", "organisation", "job_title", "language")
"""What the mail about a change names; a new address has mails of its own."""


@message("registration_confirmation")
def confirmation(mail: Mail) -> Message:
    """All that was registered in one form, with the link, the calendar entry and the ticket."""
    registrations = [
        one
        for one in _addressed(mail)
        if one.status is not RegistrationStatus.CANCELLED and one.email_key == mail.recipient_key
    ]
    if not registrations:
        raise NoLongerTrue
    is_preview = bool(mail.context.get("preview"))
    tickets = [] if is_preview else stages.ticket(registrations)
    return Message(
        values=_values(mail, registrations)
        | {
            "has_ticket": is_preview or bool(tickets),
            "has_programme": bool(released_among([one.event_id for one in registrations])),
        },
        reply_to=registrations[0].event.contact_email,
        attachments=tickets,
        calendar=stages.invitation(registrations, mail.language),
    )


@message("registration_changed")
def changed(mail: Mail) -> Message:
    """What was corrected, so that a change by somebody else does not go unnoticed."""
    registrations = [one for one in _addressed(mail) if one.email_key == mail.recipient_key]
    if not registrations:
        raise NoLongerTrue
    names = _field_names()
    fields = [(names[name], _value_of(registrations[0], name)) for name in mail.context["fields"] if name in names]
    return Message(
        values=_values(mail, registrations) | {"fields": fields},
        reply_to=registrations[0].event.contact_email,
        calendar=stages.invitation(registrations, mail.language) if mail.context.get("calendar") else None,
    )


@message("address_changed")
def address_changed(mail: Mail) -> Message:
    """To the old address: no link, because whoever reads it has no part in the registration any more."""
    registrations = _addressed(mail)
    if not registrations:
        raise NoLongerTrue
    return Message(
        values=_values(mail, registrations) | {"link": ""},
        reply_to=registrations[0].event.contact_email,
    )


@message("registration_cancelled")
def cancelled(mail: Mail) -> Message:
    """The place is free again, and the entry leaves the calendar."""
    registrations = [
        one
        for one in _addressed(mail)
        if one.status is RegistrationStatus.CANCELLED and one.email_key == mail.recipient_key
    ]
    if not registrations:
        raise NoLongerTrue
    return Message(
        values=_values(mail, registrations) | {"by_organiser": mail.context.get("by") == "organiser"},
        reply_to=registrations[0].event.contact_email,
        calendar=stages.withdrawal(registrations[0], mail.language),
    )


def _addressed(mail: Mail) -> list[Registration]:
    """The registrations that the mail is about; for an event's log, those of this event only."""
    registrations = stages.load(mail.context["registration_ids"])
    only = mail.context.get("only_event")
    return [one for one in registrations if only is None or one.event_id == only]


def _values(mail: Mail, registrations: Sequence[Registration]) -> dict[str, Any]:
    first = registrations[0]
    names = {translated(one.event.series.name, mail.language) for one in registrations}
    return {
        "person": text.one_line(first.full_name),
        "stages": stages.stages_of(registrations, mail.language),
        "series": names.pop() if len(names) == 1 else "",
        "link": links.self_service(first.group, mail.language),
        "colour": first.event.colour or first.event.series.colour,
        "has_ticket": False,
    }


def _field_names() -> dict[str, str]:
    return {name: str(words.FIELDS[name]) for name in TOLD} | {"category_id": gettext("Category")}


def _value_of(registration: Registration, name: str) -> str:
    if name == "category_id":
        return translated(registration.category.name)
    if name == "language":
        return str({"fr": gettext("French"), "en": gettext("English")}.get(registration.language, ""))
    return str(getattr(registration, name)) or "–"
