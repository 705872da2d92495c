"""The tour, for the organisers' screens."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.tour import Tour, make_tour


@pytest.fixture
def tour(app: Flask) -> Tour:
    """Two stages with their teams."""
    return make_tour(app)
