"""C01, F03: having one's link sent again says nothing about anybody, and is no way to flood a mailbox."""

from __future__ import annotations

import sqlalchemy as sa

from congress.core.transactions import commit_on_success
from congress.extensions import db
from congress.jobs.models import Job
from congress.jobs.worker import run_due_jobs
from congress.mail.models import Mail
from tests.factories.events import make_event
from tests.factories.registrations import make_group, make_registration

PAGE = "/en/my-registration"


def mails(app):
    with app.test_request_context("/fr/"):
        run_due_jobs(app.app_context)
        return db.session.execute(sa.select(Mail.recipient, Mail.template).order_by(Mail.id)).all()


def test_one_mail_per_form_that_was_sent_and_none_to_strangers(app, client):
    with app.test_request_context("/fr/"), commit_on_success():
        group = make_group().id
        for event in (make_event(), make_event()):
            make_registration(event, email="Zoé@example.org", group_id=group)
        make_registration(make_event(), email="zoé@example.org")
        make_registration(make_event(), email="other@example.org")
    answers = []
    for address in ("zoé@example.org", "stranger@example.org"):
        answer = client.submit(PAGE, {"email": address})
        answers.append((answer.status_code, answer.location, client.get(answer.location).data))
    assert answers[0] == answers[1]
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Job.id))) == 2
    assert {template for _to, template in mails(app)} == {"registration_confirmation"}
    assert [to.casefold() for to, _template in mails(app)] == ["zoé@example.org"] * 2


def test_five_times_in_a_quarter_of_an_hour(client, now):
    statuses = [client.submit(PAGE, {"email": "zoe@example.org"}).status_code for _ in range(6)]
    assert statuses == [303] * 5 + [429]
    assert client.submit(PAGE, {"email": "other@example.org"}).status_code == 303


def test_registrations_from_one_place_are_limited_per_minute(app, client, now, monkeypatch):
    from congress.registration.views import public
    from tests.factories.registrations import make_category

    monkeypatch.setattr(public, "PER_MINUTE", 5)

    with app.test_request_context("/fr/"), commit_on_success():
        event = make_event()
        category = make_category(event, 1000)
    page, away = f"/en/events/{event.slug}/register", {"environ_base": {"REMOTE_ADDR": "203.0.113.9"}}
    statuses = []
    for number in range(6):
        data = {
            "given_name": "A",
            "family_name": "B",
            "email": f"p{number}@example.org",
            "category": str(category.id),
            "category_id": str(category.id),
            "notice": "y",
        }
        statuses.append(client.submit(page, data, **away).status_code)
    assert 429 not in statuses[:5]
    assert statuses[5] == 429
