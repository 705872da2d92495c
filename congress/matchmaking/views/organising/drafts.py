"""Meetings that the organisers propose: ideas become drafts, drafts are published or thrown away."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.core.languages import ngettext
from congress.events.forms.base import EmptyForm
from congress.events.models import Event
from congress.events.views.scope import current_event, event_blueprint
from congress.matchmaking import words
from congress.matchmaking.forms.timetable import ProposeForm
from congress.matchmaking.queries.drafts import drafts_of
from congress.matchmaking.services import generating
from congress.matchmaking.views.organising.scope import EDIT, READ, current_matchmaking, may_edit

ALL = "all"
blueprint = event_blueprint("meeting_drafts", __name__, "/matchmaking/drafts")


@blueprint.get("/")
@access(READ)
def index() -> str:
    """The drafts, and the form that makes more."""
    return _page(ProposeForm())


@blueprint.post("/")
@access(EDIT)
def propose() -> ResponseReturnValue:
    """Make drafts of the best ideas."""
    event, form = current_event(), ProposeForm()
    current_matchmaking()
    if form.validate_on_submit():
        done = form.attempt(lambda: {"count": _propose(event, form)})
        if done is not None:
            sentence = ngettext("%(num)s draft is made.", "%(num)s drafts are made.", done["count"])
            flash(sentence + " " + _("Nobody sees them before you publish them."), "success")
            return see_other(url_for(".index"))
    return _page(form), 422


@blueprint.post("/publish")
@access(EDIT)
def publish() -> ResponseReturnValue:
    """Make the ticked drafts known."""
    event, form = current_event(), EmptyForm()
    current_matchmaking()
    ids = _ticked(event)
    if form.validate_on_submit():
        done = form.attempt(lambda: _sent(generating.publish_drafts(event, ids)))
        _say(form, done, _published)
    return see_other(url_for(".index"))


@blueprint.post("/discard")
@access(EDIT)
def discard() -> ResponseReturnValue:
    """Throw the ticked drafts away."""
    event, form = current_event(), EmptyForm()
    current_matchmaking()
    ids = _ticked(event)
    if form.validate_on_submit():
        done = form.attempt(lambda: {"count": generating.discard_drafts(event, ids)})
        _say(
            form,
            done,
            lambda one: ngettext("%(num)s draft is discarded.", "%(num)s drafts are discarded.", one["count"]),
        )
    return see_other(url_for(".index"))


def _propose(event: Event, form: ProposeForm) -> int:
    minimum = (form.minimum.data or 0) / 100
    return generating.propose_meetings(event, fewer_than=form.fewer_than.data or 1, minimum=minimum)


def _ticked(event: Event) -> set[int]:
    codes, everything = set(request.form.getlist("meeting")), request.form.get("which") == ALL
    return {one.id for one in drafts_of(event) if everything or one.code in codes}


def _sent(sent: generating.Sent) -> dict[str, Any]:
    return {"count": sent.published, "skipped": len(sent.skipped)}


def _published(done: dict[str, Any]) -> str:
    sentence: str = ngettext("%(num)s draft is published.", "%(num)s drafts are published.", done["count"])
    if done["skipped"]:
        sentence += " " + ngettext(
            "%(num)s stays a draft, because one of its people takes part no more.",
            "%(num)s stay drafts, because one of their people takes part no more.",
            done["skipped"],
        )
    return sentence


def _say(form: EmptyForm, done: dict[str, Any] | None, sentence: Any) -> None:
    flash(" ".join(form.form_errors) if done is None else sentence(done), "info" if done is None else "success")


def _page(form: ProposeForm) -> str:
    event = current_event()
    return render_template(
        "matchmaking/manage/drafts.html",
        event=event,
        matchmaking=current_matchmaking(),
        drafts=drafts_of(event),
        form=form,
        words=words,
        may_edit=may_edit(),
    )
