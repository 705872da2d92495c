"""What speakers do by the link in their mail, without an account: see, confirm, withdraw, correct.

They touch only themselves and the sessions they speak in. Times are shown as they were released and never as drafted.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from congress.core.access import Rule, access
from congress.core.actors import Actor, set_actor
from congress.core.bounded_forms import takes_files
from congress.core.errors import Missing
from congress.core.http import PRIVATE, see_other, tell_nobody
from congress.core.languages import gettext as _
from congress.events.forms.base import EmptyForm
from congress.programme import photos, releases, words
from congress.programme.enums import SessionState
from congress.programme.forms.speakers import OwnDataForm, PhotoForm, WindowForm, data_of
from congress.programme.links import speaker_by_token
from congress.programme.models import Session, Speaker
from congress.programme.permissions import session_can_become
from congress.programme.services import speaker_page as own
from congress.programme.services import speakers as services
from congress.programme.views.comparing import differences
from congress.programme.views.photos import picture
from congress.programme.views.sessions.scope import press

blueprint = Blueprint("speaker_page", __name__, url_prefix="/<lang:lang_code>/speaker/<token>")
SHOWN = frozenset(SessionState) - {SessionState.REJECTED}


def _open_link() -> None:
    speaker = speaker_by_token((request.view_args or {}).get("token", ""))
    if speaker is None:
        raise Missing
    g.speaker = speaker
    set_actor(Actor("speaker", speaker.id))


LINK = Rule("speaker link", _open_link)


def current_speaker() -> Speaker:
    """Whom the link of this request belongs to."""
    speaker: Speaker = g.speaker
    return speaker


blueprint.after_request(tell_nobody)


@blueprint.get("/")
@access(LINK)
def show(token: str) -> str:
    """The speaker's sessions, data, photo and times."""
    return _page(token)


@blueprint.post("/sessions/<session_code>/confirm")
@access(LINK)
def confirm(token: str, session_code: str) -> Response:
    """Say yes to an accepted session."""
    speaker, session = current_speaker(), _own_session(session_code)
    if session.state is SessionState.CONFIRMED:
        return see_other(url_for(".show", token=token))
    press(EmptyForm(), lambda: own.confirm(speaker.event, speaker, session_code))
    flash(_("Thank you, the session is confirmed. It becomes public with the next release."), "success")
    return see_other(url_for(".show", token=token))


@blueprint.route("/sessions/<session_code>/withdraw", methods=["GET", "POST"])
@access(LINK)
def withdraw(token: str, session_code: str) -> ResponseReturnValue:
    """Ask, then take a session back."""
    speaker, session, form = current_speaker(), _own_session(session_code), EmptyForm()
    back = url_for(".show", token=token)
    if not session_can_become(session.state, SessionState.WITHDRAWN):
        flash(_("There is nothing left to withdraw here."), "info")
        return see_other(back)
    if form.validate_on_submit():
        press(form, lambda: own.withdraw(speaker.event, speaker, session_code))
        flash(_("The session is withdrawn. The organisers see it in their list."), "success")
        return see_other(back)
    return render_template(
        "programme/speaker/withdraw.html",
        form=form,
        session=session,
        event=speaker.event,
        back=back,
        is_public=_is_public(session),
    )


@blueprint.route("/edit", methods=["GET", "POST"])
@access(LINK)
def edit(token: str) -> ResponseReturnValue:
    """Correct one's own data."""
    speaker = current_speaker()
    form, stored = OwnDataForm(data=data_of(speaker)), []
    if form.validate_on_submit():
        event, code, values = speaker.event, speaker.code, form.values()
        if form.attempt(lambda: services.change_speaker(event, code, values, form.seen_version)) is not None:
            flash(_("Your data are saved. The public page shows them with the next release."), "success")
            return see_other(url_for(".show", token=token))
        present = speaker_by_token(token) or speaker
        if form.seen_version != present.version:
            stored = differences(form, data_of(present))
            form.version.data = str(present.version)
    page = render_template("programme/speaker/edit.html", form=form, token=token, event=speaker.event, stored=stored)
    return page, 422 if form.errors else 200


@blueprint.get("/photo")
@access(LINK)
def photo(token: str) -> Response:  # noqa: ARG001 (read by the rule)
    """One's own photo, also before a release."""
    name = current_speaker().photo_name
    if name is None:
        raise Missing
    return picture(name, PRIVATE)


@blueprint.post("/photo")
@takes_files(photos.MAX_BYTES)
@access(LINK)
def change_photo(token: str) -> ResponseReturnValue:
    """Another photo."""
    speaker, form = current_speaker(), PhotoForm()
    if form.validate_on_submit() and form.photo is not None:
        event, code, drawn = speaker.event, speaker.code, form.photo
        form.attempt(lambda: services.change_photo(event, code, drawn))
        flash(_("Your photo is saved. The public page shows it with the next release."), "success")
        return see_other(url_for(".show", token=token, _anchor="photo"))
    return _page(token, photo_form=form), 422


@blueprint.post("/photo/remove")
@access(LINK)
def remove_photo(token: str) -> Response:
    """No photo."""
    speaker = current_speaker()
    event, code = speaker.event, speaker.code
    press(EmptyForm(), lambda: services.remove_photo(event, code))
    flash(_("Your photo is removed. The public page follows with the next release."), "success")
    return see_other(url_for(".show", token=token, _anchor="photo"))


@blueprint.post("/windows")
@access(LINK)
def add_window(token: str) -> ResponseReturnValue:
    """A time in which one can speak."""
    speaker, form = current_speaker(), WindowForm()
    event, code = speaker.event, speaker.code
    window = form.window(event.zone) if form.validate_on_submit() else None
    if window is not None and form.attempt(lambda: services.add_window(event, code, *window)) is not None:
        return see_other(url_for(".show", token=token, _anchor="windows"))
    return _page(token, window_form=form), 422


@blueprint.post("/windows/<int:window_id>/remove")
@access(LINK)
def remove_window(token: str, window_id: int) -> Response:
    """A time less."""
    speaker = current_speaker()
    event, code = speaker.event, speaker.code
    press(EmptyForm(), lambda: services.remove_window(event, code, window_id))
    return see_other(url_for(".show", token=token, _anchor="windows"))


def _own_session(session_code: str) -> Session:
    for session in current_speaker().sessions:
        if session.code == session_code and session.state in SHOWN:
            return session
    raise Missing


def _is_public(session: Session) -> bool:
    latest = releases.latest(session.event_id) if current_speaker().event.is_published else None
    released = latest.session_by_id.get(session.id) if latest else None
    return released is not None and released.dropped_at is None


def _page(token: str, **forms: Any) -> str:
    speaker = speaker_by_token(token) or current_speaker()
    event = speaker.event
    latest = releases.latest(event.id) if event.is_published else None
    sessions = [one for one in sorted(speaker.sessions, key=lambda one: one.id) if one.state in SHOWN]
    return render_template(
        "programme/speaker/show.html",
        token=token,
        speaker=speaker,
        event=event,
        rows=[(one, latest.slots_by_session.get(one.id, ()) if latest else ()) for one in sessions],
        rooms=latest.room_by_id if latest else {},
        public={one.id for one in latest.live_sessions} if latest else frozenset(),
        can_withdraw=lambda one: session_can_become(one.state, SessionState.WITHDRAWN),
        photo_form=forms.get("photo_form") or PhotoForm(formdata=None),
        window_form=forms.get("window_form") or WindowForm(formdata=None),
        window_address=lambda window_id: url_for(".remove_window", token=token, window_id=window_id),
        words=words,
        current_user=None,
    )
