"""`flask inventory routes`: every route and method with its rule, one JSON line each, for tests and auditors."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from congress.core.access import declared

inventory = AppGroup("inventory", help="What this application consists of.")


def route_lines(app: Flask) -> Iterator[dict[str, str]]:
    """Route, method, endpoint and the name of the rule that guards it."""
    for route, method, rule in sorted(declared(app), key=lambda found: (found[0].rule, found[1])):
        yield {
            "route": route.rule,
            "method": method,
            "endpoint": route.endpoint,
            "rule": rule.name if rule else "",
        }


@inventory.command("routes")
def routes() -> None:
    """Print the routes."""
    for line in route_lines(current_app):
        click.echo(json.dumps(line))
