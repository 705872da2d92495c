"""Addresses for machines: alive, ready, metrics, whom to tell of a security problem, what robots may read."""

from __future__ import annotations

import datetime as dt
import hmac

from flask import Blueprint, Response, current_app, jsonify, request

from congress.backoffice import health
from congress.core import clock
from congress.core.access import PUBLIC, Rule, access
from congress.core.errors import InvalidCredential, Missing
from congress.core.http import PRIVATE

blueprint = Blueprint("health", __name__)
SECURITY_TXT_DAYS = 180
ROBOTS = "User-agent: *\nDisallow: /*/manage/\nDisallow: /*/admin/\nDisallow: /*/account/\nDisallow: /*/r/\n"
PLAIN = "text/plain; charset=utf-8"


def _must_hold_metrics_token() -> None:
    expected: str = current_app.config["METRICS_TOKEN"]
    if not expected:
        raise Missing
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.encode(), expected.encode()):
        raise InvalidCredential


METRICS_TOKEN = Rule("metrics token", _must_hold_metrics_token)


@blueprint.get("/healthz")
@access(PUBLIC)
def alive() -> Response:
    """This process answers; nothing else is asked."""
    return _fresh(Response("ok\n", content_type=PLAIN))


@blueprint.get("/readyz")
@access(PUBLIC)
def ready() -> Response:
    """Whether to send people here: 200, or 503 with what is missing."""
    checks = health.readiness()
    is_ready = all(check.passed for check in checks if check.needed)
    response = jsonify(
        status="ready" if is_ready else "not ready",
        checks={
            check.name: {"ok": check.passed, **({"seconds": check.detail} if check.detail is not None else {})}
            for check in checks
        },
    )
    response.status_code = 200 if is_ready else 503
    return _fresh(response)


@blueprint.get("/metrics")
@access(METRICS_TOKEN)
def metrics() -> Response:
    """For Prometheus, with the token of this installation."""
    return _fresh(Response(health.metrics(), content_type="text/plain; version=0.0.4; charset=utf-8"))


@blueprint.get("/.well-known/security.txt")
@access(PUBLIC)
def security_txt() -> Response:
    """RFC 9116; never expired, because the date moves with the calendar."""
    midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    expires = midnight + dt.timedelta(days=SECURITY_TXT_DAYS)
    base = current_app.config["BASE_URL"]
    lines = (
        f"Contact: {current_app.config['SECURITY_CONTACT']}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: fr, en",
        f"Canonical: {base}/.well-known/security.txt",
    )
    return _for_an_hour(Response("\n".join(lines) + "\n", content_type=PLAIN))


@blueprint.get("/robots.txt")
@access(PUBLIC)
def robots() -> Response:
    """Public pages only."""
    return _for_an_hour(Response(ROBOTS, content_type=PLAIN))


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = PRIVATE
    return response


def _for_an_hour(response: Response) -> Response:
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
