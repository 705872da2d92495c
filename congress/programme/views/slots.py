"""Every slot in a list and in a form: what the grid does by dragging, by keyboard and without JavaScript."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.errors import DomainError, Missing
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.core.languages import ngettext
from congress.events.forms.base import EmptyForm
from congress.events.models import Event
from congress.events.permissions import Capability, can
from congress.events.queries import rooms_of
from congress.events.views.scope import current_event, current_roles, event_access, event_blueprint
from congress.extensions import db
from congress.programme import editor, queries, slot_list
from congress.programme.conflict_words import Teller
from congress.programme.conflicts import warnings_of
from congress.programme.days import day_of, days_of
from congress.programme.enums import BEFORE_RELEASE, SCHEDULABLE, SlotKind
from congress.programme.errors import ChangedMeanwhile
from congress.programme.forms.slots import PauseForm, RemoveForm, SlotForm, slot_data
from congress.programme.models import Slot
from congress.programme.schedule import FALLBACK_MINUTES, schedule_of
from congress.programme.services import slots as services
from congress.programme.words import DEFAULT_TITLES, SLOT_KINDS, STATE_MARKS, STATES

READ, EDIT = event_access(Capability.READ_PROGRAMME), event_access(Capability.EDIT_PROGRAMME)
CONFLICT, INVALID = 409, 422

blueprint = event_blueprint("slots", __name__, "/programme/slots")


@blueprint.get("/")
@access(READ)
def index() -> str:
    """Every slot, with what it is warned of."""
    event = current_event()
    filters = slot_list.Filters.of(request.args)
    schedule = schedule_of(event)
    teller = Teller(schedule)
    told = [teller.tell(one) for one in warnings_of(event, schedule=schedule) if one.kind not in BEFORE_RELEASE]
    rows = slot_list.narrowed(slot_list.rows_of(schedule, told), filters, schedule)
    return render_template(
        "programme/manage/slots.html",
        event=event,
        schedule=schedule,
        page=slot_list.page_of_rows(rows, request.args.get("page", 1, type=int)),
        page_url=lambda number: url_for("slots.index", **filters.arguments(), page=number),
        filters=filters,
        days=days_of(event),
        kinds=SLOT_KINDS,
        states=STATES,
        state_marks=STATE_MARKS,
        may_edit=can(current_roles(), Capability.EDIT_PROGRAMME),
    )


@blueprint.route("/new/<any(break, blocker):pause>", methods=["GET", "POST"])
@access(EDIT)
def new(pause: str) -> ResponseReturnValue:
    """A break or a blocker."""
    event, wanted = current_event(), SlotKind(pause)
    form = PauseForm(
        event,
        rooms_of(event),
        without=_("All rooms"),
        data={"minutes": FALLBACK_MINUTES, "day": request.args.get("day"), "title": DEFAULT_TITLES[wanted]},
    )

    def act() -> dict[str, Any]:
        return {"id": services.add_pause(event, wanted, form.texts, form.place()).id}

    if form.validate_on_submit() and form.attempt(act) is not None:
        flash(_("It is in the schedule."), "success")
        return _to_day(form)
    page = render_template("programme/manage/slots_new.html", event=event, form=form, kind=wanted, session=None)
    return page, INVALID if form.errors else 200


@blueprint.route("/sessions/<code>/new", methods=["GET", "POST"])
@access(EDIT)
def new_for_session(code: str) -> ResponseReturnValue:
    """A time for a session; a session may have several."""
    event = current_event()
    session = queries.session_by_code(event, code)
    if session is None or session.state not in SCHEDULABLE:
        raise Missing
    minutes = session.format.minutes if session.format else FALLBACK_MINUTES
    form = SlotForm(
        event,
        rooms_of(event),
        without=_("No room yet"),
        data={"minutes": minutes, "day": request.args.get("day")},
    )

    def act() -> dict[str, Any]:
        return {"id": services.schedule_session(event, code, form.place()).id}

    if form.validate_on_submit() and form.attempt(act) is not None:
        flash(_("It is in the schedule."), "success")
        return _to_day(form)
    page = render_template(
        "programme/manage/slots_new.html", event=event, form=form, kind=SlotKind.SESSION, session=session
    )
    return page, INVALID if form.errors else 200


@blueprint.route("/<int:slot_id>/", methods=["GET", "POST"])
@access(EDIT)
def change(slot_id: int) -> ResponseReturnValue:
    """One slot: day, time, duration, room; for breaks and blockers also the title."""
    event = current_event()
    slot = services.slot_of(event, slot_id)
    form = _form_for(event, slot)
    status, stale = 200, False
    if form.validate_on_submit():
        try:
            _save(event, slot, form)
        except ChangedMeanwhile:
            status, stale = CONFLICT, True
        except DomainError as refusal:
            form.form_errors.append(str(refusal.sentence))
        else:
            flash(_("Saved."), "success")
            return _to_day(form)
    status = INVALID if form.errors else status
    if stale:
        form.version.data = str(slot.version)
    return _change_page(event, slot_id, form, stale=stale), status


@blueprint.post("/<int:slot_id>/remove")
@access(EDIT)
def remove(slot_id: int) -> ResponseReturnValue:
    """Out of the schedule; a session waits beside it again."""
    event, form = current_event(), RemoveForm()
    services.slot_of(event, slot_id)
    if not form.validate_on_submit():
        flash(_("Please try again."), "danger")
        return see_other(url_for("slots.change", slot_id=slot_id))
    with db.session.begin_nested():
        services.remove_slot(event, slot_id, form.version.data or 0)
    flash(_("It is no longer in the schedule."), "success")
    return see_other(url_for("slots.index"))


@blueprint.post("/<int:slot_id>/copy")
@access(EDIT)
def copy(slot_id: int) -> ResponseReturnValue:
    """The same break in all other rooms."""
    event, form = current_event(), EmptyForm()
    slot = services.slot_of(event, slot_id)
    day = day_of(slot.starts_at, event.zone)
    if form.validate_on_submit():
        done = form.attempt(lambda: {"count": services.copy_to_all_rooms(event, slot_id)})
        if done is None:
            flash(form.form_errors[0], "danger")
        else:
            flash(ngettext("Copied to %(num)s room.", "Copied to %(num)s rooms.", done["count"]), "success")
    return see_other(url_for("slots.index", day=day.isoformat()))


def _form_for(event: Event, slot: Slot) -> SlotForm:
    data = slot_data(slot, event.zone)
    if slot.kind is SlotKind.SESSION:
        return SlotForm(event, rooms_of(event), without=_("No room yet"), data=data)
    return PauseForm(event, rooms_of(event), without=_("All rooms"), data=data)


def _save(event: Event, slot: Slot, form: SlotForm) -> None:
    title = form.texts if isinstance(form, PauseForm) else None

    def act() -> dict[str, Any]:
        services.move_slot(event, slot.id, form.seen_version, form.place(slot), title)
        return {}

    with db.session.begin_nested():
        form.once(act)


def _change_page(event: Event, slot_id: int, form: SlotForm, *, stale: bool) -> str:
    slot = services.slot_of(event, slot_id)
    schedule = schedule_of(event, (slot.starts_at - editor.REACH, slot.ends_at + editor.REACH))
    teller = Teller(schedule)
    return render_template(
        "programme/manage/slots_change.html",
        event=event,
        form=form,
        slot=slot,
        stale=stale,
        now=editor.values_of(event, slot),
        room_now=schedule.rooms.get(slot.room_id or 0),
        is_outside=day_of(slot.starts_at, event.zone) not in days_of(event),
        warnings=[
            teller.tell(one).sentence
            for one in warnings_of(event, schedule=schedule)
            if slot.id in one.slot_ids and one.kind not in BEFORE_RELEASE
        ],
        empty=EmptyForm(),
        states=STATES,
        state_marks=STATE_MARKS,
        kinds=SLOT_KINDS,
    )


def _to_day(form: SlotForm) -> ResponseReturnValue:
    """Back to where people came from: the list, or the day in the editor."""
    if request.args.get("back") == "list":
        return see_other(url_for("slots.index"))
    return see_other(url_for("schedule.day", day=form.day.data))
