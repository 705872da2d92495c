"""The organisers' list of speakers, and one speaker with photo, times and sessions."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.bounded_forms import takes_files
from congress.core.errors import DomainError, Missing
from congress.core.http import PRIVATE, see_other
from congress.core.languages import gettext as _
from congress.core.languages import ngettext
from congress.events.forms.base import EmptyForm
from congress.events.views.scope import current_event, event_blueprint
from congress.programme import photos, queries, releases, speaker_list, words
from congress.programme.forms.speakers import PhotoForm, SpeakerForm, WindowForm, data_of
from congress.programme.models import Speaker
from congress.programme.services import casting
from congress.programme.services import speakers as services
from congress.programme.views.comparing import differences
from congress.programme.views.photos import picture
from congress.programme.views.sessions.scope import EDIT, READ, may, press

blueprint = event_blueprint("speakers_manage", __name__, "/programme/speakers")


@blueprint.get("/")
@access(READ)
def index() -> str:
    """All speakers, searched and narrowed; the address says how."""
    event, filters = current_event(), speaker_list.Filters.of(request.args)
    rows = speaker_list.rows_of(event)
    return render_template(
        "programme/manage/speakers.html",
        event=event,
        filters=filters,
        page=speaker_list.page_of(rows, filters, request.args.get("page", 1, type=int)),
        total=len(rows),
        awaited=sum(1 for row in rows if row.is_awaited and row.email),
        words=words,
        may=may,
        page_url=lambda number: _list_address(filters, number),
    )


@blueprint.post("/ask")
@access(EDIT)
def ask() -> ResponseReturnValue:
    """One mail to everybody whose accepted session waits for a yes."""
    event, form = current_event(), EmptyForm()
    done = form.attempt(lambda: {"mails": services.ask_unconfirmed(event)}) if form.validate_on_submit() else None
    if done is not None:
        flash(ngettext("%(num)s speaker gets a mail.", "%(num)s speakers get a mail each.", done["mails"]), "success")
    return see_other(url_for(".index"))


@blueprint.route("/new", methods=["GET", "POST"])
@access(EDIT)
def new() -> ResponseReturnValue:
    """One speaker more; with `?session=` at once in that session."""
    event, form = current_event(), SpeakerForm()
    session = queries.session_by_code(event, request.args.get("session", ""))

    def create() -> dict[str, Any]:
        speaker = services.create_speaker(event, form.values())
        if session is not None:
            casting.add_speaker(event, session.code, speaker.code)
        return {"code": speaker.code}

    if form.validate_on_submit():
        made = form.attempt(create)
        if made is not None:
            flash(_("The speaker is in the list."), "success")
            if session is not None:
                return see_other(url_for("sessions_manage.show", session_code=session.code, _anchor="speakers"))
            return see_other(url_for(".show", speaker_code=made["code"]))
    page = render_template(
        "programme/manage/speaker_form.html", form=form, speaker=None, session=session, event=event, stored=[]
    )
    return page, 422 if form.errors else 200


@blueprint.get("/<speaker_code>/")
@access(READ)
def show(speaker_code: str) -> str:
    """One speaker."""
    return _page(current_speaker(speaker_code))


@blueprint.route("/<speaker_code>/edit", methods=["GET", "POST"])
@access(EDIT)
def edit(speaker_code: str) -> ResponseReturnValue:
    """Change a speaker's data. Who comes second sees both states, and nothing is overwritten."""
    event, speaker = current_event(), current_speaker(speaker_code)
    form, stored = SpeakerForm(data=data_of(speaker)), []
    if form.validate_on_submit():
        values = form.values()
        if form.attempt(lambda: services.change_speaker(event, speaker_code, values, form.seen_version)) is not None:
            flash(_("Saved. The public sees it with the next release."), "success")
            return see_other(url_for(".show", speaker_code=speaker_code))
        speaker = current_speaker(speaker_code)
        if form.seen_version != speaker.version:
            stored = differences(form, data_of(speaker))
            form.version.data = str(speaker.version)
    page = render_template(
        "programme/manage/speaker_form.html", form=form, speaker=speaker, session=None, event=event, stored=stored
    )
    return page, 422 if form.errors else 200


