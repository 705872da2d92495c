"""A running server and its doors, for tests in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask

from congress.checkin.models import Device
from congress.core import clock
from congress.registration import tickets
from congress.registration.enums import RegistrationStatus
from tests.support.door import Doors, make_doors
from tests.support.live import served


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs the browser and takes its time."""
    for item in items:
        if "/tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


@dataclass(frozen=True)
class Door:
    """A door as the scanner meets it; see tests/browser/test_door.py."""

    url: str
    url_fr: str
    tickets: list[str]
    cancelled: str
    forged: str
    other_event: str
    reference: str
    name: str
    revoke: Callable[[], None]
    doors: Doors


@pytest.fixture
def base(app: Flask) -> Iterator[str]:
    """The address of the running application."""
    with served(app) as address:
        yield address


@pytest.fixture
def door(app: Flask, base: str) -> Door:
    """A door of today with people who may enter, and codes that may not."""
    doors = make_doors(app)
    for who in ("Camille", "Noor"):
        doors.person(who)
    elsewhere = doors.other_event()
    with app.app_context():
        _public, foreign = tickets.new_key_pair()
        forged = tickets.sign(foreign, 1, doors.event_id, tickets.new_code())
    return Door(
        url=f"{base}/en/door/#{doors.token}",
        url_fr=f"{base}/fr/door/#{doors.token}",
        tickets=[doors.payloads[who] for who in ("Ada", "Camille", "Noor")],
        cancelled=doors.person("Cleo", status=RegistrationStatus.CANCELLED),
        forged=forged,
        other_event=elsewhere.payloads["Ada"],
        reference=_reference(doors, "Ludovic"),
        name="Ludovic Example",
        revoke=lambda: doors.change(Device, doors.device_id, revoked_at=clock.now()),
        doors=doors,
    )


def _reference(doors: Doors, who: str) -> str:
    doors.person(who)
    return str(doors.registration(who).reference)
