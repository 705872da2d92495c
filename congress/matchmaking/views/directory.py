"""The directory of those who take part, and the page of one person."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from congress.core.access import access
from congress.core.errors import Missing
from congress.matchmaking import guards, words
from congress.matchmaking.contacts import contact_with
from congress.matchmaking.countries import country_name
from congress.matchmaking.directory import Directory, Facet, Order, Wanted, directory_of, viewer_of
from congress.matchmaking.enums import OpportunityKind, OrganisationType, Presence
from congress.matchmaking.queries.profiles import listed_by_code
from congress.matchmaking.taxonomy import Taxonomy, taxonomy_of
from congress.matchmaking.views.participant import (
    LINK,
    Needs,
    current_profile,
    current_registration,
    page,
    participant_blueprint,
)
from congress.matchmaking.views.person_page import facts_of
from congress.matchmaking.visibility import seen_by
from congress.programme.words import language_in_words

blueprint = participant_blueprint("matchmaking_directory", __name__, "/people", needs=Needs.LISTED)
ENUMERATED: dict[Facet, tuple[Any, Any]] = {
    Facet.TYPE: (OrganisationType, words.TYPES),
    Facet.KIND: (OpportunityKind, words.OPPORTUNITY_KINDS),
    Facet.PRESENCE: (Presence, words.PRESENCES),
}


@blueprint.get("/")
@access(LINK)
def index() -> str:
    """Everybody who takes part, searched, narrowed and sorted; the address says how."""
    event, wanted = current_registration().event, Wanted.of(request.args)
    taxonomy = taxonomy_of(event)
    found = directory_of(event, taxonomy, viewer_of(current_profile()), wanted, request.args.get("page", 1, type=int))
    facets = _facets(found, wanted, taxonomy)
    return page(
        "directory/index",
        directory=found,
        wanted=wanted,
        facets=facets,
        chosen=[(facet, one) for facet, offered in facets.items() for one in offered if one["is_chosen"]],
        orders=Order,
        words=words,
        country_name=country_name,
        page_url=lambda number: url_for(".index", page=number, **wanted.arguments()),
        url_without=lambda facet, value: url_for(".index", **wanted.without(facet, value).arguments()),
    )


@blueprint.get("/<code>")
@access(LINK)
def person(code: str) -> str:
    """One person, as far as the reader may see."""
    event, viewer = current_registration().event, viewer_of(current_profile())
    other = listed_by_code(event, code)
    if other is None or other.id in viewer.hidden:
        raise Missing
    return page(
        "directory/person",
        other=other,
        is_own=other.id == current_profile().id,
        contact=contact_with(current_profile(), other),
        may_chat=guards.may_chat(current_profile(), other),
        **facts_of(seen_by(viewer, other), event),
    )


def _facets(found: Directory, wanted: Wanted, taxonomy: Taxonomy) -> dict[Facet, list[dict[str, Any]]]:
    """The boxes of each facet with their counts; what would find nobody is left out, unless it is chosen."""
    names: dict[Facet, list[tuple[str, str, int]]] = {
        facet: [(one.value, str(labels[one]), 0) for one in kind] for facet, (kind, labels) in ENUMERATED.items()
    }
    names[Facet.PRESENCE] = names[Facet.PRESENCE][:2]  # nobody looks for those who are absent
    names[Facet.COUNTRY] = _by_count(found, Facet.COUNTRY, country_name)
    names[Facet.LANGUAGE] = _by_count(found, Facet.LANGUAGE, language_in_words)
    names[Facet.DELEGATION] = _by_count(found, Facet.DELEGATION, lambda code: found.delegations.get(code, code))
    names[Facet.TAG] = [(str(term.id), term.name(), depth) for term, depth in taxonomy.walk()]
    return {
        facet: _boxes(names[facet], found.counts[facet], wanted.chosen.get(facet, frozenset())) for facet in Facet
    }


def _by_count(found: Directory, facet: Facet, name: Any) -> list[tuple[str, str, int]]:
    counts = sorted(found.counts[facet].items(), key=lambda one: (-one[1], one[0]))
    return [(value, name(value), 0) for value, _count in counts]


def _boxes(names: list[tuple[str, str, int]], counts: Any, chosen: frozenset[str]) -> list[dict[str, Any]]:
    return [
        {"value": value, "label": label, "depth": depth, "count": counts.get(value, 0), "is_chosen": value in chosen}
        for value, label, depth in names
        if counts.get(value) or value in chosen
    ]
