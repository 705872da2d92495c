"""A10, A12, A19, C14: rights end with the next request, fields that no form has change nothing, addresses are one."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from congress.accounts import services
from congress.accounts.errors import AddressTaken
from congress.accounts.models import Account
from congress.audit.models import AuditEntry
from congress.core.transactions import commit_on_success
from congress.events.models import TeamMember
from congress.extensions import db
from congress.registration.models import Registration
from tests.factories.people import make_account
from tests.security.world import make_world


def test_who_is_taken_out_of_a_team_is_out(app):
    world = make_world(app)
    owner, page = world.clients["owner"], f"/en/manage/events/{world.a.args['event_slug']}/"
    assert owner.get(page).status_code == 200
    with app.app_context(), commit_on_success():
        db.session.execute(sa.delete(TeamMember))
    assert owner.get(page).status_code == 404


def test_a_revoked_device_is_out(app):
    world = make_world(app)
    headers, client = world.headers["door device"], world.clients["door device"]
    assert client.get("/api/v1/door", headers=headers).status_code == 200
    page = f"/en/manage/events/{world.a.args['event_slug']}/doors/devices/{world.a.args['device_id']}"
    assert world.clients["owner"].submit(f"{page}/revoke", {}, page=f"{page}/").status_code == 303
    assert client.get("/api/v1/door", headers=headers).status_code == 401


def test_fields_that_no_form_has_change_nothing(app):
    """A12."""
    world = make_world(app)
    extra = {
        "is_administrator": "1",
        "role": "owner",
        "status": "cancelled",
        "event_id": world.b.args["event_id"],
        "email_key": "x",
        "disabled_at": "",
        "id": "1",
        "public_id": "0" * 32,
        "checked_in": "1",
    }
    viewer, path = world.clients["viewer"], f"/en/r/{world.a.tokens['manage']}/edit"
    viewer.submit("/en/account/", {"name": "New name", "language": "fr"} | extra)
    viewer.submit(
        path, {"given_name": "New", "family_name": "Name", "email": "new@example.org", "language": "fr"} | extra
    )
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Account.id)).where(Account.is_administrator)) == 1
        one = db.session.get(Registration, world.a.args["registration_id"])
        assert (one.status, one.event_id) == ("confirmed", world.a.args["event_id"])
        assert one.public_id == world.a.args["public_id"]


@pytest.mark.database
@pytest.mark.parametrize(
    "other",
    ["ADA@example.org", " ada@example.org ", "ada@EXAMPLE.ORG", "\uff41da@example.org", "ada@example\uff0eorg"],
)
def test_one_address_in_many_spellings_is_one_account(app, other):
    """C14: under NFKC and casefold."""
    with app.test_request_context("/fr/"), commit_on_success():
        make_account("ada@example.org")
    with app.test_request_context("/fr/"), pytest.raises(AddressTaken), commit_on_success():
        services.create(other, "Ada", "fr")


def test_a_look_alike_is_somebody_else_and_gets_nothing_of_hers(app, client):
    with app.test_request_context("/fr/"), commit_on_success():
        ada = make_account("ada@example.org")
        other = services.create("\u0430da@example.org", "Not Ada", "fr")
    assert ada.id != other.id


@pytest.mark.parametrize("act", ["create", "disable", "enable", "administrator"])
def test_commands_on_accounts_are_noted(app, act):
    """A19."""
    runner = app.test_cli_runner()
    made = runner.invoke(
        args=["account", "create", "eve@example.org", "--name", "Eve", "--password-stdin"],
        input="correct horse battery staple\n",
    )
    assert made.exit_code == 0, made.output
    if act == "enable":
        runner.invoke(args=["account", "disable", "eve@example.org"])
    if act != "create":
        assert runner.invoke(args=["account", act, "eve@example.org"]).exit_code == 0
    noted = {
        "create": "created",
        "disable": "disabled",
        "enable": "enabled",
        "administrator": "administrator_changed",
    }
    with app.app_context():
        actions = set(db.session.scalars(sa.select(AuditEntry.action)))
        assert f"account.{noted[act]}" in actions
    assert runner.invoke(args=["account", "create", "eve@example.org", "--name", "Eve"]).exit_code == 1
    short = runner.invoke(args=["account", "create", "f@example.org", "--name", "F", "--password-stdin"], input="x\n")
    assert short.exit_code == 1
