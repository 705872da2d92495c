"""The same calendar as XML (RFC 6321), made from what icalendar writes as jCal (RFC 7265): both map alike."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

NAMESPACE = "urn:ietf:params:xml:ns:icalendar-2.0"


def xcal(feed: bytes) -> bytes:
    """An iCalendar file as XML."""
    from icalendar import Calendar  # noqa: PLC0415 (only who writes a file loads it)

    root = Element("icalendar", xmlns=NAMESPACE)
    _component(root, Calendar.from_ical(feed).to_jcal())
    indent(root, space=" ")
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _component(parent: Element, jcal: Any) -> None:
    name, properties, components = jcal
    made = SubElement(parent, name)
    if properties:
        holder = SubElement(made, "properties")
        for one in properties:
            _property(holder, *one)
    if components:
        holder = SubElement(made, "components")
        for one in components:
            _component(holder, one)


def _property(parent: Element, name: str, parameters: dict[str, Any], kind: str, *values: Any) -> None:
    made = SubElement(parent, name)
    if parameters:
        holder = SubElement(made, "parameters")
        for parameter, value in parameters.items():
            _parameter(SubElement(holder, parameter), parameter, value)
    if name == "geo":
        for part, degrees in zip(("latitude", "longitude"), values[0], strict=True):
            SubElement(made, part).text = str(degrees)
        return
    for value in values:
        _value(SubElement(made, kind), value)


def _parameter(parent: Element, name: str, value: Any) -> None:
    """Addresses are URIs, the rest is text (RFC 6321 §3.5)."""
    kind = "uri" if name in {"altrep", "dir"} else "text"
    for one in value if isinstance(value, list) else [value]:
        SubElement(parent, kind).text = str(one)


def _value(made: Element, value: Any) -> None:
    if isinstance(value, dict):  # a recurrence rule
        for part, rule in value.items():
            for one in rule if isinstance(rule, list) else [rule]:
                SubElement(made, part).text = str(one)
    else:
        made.text = str(value)
