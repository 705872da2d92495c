"""B01: what people wrote stays text, on every page that shows it."""

from __future__ import annotations

import html5lib
import pytest
from flask import url_for

from congress.core.inventory import route_lines
from tests.security.world import arguments_of, make_world

CANARIES = [
    '<canary-x onclick="canary()">',
    "<script>canary()</script>",
    "<img src=x onerror=canary()>",
    '"><canary-x>',
    "'><canary-x>",
    '" onmouseover="canary()" x="',
    "javascript:canary()",
    "</title><canary-x>",
    "</textarea><canary-x>",
    "</script><canary-x>",
    "<!--<canary-x>",
    "<svg/onload=canary()>",
    "{{7331*7}}<canary-x>",
    "&lt;canary-x&gt;<canary-x>",
    "\u2028<canary-x>\u2029",
]
HANDLERS = ("onclick", "onerror", "onload", "onmouseover", "onfocus")


def pages(app, world):
    for line in route_lines(app):
        if line["method"] != "GET":
            continue
        rule = next(one for one in app.url_map.iter_rules(line["endpoint"]) if one.rule == line["route"])
        with app.test_request_context("/en/"):
            yield url_for(line["endpoint"], **arguments_of(line, world.a, set(rule.arguments)))


def problems_in(page):
    document = html5lib.parse(page, treebuilder="etree", namespaceHTMLElements=False)
    for element in document.iter():
        if "canary" in str(element.tag):
            yield f"element {element.tag}"
        if (
            element.tag == "script"
            and "canary" in (element.text or "")
            and element.get("type") not in {"application/ld+json", "application/json"}
        ):
            yield f"script {element.text}"
        for name, value in element.attrib.items():
            if name in HANDLERS:
                yield f"handler {name}"
            if name in {"href", "src", "action"} and value.strip().lower().startswith("javascript:"):
                yield f"script address in {name}"


def test_a_canary_would_be_seen():
    assert list(problems_in("<p><canary-x></p>"))
    assert list(problems_in('<p onclick="x">'))
    assert list(problems_in('<a href="javascript:x">'))
    assert not list(problems_in("<p>&lt;canary-x&gt;</p>"))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("batch", range(3))
def test_what_people_wrote_stays_text(app, batch):
    text = " ".join(CANARIES[batch * 5 : batch * 5 + 5])[:200]
    world, found, shown = make_world(app, text), [], 0
    for path in pages(app, world):
        for client in (world.clients["owner"], world.clients["administrator"]):
            answer = client.get(path, query_string={"q": "canary"}, buffered=True)
            if answer.mimetype != "text/html":
                continue
            page = answer.get_data(as_text=True)
            shown += "canary" in page
            found += [(path, problem) for problem in problems_in(page)]
            assert "53743661" not in page, path
    assert not found, found[:20]
    assert shown > 10
