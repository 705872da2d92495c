"""Tidying the log when the clock says so."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from congress.core import clock
from congress.extensions import db
from congress.mail.enums import MailState
from congress.mail.models import Mail

KEEP_UNSENT = dt.timedelta(days=2)


def forget_unsent_mails(_sender: object) -> None:
    """Mails that were never to leave (asked for by strangers, overtaken by events) leave no trace."""
    db.session.execute(
        sa.delete(Mail)
        .where(Mail.state == MailState.CANCELLED, Mail.created_at < clock.now() - KEEP_UNSENT)
        .execution_options(synchronize_session=False)
    )
