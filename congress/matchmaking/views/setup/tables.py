"""Zones and tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, render_template, url_for
from flask.typing import ResponseReturnValue

from congress.core import clock
from congress.core.access import access
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.core.languages import ngettext
from congress.events.forms.base import text_pair
from congress.events.views.scope import current_event, event_blueprint
from congress.extensions import db
from congress.matchmaking.forms.setup_tables import Act, ManyTablesForm, TableForm, TablesForm, ZoneForm
from congress.matchmaking.models import Meeting, MeetingTable
from congress.matchmaking.queries.occupied import busy_tables, meetings_at_tables, most_locked
from congress.matchmaking.queries.setup import delegations_of, matchmaking_of, tables_of, zones_of
from congress.matchmaking.services import tables
from congress.matchmaking.views.setup.scope import EDIT, READ, STEPS, may_edit, press, say_saved

blueprint = event_blueprint("meeting_tables", __name__, "/matchmaking/tables")


@blueprint.get("/")
@access(READ)
def index() -> str:
    """Zones, tables, and forms for more of both."""
    return _page()


@blueprint.post("/")
@access(EDIT)
def add() -> ResponseReturnValue:
    """Tables in bulk."""
    event, form = current_event(), TablesForm()
    form.offer(zones_of(event))
    if form.validate_on_submit():
        count, first, zone_id = form.count.data or 0, form.first.data or 1, form.zone_id.data or None
        if form.attempt(lambda: {"count": tables.add_tables(event, count, first, zone_id)}) is not None:
            flash(ngettext("%(num)s table was added.", "%(num)s tables were added.", count), "success")
            return see_other(url_for(".index", _anchor="tables"))
    return _page(tables_form=form), 422


@blueprint.post("/zones")
@access(EDIT)
def add_zone() -> ResponseReturnValue:
    """One zone more."""
    event, form = current_event(), ZoneForm()
    if form.validate_on_submit():
        name = text_pair(form.name.data)
        if form.attempt(lambda: {"id": tables.add_zone(event, name).id}) is not None:
            say_saved()
            return see_other(url_for(".index", _anchor="zones"))
    return _page(zone_form=form), 422


@blueprint.route("/zones/<int:zone_id>/", methods=["GET", "POST"])
@access(EDIT)
def zone(zone_id: int) -> ResponseReturnValue:
    """What a zone is called."""
    event = current_event()
    found = tables.zone_of(event, zone_id)
    form = ZoneForm(data={"name": found.name})
    if form.validate_on_submit():
        name = text_pair(form.name.data)
        if form.attempt(lambda: tables.change_zone(event, zone_id, name)) is not None:
            say_saved()
            return see_other(url_for(".index", _anchor="zones"))
    page = render_template("matchmaking/manage/setup/zone.html", form=form, zone=found)
    return page, 422 if form.errors else 200


@blueprint.post("/zones/<int:zone_id>/move/<any(up, down):way>")
@access(EDIT)
def move_zone(zone_id: int, way: str) -> Response:
    """Another place in the order."""
    event = current_event()
    tables.zone_of(event, zone_id)
    press(lambda: tables.move_zone(event, zone_id, STEPS[way]))
    return see_other(url_for(".index", _anchor="zones"))


@blueprint.post("/zones/<int:zone_id>/remove")
@access(EDIT)
def remove_zone(zone_id: int) -> Response:
    """One zone less; its tables stay."""
    event = current_event()
    tables.zone_of(event, zone_id)
    if press(lambda: tables.remove_zone(event, zone_id)):
        flash(_("The zone was deleted. Its tables stay, without a zone."), "success")
    return see_other(url_for(".index", _anchor="zones"))


@blueprint.post("/many")
@access(EDIT)
def many() -> ResponseReturnValue:
    """Something with several tables at once."""
    event, form = current_event(), ManyTablesForm()
    form.offer(zones_of(event), tables_of(event, also_closed=True))
    in_the_way: Sequence[Meeting] = ()
    if form.validate_on_submit():
        ids, act, zone_id = form.ids.data or [], Act(form.act.data), form.into.data or None
        done = form.attempt(lambda: {"count": _do(act, ids, zone_id)})
        if done is not None:
            flash(ngettext("%(num)s table was changed.", "%(num)s tables were changed.", done["count"]), "success")
            return see_other(url_for(".index", _anchor="tables"))
        db.session.expire_all()
        in_the_way = meetings_at_tables(ids, clock.now()) if act in (Act.CLOSE, Act.REMOVE) else ()
    return _page(many_form=form, in_the_way=in_the_way), 422


@blueprint.route("/<int:table_id>/", methods=["GET", "POST"])
@access(EDIT)
def edit(table_id: int) -> ResponseReturnValue:
    """One table: its number, zone, and whose booth it is."""
    event = current_event()
    found = tables.table_of(event, table_id)
    data = {"number": found.number, "zone_id": found.zone_id or 0, "delegation_id": found.delegation_id or 0}
    form = TableForm(data=data)
    form.offer(zones_of(event), delegations_of(event))
    in_the_way: Sequence[Meeting] = ()
    if form.validate_on_submit():
        number, zone_id = form.number.data or 0, form.zone_id.data or None
        delegation_id = form.delegation_id.data or None
        if form.attempt(lambda: tables.change_table(event, table_id, number, zone_id, delegation_id)) is not None:
            say_saved()
            return see_other(url_for(".index", _anchor="tables"))
        db.session.expire_all()
        found = tables.table_of(event, table_id)
        in_the_way = tables.others_at(found, delegation_id) if delegation_id else ()
    page = render_template(
        "matchmaking/manage/setup/table.html", event=event, form=form, table=found, in_the_way=in_the_way
    )
    return page, 422 if form.errors else 200


def _do(act: Act, ids: Sequence[int], zone_id: int | None) -> int:
    event = current_event()
    if act is Act.ZONE:
        return tables.put_into_zone(event, ids, zone_id)
    acts = {Act.CLOSE: tables.close_tables, Act.REOPEN: tables.reopen_tables, Act.REMOVE: tables.remove_tables}
    return acts[act](event, ids)


def _page(in_the_way: Sequence[Meeting] = (), **forms: Any) -> str:
    event = current_event()
    zones, found = zones_of(event), tables_of(event, also_closed=True)
    tables_form = forms.get("tables_form") or TablesForm(formdata=None, data={"first": _free(found)})
    tables_form.offer(zones)
    many_form = forms.get("many_form") or ManyTablesForm(formdata=None)
    many_form.offer(zones, found)
    return render_template(
        "matchmaking/manage/setup/tables.html",
        event=event,
        has_begun=matchmaking_of(event) is not None,
        zones=zones,
        tables=found,
        is_open=[one for one in found if one.closed_at is None],
        booths={one.id: one.name for one in delegations_of(event)},
        busy=busy_tables(event.id, clock.now()),
        locked=most_locked(event.id),
        zone_form=forms.get("zone_form") or ZoneForm(formdata=None),
        tables_form=tables_form,
        many_form=many_form,
        in_the_way=in_the_way,
        can_edit=may_edit(),
    )


def _free(found: Sequence[MeetingTable]) -> int:
    """The first number after all others."""
    return max((one.number for one in found), default=0) + 1
