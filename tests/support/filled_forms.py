"""The values with which a page offers a form: what a browser would send if nobody touched it."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

import html5lib


def filled(html: str, naming: str) -> dict[str, Any]:
    """Name to value (or values) of the form that has a control called `naming`."""
    page = html5lib.parse(html, namespaceHTMLElements=False)
    form = next(form for form in page.iter("form") if any(one.get("name") == naming for one in form.iter()))
    values: dict[str, Any] = {}
    for control in form.iter():
        name = control.get("name")
        if not name or control.tag not in {"input", "textarea", "select"}:
            continue
        for value in _values(control):
            values[name] = value if name not in values else [*_listed(values[name]), value]
    return values


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _values(control: Element) -> list[str]:
    if control.tag == "textarea":
        return ["".join(control.itertext())]
    if control.tag == "select":
        options = list(control.iter("option"))
        chosen = [one for one in options if one.get("selected") is not None] or options[:1]
        return [one.get("value") or "" for one in chosen]
    if control.get("type") in {"checkbox", "radio"}:
        return [control.get("value") or "on"] if control.get("checked") is not None else []
    if control.get("type") in {"submit", "button", "file"}:
        return []
    return [control.get("value") or ""]
