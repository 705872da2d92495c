"""What a hostile round against the running product found in requests: bodies, files, addresses, numbers."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa

from congress.core import transactions
from congress.extensions import db
from congress.jobs.models import Job
from tests.factories.events import make_event, make_series
from tests.factories.registrations import make_category
from tests.support.client import KEY, TOKEN

SIGN_IN = "/en/account/sign-in"


@pytest.fixture(autouse=True)
def _answers_instead_of_tracebacks(app, monkeypatch):
    monkeypatch.setitem(app.config, "PROPAGATE_UNEXPECTED", False)


@pytest.fixture
def event(app):
    with app.app_context(), transactions.commit_on_success():
        series = make_series()
        made = make_event(series)
        make_category(made)
        return made.id, series.slug


@pytest.mark.parametrize(
    "body", ['{"email":["\\u0000a@example.org"]}', '{"email":5}', '{"email":{"a":1}}', "[1,2]", "1", '"a"', "null"]
)
def test_json_fills_no_form(app, client, body):
    """B12, G10: a form library that takes JSON too goes round every check of a form's fields and of their number."""
    token = TOKEN.search(client.get(SIGN_IN).get_data(as_text=True)).group(1)
    answer = client.post(SIGN_IN, data=body, content_type="application/json", headers={"X-CSRFToken": token})
    assert answer.status_code == 400
    with app.app_context():
        assert not db.session.scalar(sa.select(sa.func.count(Job.id)))


@pytest.mark.parametrize("name", ["email", "idempotency_key"])
def test_a_file_fills_no_text_field(client, name):
    """D12."""
    page = client.get(SIGN_IN).get_data(as_text=True)
    fields = {
        "csrf_token": TOKEN.search(page).group(1),
        "idempotency_key": KEY.search(page).group(1),
        "email": "zoe@example.org",
        name: (io.BytesIO(b"zoe@example.org"), "a.png"),
    }
    answer = client.post(SIGN_IN, data=fields, content_type="multipart/form-data")
    assert answer.status_code in {303, 422}


@pytest.mark.parametrize("query", ["endpoint=x", "_anchor=a", "_scheme=javascript&_external=1", "_method=POST"])
def test_a_query_never_becomes_an_argument_of_ours(client, query):
    """C16: the link to the other language repeats the query, it does not obey it."""
    answer = client.get(f"{SIGN_IN}?{query}")
    assert answer.status_code == 200
    assert f'href="/fr/account/sign-in?{query.replace("&", "&amp;")}"' in answer.get_data(as_text=True)


def test_the_other_language_keeps_a_query_as_it_is(client):
    page = client.get(f"{SIGN_IN}?a=1&a=2&q=%22%3E%3Cb%3E").get_data(as_text=True)
    assert 'href="/fr/account/sign-in?a=1&amp;a=2&amp;q=%22%3E%3Cb%3E"' in page


@pytest.mark.parametrize("number", [2**63, 10**30, -(10**30)])
def test_a_category_beyond_every_database(client, event, number):
    """B07: only the form of several stages sends numbers that no list of choices has checked."""
    event_id, series_slug = event
    data = {"stages": str(event_id), f"category_{event_id}": str(number)}
    data |= {"given_name": "Zoé", "family_name": "Lefèvre", "email": "zoe@example.org"}
    assert client.submit(f"/en/series/{series_slug}/register", data).status_code == 422


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (SIGN_IN, b"&".join(b"f%d=1" % number for number in range(20_000))),
        ("/en/events/x/register", b"a=" + b"x" * 1_000_000),
    ],
)
def test_what_is_too_large_gets_our_answer_from_the_real_server(client, path, body):
    """H01: Waitress turns an answer with a header about the connection into a bare 500 (PEP 3333)."""
    answer = client.post(path, data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert "Connection" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/en/?q=%00", f"{SIGN_IN}?next=a%00b", "/api/v1/door/people?q=%00ab", "/en/?a=1&a=%00"]
)
def test_nul_in_a_query_is_refused(client, path):
    """B12: PostgreSQL takes it in no value; in an address it is written %00."""
    assert client.get(path).status_code == 400
