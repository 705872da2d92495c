"""The scanner's page. It is the same for everybody: who it is for is said by the token, which no server sees here."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from congress.core.access import PUBLIC, access
from congress.core.http import CONTENT_SECURITY_POLICY

blueprint = Blueprint("checkin_public", __name__, url_prefix="/<lang:lang_code>")

# The decoder of QR codes is compiled to WebAssembly and runs in the page; the camera's picture is a blob.
DOOR_POLICY = CONTENT_SECURITY_POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'").replace(
    "media-src 'self'", "media-src 'self' blob:"
)
DOOR_PERMISSIONS = "camera=(self), microphone=(), geolocation=(), payment=(), usb=()"


@blueprint.get("/door/")
@access(PUBLIC)
def door() -> Response:
    """The scanner."""
    response = Response(render_template("checkin/public/door.html"), content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = DOOR_POLICY
    response.headers["Permissions-Policy"] = DOOR_PERMISSIONS
    response.headers["Cache-Control"] = "public, no-cache"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
