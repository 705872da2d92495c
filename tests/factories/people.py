"""Accounts, organisations and teams."""

from __future__ import annotations

import itertools
import secrets

import sqlalchemy as sa
from flask.testing import FlaskClient

from congress.accounts.models import Account, AccountSession
from congress.accounts.views.access import TOKEN_KEY
from congress.core import clock
from congress.core.addresses import address_key
from congress.core.tokens import hash_token
from congress.events.enums import Role
from congress.events.models import Event, Series, TeamMember
from congress.extensions import db
from congress.organisations.enums import OrganisationKind
from congress.organisations.models import Organisation

_counter = itertools.count(1)


def make_account(email: str | None = None, *, administrator: bool = False, name: str = "Ada Example") -> Account:
    """An account that can sign in by link."""
    email = email or f"person{next(_counter)}@example.org"
    account = Account(
        email=email,
        email_key=address_key(email),
        name=name,
        language="fr",
        is_administrator=administrator,
        created_at=clock.now(),
    )
    db.session.add(account)
    db.session.flush()
    return account


def make_organisation(name: str = "Invented Cluster") -> Organisation:
    """A cluster."""
    organisation = Organisation(
        slug=f"organisation-{next(_counter)}",
        name=name,
        kind=OrganisationKind.CLUSTER,
        regions=["FR-IDF"],
        created_at=clock.now(),
    )
    db.session.add(organisation)
    db.session.flush()
    return organisation


def make_member(account: Account, role: Role, *, event: Event | None = None, series: Series | None = None) -> None:
    """A role on an event or a series."""
    db.session.execute(
        sa.insert(TeamMember).values(
            account_id=account.id,
            event_id=event.id if event else None,
            series_id=series.id if series else None,
            role=role,
            created_at=clock.now(),
        )
    )


def sign_in(client: FlaskClient, account: Account) -> None:
    """Give the client a live session of the account; commits."""
    token = secrets.token_urlsafe(20)
    now = clock.now()
    db.session.add(
        AccountSession(
            account_id=account.id,
            token_hash=hash_token(token),
            method="test",
            created_at=now,
            expires_at=now.replace(year=now.year + 1),
        )
    )
    db.session.commit()
    with client.session_transaction() as browser:
        browser["_user_id"] = str(account.id)
        browser["_fresh"] = True
        browser[TOKEN_KEY] = token
