"""`flask privacy`: access and erasure across the whole platform, for its operator."""

from __future__ import annotations

import json

import click
from flask.cli import AppGroup

from congress.core.addresses import address_key
from congress.core.transactions import commit_on_success
from congress.privacy import services

privacy = AppGroup("privacy", help="Personal data: give out, erase, erase again after a restored backup.")


@privacy.command("export")
@click.argument("email")
def export(email: str) -> None:
    """Print everything about an address as JSON."""
    with commit_on_success():
        found = services.export(address_key(email), None)
    print(json.dumps(found, ensure_ascii=False, indent=2))


@privacy.command("erase")
@click.argument("email")
@click.confirmation_option(prompt="This cannot be undone. Erase?")
def erase(email: str) -> None:
    """Erase an address from every event and close its account."""
    with commit_on_success():
        counts = services.erase(address_key(email), None)
    print(json.dumps(counts))


@privacy.command("reapply")
def reapply() -> None:
    """After restoring a backup: erase again everybody who had been erased since."""
    with commit_on_success():
        done = services.reapply_erasures()
    print(f"{done} erased again.")
