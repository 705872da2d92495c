"""The measurements, by name: each yields the lines it prints. Five runs after a warm-up, unless it says otherwise."""

from __future__ import annotations

import datetime as dt
import json
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa

from congress.badges.enums import BadgeFormat
from congress.badges.models import PrintRun
from congress.badges.services import request_print_run
from congress.events.models import Event
from congress.extensions import db
from congress.registration.enums import RegistrationStatus
from congress.registration.models import Registration
from tests.benchmarks import accepting, matchmaking
from tests.benchmarks import programme as programmes
from tests.benchmarks import timetable as timetables
from tests.benchmarks.product import Product, memory_mib
from tests.benchmarks.stage import RUNS, Stage, result

Lines = Iterator[dict[str, Any]]
SCANS = 600
REGISTRATIONS = 160
RUSH, PLACES = 200, 50


def scans(stage: Stage) -> Lines:
    """Admit distinct tickets, one a request; then the same tickets again."""
    event_id, payloads = stage.event_of_today(SCANS * (RUNS + 1))
    token = stage.door_of(event_id)
    for name, word in (("scan.admit", '"admitted"'), ("scan.duplicate", '"already_admitted"')):
        rates, seconds = [], []
        for run in range(RUNS + 1):
            part = payloads[run * SCANS : (run + 1) * SCANS]
            seen = stage.load("send", [_scan(token, payload) for payload in part], words=('"already_admitted"', word))
            _expect(seen["marks"].get(word, 0) == SCANS, name, seen)
            if run:
                rates.append(SCANS / seen["wall"])
                seconds += seen["seconds"]
        yield result(name, "1/s", rates, seconds)


def pages(stage: Stage) -> Lines:
    """A public stage page, then the same validated."""
    event_id, _ = stage.event_of_today(50)
    path = f"/fr/events/{_slug(stage, event_id)}/"
    first = stage.load("send", [("GET", path, {}, "")], clients=1)
    _expect(first["statuses"] == {"200": 1}, "page.stage", first)
    headers = {"Accept-Encoding": "gzip"}
    yield stage.rate("page.stage", path, headers, "200")
    yield stage.rate("page.stage.304", path, headers | {"If-None-Match": stage.tag(path)}, "304")


def registrations(stage: Stage) -> Lines:
    """The form, sending it, the page after it."""
    event_id, _ = stage.event_of_today(1)
    path, category = _form(stage, event_id)
    rates, seconds = [], []
    for run in range(RUNS + 1):
        people = [(path, _person(category, f"{run}-{number}")) for number in range(REGISTRATIONS)]
        seen = stage.load("register", people)
        _expect(seen["marks"].get("registered") == REGISTRATIONS, "registration.complete", seen)
        if run:
            rates.append(REGISTRATIONS / seen["wall"])
            seconds += seen["seconds"]
    yield result("registration.complete", "1/s", rates, seconds)


def rush(stage: Stage) -> Lines:
    """Two hundred at once for fifty places: until all are answered, exactly fifty of them with a place."""
    walls = []
    for run in range(RUNS + 1):
        event_id, _ = stage.event_of_today(0)
        _set_capacity(stage, event_id, PLACES)
        path, category = _form(stage, event_id)
        people = [(path, _person(category, f"rush{run}-{number}")) for number in range(RUSH)]
        seen = stage.load("register", people, clients=RUSH)
        _expect(_holders(stage, event_id) == PLACES == seen["marks"].get("registered"), "registration.rush", seen)
        if run:
            walls.append(seen["wall"])
    yield result("registration.rush", "s", walls)


def badges_500(stage: Stage) -> Lines:
    """500 badges on A6, from asking to the file."""
    yield from _badges(stage, 500)


def badges_3000(stage: Stage) -> Lines:
    """3,000 badges on A6."""
    yield from _badges(stage, 3000)


def organisers_list(stage: Stage) -> Lines:
    """One page of the organiser's list of 3,000, searched and sorted."""
    event_id, _ = stage.event_of_today(3000)
    cookie = stage.organiser_cookie(event_id)
    base = f"/fr/manage/events/{_slug(stage, event_id)}/registrations/"
    paths = [f"{base}?q=nom0{run}&sort=name&page=2" for run in range(RUNS + 1)]
    values = []
    for path in paths:
        seen = stage.load("send", [("GET", path, {"Cookie": cookie}, "")] * 5, clients=1)
        _expect(seen["statuses"] == {"200": 5}, "list.3000", seen)
        values.append(sorted(seen["seconds"])[2] * 1000)
    yield result("list.3000", "ms", values[1:])


