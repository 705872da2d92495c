"""`flask account`: people who can sign in, from the command line of the server."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from congress.accounts import services
from congress.accounts.hashing import MAX_LENGTH, MIN_LENGTH
from congress.accounts.models import Account
from congress.accounts.queries import account_by_address
from congress.core.addresses import is_address
from congress.core.errors import DomainError
from congress.core.languages import LANGUAGES
from congress.core.text import one_line
from congress.core.transactions import commit_on_success

account = AppGroup("account", help="Accounts: create, disable, enable, make or unmake administrators.")


@account.command("create")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True)
@click.option("--administrator", is_flag=True, help="May do everything on this platform.")
@click.option("--password-stdin", is_flag=True, help="Read a password from standard input.")
def create(email: str, name: str, language: str, *, administrator: bool, password_stdin: bool) -> None:
    """Create an account that can sign in."""
    if not is_address(email):
        raise click.ClickException(f"{email!r} is not an e-mail address.")
    password_hash = services.hash_new_password(_password()) if password_stdin else None
    try:
        with commit_on_success():
            made = services.create(email, one_line(name), language, administrator=administrator)
            if password_hash:
                services.set_password(made.id, password_hash)
    except DomainError as refusal:
        raise click.ClickException(str(refusal.sentence)) from refusal
    print(f"Account {made.id} can sign in.")


@account.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """End all sessions and let nobody in with this address."""
    with commit_on_success():
        services.disable(_existing(email))
    print("Disabled.")


@account.command("enable")
@click.argument("email")
def enable(email: str) -> None:
    """Let a disabled account in again."""
    with commit_on_success():
        services.enable(_existing(email))
    print("Enabled.")


@account.command("administrator")
@click.argument("email")
@click.option("--revoke", is_flag=True, help="Take the right away.")
def administrator(email: str, *, revoke: bool) -> None:
    """Give (or take) the right over the whole platform."""
    with commit_on_success():
        services.set_administrator(_existing(email), administrator=not revoke)
    print("Administrator." if not revoke else "No longer administrator.")


def _existing(email: str) -> Account:
    found = account_by_address(email)
    if found is None:
        raise click.ClickException("There is no such account.")
    return found


def _password() -> str:
    password = sys.stdin.readline().rstrip("\n")
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise click.ClickException(f"A password has {MIN_LENGTH} to {MAX_LENGTH} characters.")
    return password
