"""Addresses of our own pages for mails and files: built from the configuration, never from a request."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app


def absolute(path: str) -> str:
    """The full address of a path on this site, which begins with a slash."""
    base: str = current_app.config["BASE_URL"]
    return base + path


def site_name() -> str:
    """The host name of this site, as identifiers of mails and calendar items use it."""
    return urlsplit(current_app.config["BASE_URL"]).hostname or "localhost"
