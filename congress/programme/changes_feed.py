"""The changes of a programme for feed readers: Atom (RFC 4287), the same bytes for the same releases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from congress.core.languages import gettext, speaking, translated
from congress.core.links import absolute, site_name
from congress.core.rendering import render
from congress.events.models import Event
from congress.programme import words
from congress.programme.history import Step

NAMESPACE = "http://www.w3.org/2005/Atom"
MOST = 50
"""Releases in the feed: readers keep the older ones."""


def changes_feed(event: Event, steps: Sequence[Step], language: str) -> bytes:
    """The feed in one language; `steps` from the latest to the first, at least one."""
    base = f"/{language}/events/{event.slug}/programme"
    with speaking(language):
        feed = Element("feed", {"xmlns": NAMESPACE, "xml:lang": language})
        _add(feed, "id", _tag(event, language))
        _add(feed, "title", gettext("Changes of the programme – %(event)s", event=translated(event.name)))
        _add(feed, "updated", _date(steps[0].at))
        _link(feed, "self", absolute(f"{base}/changes.atom"), "application/atom+xml")
        _link(feed, "alternate", absolute(f"{base}/changes/"), "text/html")
        _add(SubElement(feed, "author"), "name", translated(event.name))
        for step in steps[:MOST]:
            _entry(feed, event, step, language, base)
    indent(feed, space=" ")
    written: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _entry(feed: Element, event: Event, step: Step, language: str, base: str) -> None:
    entry = SubElement(feed, "entry")
    _add(entry, "id", f"{_tag(event, language)}/{step.number}")
    _add(entry, "title", gettext("Release %(name)s", name=step.name))
    _add(entry, "updated", _date(step.at))
    _add(entry, "published", _date(step.at))
    _link(entry, "alternate", absolute(f"{base}/releases/{step.number}/"), "text/html")
    values = {"step": step, "event": event, "words": words, "base": absolute(base), "language": language}
    _add(entry, "content", render("programme/public/changes_feed.html", values).strip()).set("type", "html")


def _tag(event: Event, language: str) -> str:
    """The same for ever, whatever the page's address becomes (RFC 4151)."""
    return f"tag:{site_name()},{event.created_at:%Y-%m-%d}:event-{event.id}/programme/{language}"


def _date(instant: dt.datetime) -> str:
    return instant.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _link(parent: Element, rel: str, href: str, kind: str) -> None:
    SubElement(parent, "link", {"rel": rel, "href": href, "type": kind})


def _add(parent: Element, name: str, text: str) -> Element:
    child = SubElement(parent, name)
    child.text = text
    return child