def start(stage: Stage) -> Lines:
    """From the command to the first page, on a database that is there."""
    values = []
    for run in range(RUNS + 1):
        second = Product(stage.product.folder)
        values.append(second.start("--no-worker"))
        second.stop()
        if not run:
            values.clear()
    yield result("start", "s", values)


def memory(stage: Stage) -> Lines:
    """The web process after all of the above; alone, after a thousand pages."""
    event_id, _ = stage.event_of_today(10)
    path = f"/fr/events/{_slug(stage, event_id)}/"
    stage.load("send", [("GET", path, {}, "")] * 1000)
    process = stage.product.process
    yield result("memory", "MiB", [memory_mib(process.pid) if process else 0.0])


MEASURES: dict[str, Callable[[Stage], Lines]] = {
    "scan": scans,
    "page.stage": pages,
    "page.programme": programmes.programme,
    "registration.complete": registrations,
    "registration.rush": rush,
    "list.3000": organisers_list,
    "memory": memory,
    "big": programmes.large,
    "badges.500": badges_500,
    "badges.3000": badges_3000,
    "suggest": matchmaking.suggestions,
    "meeting.accept": accepting.accepting,
    "start": start,
    **timetables.measures(),
}


def _badges(stage: Stage, count: int) -> Lines:
    event_id, _ = stage.event_of_today(count)
    values, peaks = [], []
    for run in range(RUNS + 1):
        seconds, peak = _print_once(stage, event_id)
        if run:
            values.append(seconds)
            peaks.append(peak)
    yield result(f"badges.{count}", "s", values)
    yield result(f"badges.{count}.memory", "MiB", peaks)


def _print_once(stage: Stage, event_id: int) -> tuple[float, float]:
    """Seconds from the job's start to the file, and the highest memory of any of the product's processes."""
    with stage.writing():
        event = db.session.get_one(Event, event_id)
        ids = list(db.session.scalars(sa.select(Registration.id).where(Registration.event_id == event_id)))
        run_id = request_print_run(event, ids, BadgeFormat.A6).id
    peak, started = 0.0, None
    while True:
        with stage.app.app_context():
            run = db.session.scalars(
                sa.select(PrintRun).where(PrintRun.id == run_id).options(sa.orm.joinedload(PrintRun.job))
            ).one()
            state, done = run.job.state, run.file_name
        started = started or (time.perf_counter() if state != "queued" else None)
        peak = max([peak, *(memory_mib(process, peak=True) for process in stage.product.processes())])
        if done or state == "failed":
            _expect(bool(done), "badges", {"state": state})
            return time.perf_counter() - (started or 0), peak
        time.sleep(0.05)


def _scan(token: str, payload: str) -> tuple[str, str, dict[str, str], str]:
    now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    scan = {"nonce": str(uuid.uuid4()), "scanned_at": now, "action": "entry", "method": "camera", "payload": payload}
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Accept-Language": "fr"}
    return "POST", "/api/v1/scans", headers, json.dumps({"device_time": now, "scans": [scan]})


def _person(category: int, mark: str) -> dict[str, str]:
    return {
        "category": str(category),
        "given_name": "Zoé",
        "family_name": f"Mesure {mark}",
        "email": f"mesure-{uuid.uuid4().hex[:12]}@example.org",
        "organisation": "Société inventée",
    }


def _form(stage: Stage, event_id: int) -> tuple[str, int]:
    with stage.app.app_context():
        category = db.session.scalar(
            sa.text("SELECT id FROM categories WHERE event_id = :event"), {"event": event_id}
        )
    return f"/fr/events/{_slug(stage, event_id)}/register", int(category)


def _slug(stage: Stage, event_id: int) -> str:
    with stage.app.app_context():
        return str(db.session.scalar(sa.select(Event.slug).where(Event.id == event_id)))


def _set_capacity(stage: Stage, event_id: int, places: int) -> None:
    with stage.writing():
        db.session.execute(
            sa.text("UPDATE quotas SET capacity = :places WHERE event_id = :event"),
            {"places": places, "event": event_id},
        )


def _holders(stage: Stage, event_id: int) -> int:
    with stage.app.app_context():
        count = sa.select(sa.func.count(Registration.id)).where(
            Registration.event_id == event_id, Registration.status == RegistrationStatus.CONFIRMED
        )
        return int(db.session.scalar(count) or 0)


def _expect(condition: bool, name: str, seen: dict[str, Any]) -> None:
    if not condition:
        shown = {key: value for key, value in seen.items() if key != "seconds"}
        raise RuntimeError(f"{name}: the product did not do what is measured: {shown}")
