"""The mailbox of a demonstration: every mail that this site sent, as it would arrive. Elsewhere it does not exist."""

from __future__ import annotations

import re

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from congress.core.access import Rule, access
from congress.core.errors import Missing
from congress.core.pagination import page_of
from congress.mail import mailbox, queries
from congress.mail.mailbox import Delivered
from congress.mail.models import Mail

PAGE_SIZE = 20
MESSAGE_ID = re.compile(r"[0-9a-f]{32}")
HTML_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation"
)


def _must_be_demo() -> None:
    if not current_app.config["DEMO"]:
        raise Missing


DEMO_ONLY = Rule("demonstration only", _must_be_demo)
blueprint = Blueprint("mailbox", __name__, url_prefix="/<lang:lang_code>/mailbox")


@blueprint.get("/")
@access(DEMO_ONLY)
def index() -> str:
    """The latest mails, or those to one address."""
    search = request.args.get("q", "")[:254]
    page = page_of(queries.delivered(search), request.args.get("page", 1, int), PAGE_SIZE)
    return render_template("mail/mailbox.html", page=page, search=search)


@blueprint.get("/<message_id>/")
@access(DEMO_ONLY)
def show(message_id: str) -> str:
    """One mail: its text with links, its files, its calendar entry."""
    mail, delivered = _find(message_id)
    return render_template("mail/mailbox_mail.html", mail=mail, delivered=delivered)


@blueprint.get("/<message_id>/html")
@access(DEMO_ONLY)
def html(message_id: str) -> ResponseReturnValue:
    """The HTML part alone, in a sandbox without scripts; inline styles are what mails are made of."""
    _mail, delivered = _find(message_id)
    response = Response(delivered.html, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = HTML_POLICY
    return response


@blueprint.get("/<message_id>/parts/<int:number>")
@access(DEMO_ONLY)
def part(message_id: str, number: int) -> ResponseReturnValue:
    """A file that came with the mail."""
    _mail, delivered = _find(message_id)
    found = next((one for one in delivered.parts if one.number == number), None)
    if found is None:
        raise Missing
    response = Response(found.content, content_type=found.content_type)
    response.headers.set("Content-Disposition", "attachment", filename=found.name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _find(message_id: str) -> tuple[Mail, Delivered]:
    mail = queries.delivered_mail(message_id) if MESSAGE_ID.fullmatch(message_id) else None
    delivered = mailbox.delivered(message_id) if mail else None
    if mail is None or delivered is None:
        raise Missing
    return mail, delivered
