"""The ticket and the badge of one registration, by its self-service link."""

from __future__ import annotations

from flask import Blueprint, Response

from congress.badges import documents, queries
from congress.core.access import Rule, access
from congress.core.errors import Missing
from congress.registration.enums import RegistrationStatus
from congress.registration.models import Registration

blueprint = Blueprint("self_service_documents", __name__, url_prefix="/<lang:lang_code>/r/<token>/<public_id>")

LINK = Rule("self-service link", lambda: None)
"""The link itself is the right: `_registration` finds nothing without it."""


@blueprint.get("/ticket.pdf")
@access(LINK)
def ticket(token: str, public_id: str) -> Response:
    """The ticket as PDF."""
    registration = _registration(token, public_id)
    return _download(documents.ticket_pdf([registration]), f"ticket-{registration.reference}.pdf")


@blueprint.get("/badge.pdf")
@access(LINK)
def badge(token: str, public_id: str) -> Response:
    """The badge as PDF, to print at home."""
    registration = _registration(token, public_id)
    if registration.status is not RegistrationStatus.CONFIRMED:
        raise Missing
    return _download(documents.badge_pdf(registration), f"badge-{registration.reference}.pdf")


def _registration(token: str, public_id: str) -> Registration:
    registration = queries.registration_by_link(token, public_id)
    if registration is None:
        raise Missing
    return registration


def _download(content: bytes, name: str) -> Response:
    response = Response(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
