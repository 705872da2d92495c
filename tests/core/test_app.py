"""The application starts, and answers what it does not know."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.factories.events import make_event
from tests.factories.registrations import make_registration


def test_unknown_page_is_404_in_the_language_of_the_address(client: FlaskClient) -> None:
    answer = client.get("/fr/nowhere")
    assert answer.status_code == 404


@pytest.mark.database
def test_factories_write_a_registration(session: None) -> None:
    registration = make_registration(make_event())
    assert registration.full_name.startswith("Zoé")
