"""G01-G06, G09, G10, H01, D12, B07, B10, B12, C03: odd requests get a plain answer, never an error of ours."""

from __future__ import annotations

import datetime as dt
import io
import time

import pytest
from flask import url_for

from congress.core.inventory import route_lines
from tests.security.matrix import rule_of
from tests.security.world import arguments_of, make_world

NASTY = [
    "%00",
    "\x00",
    "\ud800",
    "%ED%A0%80",
    "%FF",
    "\uffff",
    "' OR 1=1--",
    "%",
    "_",
    "9223372036854775808",
    "-9223372036854775809",
    "9" * 400,
    "1e309",
    "NaN",
    "[]",
    "{{7331*7}}",
    "../../etc/passwd",
    "\r\nX: y",
    "\u202e",
    "a" * 5000,
    "😀" * 200,
]


@pytest.fixture
def world(app, monkeypatch):
    monkeypatch.setitem(app.config, "PROPAGATE_UNEXPECTED", False)
    return make_world(app)


def every_address(app, scene, method="GET"):
    for line in route_lines(app):
        if line["method"] == method:
            rule = next(one for one in app.url_map.iter_rules(line["endpoint"]) if one.rule == line["route"])
            with app.test_request_context("/en/"):
                yield line, url_for(line["endpoint"], **arguments_of(line, scene, set(rule.arguments)))


def test_headers_on_every_answer(app, world):
    for line, path in every_address(app, world.a):
        for client in (world.clients["anonymous"], world.clients["owner"]):
            answer = client.get(path, buffered=True)
            headers = answer.headers
            csp = headers["Content-Security-Policy"]
            assert headers["X-Content-Type-Options"] == "nosniff", path
            assert headers["Referrer-Policy"] in {"same-origin", "no-referrer"}, path
            assert headers["Cross-Origin-Opener-Policy"] == "same-origin", path
            assert "frame-ancestors 'none'" in csp, path
            assert "unsafe-inline" not in csp or line["endpoint"] == "mailbox.html", path
            assert "unsafe-eval" not in csp.replace("wasm-unsafe-eval", ""), path
            assert "Server" not in headers
            assert "X-Powered-By" not in headers


def test_what_is_personal_is_never_shared(app, world):
    """A17."""
    for line, path in every_address(app, world.a):
        rule = rule_of(line["endpoint"], "GET")
        if rule != "public":
            for client in (world.clients["owner"], world.clients["anonymous"]):
                answer = client.get(path, buffered=True, headers=world.headers["door device"])
                assert "no-store" in answer.headers["Cache-Control"] or "private" in answer.headers["Cache-Control"]
                assert "public" not in answer.headers["Cache-Control"], path


def test_odd_values_in_queries_and_addresses(app, world):
    owner, broken = world.clients["administrator"], []
    for line, path in every_address(app, world.a):
        for value in NASTY:
            query = dict.fromkeys(
                ("q", "page", "sort", "dir", "status", "category", "state", "kind", "id"),
                value.encode("utf-8", "surrogatepass"),
            )
            status = owner.get(path, query_string=query, buffered=True).status_code
            if status >= 500 and line["endpoint"] not in {"health.ready", "programme.pdf"}:
                broken.append((path, ascii(value)[:40], status))
    assert not broken, broken[:20]


