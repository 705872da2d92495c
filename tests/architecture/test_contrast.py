"""The colours of both themes, computed from static/css/theme.css: text at 4.5:1, control borders and focus at 3:1."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

THEME = Path(__file__).parents[2] / "static/css/theme.css"
STATES = ("success", "warning", "danger", "info")
SURFACES = ("page", "surface", "sunken")

TEXT = [
    *[(ink, on) for ink in ("ink", "ink-soft", "link", "link-hover", "accent-ink") for on in SURFACES],
    *[(f"on-{state}-soft", on) for state in STATES for on in (f"{state}-soft", *SURFACES)],
    *[(f"on-{state}", state) for state in STATES],
    ("on-primary", "primary"),
    ("on-primary", "primary-hover"),
    ("on-primary-soft", "primary-soft"),
    ("ink", "accent-soft"),
    ("ink", "primary-soft"),
    ("ink-soft", "primary-soft"),
    ("on-hero", "hero"),
    ("on-footer", "footer"),
]
EDGES = [(edge, on) for edge in ("line-strong", "focus", "primary") for on in ("page", "surface")]


def _tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


def _blocks() -> tuple[str, str, str]:
    css = THEME.read_text(encoding="utf-8")
    light = re.search(r":root \{(.*?)\n\}", css, re.DOTALL)
    chosen = re.search(r'\[data-bs-theme="dark"\] \{(.*?)\n\}', css, re.DOTALL)
    system = re.search(r":root:not\(\[data-bs-theme\]\) \{(.*?)\n  \}", css, re.DOTALL)
    assert light
    assert chosen
    assert system
    return light[1], chosen[1], system[1]


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _ratio(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.2, 1 to 21."""
    dark, bright = sorted((_luminance(one), _luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def _palettes() -> list[tuple[str, dict[str, str]]]:
    light, chosen, _ = _blocks()
    return [("light", _tokens(light)), ("dark", _tokens(chosen))]


@pytest.mark.parametrize(("theme", "colours"), _palettes(), ids=lambda value: value if isinstance(value, str) else "")
@pytest.mark.parametrize(
    ("pairs", "least"), [pytest.param(TEXT, 4.5, id="text"), pytest.param(EDGES, 3.0, id="edges")]
)
def test_contrast_is_sufficient(
    pairs: list[tuple[str, str]], least: float, theme: str, colours: dict[str, str]
) -> None:
    ratios = {(one, other): round(_ratio(colours[one], colours[other]), 2) for one, other in pairs}
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < least} == {}, theme


def test_dark_is_the_same_with_and_without_script() -> None:
    _, chosen, system = _blocks()
    assert [line.strip() for line in system.strip().splitlines()] == [
        line.strip() for line in chosen.strip().splitlines()
    ]


def test_ratio_of_black_on_white_is_21() -> None:
    assert _ratio("#000000", "#ffffff") == pytest.approx(21)
