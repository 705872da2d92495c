"""The organisers' view of the mail log: what a mail said, and to whom it would go again."""

from __future__ import annotations

from typing import Any

from congress.core.languages import lazy_gettext as _l
from congress.extensions import db
from congress.mail.enums import MailState
from congress.mail.messages import NoLongerTrue
from congress.mail.models import Mail, MailEvent
from congress.mail.render import Rendered, masked
from congress.registration import words as registrations
from congress.registration.models import Registration

TEMPLATE_NAMES: dict[str, Any] = {
    **registrations.MAILS,
    "sign_up_confirmed": _l("Place in a session"),
    "sign_up_waiting": _l("Waiting list of a session"),
    "sign_up_promoted": _l("Place after waiting"),
    "sign_up_cancelled": _l("Place in a session ended"),
    "sign_up_moved": _l("Session moved"),
    "meeting_request": _l("Request for a meeting"),
    "meeting_reminder": _l("Reminder of a request for a meeting"),
    "meeting_agreed": _l("Meeting agreed, without a time yet"),
    "meeting_scheduled": _l("Meeting with time and place"),
    "meeting_assigned": _l("Meeting for a member of a delegation"),
    "meeting_declined": _l("Request for a meeting declined"),
    "meeting_withdrawn": _l("Request for a meeting withdrawn"),
    "meeting_expired": _l("Request for a meeting expired"),
    "meeting_slot_proposed": _l("Another time for a meeting proposed"),
    "meeting_slot_declined": _l("Another time for a meeting declined"),
    "meeting_moved": _l("Meeting moved"),
    "meeting_cancelled": _l("Meeting cancelled"),
    "meeting_how": _l("Question after a meeting"),
    "meeting_timetable": _l("Timetable of the meetings"),
    "message_received": _l("Message from another participant"),
    "message_digest": _l("Messages of a day"),
    "delegation_invitation": _l("Invitation to a delegation"),
    "team_invitation": _l("Invitation to the team"),
    "speaker_link": _l("Link of a speaker"),
    "speaker_confirm": _l("Question to a speaker"),
    "proposal_draft": _l("Draft of a proposal"),
    "proposal_reminder": _l("Draft of a proposal, a day before the deadline"),
    "proposal_received": _l("Proposal received"),
    "proposal_invitation": _l("Invitation to a proposal"),
    "proposal_withdrawn": _l("Proposal withdrawn"),
    "proposal_accepted": _l("Proposal accepted"),
    "proposal_rejected": _l("Proposal not accepted"),
    "programme_changes": _l("Changes of the programme, to a speaker"),
}
STATE_NAMES: dict[MailState, tuple[str, Any]] = {
    MailState.QUEUED: ("info", _l("Waiting")),
    MailState.DEFERRED: ("warning", _l("Tried again later")),
    MailState.SENT: ("success", _l("Sent")),
    MailState.FAILED: ("danger", _l("Failed")),
    MailState.CANCELLED: ("neutral", _l("Not sent")),
}
NOT_REPEATED = frozenset({"address_changed", "team_invitation"})


def preview(mail: Mail, event_id: int) -> Rendered | None:
    """What the mail says now about this event, links hidden; None when there is nothing left to say.

    A mail may tell of several events with different organisers: each sees the own part only.
    """
    # The copy belongs to no session: nothing of it is written.
    copy = Mail(
        id=mail.id,
        template=mail.template,
        language=mail.language,
        recipient=mail.recipient,
        recipient_key=mail.recipient_key,
        context=mail.context | {"only_event": event_id, "preview": True},
        message_id=mail.message_id,
        created_at=mail.created_at,
    )
    try:
        return masked(copy)
    except NoLongerTrue:
        return None


def address_now(mail: Mail, place: MailEvent) -> str | None:
    """Where the mail would go if it were sent again; None when it must not be."""
    if mail.template in NOT_REPEATED or place.registration_id is None:
        return None
    registration = db.session.get(Registration, place.registration_id)
    return registration.email if registration else None
