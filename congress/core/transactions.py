"""Where transactions begin and end: once per request, once per job, and nowhere else.

Returned = committed, raised = rolled back. On SQLite a writing transaction starts with BEGIN IMMEDIATE, and
threads of one process queue on a lock before it: SQLite's own waiting is a sleep that grows to 100 ms.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import structlog
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session, SessionTransaction

from congress.extensions import db

log = structlog.get_logger(__name__)

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA busy_timeout = 15000",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -16000",
    # Copied back into the database four times less often than by default: a page that changes with every scan once.
    "PRAGMA wal_autocheckpoint = 4000",
)
_write_lock = threading.Lock()


class Scope:
    """One unit of work: whether it writes, whether it holds the lock, what to do once it is committed."""

    def __init__(self, *, writes: bool) -> None:
        self.writes = writes
        self.after_commit: list[Callable[[], None]] = []
        self.last_writes: dict[Callable[[list[int]], None], set[int]] = {}
        self._holds_lock = False

    def acquire(self) -> None:
        """Queue for the right to write; once per scope."""
        if not self._holds_lock:
            _write_lock.acquire()
            self._holds_lock = True

    def release(self) -> None:
        """Let the next writer of this process go."""
        if self._holds_lock:
            self._holds_lock = False
            _write_lock.release()


_current: ContextVar[Scope | None] = ContextVar("transaction_scope", default=None)


@contextmanager
def scope(*, writes: bool) -> Iterator[Scope]:
    """A unit of work. The caller says when to `commit`; leaving without it rolls back."""
    work = Scope(writes=writes)
    token = _current.set(work)
    try:
        yield work
    finally:
        db.session.rollback()
        work.release()
        _current.reset(token)


def commit() -> None:
    """Make the current unit of work durable, then run what waited for that."""
    work = _current.get()
    try:
        if work:
            _run_last_writes(work)
        db.session.commit()
    finally:
        if work:
            work.release()
    if work:
        _run_after_commit(work)


def in_progress() -> bool:
    """Whether there is a unit of work here."""
    return _current.get() is not None


def rollback() -> None:
    """Undo the current unit of work and forget what waited for its commit."""
    db.session.rollback()
    work = _current.get()
    if work:
        work.after_commit.clear()
        work.last_writes.clear()
        work.release()


def after_commit(action: Callable[[], None]) -> None:
    """Run `action` once the current unit of work is durable; it must not fail the work when it fails."""
    work = _current.get()
    if work:
        work.after_commit.append(action)


def before_commit(write: Callable[[list[int]], None], ids: Iterable[int]) -> None:
    """Write to these rows last in the current unit of work: each once, in the order of ids.

    For counters that many units of work raise: held for a moment and in one order, they lock nobody crosswise.
    """
    work, wanted = _current.get(), set(ids)
    if not wanted:
        return
    if work:
        work.last_writes.setdefault(write, set()).update(wanted)
    else:
        write(sorted(wanted))


@contextmanager
def commit_on_success() -> Iterator[None]:
    """The unit of work of a job or a command line: commit at the end, roll back when it raises."""
    with scope(writes=True):
        yield
        commit()


@contextmanager
def outside_transaction() -> Iterator[None]:
    """Do slow work (hash a password) without holding the database; nothing may be pending."""
    if db.session.new or db.session.dirty or db.session.deleted:
        msg = "outside_transaction: there are unwritten changes"
        raise RuntimeError(msg)
    rollback()
    yield


def end_reading() -> None:
    """End the transaction of a unit of work that only read, keeping what it loaded: slow work may follow."""
    work = _current.get()
    if work is not None and work.writes:
        msg = "end_reading: this unit of work writes"
        raise RuntimeError(msg)
    if db.session.new or db.session.dirty or db.session.deleted:
        msg = "end_reading: there are unwritten changes"
        raise RuntimeError(msg)
    db.session.commit()


def _run_last_writes(work: Scope) -> None:
    writes, work.last_writes = work.last_writes, {}
    for write, ids in writes.items():
        write(sorted(ids))


def _run_after_commit(work: Scope) -> None:
    actions, work.after_commit = work.after_commit, []
    for action in actions:
        try:
            action()
        except Exception:
            log.exception("after_commit_failed")


@event.listens_for(Engine, "connect")
def _configure_sqlite(connection: Any, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None
        for pragma in SQLITE_PRAGMAS:
            connection.execute(pragma)


@event.listens_for(Session, "after_transaction_end")
def _let_the_next_one_write(_session: Session, transaction: SessionTransaction) -> None:
    work = _current.get()
    if work is not None and transaction.parent is None:
        work.release()


@event.listens_for(Engine, "begin")
def _begin_on_sqlite(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    work = _current.get()
    if work is not None and not work.writes:
        _run_plain(connection, "BEGIN")
        return
    if work is not None:
        work.acquire()
    _run_plain(connection, "BEGIN IMMEDIATE")


def _run_plain(connection: Connection, statement: str) -> None:
    """Past SQLAlchemy's statement machinery, which costs more than the statement; its errors still become ours."""
    try:
        connection.connection.cursor().execute(statement)
    except sqlite3.Error:
        connection.exec_driver_sql(statement)
