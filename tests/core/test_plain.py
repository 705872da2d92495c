"""Markdown as plain text."""

from __future__ import annotations

import pytest

from congress.core.plain import plain_text


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("", ""),
        ("Two words.\n\nTwo paragraphs.\nA line.", "Two words.\n\nTwo paragraphs.\nA line."),
        ("Some **bold**, *slanted* and `code`.", "Some bold, slanted and code."),
        ("# Title\n\nText", "Title\n\nText"),
        ("- one\n- two\n\nAfter", "• one\n• two\n\nAfter"),
        ("3. one\n4. two", "3. one\n4. two"),
        ("See [our page](https://example.org/a).", "See our page (https://example.org/a)."),
        ("<https://example.org>", "https://example.org"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("AT&amp;T &eacute;", "AT&T é"),
        ("A\\*star", "A*star"),
        ("<b>not html</b>", "<b>not html</b>"),
        ("> said\n> so", "said\nso"),
        ("    indented", "indented"),
        ("a  \nb", "a\nb"),
        ("Title\n=====\n\nText", "Title\n\nText"),
        ("one\n\n---\n\ntwo", "one\n\ntwo"),
        ("![a picture](https://example.org/a.png)", "a picture"),
    ],
)
def test_words_without_marks(markdown, plain):
    assert plain_text(markdown) == plain
