"""huey is executor and clock: it carries rings from process to process and wakes the worker every minute.

Nothing lives in huey alone: a lost ring, a deleted huey.db or an emptied queue only delays work to the next sweep.
"""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

import structlog

from congress.jobs import bell, leases
from congress.jobs.jobs import enqueue_clean_up
from congress.jobs.services import beat, leave
from congress.jobs.worker import AppContext, Worker

log = structlog.get_logger(__name__)

QUEUE = "congress"
PAUSE_BETWEEN_RINGS = 0.05
SECONDS_BETWEEN_BEATS = 10
SECONDS_TO_STOP = 20
LONGEST_SLEEP = 0.5


def make_huey(config: Mapping[str, Any]) -> Any:
    """A file beside the embedded database, or a schema of its own in PostgreSQL."""
    import huey  # noqa: PLC0415 (only processes that ring or work need it)

    uri: str = config["SQLALCHEMY_DATABASE_URI"]
    if uri.startswith("sqlite"):
        return huey.SqliteHuey(
            QUEUE, filename=str(config["DATA_DIR"] / "huey.db"), fsync=False, results=False, cache_mb=1
        )
    dsn = uri.replace("postgresql+psycopg://", "postgresql://")
    return huey.PostgresHuey(QUEUE, connection=lambda: _connect(dsn), results=False)


def _connect(dsn: str) -> Any:
    import psycopg  # noqa: PLC0415 (PostgreSQL only)

    connection = psycopg.connect(dsn, autocommit=True)
    connection.execute("CREATE SCHEMA IF NOT EXISTS huey")
    connection.execute("SET search_path TO huey")
    return connection


class Ringer:
    """Rings from a thread of its own, so that no request waits; many rings within a moment become one."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._config = config
        self._wanted = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def ring(self) -> None:
        """Ask for a ring; returns at once."""
        self._wanted.set()
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._loop, name="bell", daemon=True)
                self._thread.start()

    def _loop(self) -> None:
        pause = threading.Event()
        enqueue: Callable[[], object] | None = None
        while True:
            self._wanted.wait()
            self._wanted.clear()
            try:
                enqueue = enqueue or _tasks(make_huey(self._config), None)
                enqueue()
            except Exception:
                log.exception("ring_failed")
            pause.wait(PAUSE_BETWEEN_RINGS)


def install(config: Mapping[str, Any]) -> None:
    """Hang the bell of this process. Tests do without, unless they hang their own."""
    if not config["TESTING"]:
        bell.hang(Ringer(config).ring)


def _tasks(huey: Any, worker: Worker | None) -> Callable[[], object]:
    """Name the tasks, the same in every process; only the worker's do something. Returns what rings."""
    from huey import crontab  # noqa: PLC0415 (as above)

    @huey.task(name="drain")  # type: ignore[untyped-decorator]
    def drain() -> None:
        if worker:
            worker.drain()

    @huey.periodic_task(crontab(minute="*"), name="sweep")  # type: ignore[untyped-decorator]
    def sweep() -> None:
        if worker:
            worker.sweep()
            worker.drain()

    @huey.periodic_task(crontab(minute="7"), name="clean_up")  # type: ignore[untyped-decorator]
    def clean_up() -> None:
        if worker:
            worker.within(enqueue_clean_up)
            worker.drain()

    ring: Callable[[], object] = drain
    return ring


class WorkerProcess:
    """One worker process: huey's threads, the heartbeat, an orderly end."""

    def __init__(
        self, config: Mapping[str, Any], app_context: AppContext, threads: int, name: str | None = None
    ) -> None:
        """With a `name`, it takes over at once what an earlier worker of this name left behind."""
        from huey.consumer import Consumer  # noqa: PLC0415 (as above)

        self._worker = Worker(app_context, threads=threads, name=name)
        self._is_successor = name is not None
        self._data_dir: Path = config["DATA_DIR"]
        self._is_embedded = str(config["SQLALCHEMY_DATABASE_URI"]).startswith("sqlite")
        huey = make_huey(config)
        _tasks(huey, self._worker)
        self._consumer = Consumer(
            huey,
            workers=threads,
            max_delay=LONGEST_SLEEP,
            graceful_signal="TERM",
            shutdown_timeout=SECONDS_TO_STOP,
        )
        self._worker.stopping = self._consumer.stop_flag

    def run(self) -> None:
        """Work until a signal says to stop; what is not finished then goes back."""
        presence = self._announce_presence()
        if self._is_successor:
            self._worker.within(lambda: leases.return_of(self._worker.name))
        self._beat()
        threading.Thread(target=self._keep_beating, name="heartbeat", daemon=True).start()
        log.info("worker_started", worker=self._worker.name)
        try:
            self._consumer.run()
        finally:
            self._worker.stopping.set()
            self._worker.within(lambda: leave(self._worker.name))
            log.info("worker_stopped", worker=self._worker.name)
            if presence:
                presence.close()

    def _announce_presence(self) -> IO[str] | None:
        """Beside an embedded database, the first worker knows that whatever is marked as running was lost."""
        if not self._is_embedded:
            return None
        presence = (self._data_dir / "worker.lock").open("a", encoding="ascii")
        try:
            fcntl.flock(presence, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass
        else:
            self._worker.within(leases.return_all)
        fcntl.flock(presence, fcntl.LOCK_SH)
        return presence

    def _keep_beating(self) -> None:
        while not self._worker.stopping.wait(SECONDS_BETWEEN_BEATS):
            self._beat()

    def _beat(self) -> None:
        try:
            self._worker.within(lambda: beat(self._worker.name))
        except Exception:
            log.exception("heartbeat_failed")
