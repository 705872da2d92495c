"""What we keep and why, and how accessible this site is: the same page for everybody."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from congress.core.access import PUBLIC, access
from congress.core.languages import translated
from congress.registration.consents import PLATFORM_TEXTS
from congress.registration.enums import ConsentKind

blueprint = Blueprint("privacy", __name__, url_prefix="/<lang:lang_code>")


@blueprint.get("/privacy")
@access(PUBLIC)
def statement() -> ResponseReturnValue:
    """What is kept, why, how long, whom to ask."""
    notice = translated(PLATFORM_TEXTS[ConsentKind.PRIVACY_NOTICE])
    return render_template("privacy/public/privacy.html", notice=notice, contact=_contact())


@blueprint.get("/accessibility")
@access(PUBLIC)
def accessibility() -> ResponseReturnValue:
    """How far this site can be used by everybody."""
    return render_template("privacy/public/accessibility.html", contact=_contact())


def _contact() -> str:
    """Where the operator of this installation can be written to."""
    contact: str = current_app.config["SECURITY_CONTACT"]
    return contact
