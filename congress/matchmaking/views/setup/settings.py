"""Begin matchmaking, its settings, opening it to participants, and taking over another stage's set-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from congress.core import clock
from congress.core.access import access
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.events.forms.base import EmptyForm
from congress.events.models import Event
from congress.events.permissions import Capability, can
from congress.events.queries import events_of_series, roles_on_event
from congress.events.views.scope import current_event, event_blueprint
from congress.extensions import db
from congress.matchmaking import words
from congress.matchmaking.checklist import steps_of
from congress.matchmaking.enums import RequestMode, SchedulingMode
from congress.matchmaking.forms.setup import CopyForm, MatchmakingForm
from congress.matchmaking.mode_changes import consequences
from congress.matchmaking.models import Matchmaking
from congress.matchmaking.queries.setup import matchmaking_of, with_setup
from congress.matchmaking.services import copying, setup
from congress.matchmaking.views.setup.scope import EDIT, READ, may_edit, press, say_saved

blueprint = event_blueprint("matchmaking_settings", __name__, "/matchmaking/settings")


@blueprint.route("/", methods=["GET"])
@access(READ)
def index() -> str:
    """The settings; before matchmaking began, what it is and a button."""
    event = current_event()
    matchmaking = matchmaking_of(event)
    if matchmaking is None:
        return render_template(
            "matchmaking/manage/setup/begin.html", event=event, form=EmptyForm(), can_edit=may_edit()
        )
    form = MatchmakingForm(event.zone, formdata=None, data=MatchmakingForm.data_of(matchmaking, event.zone))
    return _page(matchmaking, form)


@blueprint.post("/")
@access(EDIT)
def change() -> ResponseReturnValue:
    """Write the settings."""
    event = current_event()
    matchmaking = matchmaking_of(event)
    if matchmaking is None:
        return see_other(url_for(".index"))
    form = MatchmakingForm(event.zone, data=MatchmakingForm.data_of(matchmaking, event.zone))
    if form.validate_on_submit():
        agreed, values = bool(form.agreed.data), form.values()
        if form.attempt(lambda: setup.change_settings(event, form.opened_at, values, agreed=agreed)) is not None:
            say_saved()
            return see_other(url_for(".index"))
        db.session.expire_all()
        return _page(matchmaking_of(event) or matchmaking, form, values), 422
    return _page(matchmaking, form), 422


@blueprint.post("/begin")
@access(EDIT)
def begin() -> Response:
    """Matchmaking with defaults."""
    event = current_event()
    press(lambda: setup.begin(event))
    flash(_("Matchmaking has begun. Participants see nothing of it before you open it."), "success")
    return see_other(url_for(".index"))


@blueprint.post("/open")
@access(EDIT)
def open_() -> Response:
    """Show it to participants."""
    event = current_event()
    if press(lambda: setup.open_to_participants(event)):
        flash(_("Matchmaking is open to participants."), "success")
    return see_other(url_for(".index"))


@blueprint.post("/close")
@access(EDIT)
def close() -> Response:
    """Hide it from participants."""
    event = current_event()
    if press(lambda: setup.close_to_participants(event)):
        flash(_("Matchmaking is closed. Everything that was written and agreed stays."), "success")
    return see_other(url_for(".index"))


@blueprint.route("/copy", methods=["GET", "POST"])
@access(EDIT)
def copy() -> ResponseReturnValue:
    """Take over the set-up of another stage."""
    event = current_event()
    if matchmaking_of(event) is None:
        return see_other(url_for(".index"))
    stages, form = _stages(event), CopyForm()
    form.offer(stages)
    if form.validate_on_submit():
        source = next(one for one in stages if one.id == form.source.data)
        if form.attempt(lambda: copying.copy_setup(event, source, form.chosen)) is not None:
            say_saved()
            return see_other(url_for(".index"))
        db.session.expire_all()
    page = render_template("matchmaking/manage/setup/copy.html", form=form, stages=stages)
    return page, 422 if form.errors else 200


def _stages(event: Event) -> Sequence[Event]:
    """The other events of the series that have a set-up and that the account may read."""
    ids = with_setup(event.series_id)
    others = (one for one in events_of_series(event.series) if one.id in ids and one.id != event.id)
    return [one for one in others if can(roles_on_event(current_user, one), Capability.READ_MATCHMAKING)]


def _page(matchmaking: Matchmaking, form: MatchmakingForm, values: Mapping[str, Any] | None = None) -> str:
    """`values` are those that were refused: the page says what their modes would mean."""
    event, now = current_event(), clock.now()
    return render_template(
        "matchmaking/manage/setup/settings.html",
        event=event,
        matchmaking=matchmaking,
        form=form,
        steps=steps_of(event, matchmaking),
        consequences=consequences(matchmaking, values, setup.open_meetings(event)) if values else [],
        can_copy=may_edit() and bool(_stages(event)),
        can_edit=may_edit(),
        is_over=matchmaking.booking_closes_at <= now,
        words=words,
        request_hints={one.value: words.REQUEST_MODE_HELP[one] for one in RequestMode},
        scheduling_hints={one.value: words.SCHEDULING_MODE_HELP[one] for one in SchedulingMode},
    )
