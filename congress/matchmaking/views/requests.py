"""Asking somebody, or a delegation, for a meeting; and why that is not possible."""

from __future__ import annotations

from flask import url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.errors import Missing
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.matchmaking.contacts import contact_with
from congress.matchmaking.forms.meetings import RequestForm
from congress.matchmaking.models import Delegation, Profile
from congress.matchmaking.names import name_of
from congress.matchmaking.places import Board
from congress.matchmaking.queries.profiles import delegation_by_code, listed_by_code
from congress.matchmaking.queries.relations import blocked_either_way
from congress.matchmaking.services import requesting
from congress.matchmaking.views.acting import acted, moments, status_of
from congress.matchmaking.views.participant import (
    LINK,
    Needs,
    current_matchmaking,
    current_profile,
    current_registration,
    page,
    participant_blueprint,
)

blueprint = participant_blueprint("meeting_requests", __name__, needs=Needs.LISTED)


@blueprint.route("/people/<code>/request", methods=["GET", "POST"])
@access(LINK)
def person(code: str) -> ResponseReturnValue:
    """Ask one person."""
    other = listed_by_code(current_registration().event, code)
    if other is None or other.id in blocked_either_way(current_profile()):
        raise Missing
    back = url_for("matchmaking_directory.person", code=code)
    return _request(other, [other], name_of(other), back)


@blueprint.route("/delegations/<code>/request", methods=["GET", "POST"])
@access(LINK)
def delegation(code: str) -> ResponseReturnValue:
    """Ask several people of one organisation together: its manager says who comes."""
    found = delegation_by_code(current_registration().event, code)
    members = [one for one in found.members if one.joined_delegation_id == found.id] if found else []
    if found is None or not members:
        raise Missing
    return _request(found, members, found.name, url_for("delegation.show", code=code))


def _request(target: Profile | Delegation, people: list[Profile], name: str, back: str) -> ResponseReturnValue:
    contact, form = contact_with(current_profile(), target), RequestForm()
    if form.validate_on_submit():
        sent = lambda: requesting.request_meeting(  # noqa: E731
            current_profile(), target, note=form.note.data or "", wanted_slot_id=form.slot_id
        )
        done = acted(form, sent, _("Your request to %(name)s is sent.", name=name), url_for("my_meetings.index"))
        if done:
            return done
    elif contact.refusal is not None and not form.is_submitted():
        return see_other(back)
    event = current_registration().event
    slots = Board(event, [current_profile(), *people]).common([current_profile(), *people[:1]])
    form.offer(moments(slots, event) if len(people) == 1 else [], anything=_("Any time that suits us both"))
    matchmaking = current_matchmaking()
    organisation = target.registration.organisation if isinstance(target, Profile) else ""
    values = {"name": name, "organisation": organisation, "back": back, "form": form}
    is_person = isinstance(target, Profile)
    return page("meetings/request", **values, is_person=is_person, hours=matchmaking.expiry_hours), status_of(form)
