"""Why somebody is suggested, in a sentence for the reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from congress.core.languages import lazy_gettext as _l
from congress.core.text import search_key
from congress.matchmaking.enums import OrganisationType, ReasonKind
from congress.matchmaking.models import Profile
from congress.matchmaking.suggestions.words import key_of, words_of
from congress.matchmaking.taxonomy import Taxonomy
from congress.matchmaking.words import TYPES
from congress.programme.words import language_in_words

ICONS: Mapping[ReasonKind, str] = {
    ReasonKind.THEY_OFFER: "briefcase",
    ReasonKind.THEY_NEED: "search",
    ReasonKind.SAME_TOPIC: "chat-dots",
    ReasonKind.TYPE_SOUGHT: "people",
    ReasonKind.YOUR_TYPE_SOUGHT: "people",
    ReasonKind.SAME_WORDS: "file-earmark-text",
    ReasonKind.YOU_BOOKMARKED: "bookmark",
    ReasonKind.LIKE_ACCEPTED: "calendar-check",
    ReasonKind.COMMON_LANGUAGE: "translate",
}


SENTENCES: Mapping[ReasonKind, object] = {
    ReasonKind.THEY_OFFER: _l("Offers what you look for: %(tags)s"),
    ReasonKind.THEY_NEED: _l("Looks for what you offer: %(tags)s"),
    ReasonKind.SAME_TOPIC: _l("Wants to talk about the same topic: %(tags)s"),
    ReasonKind.TYPE_SOUGHT: _l("You look for partners of this kind: %(theirs)s"),
    ReasonKind.YOUR_TYPE_SOUGHT: _l("Looks for partners of your kind: %(own)s"),
    ReasonKind.SAME_WORDS: _l("You both write about: %(words)s"),
    ReasonKind.YOU_BOOKMARKED: _l("You bookmarked this person"),
    ReasonKind.LIKE_ACCEPTED: _l("Resembles people with whom you agreed to meet"),
    ReasonKind.COMMON_LANGUAGE: _l("You both speak: %(words)s"),
}


def still_shown(reasons: Sequence[Mapping[str, Any]], other: Profile) -> list[Mapping[str, Any]]:
    """The reasons without the words that the other one has hidden or taken back since the list was made."""
    shown = {ReasonKind.SAME_WORDS: _words_shown, ReasonKind.COMMON_LANGUAGE: _languages_shown}
    found: list[Mapping[str, Any]] = []
    for one in reasons:
        kind = ReasonKind(one["kind"])
        words = shown[kind](one["words"], other) if kind in shown else one["words"]
        if words or not one["words"]:
            found.append({**one, "words": words})
    return found


def _words_shown(words: Sequence[str], other: Profile) -> list[str]:
    there = set(words_of(other.search_text))
    return [one for one in words if search_key(one) in there]


def _languages_shown(languages: Sequence[str], other: Profile) -> list[str]:
    return [one for one in languages if one in other.facets.get("languages", ())]


def told(
    reasons: Sequence[Mapping[str, Any]], taxonomy: Taxonomy, own_type: OrganisationType, their_type: OrganisationType
) -> list[tuple[str, str]]:
    """An icon and a sentence for each reason that says something: nothing twice, and nothing that was removed."""
    said = set(map(key_of, words_of(" ".join(name for one in reasons for name in _tags(one, taxonomy)))))
    found = []
    for one in reasons:
        kind, tags, words = ReasonKind(one["kind"]), _tags(one, taxonomy), one["words"]
        if kind is ReasonKind.SAME_WORDS:
            words = [word for word in words if key_of(word) not in said]
        if kind is ReasonKind.COMMON_LANGUAGE:
            words = list(map(language_in_words, words))
        if (one["tags"] and not tags) or (one["words"] and not words):
            continue
        values = {"tags": tags, "words": words, "theirs": [TYPES[their_type]], "own": [TYPES[own_type]]}
        joined = {name: ", ".join(map(str, several)) for name, several in values.items()}
        found.append((ICONS[kind], str(SENTENCES[kind]) % joined))
    return found


def _tags(reason: Mapping[str, Any], taxonomy: Taxonomy) -> list[str]:
    return [taxonomy.by_id[one].name() for one in reason["tags"] if one in taxonomy]
