"""What everybody may read about their data, and what organisers ask."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from congress.core.transactions import commit_on_success
from congress.events.enums import Role
from congress.extensions import db
from congress.registration.consents import answers_of, store_answers, texts_in_force
from congress.registration.enums import ConsentKind
from congress.registration.models import Consent, ConsentText
from tests.factories.events import make_event
from tests.factories.people import make_account, make_member, sign_in
from tests.factories.registrations import make_registration


@pytest.mark.parametrize("path", ["/fr/privacy", "/en/privacy", "/fr/accessibility", "/en/accessibility"])
def test_the_statements_are_public_and_set_no_cookie(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_a_new_text_is_asked_and_old_answers_keep_theirs(app, client):
    with app.test_request_context("/fr/"), commit_on_success():
        event = make_event()
        owner = make_account()
        make_member(owner, Role.OWNER, event=event)
        registration = make_registration(event)
        store_answers({registration.id: event.id}, {ConsentKind.PHOTO: True})
        sign_in(client, owner)
    page = f"/en/manage/events/{event.slug}/privacy/texts"
    sent = {"kind": "photo", "text-fr": "Pas de photos sans question.", "text-en": "No pictures without asking."}
    assert client.submit(page, sent | {"text-en": ""}).status_code == 422
    assert client.submit(page, sent).status_code == 303
    with app.app_context():
        in_force = texts_in_force([event.id])[event.id][ConsentKind.PHOTO]
        assert in_force.text["en"] == "No pictures without asking."
        answer = db.session.scalars(sa.select(Consent)).one()
        assert db.session.get(ConsentText, answer.text_id).event_id is None
        assert answers_of([registration.id])[registration.id] == {ConsentKind.PHOTO: True}
    assert "No pictures without asking." in client.get(page).get_data(as_text=True)
