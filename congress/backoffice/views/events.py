"""Creating an event and its settings."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from congress.accounts.models import Account
from congress.audit.queries import last_entry_about
from congress.backoffice.services.events import create_event
from congress.backoffice.words import field_in_words, value_in_words
from congress.core import clock
from congress.core.access import access
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.events import words
from congress.events.enums import EventStatus
from congress.events.errors import ChangedMeanwhile
from congress.events.forms.events import EventForm, NewEventForm
from congress.events.models import Event
from congress.events.permissions import Capability
from congress.events.queries import events_of_series
from congress.events.services.events import update_event
from congress.events.views.scope import (
    current_event,
    current_series,
    event_access,
    event_blueprint,
    series_blueprint,
)
from congress.extensions import db
from congress.registration.figures import people_registered

EDIT = event_access(Capability.EDIT_EVENT)
new_blueprint = series_blueprint("series_events", __name__, "/events")
blueprint = event_blueprint("events_manage", __name__)


@new_blueprint.route("/new", methods=["GET", "POST"])
@access(EDIT)
def new() -> ResponseReturnValue:
    """A new event in a series, empty or modelled on an earlier one."""
    series = current_series()
    events = events_of_series(series)
    form = NewEventForm(events)
    if form.validate_on_submit():
        model = next((event for event in events if event.id == form.model.data), None)
        result = form.attempt(lambda: {"slug": create_event(series, form.values(), model).slug})
        if result is not None:
            flash(_("The event is there as a draft. The list below says what is still missing."), "success")
            return see_other(url_for("dashboard.index", event_slug=result["slug"]))
    page = render_template("backoffice/manage/event_new.html", form=form, series=series)
    return page, 422 if form.errors else 200


@blueprint.route("/settings", methods=["GET", "POST"])
@access(EDIT)
def settings() -> ResponseReturnValue:
    """Texts, time, place and registration of an event."""
    event = current_event()
    form = EventForm(data=EventForm.data_of(event))
    differences: list[tuple[str, str, str]] = []
    if form.validate_on_submit():
        values, opened_at = form.values(), form.opened_at
        if opened_at != event.changed_at:
            differences = _differences(event, values)
            form.form_errors.append(str(ChangedMeanwhile.sentence))
            form.version.data = event.changed_at.isoformat()
        elif form.attempt(lambda: update_event(event, values, opened_at, tell=bool(form.tell.data))) is not None:
            flash(_("Saved."), "success")
            return see_other(url_for("events_manage.settings", event_slug=form.slug.data or event.slug))
    page = render_template(
        "backoffice/manage/event_settings.html",
        form=form,
        event=event,
        words=words,
        differences=differences,
        other_person=_who_changed(event) if differences else None,
        told=_people_told(event),
    )
    return page, 422 if form.errors else 200


def _differences(event: Event, values: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(field, as it is now, as it was typed) for every field in which the two differ."""
    return [
        (
            field_in_words(name),
            value_in_words(name, _plain(getattr(event, name)), event.zone),
            value_in_words(name, _plain(value), event.zone),
        )
        for name, value in values.items()
        if value is not None and (getattr(event, name) or None) != (value or None)
    ]


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _who_changed(event: Event) -> Account | None:
    entry = last_entry_about(event.id, "event", event.id)
    return db.session.get(Account, entry.actor_id) if entry and entry.actor_kind == "account" else None


def _people_told(event: Event) -> int:
    """How many people would be told of another time or place."""
    is_ahead = event.status == EventStatus.PUBLISHED and event.ends_at > clock.now()
    return people_registered(event) if is_ahead else 0
