"""Who sees what of a profile: the one place that every page, search, facet and export of profiles asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from congress.core.text import search_key
from congress.matchmaking.enums import Presence, ProfileField, Visibility
from congress.matchmaking.models import Opportunity, PresenceHalf, Profile
from congress.registration.enums import Attendance


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody listed who looks at others. `partners`: those with whom a meeting is agreed, or was; `hidden`: those
    who blocked the viewer or are blocked; `bookmarked`: those whom the viewer noted.
    """

    profile_id: int
    partners: frozenset[int] = frozenset()
    hidden: frozenset[int] = frozenset()
    bookmarked: frozenset[int] = frozenset()


EVERYBODY = Viewer(0)
"""Whoever is listed and has nothing to do with the person."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody sees of a profile. A field that is hidden from the viewer is empty, as if nobody filled it in."""

    profile: Profile
    name: str
    organisation: str
    job_title: str = ""
    country: str = ""
    languages: Sequence[str] = ()
    pitch: str = ""
    shows_presence: bool = False
    presences: Sequence[PresenceHalf] = ()
    opportunities: Sequence[Opportunity] = ()
    is_partner: bool = False
    is_bookmarked: bool = False

    @property
    def code(self) -> str:
        """What stands in the address of the person's page."""
        return self.profile.code


def visibility_of(profile: Profile, of: ProfileField) -> Visibility:
    """Who sees a field; what its owner never decided, all who are listed see."""
    return Visibility(profile.visibility.get(of, Visibility.LISTED))


def may_see(viewer: Viewer, profile: Profile, of: ProfileField) -> bool:
    """Whether the viewer sees a field of the profile. Nobody is nobody: the owner sees it on the own pages only."""
    decided = visibility_of(profile, of)
    return decided is Visibility.LISTED or (decided is Visibility.PARTNERS and profile.id in viewer.partners)


def seen_by(viewer: Viewer, profile: Profile) -> Seen:
    """The profile as the viewer sees it; it has to be loaded with everything."""
    registration = profile.registration
    shown = {of for of in ProfileField if may_see(viewer, profile, of)}
    return Seen(
        profile,
        registration.full_name,
        registration.organisation,
        job_title=registration.job_title if ProfileField.JOB_TITLE in shown else "",
        country=profile.country if ProfileField.COUNTRY in shown else "",
        languages=tuple(profile.languages) if ProfileField.LANGUAGES in shown else (),
        pitch=profile.pitch if ProfileField.PITCH in shown else "",
        shows_presence=ProfileField.PRESENCE in shown,
        presences=tuple(profile.presences) if ProfileField.PRESENCE in shown else (),
        opportunities=tuple(profile.opportunities),
        is_partner=profile.id in viewer.partners,
        is_bookmarked=profile.id in viewer.bookmarked,
    )


def index(profile: Profile) -> tuple[str, dict[str, Any]]:
    """What the directory searches and counts: the words and the facets of what everybody listed sees, no more.

    Names are folded once, here, for sorting: databases put É after Z, or do as they are set up.
    """
    seen = seen_by(EVERYBODY, profile)
    texts = [seen.name, seen.organisation, seen.job_title, seen.pitch]
    texts += [text for one in seen.opportunities for text in (one.title, one.text)]
    registration = profile.registration
    facets = {
        "name": _folded((registration.family_name, registration.given_name)),
        "organisation": _folded((registration.organisation,)),
        "country": seen.country,
        "languages": list(seen.languages),
        "presence": sorted(_ways(profile)) if seen.shows_presence else [],
        "kinds": sorted({str(one.kind.value) for one in seen.opportunities}),
        "tags": sorted({tag.id for one in seen.opportunities for tag in one.tags}),
    }
    return _folded(texts), facets


def _ways(profile: Profile) -> set[str]:
    """How somebody is there at all; who said nothing is there as the category takes part."""
    said = {one.presence.value for one in profile.presences if one.presence is not Presence.ABSENT}
    if said or profile.presences:
        return said
    online = profile.registration.category.attendance is Attendance.ONLINE
    return {(Presence.REMOTE if online else Presence.ON_SITE).value}


def _folded(texts: Iterable[str]) -> str:
    return " ".join(" ".join(search_key(text).split()) for text in texts if text)
