"""Who is suggested to somebody, and what the person notes about others."""

from __future__ import annotations

from typing import Any

from flask import flash, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.errors import Malformed, Missing
from congress.core.http import see_other
from congress.core.languages import lazy_gettext as _l
from congress.matchmaking import words
from congress.matchmaking.countries import country_name
from congress.matchmaking.enums import Mark
from congress.matchmaking.for_you import Show, for_you
from congress.matchmaking.forms.suggestions import NOTHING, MarkForm
from congress.matchmaking.models import Profile
from congress.matchmaking.queries.profiles import listed_by_code
from congress.matchmaking.queries.relations import blocked_either_way
from congress.matchmaking.services import suggesting
from congress.matchmaking.views.participant import (
    LINK,
    Needs,
    current_profile,
    current_registration,
    page,
    participant_blueprint,
)

blueprint = participant_blueprint("suggestions", __name__, needs=Needs.LISTED)
SAID: dict[Mark | None, object] = {
    Mark.BOOKMARKED: _l("%(name)s is bookmarked."),
    Mark.NOT_INTERESTED: _l("%(name)s is no longer suggested to you."),
    None: _l("Nothing is noted about %(name)s any more."),
}
BACK = {"person": "matchmaking_directory.person", "directory": "matchmaking_directory.index"}
"""Where a mark leads back to, as its address says; everything else leads to the list that is shown."""


@blueprint.get("/for-you")
@access(LINK)
def index() -> str:
    """The suggestions, or those whom the person noted."""
    asked = request.args.get("show", "")
    show = Show(asked) if asked in set(Show) else Show.SUGGESTED
    event = current_registration().event
    undone = request.args.get("hidden", "")
    return page(
        "suggestions/index",
        found=for_you(event, current_profile(), show),
        shows=Show,
        hidden=listed_by_code(event, undone) if undone else None,
        words=words,
        country_name=country_name,
    )


@blueprint.post("/people/<code>/mark")
@access(LINK)
def mark(code: str) -> ResponseReturnValue:
    """Bookmark somebody, say that one is not interested, or take that back; a script gets JSON and stays."""
    form, other = MarkForm(), _other(code)
    if not form.validate_on_submit():
        raise Malformed
    wanted = None if form.mark.data == NOTHING else Mark(form.mark.data or NOTHING)
    said = str(SAID[wanted]) % {"name": other.registration.full_name}
    suggesting.set_mark(current_profile(), other, wanted)
    if request.accept_mimetypes.best == "application/json":
        return jsonify(mark=form.mark.data, message=said)
    if wanted is not Mark.NOT_INTERESTED:
        flash(said, "success")
    return see_other(_address_back(code, wanted))


def _other(code: str) -> Profile:
    other = listed_by_code(current_registration().event, code)
    if other is None or other.id == current_profile().id or other.id in blocked_either_way(current_profile()):
        raise Missing
    return other


def _address_back(code: str, wanted: Mark | None) -> str:
    back = request.args.get("back", "")
    if back in BACK:
        return url_for(BACK[back], code=code if back == "person" else None)
    arguments: dict[str, Any] = {"show": back} if back in set(Show) and back != Show.SUGGESTED else {}
    arguments |= {"hidden": code} if wanted is Mark.NOT_INTERESTED else {}
    return url_for(".index", **arguments)
