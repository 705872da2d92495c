"""Sessions live on the server: a cookie is worth what its row is worth."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from congress.accounts import services
from congress.accounts.models import Account, AccountSession
from congress.core.transactions import commit_on_success
from congress.extensions import db
from tests.accounts.mailbox import newest_link
from tests.factories.people import make_account, sign_in
from tests.support.client import without_token

ACCOUNT = "/en/account/"


@pytest.fixture
def ada(app):
    with app.app_context():
        account = make_account("ada@example.org")
        db.session.commit()
        return account


@pytest.fixture
def signed_in(app, client, ada):
    with app.app_context():
        sign_in(client, ada)
    return client


def cookie_of(client):
    return client.get_cookie("congress").value


def test_the_session_before_signing_in_is_not_the_one_after(app, client, ada):
    client.submit("/en/account/sign-in", {"email": "ada@example.org"})
    before = cookie_of(client)
    client.submit(newest_link(app), {})
    thief = app.test_client()
    thief.set_cookie("congress", before)
    assert thief.get(ACCOUNT).status_code == 303
    assert client.get(ACCOUNT).status_code == 200


def test_a_copied_cookie_is_dead_after_signing_out(app, signed_in):
    thief = app.test_client()
    thief.set_cookie("congress", cookie_of(signed_in))
    assert thief.get(ACCOUNT).status_code == 200
    signed_in.submit("/en/account/sign-out", {}, page=ACCOUNT)
    assert thief.get(ACCOUNT).status_code == 303
    assert signed_in.get(ACCOUNT).status_code == 303


def test_signing_out_takes_a_post(signed_in):
    assert signed_in.get("/en/account/sign-out").status_code == 405
    assert signed_in.get(ACCOUNT).status_code == 200


def test_one_session_or_all_others_can_be_ended(app, signed_in, ada):
    others = [app.test_client() for _ in range(3)]
    with app.app_context():
        for other in others:
            sign_in(other, ada)
        ids = db.session.scalars(sa.select(AccountSession.id).order_by(AccountSession.id)).all()
    assert signed_in.submit(f"/en/account/sessions/{ids[1]}/end", {}, page=ACCOUNT).status_code == 303
    assert [other.get(ACCOUNT).status_code for other in others] == [303, 200, 200]
    signed_in.submit("/en/account/sessions/end-others", {}, page=ACCOUNT)
    assert [other.get(ACCOUNT).status_code for other in others] == [303, 303, 303]
    assert signed_in.get(ACCOUNT).status_code == 200


def test_somebody_elses_session_looks_like_none(app, signed_in):
    other = app.test_client()
    with app.app_context():
        sign_in(other, make_account("bob@example.org"))
        ids = db.session.scalars(sa.select(AccountSession.id).order_by(AccountSession.id)).all()
    theirs = signed_in.submit(f"/en/account/sessions/{ids[1]}/end", {}, page=ACCOUNT)
    none = signed_in.submit("/en/account/sessions/999999/end", {}, page=ACCOUNT)
    assert without_token(theirs).replace(f"/{ids[1]}/", "/999999/") == without_token(none)
    assert theirs.status_code == none.status_code == 404
    assert other.get(ACCOUNT).status_code == 200


def test_a_disabled_account_is_out_with_the_next_request(app, signed_in, ada):
    with app.app_context(), commit_on_success():
        services.disable(db.session.get(Account, ada.id))
    assert signed_in.get(ACCOUNT).status_code == 303
    with app.app_context(), commit_on_success():
        services.enable(db.session.get(Account, ada.id))
    assert signed_in.get(ACCOUNT).status_code == 303


def test_the_profile_is_changed_by_its_owner(app, signed_in, ada):
    answer = signed_in.submit(ACCOUNT, {"name": "Ada Łovelace", "language": "en", "is_administrator": "1"})
    assert answer.status_code == 303
    with app.app_context():
        account = db.session.get(Account, ada.id)
        assert (account.name, account.language, account.is_administrator) == ("Ada Łovelace", "en", False)
