"""Turning one announcement into mails, in transactions of their own."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import sqlalchemy as sa

from congress.extensions import db
from congress.jobs.enums import Lane
from congress.jobs.handlers import handles
from congress.jobs.models import Job
from congress.mail.services import queue
from congress.notifications.services import SEND_LINKS
from congress.registration.enums import HOLDS_PLACE
from congress.registration.models import Registration

TELL_CHANGED = "notifications.tell_changed"
TELL_REGISTERED = "notifications.tell_registered"


@handles(TELL_CHANGED)
def tell_changed(job: Job) -> None:
    """One mail about everything of a group that was changed in the same act."""
    at = dt.datetime.fromisoformat(job.payload["at"])
    rows = db.session.execute(
        sa.select(Registration.id, Registration.event_id, Registration.email, Registration.language)
        .where(Registration.group_id == job.payload["group_id"], Registration.changed_at == at)
        .order_by(Registration.id)
    ).all()
    if rows:
        fields = job.payload["fields"]
        context: dict[str, Any] = {"registration_ids": [row.id for row in rows], "fields": fields}
        queue(
            "registration_changed",
            rows[0].email,
            rows[0].language,
            context | {"calendar": "category_id" in fields},
            shown_in=[(row.event_id, row.id) for row in rows],
        )


@handles(TELL_REGISTERED)
def tell_registered(job: Job) -> dict[str, Any]:
    """One mail each for the people on the list."""
    rows = db.session.execute(
        sa.select(Registration.id, Registration.event_id, Registration.email, Registration.language)
        .where(Registration.id.in_(job.payload["registration_ids"]))
        .order_by(Registration.id)
    ).all()
    for row in rows:
        queue(
            job.payload["template"],
            row.email,
            row.language,
            {"registration_id": row.id},
            shown_in=[(row.event_id, row.id)],
            lane=Lane.BULK,
        )
    return {"mails": len(rows)}


@handles(SEND_LINKS)
def send_links(job: Job) -> dict[str, Any]:
    """The confirmation once more for each form somebody sent: with it come the link and the ticket."""
    rows = db.session.execute(
        sa.select(
            Registration.id, Registration.event_id, Registration.group_id, Registration.email, Registration.language
        )
        .where(Registration.id.in_(job.payload["registration_ids"]), Registration.status.in_(HOLDS_PLACE))
        .order_by(Registration.group_id, Registration.id)
    ).all()
    for _group_id, found in itertools.groupby(rows, key=lambda row: row.group_id):
        of_one_form = list(found)
        queue(
            "registration_confirmation",
            of_one_form[0].email,
            of_one_form[0].language,
            {"registration_ids": [row.id for row in of_one_form]},
            shown_in=[(row.event_id, row.id) for row in of_one_form],
        )
    return {"registrations": len(rows)}
