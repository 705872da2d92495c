"""Choosing tags: the tree with boxes, and a search that works without a script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from congress.core.text import search_key
from congress.matchmaking.taxonomy import Taxonomy, Term

SEARCH = "search"
"""The name of the button that searches and sends nothing else."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One box. `words` is what the page's own search compares; `is_found`: the sent search found it, or none was."""

    term: Term
    depth: int
    words: str
    is_chosen: bool
    is_found: bool


@dataclass(frozen=True, slots=True)
class Picker:
    """The boxes by branch, each with what stands at its top; `is_search`: the search button was pressed."""

    branches: Sequence[tuple[Term, Sequence[Choice]]]
    is_search: bool
    asked: str
    found: int


def picker(form: Any, taxonomy: Taxonomy) -> Picker:
    """What the page shows of the field `tags`; after a search (`find`) only what it found and what is chosen."""
    offered = {choice[0] if isinstance(choice, tuple) else choice.value for choice in form.tags.choices}
    chosen = set(form.tags.data or ())
    asked = (form.find.data or "").strip()
    is_search = SEARCH in request.form
    found = {term.id for term in taxonomy.search(asked)} & offered if is_search and asked else offered
    branches = []
    for root in taxonomy.roots:
        walked = [(root, 0), *((term, depth + 1) for term, depth in taxonomy.walk(root.id))]
        boxes = [
            Choice(
                term,
                depth,
                " ".join(search_key(word) for word in term.words()),
                term.id in chosen,
                term.id in found or term.id in chosen,
            )
            for term, depth in walked
            if term.id in offered
        ]
        if boxes:
            branches.append((root, boxes))
    return Picker(branches, is_search, asked, len(found))
