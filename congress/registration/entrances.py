"""Where a registration leads to. What is there belongs to layers above, which say so here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from congress.registration.models import Registration


@dataclass(frozen=True, slots=True)
class Entrance:
    """A page of one registration: its endpoint takes the link's token and the registration's public id."""

    endpoint: str
    label: object
    icon: str


Finding = Callable[[Sequence[Registration]], Mapping[int, Entrance]]
"""From registrations to the page that is open to each, by registration id."""

_ways_in: list[Finding] = []


def lead_to(*findings: Finding) -> None:
    """Let these say what is open from now on; asking for it again is harmless."""
    _ways_in[:] = findings


def entrances_of(registrations: Sequence[Registration]) -> Mapping[int, list[Entrance]]:
    """The pages that are open to each of these registrations, by registration id."""
    found: dict[int, list[Entrance]] = {one.id: [] for one in registrations}
    for finding in _ways_in:
        for registration_id, entrance in finding(registrations).items():
            found[registration_id].append(entrance)
    return found
