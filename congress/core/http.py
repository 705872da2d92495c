"""How an answer leaves: one transaction per request, one table from errors to statuses, the same headers on all."""

from __future__ import annotations

import re
from typing import Any

import structlog
from flask import Flask, Request, Response, current_app, g, jsonify, render_template, request
from flask.sessions import NullSession, SecureCookieSession, SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.routing import IntegerConverter, Map

from congress.core import access, errors, transactions
from congress.core.bounded_forms import BoundedFormParser, largest_body_of
from congress.core.languages import current_language, gettext
from congress.core.strict_json import StrictJSONProvider
from congress.core.text import has_control_characters, has_forbidden_characters, has_noncharacters
from congress.extensions import db

log = structlog.get_logger(__name__)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
ALLOWED_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

STATUS_OF: dict[type[errors.DomainError], int] = {
    errors.Malformed: 400,
    errors.InvalidCredential: 401,
    errors.SignInRequired: 401,
    errors.NotAllowed: 403,
    errors.Missing: 404,
    errors.LinkExpired: 410,
    errors.InvalidInput: 422,
    errors.TooManyAttempts: 429,
    errors.Unavailable: 503,
    errors.DomainError: 409,
}

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; media-src 'self'; worker-src 'self'; form-action 'self'; "
    "base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""The policy of files that people sent: nothing in them runs, wherever they are opened."""
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
PRIVATE = "private, no-store"
WHO_MAY_KEEP_IT = re.compile(r"\b(?:public|private|no-store)\b")
SERVER_ERROR = 500
MAX_ID = 2**31 - 1
REDIRECTS = range(300, 400)


