"""Markdown as plain text, for calendars and mails, which show its marks as they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

_markdown = MarkdownIt("commonmark", {"html": False})
_MARKS = re.compile(r"[*_`#>\[\]\\&]|  $|^\s*(?:[-+=~]|\d+[.)])\s?", re.MULTILINE)
_INLINE = {"text", "code_inline"}
_BLOCKS = {"fence", "code_block"}


@lru_cache(maxsize=1024)
def plain_text(markdown: str) -> str:
    """The words of a text in Markdown: paragraphs apart, items of lists with a bullet, addresses of links kept."""
    if not _MARKS.search(markdown):
        return markdown.strip()
    return "".join(_blocks(_markdown.parse(markdown))).strip()


def _blocks(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            yield "".join(_inline(token.children or ()))
        elif token.type == "list_item_open":
            yield f"{token.info}. " if token.info else "• "
        elif token.type in _BLOCKS:
            yield token.content + "\n"
        elif token.type in {"paragraph_close", "heading_close"}:
            yield "\n" if token.hidden else "\n\n"
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            yield "\n"


def _inline(tokens: Iterable[Token]) -> Iterator[str]:
    address = ""
    for token in tokens:
        if token.type in _INLINE:
            yield token.content
        elif token.type in {"softbreak", "hardbreak"}:
            yield "\n"
        elif token.type == "image":
            yield token.content
        elif token.type == "link_open":
            address = "" if token.info == "auto" else str(token.attrGet("href") or "")
        elif token.type == "link_close" and address:
            yield f" ({address})"
