"""What a request says about the visitor: address, browser, and where they wanted to go."""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
from urllib.parse import quote, unquote

from flask import request

from congress.accounts import attempts

SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
MAX_PATH = 300
LOCAL_PATH = re.compile(r"/(?:fr|en)/[A-Za-z0-9/_.~%?&=+,-]*")
NETWORK_BITS = 64


def client_address() -> str:
    """The address that the connection comes from; a network of 64 bits under IPv6, which one person may hold.

    Behind proxies the server has put the right one here, if PROXY_COUNT says how many there are: what a client
    writes into X-Forwarded-For by itself is never looked at.
    """
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, NETWORK_BITS), strict=False))
    return str(address)


def limit_visitor(kind: str, limit: int, per: dt.timedelta) -> None:
    """Count one attempt of this client; `TooManyAttempts` when it is one too many.

    The machine itself is not counted: behind a proxy that nobody declared, everybody would be that one visitor.
    """
    who = client_address()
    if not ipaddress.ip_address(request.remote_addr or "::").is_loopback:
        attempts.count(kind, who, limit, per)


def device_label() -> str:
    """Browser and system, as far as the browser says, for the list of sessions."""
    agent = request.headers.get("User-Agent", "")
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return " – ".join(part for part in (browser, system) if part)


def local_path(text: str | None) -> str | None:
    """A page of ours to go to after signing in, or None: anything that might lead elsewhere is dropped."""
    if not text or len(text) > MAX_PATH or not LOCAL_PATH.fullmatch(text):
        return None
    path = unquote(text.split("?", 1)[0])
    if "//" in path or "\\" in path or "/account/" in path or any(ord(char) <= ord(" ") for char in path):
        return None
    return text


def this_page() -> str | None:
    """The page that was asked for, as `local_path` accepts it; None for anything but a page one can open."""
    if request.method != "GET":
        return None
    query = request.query_string.decode("latin-1")
    return local_path(quote(request.path) + (f"?{query}" if query else ""))
