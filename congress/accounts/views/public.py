"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from congress.accounts import services
from congress.accounts.errors import WrongPassword
from congress.accounts.forms import ConfirmForm, LinkForm, PasswordSignInForm
from congress.accounts.queries import usable_link
from congress.accounts.services.sessions import end_by_token
from congress.accounts.views.access import begin_session, session_token
from congress.accounts.views.visitors import client_address, local_path
from congress.core.access import PUBLIC, access
from congress.core.errors import LinkExpired
from congress.core.http import see_other
from congress.core.languages import current_language
from congress.core.languages import gettext as _

blueprint = Blueprint("accounts", __name__, url_prefix="/<lang:lang_code>/account")


@blueprint.route("/sign-in", methods=["GET", "POST"])
@access(PUBLIC)
def sign_in() -> ResponseReturnValue:
    """One field: a link goes to the address, if it can sign in; the answer never says whether."""
    if request.method == "GET" and current_user.is_authenticated:
        return see_other(_destination(request.args.get("next")))
    form = LinkForm()
    if form.validate_on_submit():
        form.once(lambda: _ask_for_link(str(form.email.data)))
        return see_other(url_for("accounts.link_sent"))
    return _sign_in_page(form, PasswordSignInForm())


@blueprint.get("/sign-in/sent")
@access(PUBLIC)
def link_sent() -> ResponseReturnValue:
    """The same for every address."""
    return render_template("accounts/public/link_sent.html")


@blueprint.route("/sign-in/password", methods=["GET", "POST"])
@access(PUBLIC)
def sign_in_with_password() -> ResponseReturnValue:
    """For staff who set a password."""
    form = PasswordSignInForm()
    if form.validate_on_submit():
        next_path = request.args.get("next")
        address, password = str(form.login.data), str(form.password.data)
        account_id = services.sign_in_with_password(address, password, client_address())
        if account_id is not None:
            begin_session(account_id, "password")
            return see_other(_destination(next_path))
        form.form_errors.append(str(WrongPassword.sentence))
    return _sign_in_page(LinkForm(), form, with_password=True)


@blueprint.route("/link/<token>/", methods=["GET", "POST"])
@access(PUBLIC)
def open_link(token: str) -> ResponseReturnValue:
    """Opening the link changes nothing (mail programs open links too); the button signs in."""
    if usable_link(token) is None:
        return render_template("accounts/public/link_expired.html"), 410
    form = ConfirmForm()
    if not form.validate_on_submit():
        return render_template("accounts/public/open_link.html", form=form), 422 if form.errors else 200
    try:
        account_id, next_path = services.use_link(token)
    except LinkExpired:
        return render_template("accounts/public/link_expired.html"), 410
    begin_session(account_id, "link")
    return see_other(_destination(next_path))


@blueprint.post("/sign-out")
@access(PUBLIC)
def sign_out() -> ResponseReturnValue:
    """The session ends on the server, the cookie goes."""
    token = session_token()
    if token:
        end_by_token(token)
    session.clear()
    flash(_("You are signed out."), "success")
    return see_other(url_for("accounts.sign_in"))


def _ask_for_link(address: str) -> dict[str, bool]:
    services.request_link(address, client_address(), local_path(request.args.get("next")))
    return {}


def _sign_in_page(
    link_form: LinkForm, password_form: PasswordSignInForm, *, with_password: bool = False
) -> ResponseReturnValue:
    next_path = local_path(request.args.get("next"))
    page = render_template(
        "accounts/public/sign_in.html",
        link_form=link_form,
        password_form=password_form,
        with_password=with_password,
        next_path=next_path,
    )
    failed = bool(link_form.errors or password_form.errors)
    return page, 422 if failed else 200


def _destination(next_path: str | None) -> str:
    return local_path(next_path) or f"/{current_language()}/manage/"
