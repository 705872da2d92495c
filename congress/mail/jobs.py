"""Sending one mail, and tidying the log.

The mail is marked as sent in the transaction that ends its job. A worker killed between the server's "250" and that
commit sends the mail a second time, under the same Message-ID; no protocol step could close that gap.
"""

from __future__ import annotations

import structlog

from congress.core.transactions import commit_on_success, end_reading
from congress.extensions import db
from congress.jobs.handlers import PermanentFailure, Result, TryLater, Writes, gives_up, handles_slowly
from congress.jobs.models import Job
from congress.mail import services, transports
from congress.mail.enums import MailState
from congress.mail.messages import NoLongerTrue
from congress.mail.models import Mail
from congress.mail.render import compose

log = structlog.get_logger(__name__)
WAITING = frozenset({MailState.QUEUED, MailState.DEFERRED})


@handles_slowly(services.SEND)
def send(job: Job) -> Writes:
    """Build the mail from what is true now, and hand it over."""
    mail = db.session.get(Mail, job.payload["mail_id"])
    if mail is None or mail.state not in WAITING:
        return lambda: None
    mail_id, attempts = mail.id, job.attempts
    try:
        message = compose(mail)
    except NoLongerTrue:
        return lambda: services.mark_cancelled(mail_id)
    subject = str(message["Subject"])
    end_reading()
    transport = transports.configured()
    if transport is None:
        raise TryLater("no mail server is configured", counts=False)
    try:
        transport.send(message)
    except transports.NotNow as error:
        with commit_on_success():
            services.mark_deferred(mail_id, subject, attempts, str(error))
        raise TryLater(str(error)) from error
    except transports.Refused as error:
        raise PermanentFailure(str(error)) from error

    def write() -> Result:
        services.mark_sent(mail_id, subject, attempts)
        return None

    return write


@gives_up(services.SEND)
def give_up(job: Job, reason: str) -> None:
    """The log says that the mail did not arrive, and why."""
    services.mark_failed(job.payload["mail_id"], job.attempts, reason)
