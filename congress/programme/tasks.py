"""What waits to be done in the programme of an event, for those who may do it: sentences that lead to the page."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from congress.accounts.models import Account
from congress.core.languages import gettext, ngettext, translated
from congress.events.enums import Role
from congress.events.models import Event
from congress.events.permissions import Capability, can
from congress.extensions import db
from congress.programme import queries
from congress.programme.call_queries import calls_of
from congress.programme.enums import CallState, ProposalState, SessionState
from congress.programme.models import Release, Session, Slot
from congress.programme.review_list import number_to_review


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do: in words, with an icon, and the page where it is done."""

    text: str
    icon: str
    endpoint: str
    arguments: Mapping[str, str | int] = field(default_factory=dict)


def tasks_of(event: Event, roles: Collection[Role], account: Account) -> list[Task]:
    """What waits for somebody with these roles; nothing for an event that has no programme yet."""
    tasks: list[Task] = []
    if can(roles, Capability.REVIEW_PROPOSALS):
        tasks += _reviews(event, account)
    if can(roles, Capability.MANAGE_CALLS):
        tasks += _calls(event)
    if can(roles, Capability.EDIT_PROGRAMME):
        tasks += _sessions(event)
    if can(roles, Capability.RELEASE_PROGRAMME):
        tasks += _release(event)
    return tasks


def _reviews(event: Event, account: Account) -> Iterator[Task]:
    number = number_to_review(event, account)
    if number:
        text = ngettext("%(num)s proposal waits for your review", "%(num)s proposals wait for your review", number)
        yield Task(text, "clipboard-check", "reviews.index")


def _calls(event: Event) -> Iterator[Task]:
    for row in calls_of(event):
        address, name = {"call_id": row.call.id}, translated(row.call.title)
        undecided = row.counts.get(ProposalState.SUBMITTED, 0)
        if row.state is CallState.DRAFT:
            text = gettext("“%(call)s” is not published yet", call=name)
            yield Task(text, "megaphone", "calls_manage.settings", address)
        elif row.state is CallState.OPEN:
            text = ngettext(
                "“%(call)s” is open: %(num)s proposal so far",
                "“%(call)s” is open: %(num)s proposals so far",
                row.sent,
                call=name,
            )
            yield Task(text, "megaphone", "calls_manage.proposals", address)
        elif row.state is CallState.CLOSED and undecided:
            text = ngettext(
                "“%(call)s” is closed: %(num)s proposal to decide",
                "“%(call)s” is closed: %(num)s proposals to decide",
                undecided,
                call=name,
            )
            yield Task(text, "clipboard-check", "decisions.index", address)


def _sessions(event: Event) -> Iterator[Task]:
    has_time = sa.exists().where(Slot.session_id == Session.id)
    waiting, unscheduled = db.session.execute(
        sa.select(
            sa.func.count().filter(Session.state == SessionState.ACCEPTED),
            sa.func.count().filter(Session.state == SessionState.CONFIRMED, ~has_time),
        ).where(Session.event_id == event.id)
    ).one()
    if waiting:
        text = ngettext(
            "%(num)s session waits for its speaker to confirm",
            "%(num)s sessions wait for their speakers to confirm",
            waiting,
        )
        yield Task(text, "hourglass-split", "sessions_manage.index", {"state": SessionState.ACCEPTED.value})
    if unscheduled:
        text = ngettext(
            "%(num)s confirmed session has no time", "%(num)s confirmed sessions have no time", unscheduled
        )
        address = {"state": SessionState.CONFIRMED.value, "missing": "slot"}
        yield Task(text, "calendar-plus", "sessions_manage.index", address)


def _release(event: Event) -> Iterator[Task]:
    last = sa.select(Release.draft_version).where(Release.event_id == event.id).order_by(Release.number.desc())
    released, programme = db.session.scalar(last.limit(1)), queries.programme_of(event)
    if released is None:
        ready = sa.exists().where(
            Slot.event_id == event.id, Slot.session_id == Session.id, Session.state == SessionState.CONFIRMED
        )
        if db.session.scalar(sa.select(ready)):
            yield Task(gettext("The programme was never published"), "send", "programme_releases.index")
    elif programme is not None and programme.draft_version != released:
        yield Task(gettext("The programme has changes that nobody sees yet"), "send", "programme_releases.index")
