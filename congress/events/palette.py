"""An event's own colour: what it becomes in the dark theme, and the style sheet that gives it to a page."""

from __future__ import annotations

from congress.core.colours import luminance, readable_on

GLARE = 0.4
"""The relative luminance above which a large surface dazzles on a dark page."""


def in_the_dark(colour: str) -> str:
    """The same colour, toned down until it no longer dazzles on a dark page."""
    while luminance(colour) > GLARE:
        red, green, blue = (round(int(colour[at : at + 2], 16) * 0.92) for at in (1, 3, 5))
        colour = f"#{red:02x}{green:02x}{blue:02x}"
    return colour


def stylesheet(colour: str) -> str:
    """The style sheet that gives a page this colour, in both themes."""
    light, dark = _tokens(colour), _tokens(in_the_dark(colour))
    return (
        f":root {{ {light} }}\n"
        f'[data-bs-theme="dark"] {{ {dark} }}\n'
        f"@media (prefers-color-scheme: dark) {{ :root:not([data-bs-theme]) {{ {dark} }} }}\n"
    )


def _tokens(colour: str) -> str:
    return f"--event-colour: {colour}; --event-colour-contrast: {readable_on(colour)};"