@blueprint.post("/<speaker_code>/photo")
@takes_files(photos.MAX_BYTES)
@access(EDIT)
def change_photo(speaker_code: str) -> ResponseReturnValue:
    """Another photo."""
    event, form = current_event(), PhotoForm()
    speaker = current_speaker(speaker_code)
    if form.validate_on_submit() and form.photo is not None:
        drawn = form.photo
        form.attempt(lambda: services.change_photo(event, speaker_code, drawn))
        return _back(speaker_code, "photo")
    return _page(speaker, photo_form=form), 422


@blueprint.post("/<speaker_code>/photo/remove")
@access(EDIT)
def remove_photo(speaker_code: str) -> Response:
    """No photo."""
    event = current_event()
    press(EmptyForm(), lambda: services.remove_photo(event, speaker_code))
    return _back(speaker_code, "photo")


@blueprint.get("/<speaker_code>/photo")
@access(READ)
def photo(speaker_code: str) -> Response:
    """The photo of the draft, for the team."""
    speaker = current_speaker(speaker_code)
    if speaker.photo_name is None:
        raise Missing
    return picture(speaker.photo_name, PRIVATE)


@blueprint.post("/<speaker_code>/windows")
@access(EDIT)
def add_window(speaker_code: str) -> ResponseReturnValue:
    """A time in which the speaker can speak."""
    event, form, speaker = current_event(), WindowForm(), current_speaker(speaker_code)
    window = form.window(event.zone) if form.validate_on_submit() else None
    if window is not None and form.attempt(lambda: services.add_window(event, speaker_code, *window)) is not None:
        return _back(speaker_code, "windows")
    return _page(speaker, window_form=form), 422


@blueprint.post("/<speaker_code>/windows/<int:window_id>/remove")
@access(EDIT)
def remove_window(speaker_code: str, window_id: int) -> Response:
    """A time less."""
    event = current_event()
    press(EmptyForm(), lambda: services.remove_window(event, speaker_code, window_id))
    return _back(speaker_code, "windows")


@blueprint.post("/<speaker_code>/link")
@access(EDIT)
def send_link(speaker_code: str) -> Response:
    """The mail with the speaker's own link."""
    event = current_event()
    press(EmptyForm(), lambda: services.send_link(event, speaker_code))
    flash(_("The link is on its way by mail."), "success")
    return _back(speaker_code, "link")


@blueprint.post("/<speaker_code>/link/renew")
@access(EDIT)
def renew_link(speaker_code: str) -> Response:
    """The old link stops working."""
    event = current_event()
    press(EmptyForm(), lambda: services.renew_link(event, speaker_code))
    flash(_("The old link no longer works. Send the new one when it is needed."), "success")
    return _back(speaker_code, "link")


@blueprint.route("/<speaker_code>/remove", methods=["GET", "POST"])
@access(EDIT)
def remove(speaker_code: str) -> ResponseReturnValue:
    """Ask, then delete somebody who speaks nowhere and was never public."""
    event, speaker, form = current_event(), current_speaker(speaker_code), EmptyForm()
    back = url_for(".show", speaker_code=speaker_code)
    if form.validate_on_submit():
        try:
            press(form, lambda: services.remove_speaker(event, speaker_code))
        except DomainError as refusal:
            flash(str(refusal.sentence), "warning")
            return see_other(back)
        flash(_("The speaker is deleted."), "success")
        return see_other(url_for(".index"))
    return render_template("programme/manage/speaker_remove.html", form=form, speaker=speaker, event=event, back=back)


def current_speaker(speaker_code: str) -> Speaker:
    """A speaker of this page's event; another event's looks like none."""
    found = queries.speaker_by_code(current_event(), speaker_code)
    if found is None:
        raise Missing
    return found


def _list_address(filters: speaker_list.Filters, number: int) -> str:
    values: dict[str, Any] = {**filters.arguments(), "page": number}
    return url_for(".index", **values)


def _back(speaker_code: str, part: str) -> Response:
    return see_other(url_for(".show", speaker_code=speaker_code, _anchor=part))


def _page(speaker: Speaker, **forms: Any) -> str:
    event = current_event()
    latest = releases.latest(event.id)
    return render_template(
        "programme/manage/speaker.html",
        event=event,
        speaker=speaker,
        released=latest.speaker_by_id.get(speaker.id) if latest else None,
        photo_form=forms.get("photo_form") or PhotoForm(formdata=None),
        window_form=forms.get("window_form") or WindowForm(formdata=None),
        window_address=lambda window_id: url_for(".remove_window", speaker_code=speaker.code, window_id=window_id),
        words=words,
        may=may,
    )
