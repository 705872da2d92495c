"""The agenda of a registered person, by the link of the registration: stars, sign-ups, and what is where when."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, Response, flash, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from congress.agenda import queries, services
from congress.agenda.busy import busy_during
from congress.agenda.enums import SignUpState
from congress.agenda.errors import Overlapping
from congress.agenda.forms import ON, SignUpForm, StarForm
from congress.agenda.listing import Agenda, Offer, agenda_of
from congress.agenda.permissions import can_have_agenda
from congress.core import transactions
from congress.core.access import access
from congress.core.errors import DomainError, Malformed, Missing
from congress.core.http import see_other, tell_nobody
from congress.core.languages import gettext as _
from congress.core.languages import translated
from congress.programme import releases, timetable, words
from congress.programme.filters import Filter, choices_of, read_filter
from congress.programme.snapshot import Programme, Session
from congress.programme.timetable import Entry
from congress.programme.views.public_pages import track_css_url
from congress.registration.models import Registration
from congress.registration.views.self_service import LINK, current_registration

blueprint = Blueprint("agenda", __name__, url_prefix="/<lang:lang_code>/r/<token>/agenda/<public_id>")
KEPT = ("view", "day", "q", "track", "room", "mine", "at")
"""What the address of an act carries along, so that it leads back to where it was pressed."""


blueprint.after_request(tell_nobody)


@blueprint.get("/")
@access(LINK)
def index(token: str, public_id: str) -> str:
    """The released programme, a day at a time; with a filter, what is found on all days."""
    agenda = _agenda(public_id)
    wanted, only_mine = read_filter(request.args, agenda.programme), request.args.get("mine") == ON
    narrowed = only_mine or bool(wanted.query)
    entries = _entries(agenda, wanted, narrowed=narrowed, only_mine=only_mine)
    tabs = timetable.by_day(entries, agenda.registration.event.zone)
    day = _asked_day([one for one, _entries_of_day in tabs], agenda, narrowed=narrowed)
    shown = [(one, timetable.by_start(of_day)) for one, of_day in tabs if day in {None, one}]
    return _page(
        "index",
        token,
        agenda,
        wanted=wanted,
        only_mine=only_mine,
        narrowed=narrowed,
        tabs=[(one, sum(entry.session is not None for entry in of_day)) for one, of_day in tabs],
        day=day,
        shown=shown,
        rows={row.entry.slot.id: row for row in agenda.rows(entries)},
        choices=choices_of(agenda.programme),
        back={"view": "index", **wanted.query, **_only({"mine": ON if only_mine else "", "day": str(day or "")})},
    )


@blueprint.get("/mine")
@access(LINK)
def mine(token: str, public_id: str) -> str:
    """What the person picked, in the order of time, with overlaps and the links to join."""
    agenda = _agenda(public_id)
    rows = agenda.mine()
    days = timetable.by_day([row.entry for row in rows], agenda.registration.event.zone)
    return _page(
        "mine",
        token,
        agenda,
        days=days,
        rows={row.entry.slot.id: row for row in rows},
        gone=agenda.gone(),
        removed=agenda.programme.session_by_code.get(request.args.get("removed", "")),
        back={"view": "mine"},
    )


@blueprint.post("/sessions/<code>/star")
@access(LINK)
def star(token: str, public_id: str, code: str) -> ResponseReturnValue:
    """Star or un-star; a script gets JSON and stays where it is."""
    agenda, form = _agenda(public_id), StarForm()
    session = _session(agenda.programme, code)
    if not form.validate_on_submit():
        raise Malformed
    starred = form.starred.data == ON
    back = _address_back(token, public_id, removed="" if starred else code)
    services.set_star(agenda.registration, session.id, starred=starred)
    if request.accept_mimetypes.best == "application/json":
        said = _("“%(session)s” is in your agenda.") if starred else _("“%(session)s” is no longer starred.")
        return jsonify(starred=starred, message=said % {"session": translated(session.title)})
    return see_other(back)


@blueprint.route("/sessions/<code>/sign-up", methods=["GET", "POST"])
@access(LINK)
def sign_up(token: str, public_id: str, code: str) -> ResponseReturnValue:
    """Sign up. What else there is at that time is said first, on a page of its own."""
    agenda, form = _agenda(public_id), SignUpForm()
    registration, session = agenda.registration, _session(agenda.programme, code)
    title, back = translated(session.title), _address_back(token, public_id)
    if form.validate_on_submit():
        return _signed_up(registration, session, form.despite.data == ON, back)
    row = next(iter(agenda.rows(_times_of(agenda.programme, session))), None)
    if row is None or row.offer not in {Offer.SIGN_UP, Offer.QUEUE}:
        return see_other(back)
    form.despite.data = ON
    slots = agenda.programme.slots_by_session.get(session.id, ())
    return _page(
        "sign_up",
        token,
        agenda,
        form=form,
        row=row,
        slots=slots,
        title_of_session=title,
        busy=busy_during(registration, agenda.programme, slots),
        back_url=back,
    )


@blueprint.route("/sessions/<code>/leave", methods=["GET", "POST"])
@access(LINK)
def leave(token: str, public_id: str, code: str) -> ResponseReturnValue:
    """Ask, then give the place back, or the place in the queue."""
    agenda, form = _agenda(public_id), SignUpForm()
    session, back = _session(agenda.programme, code), _address_back(token, public_id)
    row = next(iter(agenda.rows(_times_of(agenda.programme, session))), None)
    if row is None or row.offer is not Offer.LEAVE:
        flash(_("There is nothing left to give back here."), "info")
        return see_other(back)
    title = translated(session.title)
    if form.validate_on_submit():
        services.leave(agenda.registration, session.id)
        flash(_("You are no longer signed up for “%(session)s”.", session=title), "success")
        return see_other(back)
    return _page("leave", token, agenda, form=form, row=row, title_of_session=title, back_url=back)


def _times_of(programme: Programme, session: Session) -> list[Entry]:
    """Every time of a session."""
    return [timetable.entry_of(programme, slot) for slot in programme.slots_by_session.get(session.id, ())]


def _signed_up(registration: Registration, session: Session, despite: bool, back: str) -> Response:  # noqa: FBT001 (one caller)
    registration_id, again = registration.id, request.full_path.rstrip("?")
    try:
        made = services.sign_up(registration, session.id, despite_overlap=despite)
    except Overlapping:
        transactions.rollback()
        return see_other(again)
    except DomainError as refusal:
        transactions.rollback()
        flash(str(refusal), "danger")
        return see_other(back)
    title = translated(session.title)
    if made.state is SignUpState.WAITING:
        number = queries.positions_of(registration_id)[session.id]
        flash(
            _("“%(session)s” is full. You are number %(number)s on the waiting list.", session=title, number=number)
        )
    else:
        flash(_("You have a place in “%(session)s”.", session=title), "success")
    return see_other(back)


def _agenda(public_id: str) -> Agenda:
    registration = current_registration(public_id)
    programme = releases.latest(registration.event_id) if can_have_agenda(registration) else None
    if programme is None:
        raise Missing
    return agenda_of(registration, programme)


def _session(programme: Programme, code: str) -> Session:
    session = programme.session_by_code.get(code)
    if session is None:
        raise Missing
    return session


def _entries(agenda: Agenda, wanted: Filter, *, narrowed: bool, only_mine: bool) -> list[Entry]:
    """What is shown; breaks only where nothing is looked for."""
    programme = agenda.programme
    entries = [timetable.entry_of(programme, slot) for slot in programme.live_slots]
    if not narrowed:
        return entries
    return [one for one in wanted.keep(programme, entries) if not only_mine or one.slot.session_id in agenda.picked]


def _asked_day(days: list[dt.date], agenda: Agenda, *, narrowed: bool) -> dt.date | None:
    """The day to show; None for all of them, which is what a search begins with."""
    asked = next((day for day in days if day.isoformat() == request.args.get("day")), None)
    if asked or narrowed or not days:
        return asked
    return timetable.current_day(agenda.registration.event, agenda.programme, agenda.now)


def _page(name: str, token: str, agenda: Agenda, **values: Any) -> str:
    registration, programme = agenda.registration, agenda.programme
    return render_template(
        f"agenda/public/{name}.html",
        token=token,
        public_id=registration.public_id,
        registration=registration,
        event=registration.event,
        series=registration.event.series,
        programme=programme,
        agenda=agenda,
        words=words,
        track_css_url=track_css_url(track.colour for track in programme.tracks),
        current_user=None,
        **values,
    )


def _address_back(token: str, public_id: str, removed: str = "") -> str:
    asked = _only({name: request.args.get(name) for name in KEPT})
    at, view = asked.pop("at", ""), asked.pop("view", "")
    anchor = f"slot-{at}" if at.isascii() and at.isdigit() else None
    address: dict[str, Any] = {"token": token, "public_id": public_id}
    if view == "mine":
        return url_for(".mine", _anchor=None if removed else anchor, **address | _only({"removed": removed}))
    return url_for(".index", _anchor=anchor, **address | asked)


def _only(values: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}
