"""kill -9 in the middle: whatever was acknowledged is there, once, with one mail."""

from __future__ import annotations

import collections
import email.policy
import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from congress.app import create_app
from congress.core import transactions
from congress.events.models import Event
from congress.extensions import db
from congress.jobs.enums import JobState
from congress.jobs.models import Job
from congress.mail.enums import MailState
from congress.mail.models import Mail
from congress.registration.models import Category, Registration
from tests.factories.events import make_event
from tests.factories.registrations import make_category
from tests.support import databases
from tests.support.server import Server

pytestmark = [pytest.mark.slow, pytest.mark.database, pytest.mark.timeout(600)]

PEOPLE = 200
CLIENTS = 8
SECRET = "0c1b7e5a9d3f4286b1a7c2e9d8f6034517ab"
HIDDEN = re.compile(r'name="(csrf_token|idempotency_key)"[^>]*value="([^"]+)"')


class Site:
    """A server with one event, and the application beside it to look into its database when it has stopped."""

    def __init__(self, app: Flask, server: Server, slug: str, category_id: int) -> None:
        self.app, self.server = app, server
        self.form = f"{server.base}/en/events/{slug}/register"
        self.category_id = category_id
        self.acknowledged: set[str] = set()
        self._lock = threading.Lock()

    def register(self, number: int) -> None:
        """As a browser whose owner presses the button again when nothing came back."""
        address = f"person{number}@example.org"
        browser = requests.Session()
        hidden = dict(HIDDEN.findall(self._until_answered(browser.get, self.form).text))
        data = hidden | {
            "given_name": "Zoé",
            "family_name": f"Lefèvre {number}",
            "email": address,
            "category": str(self.category_id),
        }
        answer = self._until_answered(browser.post, self.form, data=data, allow_redirects=False)
        assert answer.status_code == 303, answer.text
        with self._lock:
            self.acknowledged.add(address)

    def rush(self, disturbances: dict[int, Callable[[], None]]) -> None:
        """Everybody registers; after so many acknowledged registrations, something happens."""
        with ThreadPoolExecutor(CLIENTS) as clients:
            results = [clients.submit(self.register, number) for number in range(PEOPLE)]
            for acknowledged, disturb in disturbances.items():
                while len(self.acknowledged) < acknowledged:
                    time.sleep(0.01)
                disturb()
            for result in results:
                result.result(timeout=240)

    @staticmethod
    def _until_answered(call, *args, **kwargs) -> requests.Response:
        end = time.monotonic() + 120
        while True:
            try:
                return call(*args, timeout=30, **kwargs)
            except requests.RequestException:
                assert time.monotonic() < end
                time.sleep(0.2)

    def count(self, table: type, *conditions: sa.ColumnElement[bool]) -> int:
        with self.app.app_context(), transactions.scope(writes=False):
            return int(db.session.scalar(sa.select(sa.func.count()).select_from(table).where(*conditions)) or 0)

    def wait_for_mails(self) -> None:
        """Until no job is left, as the metrics see it."""
        end = time.monotonic() + 300
        while self._open_jobs():
            assert time.monotonic() < end, self.server.log()[-3000:]
            time.sleep(0.5)

    def _open_jobs(self) -> float:
        text = requests.get(
            f"{self.server.base}/metrics", headers={"Authorization": "Bearer metrics"}, timeout=30
        ).text
        open_jobs = re.findall(r'congress_jobs\{lane="\w+",state="(?:queued|running)"\} (\S+)', text)
        return sum(float(count) for count in open_jobs)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    data = tmp_path / "data"
    data.mkdir()
    with databases.database_url(tmp_path) as url:
        environ = {
            "CONGRESS_SECRET_KEY": SECRET,
            "CONGRESS_DATABASE_URL": url,
            "CONGRESS_METRICS_TOKEN": "metrics",
        }
        server = Server(data, **environ)
        for name, value in (environ | {"CONGRESS_ENV": "test", "CONGRESS_DATA_DIR": str(data)}).items():
            monkeypatch.setenv(name, value)
        app = create_app()
        with app.app_context():
            upgrade()
            with transactions.commit_on_success():
                event: Event = make_event()
                category: Category = make_category(event, capacity=PEOPLE)
                slug, category_id = event.slug, category.id
            db.engine.dispose()
        with server:
            yield Site(app, server, slug, category_id)
        with app.app_context():
            databases.empty_all_tables(app)
            db.engine.dispose()


def check(site: Site, mailbox: Path) -> None:
    """Everybody once, and one mail each."""
    site.wait_for_mails()
    assert site.server.stop() == 0
    assert len(site.acknowledged) == PEOPLE
    assert site.count(Registration) == PEOPLE
    assert site.count(Job, Job.state != JobState.DONE) == 0
    assert site.count(Mail, Mail.state == MailState.SENT) == PEOPLE
    arrived = collections.Counter(
        str(email.message_from_bytes(path.read_bytes(), policy=email.policy.default)["To"])
        for path in mailbox.glob("*.eml")
    )
    assert arrived == dict.fromkeys(site.acknowledged, 1)


def test_worker_and_web_killed_during_the_rush(site: Site, tmp_path: Path) -> None:
    def kill_worker() -> None:
        site.server.worker().kill()

    def kill_web_and_start_again() -> None:
        site.server.kill()
        site.server.start()

    site.rush({PEOPLE // 4: kill_worker, PEOPLE // 2: kill_web_and_start_again})
    kill_worker()
    check(site, tmp_path / "data" / "mailbox")
