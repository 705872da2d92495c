"""Doing jobs: claim, run, note how it ended; one after the other until none is due.

The claim and the end are transactions of their own, so that no write lock is held while a slow job works.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from typing import Any

import structlog

from congress.core import transactions
from congress.core.actors import SYSTEM, acting_as
from congress.core.transactions import commit_on_success
from congress.jobs import leases, queries
from congress.jobs.enums import Lane
from congress.jobs.handlers import PermanentFailure, TryLater, work_of
from congress.jobs.models import Job

log = structlog.get_logger(__name__)

AppContext = Callable[[], AbstractContextManager[Any]]
"""Opens an application context; each job gets its own, and with it its own database session."""


class LeaseLost(Exception):
    """Another worker has the job now: what this one would write is dropped."""


def new_name() -> str:
    """A name for this process: 16 characters, from the machine, the process and chance."""
    return f"{socket.gethostname()[:5]}-{os.getpid() % 10**5}{secrets.token_hex(2)}"[:16].replace(".", "-")


class Worker:
    """Runs due jobs in as many threads as call `drain`; documents take at most half of them."""

    def __init__(self, app_context: AppContext, *, threads: int = 1, name: str | None = None) -> None:
        self.name = name or new_name()
        self._app_context = app_context
        self._documents = threading.BoundedSemaphore(max(1, threads // 2))
        self.stopping = threading.Event()

    def drain(self) -> int:
        """Do due jobs until none is left for this thread; returns how many it did."""
        done = 0
        while not self.stopping.is_set() and self._do_next():
            done += 1
        return done

    def within(self, write: Callable[[], Any]) -> Any:
        """Run a few writes as one unit of work of their own."""
        with self._app_context(), commit_on_success():
            return write()

    def sweep(self) -> None:
        """Offer again what dead workers left behind."""
        returned = self.within(leases.return_expired)
        if returned:
            log.warning("leases_expired", jobs=returned)

    def _do_next(self) -> bool:
        with_documents = self._documents.acquire(blocking=False)
        try:
            without = () if with_documents else (Lane.DOCUMENTS,)
            job = self._claim(without)
            if with_documents and (job is None or job.lane is not Lane.DOCUMENTS):
                self._documents.release()
                with_documents = False
            if job is not None:
                self._do(job)
            return job is not None
        finally:
            if with_documents:
                self._documents.release()

    def _claim(self, without: Collection[Lane]) -> Job | None:
        with self._app_context():
            with transactions.scope(writes=False):
                if not queries.is_anything_due(without):
                    return None
            with commit_on_success():
                return leases.claim(self.name, without=without)

    def _do(self, job: Job) -> None:
        with self._app_context(), acting_as(SYSTEM):
            try:
                _run(job)
            except PermanentFailure as failure:
                log.warning("job_failed", job=job.id, kind=job.kind, reason=str(failure))
                _note(leases.fail, job, str(failure))
            except TryLater as reason:
                log.info("job_postponed", job=job.id, kind=job.kind, attempt=job.attempts, reason=str(reason))
                _note(leases.postpone if reason.counts else leases.wait, job, str(reason))
            except LeaseLost:
                log.warning("lease_lost", job=job.id, kind=job.kind)
            except Exception as error:
                log.exception("job_broke", job=job.id, kind=job.kind, attempt=job.attempts)
                _note(leases.postpone, job, type(error).__name__)


def run_due_jobs(app_context: AppContext) -> int:
    """Do everything that is due, here and now; for commands and tests. Commits the caller's unit of work first."""
    if transactions.in_progress():
        transactions.commit()
    return Worker(app_context).drain()


def _run(job: Job) -> None:
    work = work_of(job.kind)
    if work.slow is None:
        with commit_on_success():
            _finish(job, work.quick(job) if work.quick else None)
        return
    with transactions.scope(writes=False):
        write = work.slow(job)
        transactions.end_reading()
    with commit_on_success():
        _finish(job, write())


def _finish(job: Job, result: dict[str, Any] | None) -> None:
    if not leases.finish(job, result):
        raise LeaseLost


def _note(end: Callable[[Job, str], bool], job: Job, reason: str) -> None:
    try:
        with commit_on_success():
            end(job, reason)
    except Exception:
        # The lease will run out and the job be offered again.
        log.exception("job_end_not_noted")
