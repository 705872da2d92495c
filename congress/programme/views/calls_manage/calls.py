"""Calls of an event: listed, made, changed, put online."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from congress.core import clock
from congress.core.access import access
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.events.forms.base import EmptyForm
from congress.events.models import Event
from congress.events.views.scope import current_event
from congress.programme import call_words
from congress.programme.call_queries import call_of, calls_of, has_proposals
from congress.programme.forms.calls import CallForm
from congress.programme.permissions import call_state
from congress.programme.services import calls as services
from congress.programme.views.calls_manage.scope import MANAGE, blueprint

USUAL_WEEKS = 6


@blueprint.get("/")
@access(MANAGE)
def index() -> str:
    """All calls with their states and counts."""
    event = current_event()
    return render_template(
        "programme/calls/manage/index.html", event=event, rows=calls_of(event), words=call_words, form=EmptyForm()
    )


@blueprint.route("/new", methods=["GET", "POST"])
@access(MANAGE)
def new() -> ResponseReturnValue:
    """A new call; its form is built afterwards."""
    event = current_event()
    form = CallForm(event.zone, data=_usual_times(event))
    if form.validate_on_submit():
        made = form.attempt(lambda: {"id": services.create(event, form.values()).id})
        if made is not None:
            flash(_("The call is a draft. Build its form, then publish it."), "success")
            return see_other(url_for("calls_manage.form", call_id=made["id"]))
    page = render_template("programme/calls/manage/edit.html", event=event, form=form, call=None)
    return page, 422 if form.errors else 200


@blueprint.route("/<int:call_id>/settings", methods=["GET", "POST"])
@access(MANAGE)
def settings(call_id: int) -> ResponseReturnValue:
    """Everything about a call but its form."""
    event = current_event()
    call = call_of(event, call_id)
    form = CallForm(event.zone, data=CallForm.data_of(call, event.zone))
    if form.validate_on_submit():
        done = form.attempt(lambda: services.change(event, call_id, form.values(), form.seen_version))
        if done is not None:
            flash(_("Saved."), "success")
            return see_other(url_for("calls_manage.settings", call_id=call_id))
    page = render_template(
        "programme/calls/manage/edit.html",
        event=event,
        form=form,
        call=call,
        state=call_state(call, clock.now()),
        words=call_words,
        empty=EmptyForm(),
        can_remove=not has_proposals(call),
    )
    return page, 422 if form.errors or form.form_errors else 200


@blueprint.post("/<int:call_id>/publish")
@access(MANAGE)
def publish(call_id: int) -> ResponseReturnValue:
    """Let the public see it."""
    event, form = current_event(), EmptyForm()
    call_of(event, call_id)
    if form.validate_on_submit() and form.attempt(lambda: services.publish(event, call_id)) is not None:
        flash(_("The call is online."), "success")
    return see_other(url_for("calls_manage.settings", call_id=call_id))


@blueprint.post("/<int:call_id>/hide")
@access(MANAGE)
def hide(call_id: int) -> ResponseReturnValue:
    """Take it offline."""
    event, form = current_event(), EmptyForm()
    call_of(event, call_id)
    if form.validate_on_submit() and form.attempt(lambda: services.take_offline(event, call_id)) is not None:
        flash(_("The call is offline. What was sent stays."), "success")
    return see_other(url_for("calls_manage.settings", call_id=call_id))


@blueprint.post("/<int:call_id>/remove")
@access(MANAGE)
def remove(call_id: int) -> ResponseReturnValue:
    """Delete a call that nobody answered."""
    event, form = current_event(), EmptyForm()
    call_of(event, call_id)
    if form.validate_on_submit():
        services.remove(event, call_id)
        flash(_("The call is deleted."), "success")
    return see_other(url_for("calls_manage.index"))


def _usual_times(event: Event) -> dict[str, dt.datetime]:
    """From now for six weeks, in the event's zone: a proposal to start from."""
    local = clock.now().astimezone(ZoneInfo(event.zone)).replace(tzinfo=None, second=0, microsecond=0)
    last = (local + dt.timedelta(weeks=USUAL_WEEKS)).replace(hour=23, minute=59)
    return {"opens_at": local, "closes_at": last}
