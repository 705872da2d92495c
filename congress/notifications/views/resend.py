"""Having one's link sent again: the same answer and the same work for every address."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from congress.accounts import attempts
from congress.accounts.views.visitors import client_address
from congress.core.access import PUBLIC, access
from congress.core.addresses import address_key
from congress.core.http import see_other
from congress.notifications.forms import ResendForm
from congress.notifications.services import ask_for_links

blueprint = Blueprint("resend", __name__, url_prefix="/<lang:lang_code>/my-registration")
PER_ADDRESS = 5
PER_CLIENT = 30


@blueprint.route("", methods=["GET", "POST"])
@access(PUBLIC)
def ask() -> ResponseReturnValue:
    """One field."""
    form = ResendForm()
    if form.validate_on_submit():
        form.once(lambda: _ask(str(form.email.data)))
        return see_other(url_for("resend.sent"))
    return render_template("notifications/public/resend.html", form=form), 422 if form.errors else 200


@blueprint.get("/sent")
@access(PUBLIC)
def sent() -> ResponseReturnValue:
    """The same for everybody."""
    return render_template("notifications/public/resent.html")


def _ask(address: str) -> dict[str, bool]:
    key = address_key(address)
    attempts.count("resend-address", key, PER_ADDRESS, attempts.QUARTER_HOUR)
    attempts.count("resend-client", client_address(), PER_CLIENT, attempts.QUARTER_HOUR)
    ask_for_links(key)
    return {}
