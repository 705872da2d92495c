"""Publishing an event, taking it back, cancelling and restoring it."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField

from congress.backoffice.checklist import checklist, is_ready
from congress.backoffice.services.events import publish_event, unpublish_event
from congress.core import clock
from congress.core.access import access
from congress.core.http import see_other
from congress.core.languages import current_language
from congress.core.languages import gettext as _
from congress.core.languages import lazy_gettext as _l
from congress.events import words
from congress.events.enums import EventStatus
from congress.events.errors import StepRefused
from congress.events.forms.base import EmptyForm, StaffForm
from congress.events.permissions import Capability
from congress.events.services.publication import cancel_event, restore_event
from congress.events.views.scope import current_event, event_access, event_blueprint
from congress.registration.figures import people_registered

PUBLISH = event_access(Capability.PUBLISH_EVENT)
blueprint = event_blueprint("publication", __name__, "/publication")


class RestoreForm(StaffForm):
    """Restoring, and whether people get the time and place again."""

    tell = BooleanField(_l("Tell the registered people"), default=True)


@blueprint.get("/")
@access(PUBLISH)
def index() -> ResponseReturnValue:
    """Where the event stands, what is missing, what can be done."""
    event = current_event()
    return render_template(
        "backoffice/manage/publication.html",
        event=event,
        words=words,
        checklist=checklist(event),
        ready=is_ready(event),
        registered=people_registered(event),
        form=EmptyForm(formdata=None),
        public_url=f"/{current_language()}/events/{event.slug}/",
    )


@blueprint.post("/publish")
@access(PUBLISH)
def publish() -> ResponseReturnValue:
    """Draft to public."""
    event = current_event()
    return _act(lambda: publish_event(event), _("The event is public. People can see it and register."))


@blueprint.post("/unpublish")
@access(PUBLISH)
def unpublish() -> ResponseReturnValue:
    """Public to draft."""
    event = current_event()
    return _act(lambda: unpublish_event(event), _("The event is a draft again. Only the team sees it."))


@blueprint.route("/cancel", methods=["GET", "POST"])
@access(PUBLISH)
def cancel() -> ResponseReturnValue:
    """The question before, and the act."""
    event, form = current_event(), EmptyForm()
    if form.validate_on_submit():
        return _act(
            lambda: cancel_event(event), _("The event is cancelled. Everybody registered is being told."), form
        )
    if event.status != EventStatus.PUBLISHED:
        raise StepRefused
    return render_template(
        "backoffice/manage/event_cancel.html", event=event, form=form, registered=people_registered(event)
    )


@blueprint.route("/restore", methods=["GET", "POST"])
@access(PUBLISH)
def restore() -> ResponseReturnValue:
    """The question before, and the act."""
    event, form = current_event(), RestoreForm()
    if form.validate_on_submit():
        tell = bool(form.tell.data)
        return _act(lambda: restore_event(event, tell=tell), _("The event takes place again."), form)
    if event.status != EventStatus.CANCELLED:
        raise StepRefused
    registered = people_registered(event) if event.ends_at > clock.now() else 0
    return render_template("backoffice/manage/event_restore.html", event=event, form=form, registered=registered)


def _act(act: Callable[[], object], sentence: str, form: StaffForm | None = None) -> ResponseReturnValue:
    form = form or EmptyForm()
    if not form.validate_on_submit() or form.attempt(act) is None:
        flash(" ".join(form.form_errors), "danger")
    else:
        flash(sentence, "success")
    return see_other(url_for("publication.index"))
