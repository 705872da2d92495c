"""Templates outside of pages: mails. No request, no session, no context processors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app


def render(template: str, values: Mapping[str, Any]) -> str:
    """Fill a template of ours; names ending in .html escape what they are given, others do not."""
    return current_app.jinja_env.get_template(template).render(values)


def setting(name: str) -> Any:
    """A setting of this installation (see `config.py`), for features that know no web framework."""
    return current_app.config[name]
