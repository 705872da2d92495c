"""The rooms of an event."""

from __future__ import annotations

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.events.forms.base import EmptyForm
from congress.events.forms.places import RoomForm
from congress.events.permissions import Capability
from congress.events.queries import rooms_of
from congress.events.services import rooms as services
from congress.events.views.scope import current_event, event_access, event_blueprint

EDIT = event_access(Capability.EDIT_EVENT)
blueprint = event_blueprint("rooms", __name__, "/rooms")


@blueprint.route("/", methods=["GET", "POST"])
@access(EDIT)
def index() -> ResponseReturnValue:
    """All rooms, and a form for one more."""
    event, form = current_event(), RoomForm()
    if form.validate_on_submit():
        values = form.values()
        if form.attempt(lambda: {"id": services.add_room(event, values["name"], values["capacity"]).id}) is not None:
            flash(_("The room is in the list."), "success")
            return see_other(url_for("rooms.index"))
    page = render_template("events/manage/rooms.html", form=form, rooms=rooms_of(event), empty=EmptyForm())
    return page, 422 if form.errors else 200


@blueprint.route("/<int:room_id>/", methods=["GET", "POST"])
@access(EDIT)
def change(room_id: int) -> ResponseReturnValue:
    """Name and capacity of one room."""
    event = current_event()
    room = services.room_of(event, room_id)
    form = RoomForm(data={"name": room.name, "capacity": room.capacity})
    if form.validate_on_submit():
        form.attempt(lambda: services.change_room(event, room_id, form.values()))
        flash(_("Saved."), "success")
        return see_other(url_for("rooms.index"))
    page = render_template("events/manage/room.html", form=form, room=room)
    return page, 422 if form.errors else 200


@blueprint.post("/<int:room_id>/move/<any(up, down):way>")
@access(EDIT)
def move(room_id: int, way: str) -> ResponseReturnValue:
    """Another place in the order."""
    event, form = current_event(), EmptyForm()
    services.room_of(event, room_id)
    step = -1 if way == "up" else 1
    if form.validate_on_submit():
        form.attempt(lambda: services.move_room(event, room_id, step))
    return see_other(url_for("rooms.index"))


@blueprint.post("/<int:room_id>/remove")
@access(EDIT)
def remove(room_id: int) -> ResponseReturnValue:
    """One room less."""
    event, form = current_event(), EmptyForm()
    services.room_of(event, room_id)
    if form.validate_on_submit():
        form.attempt(lambda: services.remove_room(event, room_id))
        flash(_("The room is no longer in the list."), "success")
    return see_other(url_for("rooms.index"))
