"""Fixtures that every test may use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade

from congress.app import create_app
from congress.core import clock, transactions
from congress.core.actors import SYSTEM, set_actor
from congress.extensions import db
from congress.jobs import bell
from tests.support import databases
from tests.support.client import CongressClient

NOON = dt.datetime(2027, 3, 10, 11, 0, tzinfo=dt.UTC)
"""When tests take place unless they say otherwise."""

SECRET = "a secret for tests only, never used anywhere else"


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on a migrated, empty database."""
    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch, databases.database_url(folder) as url:
        patch.setenv("CONGRESS_ENV", "test")
        patch.setenv("CONGRESS_DATA_DIR", str(folder))
        patch.setenv("CONGRESS_SECRET_KEY", SECRET)
        patch.setenv("CONGRESS_DATABASE_URL", url)
        patch.setenv("CONGRESS_BASE_URL", "http://localhost")
        app = create_app()
        app.test_client_class = CongressClient
        with app.app_context():
            upgrade()
        yield app
        with app.app_context():
            db.engine.dispose()


@pytest.fixture(autouse=True)
def _clean(request: pytest.FixtureRequest) -> Iterator[None]:
    """Nobody acts yet; empty tables, no bell and a cold page cache after each test that used the application."""
    bell.hang(None)
    set_actor(SYSTEM)
    yield
    if "app" in request.fixturenames:
        app: Flask = request.getfixturevalue("app")
        app.extensions["page_cache"].clear()
        app.extensions["calendar_tags"].clear()
        databases.empty_all_tables(app)


@pytest.fixture(autouse=True)
def _no_programme_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """A release asks for a PDF that takes seconds: tests that want it ask for it themselves."""
    monkeypatch.setattr("congress.programme.receivers.is_available", lambda: False)


@pytest.fixture
def now() -> Iterator[dt.datetime]:
    """Hold the clock at `NOON`."""
    with clock.held_at(NOON):
        yield NOON


@pytest.fixture
def session(app: Flask) -> Iterator[None]:
    """An application context with one unit of work, for tests of services: call `db.session.flush()` as needed."""
    with app.test_request_context("/fr/"), transactions.scope(writes=True):
        yield


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a session; each answer in HTML passes the page check."""
    return app.test_client()


@pytest.fixture
def data_dir(app: Flask) -> Path:
    """Where the application keeps files."""
    return Path(app.config["DATA_DIR"])
