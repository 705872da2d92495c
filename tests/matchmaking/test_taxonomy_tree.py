"""The tree of tags: who stands where, and how a tag is found."""

from __future__ import annotations

import pytest

from congress.matchmaking.taxonomy import Taxonomy, Term


@pytest.fixture
def tree() -> Taxonomy:
    """1 Bioproduction (2 Aval (4 Filtration, 5 Chromatographie), 3 Amont), 6 Thérapie cellulaire."""
    return Taxonomy(
        [
            Term(6, None, {"fr": "Thérapie cellulaire", "en": "Cell therapy"}, {"en": ("CAR-T",)}, position=2),
            Term(1, None, {"fr": "Bioprocédés", "en": "Bioprocess"}, position=1),
            Term(2, 1, {"fr": "Aval", "en": "Downstream"}, {"fr": ("DSP",)}, position=2),
            Term(3, 1, {"fr": "Amont", "en": "Upstream"}, position=1, is_active=False),
            Term(4, 2, {"fr": "Filtration"}, {"fr": ("épuration stérile",)}, position=1),
            Term(5, 2, {"fr": "Chromatographie", "en": "Chromatography"}, position=2),
        ]
    )


def _ids(terms: object) -> list[int]:
    return [term.id for term in terms]  # type: ignore[attr-defined]


def test_the_tree_is_walked_in_its_order(tree: Taxonomy) -> None:
    assert [(term.id, depth) for term, depth in tree.walk()] == [(1, 0), (3, 1), (2, 1), (4, 2), (5, 2), (6, 0)]
    assert _ids(tree.roots) == [1, 6]


def test_who_stands_above_below_and_beside(tree: Taxonomy) -> None:
    assert _ids(tree.ancestors(4)) == [2, 1]
    assert _ids(tree.descendants(1)) == [3, 2, 4, 5]
    assert _ids(tree.siblings(4)) == [5]
    assert tree.siblings(1) == []
    assert tree.depth(5) == 2
    assert tree.is_within(4, 1)
    assert tree.is_within(1, 1)
    assert not tree.is_within(1, 4)
    assert not tree.is_within(None, 4)


def test_a_path_is_said_in_each_language(tree: Taxonomy) -> None:
    assert tree.path(4, "en") == "Bioprocess › Downstream › Filtration"
    assert tree.path(5, "fr") == "Bioprocédés › Aval › Chromatographie"
    assert tree.path(99, "fr") == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("THERAPIE", [6]),
        ("cell therapy", [6]),
        ("car-t", [6]),
        ("dsp", [2]),
        ("epuration", [4]),
        ("stream", [3, 2]),
        ("  bio  ", [1]),
        ("procédés", [1]),
        ("chromato filtration", []),
        ("", []),
        ("%", []),
    ],
)
def test_a_tag_is_found(tree: Taxonomy, text: str, found: list[int]) -> None:
    assert _ids(tree.search(text)) == found


def test_the_best_hit_comes_first() -> None:
    tree = Taxonomy(
        Term(number, None, {"fr": label}, position=number)
        for number, label in enumerate(("Vecteurs pour vaccin", "Vaccins à ARN", "vaccin"))
    )
    assert _ids(tree.search("Vaccin")) == [2, 1, 0]


def test_the_active_tree_leaves_out_what_is_not_active(tree: Taxonomy) -> None:
    assert _ids(tree.active()) == [1, 2, 4, 5, 6]


def test_who_lost_a_parent_stands_at_the_top_and_a_circle_ends() -> None:
    assert _ids(Taxonomy([Term(2, 1, {"fr": "Seul"})]).roots) == [2]
    circle = Taxonomy([Term(1, 2, {"fr": "A"}), Term(2, 1, {"fr": "B"})])
    assert _ids(circle.ancestors(1)) == [2, 1]
