"""Accepting an invitation to a team, by the link in the mail."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from congress.accounts.models import Account
from congress.accounts.queries import account_by_address
from congress.accounts.services import account_for_proved_address
from congress.accounts.views.access import begin_session
from congress.core import clock
from congress.core.access import PUBLIC, access
from congress.core.errors import LinkExpired, Missing
from congress.core.http import see_other
from congress.core.languages import current_language
from congress.core.languages import gettext as _
from congress.events import words
from congress.events.forms.team import AcceptForm
from congress.events.models import Event, Invitation
from congress.events.queries import invitation_by_token
from congress.events.services import team
from congress.events.services.pages import Scope

blueprint = Blueprint("invitations", __name__, url_prefix="/<lang:lang_code>/invitations")


@blueprint.route("/<token>/", methods=["GET", "POST"])
@access(PUBLIC)
def accept(token: str) -> ResponseReturnValue:
    """What the invitation is to; accepted by a button, never by opening the page."""
    invitation, scope, sender = _open_invitation(token)
    account = account_by_address(invitation.email)
    form = AcceptForm(data={"name": account.name if account else ""})
    if account is not None:
        del form.name
    if form.validate_on_submit():
        was_open = invitation.accepted_at is None
        result = form.attempt(lambda: _accept(form, invitation, scope, sender))
        if result is not None:
            begins = was_open and bool(result["is_new"])  # not when the form is sent again, perhaps by somebody else
            if begins:
                begin_session(result["account_id"], "link")
            flash(_("Welcome to the team."), "success")
            return _go_on(invitation, scope, is_here=begins or _is_signed_in(invitation))
    if invitation.accepted_at is not None:
        if not _is_signed_in(invitation):
            raise LinkExpired
        return _go_on(invitation, scope, is_here=True)
    page = render_template(
        "events/public/invitation.html",
        form=form,
        invitation=invitation,
        scope=scope,
        is_event=isinstance(scope, Event),
        sender=sender,
        words=words,
        known=account is not None,
    )
    return page, 422 if form.errors else 200


def _open_invitation(token: str) -> tuple[Invitation, Scope, Account | None]:
    found = invitation_by_token(token)
    if found is None:
        raise Missing
    invitation, scope, sender = found
    is_over = invitation.revoked_at is not None or invitation.expires_at <= clock.now()
    if is_over and invitation.accepted_at is None:
        raise LinkExpired
    return invitation, scope, sender


def _accept(form: AcceptForm, invitation: Invitation, scope: Scope, sender: Account | None) -> dict[str, Any]:
    is_new = "name" in form
    name = str(form.name.data) if is_new else ""
    team.use_invitation(invitation, scope, sender)
    account = account_for_proved_address(invitation.email, name, current_language())
    team.join_team(invitation, scope, account)
    return {"account_id": account.id, "is_new": is_new}


def _go_on(invitation: Invitation, scope: Scope, *, is_here: bool) -> ResponseReturnValue:
    """To what the invitation was to; by way of signing in for whoever has an account and is not signed in."""
    if isinstance(scope, Event):
        path = f"/{current_language()}/manage/events/{scope.slug}/"
    else:
        path = url_for("series_manage.index", series_slug=scope.slug)
    if not is_here:
        flash(_("Sign in with %(email)s to begin.", email=invitation.email), "info")
        path = url_for("accounts.sign_in", next=path)
    return see_other(path)


def _is_signed_in(invitation: Invitation) -> bool:
    return bool(current_user.is_authenticated and current_user.email_key == invitation.email_key)
