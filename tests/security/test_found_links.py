"""What a hostile round found about secret links."""

from __future__ import annotations

import pytest

from congress.core import transactions
from congress.core.tokens import derive_token
from congress.events.enums import Role
from congress.events.services.team import invite
from tests.factories.events import make_event
from tests.factories.people import make_account, make_member
from tests.factories.registrations import make_category
from tests.support.client import KEY, TOKEN

pytestmark = pytest.mark.usefixtures("now")


@pytest.fixture
def form(app):
    """The address of a registration form, and what is sent through it."""
    with app.app_context(), transactions.commit_on_success():
        event = make_event()
        return f"/en/events/{event.slug}/register", {
            "category": str(make_category(event).id),
            "given_name": "Mallory",
            "family_name": "M",
            "email": "mallory@example.org",
        }


def test_a_form_sent_again_does_not_open_what_was_handed_over(client, form):
    """A10, C02: a new address withdraws the link; the key of the old form must not give the new one."""
    path, fields = form
    page = client.get(path).get_data(as_text=True)
    fields |= {"csrf_token": TOKEN.search(page).group(1), "idempotency_key": KEY.search(page).group(1)}
    first = client.post(path, data=fields)
    assert client.post(path, data=fields).location == first.location

    person = {"given_name": "Zoé", "family_name": "Lefèvre", "email": "zoe@example.org", "language": "en"}
    moved = client.submit(f"{first.location}edit", person)
    assert moved.location != first.location

    again = client.post(path, data=fields)
    assert again.status_code == 422
    assert "moved to another address" in again.get_data(as_text=True)
    assert "Zoé" not in again.get_data(as_text=True)
    page = again.get_data(as_text=True)
    fields |= {"idempotency_key": KEY.search(page).group(1)}
    assert client.post(path, data=fields).status_code == 303


def test_an_accepted_invitation_sent_again_signs_nobody_in(app):
    """C02, C05: who copied the browser's cookie and form must not get a session after the person signed out."""
    with app.app_context(), transactions.commit_on_success():
        owner = make_account()
        event = make_event()
        make_member(owner, Role.OWNER, event=event)
        invitation = invite(event, owner, "new@example.org", Role.VIEWER, "en")
        path = f"/en/invitations/{derive_token('invitation', invitation.salt)}/"
    first, copy = app.test_client(), app.test_client()
    page = first.get(path).get_data(as_text=True)
    fields = {
        "csrf_token": TOKEN.search(page).group(1),
        "idempotency_key": KEY.search(page).group(1),
        "name": "New",
    }
    copy.set_cookie("congress", first.get_cookie("congress").value)
    assert first.post(path, data=fields).status_code == 303
    assert first.get("/en/account/").status_code == 200

    again = copy.post(path, data=fields)
    assert again.status_code == 303
    assert "/account/sign-in" in again.location
    assert copy.get("/en/account/").status_code == 303
