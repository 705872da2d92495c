"""Why somebody is suggested, in a sentence for the reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from congress.core.languages import lazy_gettext as _l
from congress.matchmaking.enums import OrganisationType, ReasonKind
from congress.matchmaking.taxonomy import Taxonomy
from congress.matchmaking.words import TYPES
from congress.programme.words import language_in_words

ICONS: Mapping[ReasonKind, str] = {
    ReasonKind.THEY_OFFER: "briefcase",
    ReasonKind.THEY_NEED: "search",
    ReasonKind.SAME_TOPIC: "chat-dots",
    ReasonKind.TYPE_SOUGHT: "people",
    ReasonKind.YOUR_TYPE_SOUGHT: "people",
    ReasonKind.SAME_WORDS: "file-text",
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
    ReasonKind.COMMON_LANGUAGE: _l("You both speak: %(languages)s"),
}


def sentence_of(
    reason: Mapping[str, Any], taxonomy: Taxonomy, own_type: OrganisationType, their_type: OrganisationType
) -> str:
    """The reason in words; empty when nothing of it is left, because its tags were removed."""
    kind, tags = ReasonKind(reason["kind"]), [taxonomy.by_id[one].name() for one in reason["tags"] if one in taxonomy]
    if reason["tags"] and not tags:
        return ""
    speaks = reason["words"] if kind is ReasonKind.COMMON_LANGUAGE else ()
    return str(SENTENCES[kind]) % {
        "tags": ", ".join(tags),
        "theirs": TYPES[their_type],
        "own": TYPES[own_type],
        "words": ", ".join(reason["words"]),
        "languages": ", ".join(map(language_in_words, speaks)),
    }
