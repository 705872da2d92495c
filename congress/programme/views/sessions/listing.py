"""The list of sessions, and another state for many of them."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.core.languages import ngettext, translated
from congress.events.forms.base import EmptyForm
from congress.events.views.scope import current_event
from congress.programme import queries, releases, session_list, words
from congress.programme.enums import SessionState
from congress.programme.services import sessions
from congress.programme.views.sessions.scope import EDIT, READ, blueprint, may

MAX_BULK = 1000
MAX_NAMED = 5


@blueprint.get("/")
@access(READ)
def index() -> str:
    """All sessions, searched, narrowed and sorted; the address says how."""
    event, filters = current_event(), session_list.Filters.of(request.args)
    rows = session_list.rows_of(event)
    latest = releases.latest(event.id)
    return render_template(
        "programme/manage/sessions.html",
        event=event,
        filters=filters,
        page=session_list.page_of(rows, filters, request.args.get("page", 1, type=int)),
        counts=session_list.counts_of(rows),
        total=len(rows),
        tracks=queries.tracks_of(event),
        formats=queries.formats_of(event),
        languages=sorted({row.language for row in rows}),
        public={one.id for one in latest.live_sessions} if latest else frozenset(),
        states=SessionState,
        form=EmptyForm(),
        words=words,
        may=may,
        page_url=lambda number: _address(filters, page=number),
        sort_url=lambda key, descending: _address(filters.sorted_by(key, descending)),
    )


@blueprint.post("/states")
@access(EDIT)
def change_states() -> ResponseReturnValue:
    """Another state for all ticked sessions; those that cannot have it are named."""
    event, form = current_event(), EmptyForm()
    codes, wanted = request.form.getlist("session")[:MAX_BULK], request.form.get("state", "")
    back = see_other(_address(session_list.Filters.of(request.args)))
    if not form.validate_on_submit() or wanted not in set(SessionState):
        flash(_("Please choose a state."), "info")
        return back
    if not codes:
        flash(_("Tick at least one session first."), "info")
        return back
    state = SessionState(wanted)
    done = form.attempt(lambda: _in_numbers(sessions.change_states(event, codes, state)))
    _tell(done or {}, state)
    return back


def _in_numbers(moved: sessions.Moved) -> dict[str, Any]:
    return {"changed": len(moved.changed), "skipped": [translated(one.title) for one in moved.skipped]}


def _tell(done: dict[str, Any], state: SessionState) -> None:
    label = str(words.STATES[state])
    if done.get("changed"):
        flash(
            ngettext(
                "%(num)s session is now “%(state)s”. The public sees it with the next release.",
                "%(num)s sessions are now “%(state)s”. The public sees it with the next release.",
                done["changed"],
                state=label,
            ),
            "success",
        )
    skipped: list[str] = done.get("skipped", [])
    if skipped:
        flash(
            ngettext(
                "%(num)s session stays as it was, because “%(state)s” cannot follow its state: %(names)s",
                "%(num)s sessions stay as they were, because “%(state)s” cannot follow their state: %(names)s",
                len(skipped),
                state=label,
                names=", ".join(skipped[:MAX_NAMED]) + (" …" if len(skipped) > MAX_NAMED else ""),
            ),
            "warning",
        )


def _address(filters: session_list.Filters, **more: Any) -> str:
    values: dict[str, Any] = {**filters.arguments(), **more}
    return url_for("sessions_manage.index", **values)
