"""When the rooms are open."""

from __future__ import annotations

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.events.permissions import Capability
from congress.events.queries import rooms_of
from congress.events.services.rooms import room_of
from congress.events.views.scope import current_event, event_access, event_blueprint
from congress.programme.days import day_of
from congress.programme.forms.room_hours import hours_form
from congress.programme.schedule import hours_of
from congress.programme.services.room_hours import set_hours

EDIT = event_access(Capability.EDIT_PROGRAMME)
blueprint = event_blueprint("room_hours", __name__, "/programme/rooms")


@blueprint.get("/")
@access(EDIT)
def index() -> str:
    """All rooms with their hours."""
    event = current_event()
    hours = {
        room_id: [(day_of(opens, event.zone), opens, closes) for opens, closes in windows]
        for room_id, windows in hours_of(event).items()
    }
    return render_template("programme/manage/room_hours.html", event=event, rooms=rooms_of(event), hours=hours)


@blueprint.route("/<int:room_id>/", methods=["GET", "POST"])
@access(EDIT)
def change(room_id: int) -> ResponseReturnValue:
    """The hours of one room, day by day; or of all rooms at once."""
    event = current_event()
    room = room_of(event, room_id)
    form = hours_form(event, hours_of(event).get(room_id, ()))

    def act() -> None:
        set_hours(event, room_id, form.windows(event), of_all_rooms=form.everywhere.data)

    if form.validate_on_submit() and form.attempt(act) is not None:
        flash(_("Saved."), "success")
        return see_other(url_for("room_hours.index"))
    page = render_template("programme/manage/room_hours_edit.html", event=event, form=form, room=room)
    return page, 422 if form.errors else 200
