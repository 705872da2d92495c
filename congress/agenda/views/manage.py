"""The organisers' screens of demand and sign-ups: what is wanted, who has a place, who waits."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from congress.agenda import demand, queries, services, words
from congress.agenda.enums import SignUpState
from congress.agenda.forms import AddForm
from congress.agenda.models import SignUp
from congress.core import clock
from congress.core.access import access
from congress.core.errors import Missing
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.core.pagination import PAGE_SIZE, Page
from congress.core.spreadsheets import spreadsheet
from congress.core.text import search_key
from congress.events.forms.base import EmptyForm
from congress.events.permissions import Capability, can
from congress.events.views.scope import current_event, current_roles, event_access, event_blueprint
from congress.programme.models import Session
from congress.programme.queries import session_by_code

READ = event_access(Capability.READ_PROGRAMME)
NAMES = event_access(Capability.READ_SIGN_UPS)
ADD = event_access(Capability.WRITE_REGISTRATIONS)
"""Adding searches the registrations, which not everybody who may read the sign-ups may do."""

SEARCH_LENGTH = 200
MOST_WORDS = 8
blueprint = event_blueprint("demand", __name__, "/programme/demand")


@blueprint.get("/")
@access(READ)
def index() -> str:
    """Every released session with stars, sign-ups and rooms, the most wanted first."""
    rows = demand.demand_of(current_event())
    number = min(max(1, request.args.get("page", 1, type=int)), max(1, -(-len(rows) // PAGE_SIZE)))
    shown = rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return render_template(
        "agenda/manage/index.html",
        page=Page(shown, number, PAGE_SIZE, len(rows)),
        page_url=lambda page: url_for(".index", page=page),
        may_read_names=_may(Capability.READ_SIGN_UPS),
    )


@blueprint.get("/<code>/")
@access(NAMES)
def show(code: str) -> str:
    """Who has a place in a session and who waits."""
    session = _session(code)
    return render_template(
        "agenda/manage/show.html",
        event=current_event(),
        session=session,
        wanted=demand.demand_for(current_event(), session),
        people=queries.people_of(session),
        words=words,
        form=EmptyForm(),
        may_add=_may(Capability.WRITE_REGISTRATIONS),
        may_open=_may(Capability.READ_REGISTRATIONS),
    )


@blueprint.post("/<code>/export.csv")
@access(NAMES)
def export(code: str) -> Response:
    """The list as a file."""
    event, session = current_event(), _session(code)
    table = services.export(event, session)
    day = clock.local_day(clock.now(), event.zone).isoformat()
    name = _("sign-ups")
    return spreadsheet(table, "csv", f"{name}-{session.code}-{day}")


@blueprint.route("/<code>/<int:sign_up_id>/remove", methods=["GET", "POST"])
@access(NAMES)
def remove(code: str, sign_up_id: int) -> ResponseReturnValue:
    """Ask, then take somebody off the list."""
    session, form = _session(code), EmptyForm()
    sign_up = _sign_up(session, sign_up_id)
    name, back = sign_up.registration.full_name, url_for(".show", code=code)
    if form.validate_on_submit() and form.attempt(lambda: {"ended": services.remove(sign_up)}) is not None:
        flash(_("%(name)s is no longer on the list, and is told by mail.", name=name), "success")
        return see_other(back)
    return _question("remove", form, session, person=name, waits=sign_up.state is SignUpState.WAITING)


@blueprint.route("/<code>/<int:sign_up_id>/promote", methods=["GET", "POST"])
@access(NAMES)
def promote(code: str, sign_up_id: int) -> ResponseReturnValue:
    """Ask, then give somebody a place out of turn; the page says when that is over the capacity."""
    event, session, form = current_event(), _session(code), EmptyForm()
    sign_up = _sign_up(session, sign_up_id)
    name, back = sign_up.registration.full_name, url_for(".show", code=code)
    if form.validate_on_submit() and form.attempt(lambda: {"id": services.promote(sign_up).id}) is not None:
        flash(_("%(name)s has a place now, and is told by mail.", name=name), "success")
        return see_other(back)
    return _question("promote", form, session, person=name, wanted=demand.demand_for(event, session))


@blueprint.route("/<code>/add", methods=["GET", "POST"])
@access(ADD)
def add(code: str) -> ResponseReturnValue:
    """Search for a registered person, then sign them up."""
    event, session, form = current_event(), _session(code), AddForm()
    asked = " ".join(request.args.get("q", "").split())[:SEARCH_LENGTH]
    found = list(queries.candidates(event, session, search_key(asked).split()[:MOST_WORDS])) if asked else []
    form.offer(found)
    if form.validate_on_submit():
        person = next(one for one in found if one.public_id == form.person.data)
        name, over = person.full_name, form.over_capacity.data
        result = form.attempt(lambda: {"state": services.add(person, session.id, over_capacity=over).state.value})
        if result is not None:
            _tell_of_adding(name, result)
            return see_other(url_for(".show", code=code))
    page = render_template(
        "agenda/manage/add.html",
        form=form,
        session=session,
        found=found,
        asked=asked,
        wanted=demand.demand_for(event, session),
    )
    return page, 422 if form.is_submitted() else 200


def _tell_of_adding(name: str, result: dict[str, Any]) -> None:
    if result.get("state") == SignUpState.WAITING:
        flash(_("The session is full: %(name)s is on the waiting list.", name=name), "info")
    else:
        flash(_("%(name)s has a place now, and is told by mail.", name=name), "success")


def _question(template: str, form: EmptyForm, session: Session, **values: Any) -> ResponseReturnValue:
    page = render_template(f"agenda/manage/{template}.html", form=form, session=session, **values)
    return page, 422 if form.errors else 200


def _session(code: str) -> Session:
    session = session_by_code(current_event(), code)
    if session is None:
        raise Missing
    return session


def _sign_up(session: Session, sign_up_id: int) -> SignUp:
    """A live sign-up for this session; one that ended is gone from the list."""
    for one in queries.people_of(session):
        if one.id == sign_up_id:
            return one
    raise Missing


def _may(capability: Capability) -> bool:
    return can(current_roles(), capability)
