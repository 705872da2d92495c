"""The doors."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.door import Doors, make_doors


@pytest.fixture
def doors(app: Flask, now: object) -> Doors:
    """An event at noon, with doors and Ada."""
    return make_doors(app)
