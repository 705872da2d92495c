"""Organisers' pages of one door and its devices: links to open, to print, to withdraw."""

from __future__ import annotations

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from congress.checkin.devices import device_token
from congress.checkin.forms import DeviceForm
from congress.checkin.models import Device
from congress.checkin.permissions import is_live
from congress.checkin.queries import overview
from congress.checkin.services import doors
from congress.checkin.views.manage import MANAGE, blueprint, find_checkpoint
from congress.core import clock, links, qr
from congress.core.access import access
from congress.core.errors import Missing
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.events.forms.base import EmptyForm
from congress.events.views.scope import current_event

__all__ = ["blueprint"]


@blueprint.get("/<int:checkpoint_id>/")
@access(MANAGE)
def show_door(checkpoint_id: int) -> str:
    """One door with its devices."""
    checkpoint = find_checkpoint(checkpoint_id)
    return render_template(
        "checkin/manage/door.html",
        checkpoint=checkpoint,
        devices=overview.devices_of(current_event(), checkpoint),
        now=clock.now(),
    )


@blueprint.route("/<int:checkpoint_id>/devices/new", methods=["GET", "POST"])
@access(MANAGE)
def new_device(checkpoint_id: int) -> ResponseReturnValue:
    """One more device at a door."""
    event, checkpoint, form = current_event(), find_checkpoint(checkpoint_id), DeviceForm()
    if form.validate_on_submit():
        label, language = str(form.label.data), str(form.language.data)
        made = form.attempt(lambda: {"id": doors.add_device(event, checkpoint, label, language).id})
        if made is not None:
            return see_other(url_for("checkin_manage.show_device", device_id=made["id"]))
    page = render_template("checkin/manage/device_form.html", form=form, checkpoint=checkpoint)
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/devices/<int:device_id>/")
@access(MANAGE)
def show_device(device_id: int) -> str:
    """The link of a device and its QR code; it can be shown again at any time until it is withdrawn."""
    device = _find(device_id)
    link = _link(device) if is_live(device) else ""
    return render_template(
        "checkin/manage/device.html",
        device=device,
        link=link,
        code=qr.draw(link) if link else None,
        now=clock.now(),
        form=EmptyForm(),
    )


@blueprint.post("/devices/<int:device_id>/revoke")
@access(MANAGE)
def revoke_device(device_id: int) -> ResponseReturnValue:
    """Withdraw a device."""
    device, form = _find(device_id), EmptyForm()
    if form.validate_on_submit():
        form.attempt(lambda: doors.revoke_device(device))
        flash(_("The device has no access any more. It forgets the event at its next request."), "success")
    return see_other(url_for("checkin_manage.show_door", checkpoint_id=device.checkpoint_id))


def _find(device_id: int) -> Device:
    found = overview.device_of(current_event(), device_id)
    if found is None:
        raise Missing
    return found


def _link(device: Device) -> str:
    """The token stands behind the #, which no browser sends to any server."""
    page = url_for("checkin_public.door", lang_code=device.language)
    return f"{links.absolute(page)}#{device_token(device.salt)}"
