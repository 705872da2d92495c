"""One's own account: profile, password, where one is signed in."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from flask import Blueprint, flash, render_template, session, url_for
from flask.typing import ResponseReturnValue

from congress.accounts import services
from congress.accounts.errors import ConfirmationNeeded, WrongPassword
from congress.accounts.forms import ConfirmForm, NewPasswordForm, OldPasswordForm, ProfileForm
from congress.accounts.models import Account
from congress.accounts.queries import live_sessions, session_by_token
from congress.accounts.views.access import SIGNED_IN, begin_session, session_token, signed_in_account
from congress.accounts.views.visitors import client_address
from congress.core import clock
from congress.core.access import access
from congress.core.http import see_other
from congress.core.languages import gettext as _

blueprint = Blueprint("account", __name__, url_prefix="/<lang:lang_code>/account")
FRESH_FOR = dt.timedelta(minutes=15)
Form = TypeVar("Form", bound=OldPasswordForm)


@blueprint.route("/", methods=["GET", "POST"])
@access(SIGNED_IN)
def index() -> ResponseReturnValue:
    """Profile, password, sessions."""
    account = signed_in_account()
    form = ProfileForm(obj=account)
    if form.validate_on_submit():
        services.update_profile(account, str(form.name.data), form.language.data)
        flash(_("Your changes are saved."), "success")
        return see_other(url_for("account.index"))
    page = render_template(
        "accounts/manage/account.html",
        form=form,
        account=account,
        sessions=live_sessions(account.id),
        current=session_by_token(session_token() or ""),
    )
    return page, 422 if form.errors else 200


@blueprint.route("/password", methods=["GET", "POST"])
@access(SIGNED_IN)
def password() -> ResponseReturnValue:
    """Set or change the password; other browsers are signed out."""
    account, form = signed_in_account(), _without_old_if_fresh(NewPasswordForm())
    if form.validate_on_submit() and _is_confirmed(account, form):
        account_id = account.id
        services.set_password(account_id, services.hash_new_password(str(form.new_password.data)))
        return _signed_in_here_only(account_id, _("Your password is set. Other browsers are signed out."))
    return _page("accounts/manage/password.html", form, account)


@blueprint.route("/password/remove", methods=["GET", "POST"])
@access(SIGNED_IN)
def remove_password() -> ResponseReturnValue:
    """Sign in by link only; other browsers are signed out."""
    account, form = signed_in_account(), _without_old_if_fresh(OldPasswordForm())
    if form.validate_on_submit() and _is_confirmed(account, form):
        account_id = account.id
        services.remove_password(account_id)
        return _signed_in_here_only(account_id, _("Your password is removed. Other browsers are signed out."))
    return _page("accounts/manage/remove_password.html", form, account)


@blueprint.post("/sessions/<int:session_id>/end")
@access(SIGNED_IN)
def end_session(session_id: int) -> ResponseReturnValue:
    """Sign another browser out."""
    if ConfirmForm().validate_on_submit():
        services.end_session(signed_in_account().id, session_id)
        flash(_("This browser is signed out."), "success")
    return see_other(url_for("account.index"))


@blueprint.post("/sessions/end-others")
@access(SIGNED_IN)
def end_other_sessions() -> ResponseReturnValue:
    """Sign all other browsers out."""
    if ConfirmForm().validate_on_submit():
        services.end_other_sessions(signed_in_account().id, session_token() or "")
        flash(_("All other browsers are signed out."), "success")
    return see_other(url_for("account.index"))


def _without_old_if_fresh(form: Form) -> Form:
    """Right after signing in by a link, the address has just been proved: no need for the old password."""
    current = session_by_token(session_token() or "")
    if current and current.method == "link" and clock.now() - current.created_at < FRESH_FOR:
        del form.old_password
    return form


def _is_confirmed(account: Account, form: OldPasswordForm) -> bool:
    """Whether the person proved again who they are; else the form says what is missing."""
    if "old_password" not in form:
        return True
    try:
        services.check_old_password(account, str(form.old_password.data), client_address())
    except ConfirmationNeeded as refusal:
        form.form_errors.append(str(refusal.sentence))
        return False
    except WrongPassword:
        form.old_password.errors = [_("This is not your present password.")]
        return False
    return True


def _signed_in_here_only(account_id: int, message: str) -> ResponseReturnValue:
    session.clear()
    begin_session(account_id, "password")
    flash(message, "success")
    return see_other(url_for("account.index"))


def _page(template: str, form: OldPasswordForm, account: Account) -> ResponseReturnValue:
    page = render_template(template, form=form, account=account, is_fresh="old_password" not in form)
    return page, 422 if form.errors else 200
