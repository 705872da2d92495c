"""Releasing the programme: what would change, what is warned of, which mails leave; the releases there were.

The pages stand here and not with the programme: they show mails, and notifications lie above it.
"""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from congress.accounts.models import Account
from congress.core.access import access
from congress.core.errors import Missing
from congress.core.http import see_other
from congress.core.languages import LANGUAGES
from congress.core.languages import gettext as _
from congress.core.pdf import is_available
from congress.events.enums import EventStatus
from congress.events.forms.base import EmptyForm
from congress.events.models import Event
from congress.events.permissions import Capability, can
from congress.events.views.scope import current_event, current_roles, event_access, event_blueprint
from congress.extensions import db
from congress.notifications.messages.programme_releases import Tidings, preview, tidings
from congress.programme import documents, history, releases, words
from congress.programme.forms.releases import ReleaseForm, SeenForm, release_data
from congress.programme.models import Release, Speaker
from congress.programme.pending import Pending, pending_release, warnings_in_words
from congress.programme.services import printing
from congress.programme.services.releasing import release, suggested_name
from congress.programme.services.resetting import plan_of_reset, reset_draft

READ, RELEASE = event_access(Capability.READ_PROGRAMME), event_access(Capability.RELEASE_PROGRAMME)
blueprint = event_blueprint("programme_releases", __name__, "/programme/releases")


@blueprint.get("/")
@access(READ)
def index() -> str:
    """What would change now, and every release there was."""
    event = current_event()
    steps = history.of_event(event)
    latest = releases.release_of(event.id, steps[0].number) if steps else None
    return render_template(
        "programme/manage/releases.html",
        event=event,
        words=words,
        pending=pending_release(event),
        steps=steps,
        may_release=can(current_roles(), Capability.RELEASE_PROGRAMME),
        pdfs=_pdfs(latest) if latest else [],
        pdf_available=is_available(),
        form=EmptyForm(formdata=None),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@access(RELEASE)
def new() -> ResponseReturnValue:
    """The last look before everybody sees it, and the act."""
    event = current_event()
    form = ReleaseForm(data={"tell": True})
    if form.validate_on_submit() and form.attempt(lambda: _publish(event, form)) is not None:
        flash(_("The programme is published."), "success")
        return see_other(url_for(".index"))
    pending = pending_release(event)
    if not form.is_submitted():
        form.process(formdata=None, data=release_data(suggested_name(event), pending.version))
    # A refusal is about a draft that was read before: what is sent next is about the one that is shown now.
    form.version.data = str(pending.version)
    people = _tidings(event, pending)
    page = render_template(
        "programme/manage/release_new.html",
        event=event,
        words=words,
        form=form,
        pending=pending,
        warnings=warnings_in_words(event),
        mails=[one for one in people if one.speaker.email],
        nobody=[one.speaker for one in people if not one.speaker.email],
    )
    return page, 422 if form.errors else 200


@blueprint.get("/new/mails/<int:speaker_id>")
@access(RELEASE)
def mail(speaker_id: int) -> str:
    """One of the mails that would leave now, in full."""
    event = current_event()
    speaker = db.session.get(Speaker, speaker_id)
    if speaker is None or speaker.event_id != event.id:
        raise Missing
    pending = pending_release(event)
    mails = [one for one in _tidings(event, pending) if one.speaker.email]
    place = next((number for number, one in enumerate(mails) if one.speaker.id == speaker_id), None)
    return render_template(
        "programme/manage/release_mail.html",
        event=event,
        speaker=speaker,
        shown=None if place is None else preview(event, mails[place], pending.before, pending.after),
        number=(place or 0) + 1,
        mails=len(mails),
        before=mails[place - 1].speaker if place else None,
        after=mails[place + 1].speaker if place is not None and place + 1 < len(mails) else None,
    )


@blueprint.get("/<int:release_number>/")
@access(READ)
def show(release_number: int) -> str:
    """One release: what it changed, who made it, where it is public."""
    event = current_event()
    step, row = history.step(event, release_number), releases.release_of(event.id, release_number)
    if step is None or row is None:
        raise Missing
    return render_template(
        "programme/manage/release.html",
        event=event,
        words=words,
        step=step,
        latest_number=releases.latest_number(event.id),
        who=db.session.get(Account, row.account_id) if row.account_id else None,
        may_release=can(current_roles(), Capability.RELEASE_PROGRAMME),
    )


@blueprint.route("/<int:release_number>/reset", methods=["GET", "POST"])
@access(RELEASE)
def reset(release_number: int) -> ResponseReturnValue:
    """The question before the draft is put back, and the act."""
    event = current_event()
    plan, form = plan_of_reset(event, release_number), SeenForm()
    if form.validate_on_submit() and (
        form.attempt(lambda: reset_draft(event, release_number, form.seen_version)) is not None
    ):
        flash(_("The draft is as release %(name)s again. Nothing public has changed.", name=plan.programme.name))
        return see_other(url_for(".index"))
    form.version.data = str(pending_release(event).version)
    page = render_template("programme/manage/release_reset.html", event=event, form=form, plan=plan)
    return page, 422 if form.errors else 200


@blueprint.post("/documents")
@access(RELEASE)
def draw() -> ResponseReturnValue:
    """Have the PDF of the latest release drawn again."""
    event, form = current_event(), EmptyForm()
    latest = releases.release_of(event.id, releases.latest_number(event.id))
    if latest is None:
        raise Missing
    if form.validate_on_submit():
        if form.attempt(lambda: printing.draw_again(event, latest)) is None:
            flash(" ".join(form.form_errors), "danger")
        else:
            flash(_("The PDF is being drawn. The pages offer it as soon as it is ready."), "success")
    return see_other(url_for(".index"))


def _publish(event: Event, form: ReleaseForm) -> dict[str, Any]:
    made = release(event, form.name.data or "", form.texts(), form.seen_version, tell_speakers=bool(form.tell.data))
    return {"number": made.number}


def _tidings(event: Event, pending: Pending) -> list[Tidings]:
    """Whom a release would concern; nobody is told of an event that does not take place."""
    if event.status is EventStatus.CANCELLED:
        return []
    return tidings(event, pending.before, pending.after)


def _pdfs(latest: Release) -> list[tuple[str, bool, Any]]:
    """For each language: whether the PDF is there, and how far its drawing is."""
    return [
        (language, documents.file_of(latest, language) is not None, printing.state_of(latest, language))
        for language in LANGUAGES
    ]
