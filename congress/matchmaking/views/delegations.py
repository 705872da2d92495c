"""Delegations: the own one, and the page of one that somebody could ask."""

from __future__ import annotations

from collections.abc import Callable

from flask import url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.errors import Missing
from congress.core.languages import gettext as _
from congress.events.forms.base import EmptyForm, StaffForm, choices
from congress.matchmaking import words
from congress.matchmaking.attendance import attendees_for
from congress.matchmaking.contacts import contact_with
from congress.matchmaking.enums import DelegationState
from congress.matchmaking.forms.delegations import ColleagueForm, DelegationForm
from congress.matchmaking.guards import same_organisation
from congress.matchmaking.models import Delegation, Profile
from congress.matchmaking.names import name_of
from congress.matchmaking.queries.profiles import by_code, delegation_by_code
from congress.matchmaking.queries.relations import blocked_either_way
from congress.matchmaking.queries.shown import listed_at
from congress.matchmaking.services import delegations
from congress.matchmaking.views.acting import acted, status_of
from congress.matchmaking.views.participant import (
    LINK,
    Needs,
    current_profile,
    current_registration,
    page,
    participant_blueprint,
)

blueprint = participant_blueprint("delegation", __name__, needs=Needs.LISTED)


@blueprint.route("/delegation", methods=["GET", "POST"])
@access(LINK)
def index() -> ResponseReturnValue:
    """The own delegation with its people and their load; without one, how to found one."""
    profile = current_profile()
    found = _own()
    form = DelegationForm(
        data={
            "name": found.name if found else profile.registration.organisation,
            "only_one": not found or found.only_one,
        }
    )
    if form.validate_on_submit():
        said = (
            _("The delegation is saved.") if found else _("Your delegation is founded. Now invite your colleagues.")
        )
        done = acted(form, lambda: _save(found, form), said, url_for(".index"))
        if done:
            return done
        found = _own()
    return _page(found, form), status_of(form)


@blueprint.post("/delegation/invite")
@access(LINK)
def invite() -> ResponseReturnValue:
    """Ask a colleague of the same organisation to join."""
    form, offered = ColleagueForm(), {one.code: one for one in _candidates()}
    form.person.choices = choices((code, name_of(one)) for code, one in offered.items())
    if form.validate_on_submit():
        chosen = offered[form.person.data]
        said = _("%(name)s is invited and gets a mail.", name=name_of(chosen))
        done = acted(form, lambda: delegations.invite(current_profile(), chosen), said, url_for(".index"))
        if done:
            return done
    return _page(_own(), DelegationForm(), invitation=form), 422


@blueprint.route("/delegation/join", methods=["GET", "POST"])
@access(LINK)
def join() -> ResponseReturnValue:
    """Accept an invitation."""
    return _asked("join", lambda: delegations.join(current_profile()), _("You are in the delegation."))


@blueprint.route("/delegation/leave", methods=["GET", "POST"])
@access(LINK)
def leave() -> ResponseReturnValue:
    """Leave it, or refuse the invitation."""
    return _asked("leave", lambda: delegations.leave(current_profile()), _("You are in no delegation any more."))


@blueprint.route("/delegation/<any(remove, hand_over):what>/<code>", methods=["GET", "POST"])
@access(LINK)
def member(what: str, code: str) -> ResponseReturnValue:
    """Put somebody out, or let somebody manage it."""
    other = by_code(current_registration().event, code)
    own = current_profile()
    if other is None or other.id == own.id or own.delegation_id is None or other.delegation_id != own.delegation_id:
        raise Missing
    does = delegations.remove if what == "remove" else delegations.hand_over
    name = name_of(other)
    said = (
        _("%(name)s is no longer in the delegation.", name=name)
        if what == "remove"
        else _("%(name)s manages the delegation from now on.", name=name)
    )
    return _asked(what, lambda: does(own, other), said, other=other, name=name)


@blueprint.get("/delegations/<code>")
@access(LINK)
def show(code: str) -> str:
    """A delegation as others see it, with the button to ask it or the reason why not."""
    found = delegation_by_code(current_registration().event, code)
    members = [one for one in found.members if _is_seen(one)] if found else []
    if found is None or not members:
        raise Missing
    is_own = current_profile().delegation_id == found.id
    contact = None if is_own else contact_with(current_profile(), found)
    return page(
        "delegation/show",
        delegation=found,
        members=members,
        contact=contact,
        is_own=is_own,
        words=words,
        name_of=name_of,
    )


def _asked(template: str, does: Callable[[], object], said: str, **more: object) -> ResponseReturnValue:
    form = EmptyForm()
    if form.validate_on_submit():
        done = acted(form, does, said, url_for(".index"))
        if done:
            return done
    found = _own()
    if found is None:
        raise Missing
    return page(f"delegation/{template}", delegation=found, form=form, **more), status_of(form)


def _own() -> Delegation | None:
    """The one of the reader, also when only invited, with its people."""
    own = current_profile().delegation
    return delegation_by_code(current_registration().event, own.code) if own else None


def _save(found: Delegation | None, form: DelegationForm) -> None:
    name, only_one = form.name.data or "", bool(form.only_one.data)
    if found is None:
        delegations.create(current_profile(), name, only_one=only_one)
    else:
        delegations.change(current_profile(), name=name, only_one=only_one)


def _candidates() -> list[Profile]:
    """Colleagues who are listed and in no delegation."""
    own = current_profile()
    listed = listed_at(current_registration().event, own.registration.organisation)
    hidden = blocked_either_way(own) | {own.id}
    return [
        one for one in listed if one.id not in hidden and one.delegation_id is None and same_organisation(own, one)
    ]


def _is_seen(profile: Profile) -> bool:
    return profile.delegation_state is DelegationState.MEMBER and profile.is_listed


def _page(found: Delegation | None, form: StaffForm, invitation: ColleagueForm | None = None) -> str:
    profile = current_profile()
    if invitation is None and profile.manages_delegation:
        invitation = ColleagueForm(formdata=None)
        invitation.person.choices = choices((one.code, name_of(one)) for one in _candidates())
    is_member = found is not None and profile.delegation_state is DelegationState.MEMBER
    loads = attendees_for(current_registration().event, found.id) if found and is_member else []
    invited = [one for one in found.members if one.delegation_state is DelegationState.INVITED] if found else []
    return page(
        "delegation/index",
        delegation=found,
        is_member=is_member,
        loads=loads,
        invited=invited,
        form=form,
        invitation=invitation,
        name_of=name_of,
    )
