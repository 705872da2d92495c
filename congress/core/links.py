"""Addresses of our own pages for mails and files: built from the configuration, never from a request."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app


def absolute(path: str) -> str:
    """The full address of a path on this site, which begins with a slash."""
    base: str = current_app.config["BASE_URL"]
    return base + path


def is_web_address(text: str, schemes: tuple[str, ...] = ("https", "http")) -> bool:
    """Whether a text is a complete address that a page may link to; no credentials in it, no odd characters."""
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    odd = any(char.isspace() or char in '\\"<>' for char in text)
    return parts.scheme in schemes and bool(host) and not odd and "@" not in parts.netloc


def site_name() -> str:
    """The host name of this site, as identifiers of mails and calendar items use it."""
    return urlsplit(current_app.config["BASE_URL"]).hostname or "localhost"
