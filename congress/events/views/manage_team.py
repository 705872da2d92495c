"""The team of an event or of a whole series: the same pages for both."""

from __future__ import annotations

from flask import flash, g, render_template, url_for
from flask.typing import ResponseReturnValue

from congress.accounts.models import Account
from congress.accounts.views.access import signed_in_account
from congress.core import clock
from congress.core.access import access
from congress.core.http import see_other
from congress.core.languages import current_language, translated
from congress.core.languages import gettext as _
from congress.events import words
from congress.events.enums import Role
from congress.events.forms.base import EmptyForm, StaffForm
from congress.events.forms.team import InviteForm, RoleForm, grantable, scopes
from congress.events.models import Event
from congress.events.permissions import Capability, can, can_grant
from congress.events.queries import members_of, open_invitations, roles_on_series
from congress.events.services import team as services
from congress.events.services.pages import Scope
from congress.events.views.scope import (
    current_roles,
    current_scope,
    current_series,
    event_access,
    event_blueprint,
    series_blueprint,
)

TEAM = event_access(Capability.MANAGE_TEAM)


event_team = event_blueprint("event_team", __name__, "/team")
series_team = series_blueprint("series_team", __name__, "/team")


@event_team.route("/", methods=["GET", "POST"])
@series_team.route("/", methods=["GET", "POST"])
@access(TEAM)
def index() -> ResponseReturnValue:
    """Who is in the team, who is invited, and a form for one more."""
    account, scope = signed_in_account(), current_scope()
    form = _invite_form(account, scope)
    if form.validate_on_submit():
        where = current_series() if form.wants_series else scope
        if form.attempt(lambda: _invite(where, account, form)) is not None:
            flash(_("The invitation is on its way to %(email)s.", email=form.email.data), "success")
            return see_other(url_for(".index"))
    page = render_template("events/manage/team.html", form=form, **_team(scope))
    return page, 422 if form.errors else 200


@event_team.post("/<int:member_id>/role")
@series_team.post("/<int:member_id>/role")
@access(TEAM)
def change(member_id: int) -> ResponseReturnValue:
    """Another role."""
    scope, roles, form = current_scope(), current_roles(), RoleForm(current_roles())
    services.member_of(scope, member_id)
    if form.validate_on_submit():
        _say(
            form,
            form.attempt(lambda: services.change_role(scope, roles, member_id, Role(form.role.data))),
            _("The new role holds from now on."),
        )
    return see_other(url_for(".index"))


@event_team.post("/<int:member_id>/remove")
@series_team.post("/<int:member_id>/remove")
@access(TEAM)
def remove(member_id: int) -> ResponseReturnValue:
    """One member less, from the next request on."""
    scope, roles, form = current_scope(), current_roles(), EmptyForm()
    is_own = services.member_of(scope, member_id).account_id == signed_in_account().id
    if form.validate_on_submit():
        result = form.attempt(lambda: services.remove_member(scope, roles, member_id))
        _say(form, result, _("This person has no access any more."))
        if is_own and result is not None:
            return see_other(f"/{current_language()}/manage/")
    return see_other(url_for(".index"))


@event_team.post("/invitations/<int:invitation_id>/withdraw")
@series_team.post("/invitations/<int:invitation_id>/withdraw")
@access(TEAM)
def withdraw(invitation_id: int) -> ResponseReturnValue:
    """An invitation whose link no longer works."""
    scope, form = current_scope(), EmptyForm()
    services.invitation_of(scope, invitation_id)
    if form.validate_on_submit():
        form.attempt(lambda: services.withdraw_invitation(scope, invitation_id))
        flash(_("The invitation is withdrawn; its link no longer works."), "success")
    return see_other(url_for(".index"))


def _say(form: StaffForm, result: object, sentence: str) -> None:
    if result is None:
        flash(" ".join(form.form_errors), "danger")
    else:
        flash(sentence, "success")


def _invite(where: Scope, account: Account, form: InviteForm) -> dict[str, int]:
    role = Role(form.role.data)
    return {"id": services.invite(where, account, form.email.data or "", role, form.language.data).id}


def _invite_form(account: Account, scope: Scope) -> InviteForm:
    choices: list[tuple[str, str]] = []
    if isinstance(scope, Event) and can(roles_on_series(account, g.series), Capability.MANAGE_TEAM):
        choices = scopes(translated(scope.name), translated(g.series.name))
    return InviteForm(current_roles(), choices, data={"language": current_language()})


def _team(scope: Scope) -> dict[str, object]:
    roles = current_roles()
    return {
        "scope": scope,
        "series": g.series,
        "is_event": isinstance(scope, Event),
        "members": members_of(scope),
        "series_members": members_of(g.series) if isinstance(scope, Event) else [],
        "sees_series": bool(roles_on_series(signed_in_account(), g.series)),
        "invitations": open_invitations(scope),
        "choices": grantable(roles),
        "may_change": lambda role: can_grant(roles, role),
        "own_id": signed_in_account().id,
        "words": words,
        "role_help": {role.value: str(text) for role, text in words.ROLE_HELP.items()},
        "now": clock.now(),
        "empty": EmptyForm(formdata=None),
    }
