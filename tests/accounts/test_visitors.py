"""Where one goes after signing in, and whose attempts are counted."""

from __future__ import annotations

import re

import pytest
from werkzeug.middleware.proxy_fix import ProxyFix

from congress.accounts.views.visitors import client_address, device_label, local_path

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\tevil.example",
    "/fr/\t//evil.example",
    "https://evil.example/fr/",
    "https:evil.example",
    "https:/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "http://localhost@evil.example/fr/",
    "/fr//evil.example",
    "/%2f%2fevil.example",
    "/fr/%2f/evil.example",
    "/fr/%5cevil.example",
    "/fr/\r\nLocation: https://evil.example",
    "/fr/%0d%0aSet-Cookie:x=1",
    "/fr/\u2028evil",
    "evil.example",
    "http://[::1",
    "/fr/account/sign-out",
    "/fr/" + "a" * 400,
    "",
]


@pytest.mark.parametrize("path", ELSEWHERE)
def test_nothing_leads_elsewhere(path):
    assert local_path(path) is None


@pytest.mark.parametrize("path", ["/fr/manage/", "/en/manage/events/a-b_c.d/?q=1&sort=-name&x=%C3%A9", "/fr/"])
def test_our_own_pages_are_kept(path):
    assert local_path(path) == path


@pytest.mark.parametrize("path", ELSEWHERE)
def test_the_sign_in_page_takes_any_next_without_breaking(client, path):
    answer = client.get("/fr/account/sign-in", query_string={"next": path})
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    assert not re.findall(r'action="[^"]*evil', page)
    assert all(re.match(r"/(?!/)|#|data:", link) for link in re.findall(r'(?:href|src|action)="([^"]*)"', page))


def test_clients_cannot_choose_their_address(app):
    forged = {"X-Forwarded-For": "203.0.113.7"}
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": "198.51.100.1"}, headers=forged):
        assert client_address() == "198.51.100.1"


def test_a_configured_proxy_says_who_is_behind_it(app):
    seen = []

    def application(environ, _start):
        with app.request_context(environ):
            seen.append(client_address())
        return []

    environ = {"REQUEST_METHOD": "GET", "SERVER_NAME": "localhost", "SERVER_PORT": "80", "wsgi.url_scheme": "http"}
    environ |= {"REMOTE_ADDR": "198.51.100.1", "HTTP_X_FORWARDED_FOR": "203.0.113.7, 192.0.2.5"}
    ProxyFix(application, x_for=1)(environ, None)
    assert seen == ["192.0.2.5"]


def test_an_ipv6_network_counts_as_one(app):
    addresses = set()
    for end in ("1", "2", "ffff:1"):
        with app.test_request_context("/", environ_base={"REMOTE_ADDR": f"2001:db8:1:2::{end}"}):
            addresses.add(client_address())
    assert addresses == {"2001:db8:1:2::/64"}


def test_a_browser_is_named_without_keeping_what_it_said(app):
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    with app.test_request_context("/", headers={"User-Agent": agent}):
        assert device_label() == "Firefox – Linux"
    with app.test_request_context("/", headers={"User-Agent": "<script>"}):
        assert device_label() == ""
