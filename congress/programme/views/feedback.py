"""Saying what one thinks of a session, without a name; and what people said, for those who make the programme."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from congress.accounts.attempts import MINUTE
from congress.accounts.views.visitors import limit_visitor
from congress.core import clock, transactions
from congress.core.access import PUBLIC, access
from congress.core.errors import DomainError, Missing
from congress.core.http import see_other
from congress.core.pagination import page_of
from congress.events.permissions import Capability
from congress.events.views.scope import current_event, event_access, event_blueprint
from congress.programme import queries, words
from congress.programme.feedback import takes_feedback
from congress.programme.forms.feedback import FeedbackForm
from congress.programme.services.feedback import give_feedback
from congress.programme.snapshot import Session
from congress.programme.views.public_pages import Shown, load_shown

blueprint = Blueprint(
    "programme_feedback",
    __name__,
    url_prefix="/<lang:lang_code>/events/<event_slug>/programme/sessions/<code>/feedback",
)
manage = event_blueprint("feedback_manage", __name__, "/programme/feedback")
PER_MINUTE = 120
"""Of one address: everybody in the hall has the same."""


@blueprint.route("/", methods=["GET", "POST"])
@access(PUBLIC)
def give(event_slug: str, code: str) -> ResponseReturnValue:
    """A rating and a comment, after the end."""
    shown, session = _load(event_slug, code)
    if request.method == "GET" and not _is_open(shown, session):
        return _page("give", shown, session, form=None, refusal=None)  # no form, so no cookie
    form, refusal = FeedbackForm(), None
    if form.validate_on_submit():
        limit_visitor("feedback", PER_MINUTE, MINUTE)
        try:
            form.once(lambda: {"id": give_feedback(shown.event, code, form.rating.data, form.comment.data or "").id})
            return see_other(url_for("programme_feedback.given", event_slug=event_slug, code=code))
        except DomainError as error:
            transactions.rollback()
            shown, session = _load(event_slug, code)
            refusal = error
    page = _page("give", shown, session, form=form, refusal=refusal)
    return page, 422 if form.errors or refusal else 200


@blueprint.get("/thanks")
@access(PUBLIC)
def given(event_slug: str, code: str) -> ResponseReturnValue:
    """Thanks, the same for everybody."""
    return _page("given", *_load(event_slug, code))


@manage.get("/")
@access(event_access(Capability.READ_PROGRAMME))
def index() -> str:
    """Every session that was rated, the best first."""
    return render_template("programme/manage/feedback.html", rows=queries.feedback_figures(current_event()))


@manage.get("/<code>/")
@access(event_access(Capability.READ_PROGRAMME))
def show(code: str) -> str:
    """The ratings of one session and what people wrote."""
    session = queries.session_by_code(current_event(), code)
    if session is None:
        raise Missing
    return render_template(
        "programme/manage/feedback_of_session.html",
        session=session,
        ratings=queries.ratings_of(session),
        page=page_of(queries.comments_on(session), request.args.get("page", 1, int)),
        words=words,
    )


def _load(event_slug: str, code: str) -> tuple[Shown, Session]:
    shown = load_shown(event_slug)
    session = shown.programme.session_by_code.get(code)
    if session is None:
        raise Missing
    return shown, session


def _is_open(shown: Shown, session: Session) -> bool:
    return takes_feedback(shown.event, shown.programme, session, clock.now())


def _page(name: str, shown: Shown, session: Session, **values: object) -> str:
    return render_template(
        f"programme/public/feedback_{name}.html",
        event=shown.event,
        session=session,
        is_open=_is_open(shown, session),
        back=url_for("programme.session", event_slug=shown.event.slug, code=session.code),
        **values,
    )
