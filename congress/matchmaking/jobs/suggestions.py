"""Computing suggestions in the worker: read everything, compute outside of any transaction, then replace the rows.

Everybody's lists take seconds of pure computing and are made in a child process, which has no database; one person's
list is short work and is made here. Both may be repeated: they replace what is there.
"""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from sqlalchemy.orm import joinedload, selectinload

from congress.core.transactions import end_reading
from congress.events.enums import EventStatus
from congress.events.models import Event
from congress.extensions import db
from congress.jobs.handlers import Result, TryLater, Writes, handles_slowly
from congress.jobs.models import Job
from congress.jobs.services import progress
from congress.matchmaking.market import market_of, shortlist, standing_without
from congress.matchmaking.models import Opportunity, Profile
from congress.matchmaking.queries.suggestions import ALL, ONE
from congress.matchmaking.services import suggesting
from congress.matchmaking.suggestions.market import Market, Row

SECONDS = 300
"""For 3,000 people it takes less than ten on two processors that have nothing else to do."""
LOWER_PRIORITY = 10


@handles_slowly(ALL)
def suggest_everybody(job: Job) -> Writes:
    """Every list of an event."""
    event = _event(job.payload["event_id"])
    if event is None:
        return lambda: None
    market, event_id = market_of(event), event.id
    progress(job, 1, suggesting.STEPS)
    rows = rows_apart(market)
    progress(job, 2, suggesting.STEPS)
    return lambda: suggesting.replace_all(event_id, rows)


@handles_slowly(ONE)
def suggest_person(job: Job) -> Writes:
    """One person's list and the person's place in those of others; who takes no part any more is taken out."""
    profile = db.session.get(
        Profile,
        job.payload["profile_id"],
        options=[selectinload(Profile.opportunities).selectinload(Opportunity.tags)],
    )
    event = _event(profile.event_id) if profile is not None else None
    if profile is None or event is None:
        return lambda: None
    event_id, profile_id = event.id, profile.id
    market = market_of(event, shortlist(event, profile))
    if all(person.id != profile_id for person in market.people):
        return lambda: suggesting.replace_one(event_id, profile_id, [], [])
    standing = standing_without(market, profile)
    end_reading()
    from congress.matchmaking.suggestions.scoring import suggest_one  # noqa: PLC0415 (NumPy: only the worker loads it)

    changed = suggest_one(market, profile_id, standing)
    rows, entries = [one.as_row() for one in changed.own], [one.as_row() for one in changed.entries]

    def write() -> Result:
        return suggesting.replace_one(event_id, profile_id, rows, entries)

    return write


def rows_apart(market: Market) -> list[Row]:
    """Everybody's lists, from a process of its own: seconds of computing would keep the worker's interpreter busy."""
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(1, mp_context=context, initializer=os.nice, initargs=(LOWER_PRIORITY,))
    try:
        return pool.submit(rows_here, market).result(timeout=SECONDS)
    except (TimeoutError, BrokenProcessPool) as error:
        for process in list((pool._processes or {}).values()):  # noqa: SLF001 (no public way to kill one)
            process.kill()
        raise TryLater("the process that computes the suggestions did not answer") from error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def rows_here(market: Market) -> list[Row]:
    """What the child does."""
    from congress.matchmaking.suggestions.scoring import suggest_all  # noqa: PLC0415 (NumPy: only the child loads it)

    return [one.as_row() for one in suggest_all(market)]


def _event(event_id: int) -> Event | None:
    """The event while it takes place in public."""
    event = db.session.get(Event, event_id, options=[joinedload(Event.series)])
    return event if event is not None and event.status is EventStatus.PUBLISHED else None
