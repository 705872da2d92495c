"""An empty mailbox for each test of the agenda."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.work import empty_mailbox


@pytest.fixture(autouse=True)
def _empty_mailbox(app: Flask) -> None:
    empty_mailbox(app)
