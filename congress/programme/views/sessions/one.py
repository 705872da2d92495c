"""One session: what it says, its state, and everything that is done with it."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.events.forms.base import EmptyForm
from congress.events.views.scope import current_event
from congress.programme import queries, releases, speaker_list, uploads, words
from congress.programme.enums import SESSION_TRANSITIONS, SessionState
from congress.programme.errors import WasReleased
from congress.programme.forms.sessions import CastForm, FileForm, LinkForm, SessionForm, StateForm, data_of
from congress.programme.models import Session
from congress.programme.services import sessions
from congress.programme.views.comparing import differences
from congress.programme.views.sessions.scope import EDIT, READ, blueprint, current_session, may


@blueprint.route("/new", methods=["GET", "POST"])
@access(EDIT)
def new() -> ResponseReturnValue:
    """One session more."""
    event, form = current_event(), SessionForm()
    form.offer(queries.tracks_of(event), queries.formats_of(event))
    if form.validate_on_submit():
        made = form.attempt(lambda: {"code": sessions.create_session(event, form.values()).code})
        if made is not None:
            flash(_("The session is in the list. Now add its speakers and accept it."), "success")
            return see_other(url_for(".show", session_code=made["code"]))
    page = render_template("programme/manage/session_form.html", form=form, session=None, event=event, stored=[])
    return page, 422 if form.errors else 200


@blueprint.get("/<session_code>/")
@access(READ)
def show(session_code: str) -> str:
    """One session with its state, its speakers and its material."""
    return page_of(current_session(session_code))


@blueprint.route("/<session_code>/edit", methods=["GET", "POST"])
@access(EDIT)
def edit(session_code: str) -> ResponseReturnValue:
    """Change what a session says. Who comes second sees both states, and nothing is overwritten."""
    event, session = current_event(), current_session(session_code)
    form, stored = SessionForm(data=data_of(session)), []
    form.offer(queries.tracks_of(event), queries.formats_of(event), session.language)
    if form.validate_on_submit():
        save = lambda: sessions.change_session(event, session_code, form.values(), form.seen_version)  # noqa: E731
        if form.attempt(save) is not None:
            flash(_("Saved. The public sees it with the next release."), "success")
            return see_other(url_for(".show", session_code=session_code))
        session = current_session(session_code)
        if form.seen_version != session.version:
            stored = differences(form, data_of(session))
            form.version.data = str(session.version)
    page = render_template(
        "programme/manage/session_form.html", form=form, session=session, event=event, stored=stored
    )
    return page, 422 if form.errors else 200


@blueprint.post("/<session_code>/state")
@access(EDIT)
def change_state(session_code: str) -> ResponseReturnValue:
    """Another state."""
    event, session, form = current_event(), current_session(session_code), StateForm()
    form.offer(SESSION_TRANSITIONS[session.state])
    if form.validate_on_submit():
        wanted, was_public = SessionState(form.state.data), _is_public(session)
        if form.attempt(lambda: sessions.change_state(event, session_code, wanted)) is not None:
            flash(_consequence(wanted, was_public=was_public), "success")
            return see_other(url_for(".show", session_code=session_code))
    return page_of(current_session(session_code), state_form=form), 422


@blueprint.route("/<session_code>/remove", methods=["GET", "POST"])
@access(EDIT)
def remove(session_code: str) -> ResponseReturnValue:
    """Ask, then delete a session that was never public."""
    event, session, form = current_event(), current_session(session_code), EmptyForm()
    back = url_for(".show", session_code=session_code)
    if sessions.was_released(event, session.id):
        flash(str(WasReleased.sentence), "warning")
        return see_other(back)
    if form.validate_on_submit():
        form.attempt(lambda: sessions.remove_session(event, session_code))
        flash(_("The session is deleted."), "success")
        return see_other(url_for(".index"))
    return render_template("programme/manage/session_remove.html", form=form, session=session, event=event, back=back)


def page_of(session: Session, **forms: Any) -> str:
    """The page of one session; `forms` are those that were refused."""
    event = current_event()
    latest = releases.latest(event.id)
    released = latest.session_by_id.get(session.id) if latest else None
    state_form = forms.get("state_form") or StateForm(formdata=None)
    state_form.offer(SESSION_TRANSITIONS[session.state])
    cast_form = forms.get("cast_form") or CastForm(formdata=None)
    cast_form.offer(people_beside(session))
    return render_template(
        "programme/manage/session.html",
        event=event,
        session=session,
        released=released,
        release=latest,
        state_form=state_form,
        cast_form=cast_form,
        file_form=forms.get("file_form") or FileForm(formdata=None),
        link_form=forms.get("link_form") or LinkForm(formdata=None),
        accept=uploads.ACCEPT,
        words=words,
        may=may,
    )


def people_beside(session: Session) -> list[tuple[str, str]]:
    """Who does not speak in it yet, as (code, name)."""
    present = {one.id for one in session.speakers}
    rows = speaker_list.rows_of(current_event())
    return [
        (one.code, f"{one.full_name} ({one.organisation})" if one.organisation else one.full_name)
        for one in rows
        if one.id not in present
    ]


def _is_public(session: Session) -> bool:
    latest = releases.latest(session.event_id)
    released = latest.session_by_id.get(session.id) if latest else None
    return released is not None and released.dropped_at is None


def _consequence(state: SessionState, *, was_public: bool) -> str:
    label = str(words.STATES[state])
    if state is SessionState.CONFIRMED:
        sentence = _("The state is now “%(state)s”. It becomes public with the next release.", state=label)
    elif was_public:
        sentence = _(
            "The state is now “%(state)s”. This takes effect with the next release: until then the public sees the "
            "session as before.",
            state=label,
        )
    else:
        sentence = _("The state is now “%(state)s”.", state=label)
    return str(sentence)
