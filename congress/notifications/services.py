"""Sending a mail of the log again."""

from __future__ import annotations

from congress.audit.services import record
from congress.core.errors import DomainError
from congress.core.languages import lazy_gettext as _l
from congress.mail.models import Mail, MailEvent
from congress.mail.services import send_again
from congress.notifications.log import address_now


class NotRepeatable(DomainError):
    """A notice that belongs to one moment."""

    sentence = _l("This mail cannot be sent again.")


def resend(mail: Mail, place: MailEvent) -> int:
    """Queue the same message once more for this event, to the address that the registration has now."""
    address = address_now(mail, place)
    if address is None:
        raise NotRepeatable
    new_id = send_again(mail, address, [(place.event_id, place.registration_id)])
    record("mail.resent", "mail", mail.id, event_id=place.event_id, after={"mail_id": new_id})
    return new_id
