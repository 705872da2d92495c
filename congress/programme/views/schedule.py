"""The schedule editor: a day as a grid that people drag in. Its script sends forms and gets JSON back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.errors import DomainError, Missing
from congress.core.forms import BaseForm
from congress.core.http import see_other, status_of
from congress.core.languages import gettext as _
from congress.core.languages import translated
from congress.events.forms.base import text_pair
from congress.events.models import Event
from congress.events.permissions import Capability, can
from congress.events.views.scope import current_event, current_roles, event_access, event_blueprint
from congress.extensions import db
from congress.programme import editor, queries
from congress.programme.days import days_of
from congress.programme.editor import Day, WaitingOrder
from congress.programme.enums import SlotKind
from congress.programme.errors import ChangedMeanwhile
from congress.programme.forms.slots import DropForm, GridForm, RemoveForm
from congress.programme.services import slots as services
from congress.programme.services.settings import change_settings
from congress.programme.words import DEFAULT_TITLES

READ, EDIT = event_access(Capability.READ_PROGRAMME), event_access(Capability.EDIT_PROGRAMME)
SEARCH_LENGTH = 200
INVALID = 422

blueprint = event_blueprint("schedule", __name__, "/programme/schedule")


@blueprint.get("/")
@access(READ)
def index() -> str:
    """Today, or the first day."""
    event = current_event()
    return _page(event, editor.first_day_shown(event))


@blueprint.get("/<day>/")
@access(READ)
def day(day: str) -> str:
    """One day."""
    event = current_event()
    return _page(event, _day(event, day))


@blueprint.get("/<day>/data")
@access(READ)
def data(day: str) -> ResponseReturnValue:
    """The day once more, for the script."""
    event = current_event()
    shown = editor.day_of_editor(event, _day(event, day))
    return _values(shown) | {"aside": render_template("programme/manage/schedule_aside.html", **_aside(event, shown))}


@blueprint.post("/slots")
@access(EDIT)
def create() -> ResponseReturnValue:
    """A session, a break or a blocker that was dropped into the grid."""
    event, form = current_event(), DropForm()

    def act() -> dict[str, Any]:
        if form.session.data:
            slot = services.schedule_session(event, form.session.data, form.place(event))
        else:
            kind = SlotKind.BLOCKER if form.kind.data == SlotKind.BLOCKER else SlotKind.BREAK
            slot = services.add_pause(event, kind, text_pair(DEFAULT_TITLES[kind]), form.place(event))
        return editor.values_of(event, slot)

    return _answer(form, act)


@blueprint.post("/slots/<int:slot_id>/move")
@access(EDIT)
def move(slot_id: int) -> ResponseReturnValue:
    """Another time, length or room."""
    event, form = current_event(), DropForm()

    def act() -> dict[str, Any]:
        place = form.place(event, services.slot_of(event, slot_id))
        slot = services.move_slot(event, slot_id, form.version.data or 0, place)
        return editor.values_of(event, slot)

    return _answer(form, act, slot_id)


@blueprint.post("/slots/<int:slot_id>/remove")
@access(EDIT)
def remove(slot_id: int) -> ResponseReturnValue:
    """Out of the schedule."""
    event, form = current_event(), RemoveForm()

    def act() -> dict[str, Any]:
        services.remove_slot(event, slot_id, form.version.data or 0)
        return {}

    return _answer(form, act, slot_id)


@blueprint.post("/grid")
@access(EDIT)
def grid() -> ResponseReturnValue:
    """Another step of the grid."""
    event, form = current_event(), GridForm()
    if form.validate_on_submit():
        form.attempt(lambda: change_settings(event, grid_minutes=form.minutes.data))
    else:
        flash(_("Please choose one of the steps."), "danger")
    back = request.form.get("day", "")
    return see_other(url_for("schedule.day", day=back) if _is_day(event, back) else url_for("schedule.index"))


def _answer(form: BaseForm, act: Callable[[], dict[str, Any]], slot_id: int | None = None) -> ResponseReturnValue:
    """The slot as it is now; or a refusal in words, with what is there instead when somebody was faster."""
    try:
        if slot_id is not None:
            services.slot_of(current_event(), slot_id)  # of another event: not there, whatever else is sent
        if not form.validate_on_submit():
            sentences = [str(error) for errors in form.errors.values() for error in errors]
            return {"message": " ".join(sentences)}, INVALID
        with db.session.begin_nested():
            return {"slot": form.once(act)}
    except ChangedMeanwhile as refusal:
        event = current_event()
        now = editor.values_of(event, services.slot_of(event, slot_id)) if slot_id else None
        return {"message": str(refusal.sentence), "now": now}, status_of(refusal)
    except Missing as refusal:
        return {"message": _("This slot, session or room is no longer there.")}, status_of(refusal)
    except DomainError as refusal:
        return {"message": str(refusal.sentence)}, status_of(refusal)


def _page(event: Event, day: dt.date) -> str:
    shown = editor.day_of_editor(event, day)
    programme = queries.programme_of(event)
    step = programme.grid_minutes if programme else GridForm.DEFAULT
    return render_template(
        "programme/manage/schedule.html",
        days=days_of(event),
        values=_values(shown),
        rooms=_rooms(shown),
        step=step,
        grid_form=GridForm(data={"minutes": step}),
        scroll_to=_scroll_to(shown),
        **_aside(event, shown),
    )


def _values(shown: Day) -> dict[str, Any]:
    return {
        "day": shown.day.isoformat(),
        "slots": shown.slots(),
        "release": shown.release.value,
        "withoutRoom": shown.needs_column_without_room,
    }


def _aside(event: Event, shown: Day) -> dict[str, Any]:
    text = request.args.get("q", "")[:SEARCH_LENGTH]
    sort = request.args.get("sort", "")
    order = WaitingOrder(sort) if sort in set(WaitingOrder) else WaitingOrder.TITLE
    waiting = editor.waiting_sessions(event, text, order)
    return {
        "event": event,
        "day": shown.day,
        "waiting": waiting[: editor.MAX_WAITING],
        "waiting_total": len(waiting),
        "text": text,
        "order": order,
        "orders": WaitingOrder,
        "warnings": shown.warnings,
        "release": shown.release,
        "may_edit": can(current_roles(), Capability.EDIT_PROGRAMME),
    }


def _rooms(shown: Day) -> list[dict[str, str]]:
    return [
        {
            "id": str(room.id),
            "title": translated(room.name),
            "places": "" if room.capacity is None else str(room.capacity),
        }
        for room in shown.schedule.rooms.values()
    ]


def _scroll_to(shown: Day) -> str:
    """An hour before the first slot."""
    times = [one["start"][11:] for one in shown.slots() if one["start"].startswith(shown.day.isoformat())]
    first = int(min(times, default="09:00")[:2])
    return f"{max(4, first - 1):02}:00"


def _day(event: Event, text: str) -> dt.date:
    if not _is_day(event, text):
        raise Missing
    return dt.date.fromisoformat(text)


def _is_day(event: Event, text: str) -> bool:
    return text in {day.isoformat() for day in days_of(event)}
