"""An event with matchmaking that is open, people who take part, and their pages."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.models import Profile
from congress.matchmaking.services.indexing import renew
from congress.registration.links import manage_token
from congress.registration.models import Registration, RegistrationGroup
from tests.factories.events import make_event
from tests.factories.matchmaking import make_matchmaking, make_profile

KEY = re.compile(r'name="idempotency_key"[^>]*value="([^"]+)"')


def open_event(**values: Any) -> Event:
    """An event whose matchmaking is open."""
    event = make_event(**values)
    make_matchmaking(event)
    return event


def take_part(event: Event, registration: Registration | None = None, **values: Any) -> Profile:
    """Somebody listed whom the directory finds."""
    profile = make_profile(event, registration, **values)
    renew([profile.id])
    return profile


def path_of(registration: Registration, lang: str = "en") -> str:
    """Where the pages of a registration begin."""
    group = db.session.get_one(RegistrationGroup, registration.group_id)
    return f"/{lang}/r/{manage_token(group)}/meetings/{registration.public_id}"


def submit(client: FlaskClient, path: str, data: dict[str, Any], page: str | None = None) -> TestResponse:
    """Send a form with its key, and follow nothing."""
    answer: TestResponse = client.submit(path, data, page)  # type: ignore[attr-defined]
    return answer
