"""Personal data of messages: what somebody wrote, blocked and reported. Rows stay, blank, for the counts."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from congress.extensions import db
from congress.matchmaking.models import Block, Message, Profile, SchedulePrintRun, Thread, ThreadReport
from congress.matchmaking.services.printing import discard_print_run
from congress.registration.models import Registration


def export_messages(address_key: str, event_id: int | None = None) -> dict[str, Any]:
    """What the person wrote and was written, without the names of others; reports that the person made."""
    ids = _profile_ids(address_key, event_id)
    own_thread = sa.or_(Thread.low_id.in_(ids), Thread.high_id.in_(ids))
    messages = db.session.scalars(sa.select(Message).join(Thread).where(own_thread).order_by(Message.id))
    reports = db.session.scalars(
        sa.select(ThreadReport).where(ThreadReport.reporter_id.in_(ids)).order_by(ThreadReport.id)
    )
    return {
        "messages": [
            {
                "thread": one.thread_id,
                "direction": "sent" if one.sender_id in ids else "received",
                "at": one.at.isoformat(),
                "text": one.text,
            }
            for one in messages
        ],
        "reports": [{"at": one.created_at.isoformat(), "reason": one.reason} for one in reports],
        "blocks": [
            {"at": one.created_at.isoformat()}
            for one in db.session.scalars(sa.select(Block).where(Block.profile_id.in_(ids)))
        ],
    }


def erase_messages(address_key: str, event_id: int | None = None) -> dict[str, int]:
    """Blank what the person wrote and reported, and forget the blocks of and by the person."""
    ids = _profile_ids(address_key, event_id)
    blanked: Any = db.session.execute(sa.update(Message).where(Message.sender_id.in_(ids)).values(text=""))
    reported = sa.select(Thread.id).where(sa.or_(Thread.low_id.in_(ids), Thread.high_id.in_(ids)))
    for statement in (
        sa.update(ThreadReport).where(ThreadReport.thread_id.in_(reported)).values(reason="", decision=""),
        sa.delete(Block).where(sa.or_(Block.profile_id.in_(ids), Block.other_id.in_(ids))),
    ):
        db.session.execute(statement.execution_options(synchronize_session=False))
    return {"messages": blanked.rowcount}


def export_prints(address_key: str, event_id: int | None = None) -> dict[str, Any]:
    """When a schedule was drawn."""
    return {"schedules": [one.created_at.isoformat() for one in _runs(_profile_ids(address_key, event_id))]}


def erase_prints(address_key: str, event_id: int | None = None) -> dict[str, int]:
    """Discard the files with schedules that name the person; the others' can be printed again."""
    runs = _runs(_profile_ids(address_key, event_id), also_of_others=True)
    for run in runs:
        discard_print_run(run)
    db.session.flush()
    return {"schedules": len(runs)}


def _profile_ids(address_key: str, event_id: int | None) -> list[int]:
    statement = sa.select(Profile.id).join(Profile.registration).where(Registration.email_key == address_key)
    if event_id is not None:
        statement = statement.where(Profile.event_id == event_id)
    return list(db.session.scalars(statement))


def _runs(ids: list[int], *, also_of_others: bool = False) -> list[SchedulePrintRun]:
    """The print runs of these people; with those of others, in whose schedules they stand, all of their events."""
    events = sa.select(Profile.event_id).where(Profile.id.in_(ids))
    found = db.session.scalars(
        sa.select(SchedulePrintRun).where(SchedulePrintRun.event_id.in_(events)).order_by(SchedulePrintRun.id)
    )
    return [run for run in found if also_of_others or set(ids).intersection(run.profile_ids)]