def test_odd_values_in_forms(app, world, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_CHECK_DEFAULT", False)
    owner, broken = world.clients["owner"], []
    for line, path in every_address(app, world.a, "POST"):
        if line["endpoint"].startswith("api_v1"):
            continue
        for value in NASTY[:12]:
            encoded = value.encode("utf-8", "surrogatepass")
            body = b"&".join(name + b"=" + encoded for name in (b"name", b"email", b"q", b"text-fr", b"reference"))
            answer = owner.post(path, data=body, content_type="application/x-www-form-urlencoded", buffered=True)
            if answer.status_code >= 500:
                broken.append((path, ascii(value)[:40], answer.status_code))
    assert not broken, broken[:20]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/.git/config", 404),
        ("/.env", 404),
        ("/static/../config.py", 404),
        ("/static/%2e%2e/config.py", 404),
        ("/static/", 404),
        ("/console", 404),
        ("/fr/%00", 400),
        ("/fr/%ff", 404),
        ("/fr/events/%00/", 400),
        ("//evil.example/", 404),
        ("/de/", 404),
        ("/fr/manage/events/%ED%A0%80/", 404),
        ("/metrics", 404),
    ],
)
def test_odd_addresses(client, path, status):
    assert client.get(path).status_code in {status, 303, 400, 404}


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "FOO", "PUT", "PATCH", "DELETE"])
def test_odd_methods_are_refused(client, method):
    assert client.open("/fr/account/sign-in", method=method).status_code in {400, 405}


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost:80@evil", "evil.example:80", ""]
)
def test_unknown_hosts_get_400(client, host):
    """C03."""
    answer = client.get("/fr/account/sign-in", headers={"Host": host})
    assert answer.status_code == 400


def test_forwarded_hosts_change_no_link(client):
    forged = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "X-Forwarded-Proto": "gopher"}
    answer = client.get("/fr/", headers=forged)
    assert b"evil.example" not in answer.data
    assert b"gopher" not in answer.data


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"&".join(b"f%d=1" % number for number in range(20_000)), "application/x-www-form-urlencoded"),
        (b"name=" + b"x" * 1_000_000, "application/x-www-form-urlencoded"),
        (b"name=" + b"x" * 10_000_000, "application/x-www-form-urlencoded"),
        (b"[" * 100_000, "application/json"),
    ],
    ids=["20,000 fields", "1 MB field", "10 MB", "deep JSON"],
)
def test_large_bodies_are_refused_quickly(client, body, content_type):
    """H01."""
    for path in ("/fr/account/sign-in", "/fr/my-registration"):
        started = time.monotonic()
        assert client.post(path, data=body, content_type=content_type).status_code in {400, 413}
        assert time.monotonic() - started < 3


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # a file cut off while it came
@pytest.mark.parametrize("parts", ["many", "carriage return", "field"])
def test_multipart_is_bounded(client, parts):
    """D12."""
    boundary = b"frontier"
    if parts == "many":
        part = b'--frontier\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n'
        body = part * 5000 + b"--frontier--\r\n"
    elif parts == "carriage return":
        body = b'--frontier\r\nContent-Disposition: form-data; name="f"; filename="x"\r\n\r\n\r' + b"a" * 3_000_000
    else:
        body = b'--frontier\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"a" * 10_000_000
    started = time.monotonic()
    answer = client.post(
        "/fr/account/sign-in",
        input_stream=io.BytesIO(body),
        headers={"Content-Type": f"multipart/form-data; boundary={boundary.decode()}", "Content-Length": len(body)},
    )
    assert answer.status_code in {400, 413}
    assert time.monotonic() - started < 3


@pytest.mark.parametrize("value", ['{"a":1,"a":2}', '{"a":9223372036854775808}', '"\\ud800"', '{"a":NaN}', "{"])
def test_ambiguous_json_is_refused(app, world, value):
    """G10, B12."""
    answer = world.clients["door device"].post(
        "/api/v1/scans", data=value, content_type="application/json", headers=world.headers["door device"]
    )
    assert answer.status_code in {400, 422}
    assert answer.content_type == "application/problem+json"


def test_security_txt(client):
    """G09."""
    lines = client.get("/.well-known/security.txt").get_data(as_text=True).splitlines()
    fields = dict(line.split(": ", 1) for line in lines if ": " in line)
    assert fields["Contact"]
    expires = dt.datetime.fromisoformat(fields["Expires"])
    assert dt.datetime.now(dt.UTC) + dt.timedelta(days=30) < expires


@pytest.mark.parametrize("name", ["a\r\nb", 'a";b', "\u202e", "x" * 300, "é"])
def test_names_never_split_a_header(app, name):
    """B10: file names are made of references and slugs, which hold none of this."""
    from congress.events.slugs import is_slug

    assert not is_slug(name)