class BoundedInteger(IntegerConverter):
    """A number in an address that fits every database; a larger one is no address of ours."""

    def __init__(self, url_map: Map, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max", MAX_ID)
        super().__init__(url_map, *args, **kwargs)


class BoundedRequest(Request):
    """A request whose forms are bounded; the limits are settings (see `config.py`)."""

    form_data_parser_class = BoundedFormParser

    @property
    def max_content_length(self) -> int | None:
        """As in the settings, unless the view says otherwise: more where it takes files."""
        largest = largest_body_of(current_app.view_functions.get(self.endpoint or ""))
        return super().max_content_length if largest is None else largest

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        self._max_content_length = value

    def on_json_loading_failed(self, e: ValueError | None) -> Any:
        raise BadRequest from e


class PagesOnlySessions(SecureCookieSessionInterface):
    """The session cookie is for pages: a program is known by its token, and is neither read nor given a cookie."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if request.path.startswith("/api/"):
            return NullSession()
        if app.config["SESSION_COOKIE_NAME"] not in request.cookies:
            return self.session_class()  # a new visitor: the keys to read a cookie are not needed
        return super().open_session(app, request)


class CongressFlask(Flask):
    """Flask with one transaction per request: returned = committed, raised = rolled back."""

    session_interface = PagesOnlySessions()
    request_class = BoundedRequest
    json_provider_class = StrictJSONProvider

    def full_dispatch_request(self) -> Response:
        writes = request.method not in SAFE_METHODS
        with transactions.scope(writes=writes):
            return super().full_dispatch_request()

    def dispatch_request(self) -> ResponseReturnValue:
        answer = self.make_response(super().dispatch_request())
        if request.method not in SAFE_METHODS:
            transactions.commit()
        elif self.testing and (db.session.new or db.session.dirty or db.session.deleted):
            msg = f"{request.method} {request.path} tried to write"
            raise RuntimeError(msg)
        return answer

    def handle_user_exception(self, e: Exception) -> HTTPException | ResponseReturnValue:
        transactions.rollback()
        return super().handle_user_exception(e)


def install(app: CongressFlask) -> None:
    """Register guards, headers and error pages; `access.enforce` runs after the ways in know who is there."""
    app.url_map.converters["int"] = BoundedInteger
    app.before_request(_refuse_odd_requests)
    app.before_request(access.enforce)
    app.after_request(_add_headers)
    app.register_error_handler(errors.DomainError, _domain_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(DBAPIError, _database_error)
    app.register_error_handler(Exception, _unexpected)


def wants_problem_json() -> bool:
    """Whether the caller is a program."""
    return request.path.startswith("/api/")


def see_other(location: str) -> Response:
    """303: after a write, read the result elsewhere."""
    response = Response(status=303, headers={"Location": location})
    response.headers["Cache-Control"] = PRIVATE
    return response


def tell_nobody(response: Response, *, has_form: bool = True) -> Response:
    """For pages that a personal link opens: no search engine, and no address of the page to other sites.

    Under HTTPS the check of form tokens wants a Referer of our own: pages with a form keep it for those.
    """
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "same-origin" if has_form else "no-referrer"
    return response


def _refuse_odd_requests() -> None:
    if request.method not in ALLOWED_METHODS:
        raise HTTPException(response=Response(status=405))
    asked = [value for values in request.args.listvalues() for value in values] if request.query_string else []
    if any(map(has_forbidden_characters, [request.path, *asked])):
        raise errors.Malformed
    if not wants_problem_json():
        _refuse_what_pages_cannot_repeat(asked)


def _refuse_what_pages_cannot_repeat(asked: list[str]) -> None:
    if any(has_noncharacters(text) or has_control_characters(text) for text in [request.path, *asked]):
        raise errors.Malformed
    if request.method in SAFE_METHODS:
        return
    if request.is_json:
        raise errors.Malformed  # the library of our forms would read it, past every check of fields
    sent = (value for values in request.form.listvalues() for value in values)
    if any(has_forbidden_characters(value) or has_noncharacters(value) for value in sent):
        raise errors.Malformed


def _add_headers(response: Response) -> Response:
    present = {name.lower() for name in response.headers.keys()}  # noqa: SIM118 (iterating gives pairs)
    response.headers.extend([pair for pair in SECURITY_HEADERS.items() if pair[0].lower() not in present])
    if current_app.config["PREFERRED_URL_SCHEME"] == "https":
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if not WHO_MAY_KEEP_IT.search(response.headers.get("Cache-Control", "")):
        response.headers["Cache-Control"] = PRIVATE
    return response


def status_of(error: errors.DomainError) -> int:
    """The HTTP status of a refusal: the nearest class in `STATUS_OF`."""
    return next(STATUS_OF[kind] for kind in type(error).__mro__ if kind in STATUS_OF)


def _domain_error(error: errors.DomainError) -> ResponseReturnValue:
    if isinstance(error, errors.SignInRequired) and not wants_problem_json():
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined, no-any-return]
    response = failure(status_of(error), str(error.sentence), problem_type=error.problem_type)
    if isinstance(error, errors.TooManyAttempts):
        response.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, errors.InvalidCredential):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status in REDIRECTS and error.response is None:
        return error.get_response()
    response = failure(status, _sentence_for(status))
    if isinstance(error.get_response().headers.get("Allow"), str):
        response.headers["Allow"] = error.get_response().headers["Allow"]
    return response


def _stale_form(_error: CSRFError) -> ResponseReturnValue:
    return failure(400, gettext("This form has expired. Go back, reload the page and send it again."))


def _database_error(error: DBAPIError) -> ResponseReturnValue:
    log.error("database_error", exc_info=error)
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return failure(503, str(errors.Unavailable.sentence))
    return failure(500, _sentence_for(500))


def _unexpected(error: Exception) -> ResponseReturnValue:
    if current_app.testing and current_app.config["PROPAGATE_UNEXPECTED"]:
        raise error
    log.error("unexpected_error", exc_info=error)
    return failure(500, _sentence_for(500))


def failure(status: int, sentence: str, *, problem_type: str = "about:blank", **members: Any) -> Response:
    """An error page, or a problem document (RFC 9457) for programs, with further `members`."""
    if wants_problem_json():
        problem = {"type": problem_type, "title": _title_for(status), "status": status, "detail": sentence}
        response = jsonify({**problem, **members})
        response.content_type = "application/problem+json"
    else:
        g.setdefault("lang", current_language())
        page = render_template("errors/error.html", code=status, title=_title_for(status), text=sentence)
        response = Response(page, content_type="text/html; charset=utf-8")
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


def _title_for(status: int) -> str:
    titles: dict[int, str] = {
        400: gettext("Request not understood"),
        401: gettext("Sign in"),
        403: gettext("Not allowed"),
        404: gettext("Page not found"),
        405: gettext("Not possible here"),
        409: gettext("Not possible"),
        410: gettext("Link expired"),
        413: gettext("Too large"),
        422: gettext("Please check your entries"),
        429: gettext("Please slow down"),
        503: gettext("Back in a moment"),
    }
    title = titles.get(status)
    if title is None:
        title = str(gettext("Something went wrong") if status >= SERVER_ERROR else gettext("Not possible"))
    return title


def _sentence_for(status: int) -> str:
    sentences = {
        403: errors.NotAllowed.sentence,
        404: errors.Missing.sentence,
        413: gettext("What you sent is too large."),
        503: errors.Unavailable.sentence,
    }
    if status >= SERVER_ERROR and status not in sentences:
        return str(gettext("The error was recorded. Nothing you sent before was lost; please try again."))
    return str(sentences.get(status, errors.Malformed.sentence))
