"""The page check sees what it promises to see: one broken page for each rule."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.client import CongressClient
from tests.support.page_check import problems

PAGE = '<!doctype html><html lang="{lang}"><head><title>{title}</title></head><body>{body}</body></html>'
GOOD = """<h1>Stages</h1><svg><use href="/static/icons.svg#x"></use></svg>
<form action="/fr/x" method="post"><input type="hidden" name="t" value="1">
<label for="a">Name</label><input id="a" name="a" aria-describedby="help"><p id="help">Help</p>
<label><input type="checkbox" name="b"> Photo</label><select aria-label="Sort"><option>A</option></select>
<button type="submit">Save</button></form><img src="/media/x.png" alt=""><a href="#a">Name</a>
<a href="https://example.org/">Elsewhere</a><table><caption>People</caption><tr><td>A</td></tr></table>
<script type="application/ld+json">{}</script><script src="/static/x.js"></script>"""


def page(body: str = GOOD, *, lang: str = "fr", title: str = "Title") -> tuple[str, ...]:
    return problems(PAGE.format(lang=lang, title=title, body=body), "fr", "localhost")


def test_a_good_page_passes() -> None:
    assert page() == ()


BROKEN = {
    "a block in a paragraph": ("<p><div>x</div></p>", "not HTML: unexpected-end-tag"),
    "an element that is not closed": ("<div><span>x</div>", "not HTML: end-tag-too-early"),
    "an attribute twice": ('<p class="a" class="b">x</p>', "not HTML: duplicate-attribute"),
    "a form in a form": ("<form><form></form></form>", "not HTML: unexpected-start-tag"),
    "an unknown character": ("<p>&foo;</p>", "not HTML: expected-named-entity"),
    "a second heading": ("<h1>Again</h1>", "not exactly one h1"),
    "an id twice": ('<p id="x"></p><p id="x"></p>', "id 'x' is there 2 times"),
    "an empty id": ('<p id=""></p>', "id '' is there 1 times"),
    "a description that is not there": ('<p aria-describedby="no">x</p>', "aria-describedby='no' names nothing"),
    "a name that is not there": ('<p aria-labelledby="no">x</p>', "aria-labelledby='no' names nothing"),
    "a label of nothing": ('<label for="no">x</label>', "for='no' names nothing"),
    "a link to nothing": ('<a href="#no">x</a>', "href='no' names nothing"),
    "an input without label": ('<input name="x">', "no label: <input"),
    "a choice without label": ("<select><option>x</option></select>", "no label: <select"),
    "a text without label": ("<textarea></textarea>", "no label: <textarea"),
    "an empty label": ('<label for="x"></label><input id="x">', "no label: <input"),
    "a button without name": ('<button type="button"><svg aria-hidden="true"></svg></button>', "no name: <button"),
    "a link without name": ('<a href="/fr/"><span aria-hidden="true">x</span></a>', "no name: <a"),
    "a submit without name": ('<input type="submit">', "no name: <input"),
    "a picture without description": ('<img src="/x.png">', "no name: <img"),
    "a frame without title": ('<iframe src="/x"></iframe>', "no name: <iframe"),
    "a table without caption": ("<table><tr><td>x</td></tr></table>", "no name: <table"),
    "a script inside": ("<script>x()</script>", "a script inside the page"),
    "a style element": ("<style>p {}</style>", "a style inside the page"),
    "a style attribute": ('<p style="color:red">x</p>', "a style inside the page"),
    "a handler": ('<p onclick="x()">x</p>', "a handler in an attribute"),
    "a script as an address": ('<a href=" JavaScript:x()">x</a>', "a script in an address"),
    "a script from elsewhere": ('<script src="https://cdn.example/x.js"></script>', "from elsewhere"),
    "a picture from elsewhere": ('<img alt="" src="//cdn.example/x.png">', "from elsewhere"),
    "a style sheet from elsewhere": ('<link rel="stylesheet" href="https://cdn.example/x.css">', "from elsewhere"),
    "a font from elsewhere": ('<link rel="preload" href="https://cdn.example/x.woff2">', "from elsewhere"),
    "a form that sends elsewhere": ('<form action="https://x.example/"></form>', "from elsewhere"),
    "a button that sends elsewhere": ('<button formaction="https://x.example/">x</button>', "from elsewhere"),
    "a picture set from elsewhere": ('<img alt="" srcset="/a.png 1x, https://x.example/b.png 2x">', "from elsewhere"),
    "an icon from elsewhere": ('<svg><use href="https://x.example/i.svg#a"></use></svg>', "from elsewhere"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_is_said(name: str) -> None:
    markup, sentence = BROKEN[name]
    (wrong, *more) = page(GOOD + markup)
    assert (sentence in wrong, [one for one in more if not one.startswith("not HTML")]) == (True, [])


def test_the_head_is_looked_at() -> None:
    assert page(lang="en") == ("the page is in en, its address in fr",)
    assert page(title=" ") == ("no title",)
    assert page("<p>x</p>") == ("not exactly one h1: []",)
    assert page("<h1> </h1>") == ("not exactly one h1: ['']",)
    assert "not HTML: expected-doctype" in problems(PAGE[15:].format(lang="fr", title="x", body=GOOD), "fr")[0]


@pytest.mark.parametrize(("body", "passes"), [("<p>a part</p>", True), ("<html><p>a page</p></html>", False)])
def test_the_client_checks_what_it_receives(body: str, passes: bool) -> None:
    app = Flask(__name__)
    app.test_client_class = CongressClient
    app.add_url_rule("/fr/", "page", lambda: body)
    if passes:
        assert app.test_client().get("/fr/").status_code == 200
    else:
        with pytest.raises(AssertionError, match="no title"):
            app.test_client().get("/fr/")
