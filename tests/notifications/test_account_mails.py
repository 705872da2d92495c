"""Sign-in links and invitations: sent to those who may use them, and to nobody else."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask

from congress.accounts.models import SignInLink
from congress.accounts.signals import sign_in_link_requested
from congress.core import clock, transactions
from congress.core.addresses import address_key
from congress.core.tokens import derive_token, new_link
from congress.events.enums import Role
from congress.events.models import Invitation
from congress.events.signals import member_invited
from congress.extensions import db
from congress.jobs.models import Job
from congress.mail.enums import MailState
from congress.mail.models import Mail
from tests.factories.events import make_event
from tests.factories.people import make_account
from tests.support.work import do_jobs, mailbox, part

pytestmark = pytest.mark.usefixtures("session")


def link_for(account_id: int | None) -> SignInLink:
    salt, token_hash = new_link("sign-in")
    link = SignInLink(
        account_id=account_id,
        salt=salt,
        token_hash=token_hash,
        created_at=clock.now(),
        expires_at=clock.now() + dt.timedelta(minutes=15),
    )
    db.session.add(link)
    db.session.flush()
    return link


def test_sign_in_link_says_how_long_it_works(app: Flask, now: dt.datetime) -> None:
    account = make_account("ada@example.org")
    link = link_for(account.id)
    token = derive_token("sign-in", link.salt)
    sign_in_link_requested.send(None, link=link, address=account.email)
    do_jobs(app)

    (mail,) = mailbox(app)
    text = part(mail, "text/plain")
    assert f"http://localhost/fr/account/link/{token}/" in text
    assert "15 minutes" in text


def test_stranger_costs_the_same_rows_and_gets_nothing(app: Flask, now: dt.datetime) -> None:
    account = make_account("ada@example.org")
    sign_in_link_requested.send(None, link=link_for(account.id), address=account.email)
    sign_in_link_requested.send(None, link=link_for(None), address="stranger@example.org")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Job)) == 2
    do_jobs(app)

    assert [mail["To"] for mail in mailbox(app)] == ["ada@example.org"]
    with app.app_context(), transactions.scope(writes=False):
        states = db.session.scalars(sa.select(Mail.state).order_by(Mail.id)).all()
    assert states == [MailState.SENT, MailState.CANCELLED]


@pytest.mark.parametrize("spoil", ["expired", "used", "disabled"])
def test_link_that_would_not_work_is_not_sent(app: Flask, now: dt.datetime, spoil: str) -> None:
    account = make_account("ada@example.org")
    link = link_for(account.id)
    if spoil == "expired":
        link.expires_at = now
    elif spoil == "used":
        link.used_at = now
    else:
        account.disabled_at = now
    sign_in_link_requested.send(None, link=link, address=account.email)
    db.session.flush()
    do_jobs(app)

    assert mailbox(app) == []


def test_invitation_says_who_to_what_and_as_what(app: Flask, now: dt.datetime) -> None:
    event, sender = make_event(), make_account("boss@example.org", name="Ada <b>Boss</b>")
    salt, token_hash = new_link("invitation")
    invitation = Invitation(
        event_id=event.id,
        email="colleague@example.org",
        email_key=address_key("colleague@example.org"),
        role=Role.DOOR,
        language="en",
        salt=salt,
        token_hash=token_hash,
        invited_by_id=sender.id,
        created_at=now,
        expires_at=now + dt.timedelta(days=14),
    )
    db.session.add(invitation)
    db.session.flush()
    member_invited.send(invitation=invitation)
    do_jobs(app)

    (mail,) = mailbox(app)
    text = part(mail, "text/plain")
    assert f"Ada <b>Boss</b> invites you to the team of “{event.name['en']}”." in text
    assert "Your role: Door" in text
    assert f"http://localhost/en/invitations/{derive_token('invitation', salt)}/" in text
    assert mail["Reply-To"] == "boss@example.org"
    assert "<b>" not in part(mail, "text/html")
