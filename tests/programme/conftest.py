"""The tour, for the screens of the programme."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from tests.support.tour import Tour, make_tour


@pytest.fixture
def tour(app: Flask, now: dt.datetime) -> Tour:
    """Two stages with their teams, ten days before they take place."""
    return make_tour(app)
