"""What holds on every page: valid HTML, a heading, names for everything, nothing that the content policy refuses.

`CongressClient` passes each answer in HTML through `check_page`; parts of pages, which htmx fetches, have no `<html>`
and are left alone, and so are redirects, which nobody sees. What only a browser shows is in tests/browser.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
from werkzeug.test import TestResponse

ALLOWED_ERRORS: dict[str, str] = {}
"""Parse errors of html5lib that are none in HTML as it is today, each with its reason."""

NOT_OURS = re.compile(r"/(?:fr|en)/mailbox/[^/]+/html")
"""The text of a mail, shown in a sandboxed frame: written for mail programs, checked by the tests of mails."""

UNLABELLED_INPUTS = frozenset({"hidden", "submit", "button", "reset", "image"})
REFERRING = ("aria-describedby", "aria-labelledby", "aria-controls", "aria-owns", "aria-activedescendant")
LOADING = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src"}
SENDING = {"form": "action", "button": "formaction", "input": "formaction"}
ADDRESSES = frozenset({"href", "src", "action", "formaction", "{http://www.w3.org/1999/xlink}href"})
LOADED_LINKS = frozenset({"stylesheet", "icon", "preload", "modulepreload", "manifest", "apple-touch-icon"})
SVG = "{http://www.w3.org/2000/svg}"
ADDRESS_LANGUAGE = re.compile(r"/(fr|en)(?:/|$)")


def check_page(response: TestResponse) -> None:
    """Fail with everything that is wrong with an answer."""
    if response.mimetype != "text/html" or 300 <= response.status_code < 400:
        return
    path = response.request.path
    body = response.get_data()
    html = (gzip.decompress(body) if response.content_encoding == "gzip" else body).decode()
    if "<html" not in html[:1000] or NOT_OURS.fullmatch(path):
        return
    found = ADDRESS_LANGUAGE.match(path)
    wrong = problems(html, found.group(1) if found else None, response.request.host)
    assert not wrong, f"{path}: " + "\n".join(wrong)


@lru_cache(maxsize=256)
def problems(html: str, language: str | None = None, host: str = "localhost") -> tuple[str, ...]:
    """What is wrong with a page, in words."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    page = parser.parse(html)
    return (
        *(
            f"not HTML: {code} {values} at {place}"
            for place, code, values in parser.errors
            if code not in ALLOWED_ERRORS
        ),
        *_head(page, language),
        *_ids(page),
        *_names(page),
        *_policy(page, host),
    )


def _head(page: Element, language: str | None) -> Iterator[str]:
    spoken = page.get("lang")
    if spoken not in ({language} if language else {"fr", "en"}):
        yield f"the page is in {spoken}, its address in {language}"
    if not "".join(page.findtext("head/title") or "").strip():
        yield "no title"
    headings = [_text(one) for one in page.iter("h1")]
    if len(headings) != 1 or not headings[0]:
        yield f"not exactly one h1: {headings}"


def _ids(page: Element) -> Iterator[str]:
    ids = Counter(one.get("id") for one in page.iter() if one.get("id") is not None)
    for name, times in ids.items():
        if times > 1 or not name or " " in name:
            yield f"id {name!r} is there {times} times"
    for one in page.iter():
        wanted = [(name, target) for name in REFERRING for target in (one.get(name) or "").split()]
        wanted += [("for", one.get("for"))] if one.get("for") else []
        fragment = one.get("href") or ""
        wanted += [("href", fragment[1:])] if one.tag == "a" and fragment.startswith("#") and fragment != "#" else []
        yield from (f"{name}={target!r} names nothing" for name, target in wanted if target not in ids)


def _names(page: Element) -> Iterator[str]:
    labels = [one for one in page.iter("label") if _text(one)]
    labelled = {one.get("for") for one in labels if one.get("for")}
    labelled_inside = {id(inner) for one in labels for inner in one.iter()}
    for one in page.iter():
        if one.tag in {"input", "select", "textarea"} and one.get("type") not in UNLABELLED_INPUTS:
            if one.get("id") not in labelled and id(one) not in labelled_inside and not _aria_name(one):
                yield f"no label: {_tag(one)}"
        elif _is_nameless(one):
            yield f"no name: {_tag(one)}"


def _is_nameless(one: Element) -> bool:
    if one.tag == "input":
        return one.get("type") in {"submit", "button"} and not one.get("value")
    if one.tag == "img":
        return one.get("alt") is None
    if one.tag == "table":
        return one.find("caption") is None and not _aria_name(one)
    if one.tag == "iframe":
        return not _aria_name(one)
    acts = one.tag == "button" or (one.tag == "a" and one.get("href"))
    return bool(acts) and not (_aria_name(one) or _text(one))


def _policy(page: Element, host: str) -> Iterator[str]:
    for one in page.iter():
        tag = str(one.tag).removeprefix(SVG)
        if tag == "script" and not one.get("src") and not (one.get("type") or "").endswith("json"):
            yield "a script inside the page"
        if tag == "style" or one.get("style") is not None:
            yield f"a style inside the page: {_tag(one)}"
        for name, value in one.attrib.items():
            if name.lower().startswith("on"):
                yield f"a handler in an attribute: {_tag(one)}"
            if name in ADDRESSES and re.match(r"\s*(?:javascript|vbscript):", value, re.IGNORECASE):
                yield f"a script in an address: {_tag(one)}"
        yield from (f"from elsewhere: {address}" for address in _requested(one) if _is_foreign(address, host))


def _requested(one: Element) -> Iterator[str]:
    """Addresses that a browser asks while it shows the page, or sends a form to."""
    name = LOADING.get(str(one.tag)) or SENDING.get(str(one.tag))
    if name and one.get(name):
        yield str(one.get(name))
    if one.tag == "link" and LOADED_LINKS.intersection((one.get("rel") or "").split()):
        yield one.get("href") or ""
    yield from (part.split()[0] for part in (one.get("srcset") or "").split(",") if part.strip())
    if one.tag in {f"{SVG}use", f"{SVG}image"}:
        yield one.get("href") or one.get("{http://www.w3.org/1999/xlink}href") or ""


def _is_foreign(address: str, host: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme not in {"", "http", "https", "data"} or parts.netloc not in {"", host}


def _aria_name(one: Element) -> str:
    return one.get("aria-label") or one.get("aria-labelledby") or one.get("title") or ""


def _text(one: Element) -> str:
    """What a screen reader says: texts, names and descriptions of pictures, without what is hidden from it."""
    if one.get("aria-hidden") == "true":
        return ""
    words = [one.text or "", one.get("alt") or "", one.get("aria-label") or ""]
    for inner in one:
        words += [_text(inner) if isinstance(inner.tag, str) else "", inner.tail or ""]
    return " ".join("".join(words).split())


def _tag(one: Element) -> str:
    attributes = "".join(f' {name}="{value[:60]}"' for name, value in one.attrib.items())
    return f"<{one.tag}{attributes}>"
