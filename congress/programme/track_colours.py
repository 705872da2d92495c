"""The style sheet of the colours of tracks: a function of the colours, with ink that reads well on each."""

from __future__ import annotations

from collections.abc import Iterable

from congress.core.colours import clean_colour, readable_on
from congress.events.palette import in_the_dark

MOST = 60
"""Colours in one style sheet."""


def address_of(colours: Iterable[str]) -> str:
    """The colours as the address of their style sheet names them: 0b4f5c-1f5fa8."""
    return "-".join(sorted({colour[1:] for colour in colours})[:MOST])


def colours_in(address: str) -> list[str] | None:
    """The colours of an address, or None when it is not one that `address_of` makes."""
    colours = [clean_colour(f"#{digits}") for digits in address.split("-")]
    known = [colour for colour in colours if colour is not None]
    return known if address_of(known) == address else None


def stylesheet(colours: Iterable[str]) -> str:
    """For each colour a class, like track-0b4f5c, that sets --track and --track-ink, in both themes."""
    return "".join(map(_rules, colours))


def _rules(colour: str) -> str:
    name, light, dark = f".track-{colour[1:]}", _tokens(colour), _tokens(in_the_dark(colour))
    return (
        f"{name} {{ {light} }}\n"
        f'[data-bs-theme="dark"] {name} {{ {dark} }}\n'
        f"@media (prefers-color-scheme: dark) {{ :root:not([data-bs-theme]) {name} {{ {dark} }} }}\n"
    )


def _tokens(colour: str) -> str:
    return f"--track: {colour}; --track-ink: {readable_on(colour)};"
