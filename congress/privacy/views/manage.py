"""Access, erasure and consent texts of one event."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.errors import Missing
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.core.languages import ngettext
from congress.events.permissions import Capability
from congress.events.views.scope import current_event, event_access, event_blueprint
from congress.privacy import queries, services
from congress.privacy.errors import WrongReference
from congress.privacy.forms import KINDS, ActForm, EraseAuthorForm, EraseForm, EraseSpeakerForm, TextForm
from congress.privacy.registry import PROVIDERS
from congress.programme.models import ProposalPerson, Speaker
from congress.registration.consents import texts_in_force
from congress.registration.enums import ConsentKind
from congress.registration.models import Registration

blueprint = event_blueprint("privacy_manage", __name__, "/privacy")
ERASE = event_access(Capability.ERASE_PERSON)
SEARCH_LENGTH = 100


@blueprint.get("/")
@access(ERASE)
def index() -> ResponseReturnValue:
    """Find a person; what is kept until when."""
    search = request.args.get("q", "").strip()[:SEARCH_LENGTH]
    event = current_event()
    return render_template(
        "privacy/manage/index.html",
        event=event,
        search=search,
        people=queries.people_of(event, search),
        speakers=queries.speakers_of(event, search),
        authors=queries.authors_of(event, search),
        is_too_short=bool(search) and len(search) < queries.MIN_SEARCH,
        kept=queries.people_kept(event),
    )


@blueprint.get("/people/<public_id>/")
@access(ERASE)
def person(public_id: str) -> ResponseReturnValue:
    """What is kept about somebody, in numbers."""
    registration = _registration(public_id)
    return render_template(
        "privacy/manage/person.html", registration=registration, counts=_counts(registration), form=ActForm()
    )


@blueprint.post("/people/<public_id>/export")
@access(ERASE)
def export(public_id: str) -> ResponseReturnValue:
    """Everything about somebody, as one archive."""
    registration = _registration(public_id)
    archive = _archive(services.export(registration.email_key, registration.event_id))
    name = f"personal-data-{registration.reference}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(archive, content_type="application/zip", headers=headers)


@blueprint.route("/people/<public_id>/erase", methods=["GET", "POST"])
@access(ERASE)
def erase(public_id: str) -> ResponseReturnValue:
    """Ask for the reference, then erase."""
    registration = _registration(public_id)
    form = EraseForm()
    if form.validate_on_submit():
        try:
            counts = services.confirm_erasure(registration, str(form.reference.data))
        except WrongReference as refusal:
            form.reference.errors = [str(refusal.sentence)]
        else:
            total = counts["registration"]["registrations"]
            flash(
                ngettext(
                    "%(num)s registration is erased, and all that hung on it.",
                    "%(num)s registrations are erased, and all that hung on them.",
                    total,
                ),
                "success",
            )
            return see_other(url_for("privacy_manage.index"))
    page = render_template(
        "privacy/manage/erase.html", form=form, registration=registration, counts=_counts(registration)
    )
    return page, 422 if form.errors else 200


@blueprint.post("/speakers/<speaker_code>/export")
@access(ERASE)
def export_speaker(speaker_code: str) -> ResponseReturnValue:
    """Everything about a speaker's address, as one archive."""
    speaker = _speaker(speaker_code)
    if speaker.email_key is None:
        flash(_("This speaker has no e-mail address; what is kept is on the speaker’s page."), "info")
        return see_other(url_for(".erase_speaker", speaker_code=speaker_code))
    archive = _archive(services.export(speaker.email_key, speaker.event_id))
    headers = {"Content-Disposition": f'attachment; filename="personal-data-{speaker.code}.zip"'}
    return Response(archive, content_type="application/zip", headers=headers)


@blueprint.route("/speakers/<speaker_code>/erase", methods=["GET", "POST"])
@access(ERASE)
def erase_speaker(speaker_code: str) -> ResponseReturnValue:
    """Ask for the code, then erase a speaker from drafts and releases."""
    speaker, form = _speaker(speaker_code), EraseSpeakerForm()
    if form.validate_on_submit():
        if str(form.code.data).strip().upper() == speaker.code:
            services.erase_speaker(speaker)
            flash(_("The speaker is erased, also from the public programme."), "success")
            return see_other(url_for("privacy_manage.index"))
        form.code.errors = [_("This is not the code of this person.")]
    page = render_template("privacy/manage/erase_speaker.html", form=form, button=ActForm(), speaker=speaker)
    return page, 422 if form.errors else 200


@blueprint.post("/authors/<int:person_id>/export")
@access(ERASE)
def export_author(person_id: int) -> ResponseReturnValue:
    """Everything about the address of one of a proposal's people, as one archive."""
    author = _author(person_id)
    event_id, code = author.proposal.event_id, author.proposal.code
    archive = _archive(services.export(author.email_key, event_id))
    headers = {"Content-Disposition": f'attachment; filename="personal-data-{code}.zip"'}
    return Response(archive, content_type="application/zip", headers=headers)


@blueprint.route("/authors/<int:person_id>/erase", methods=["GET", "POST"])
@access(ERASE)
def erase_author(person_id: int) -> ResponseReturnValue:
    """Ask for the code of the proposal, then erase everything about the address from the event."""
    author, form = _author(person_id), EraseAuthorForm()
    if form.validate_on_submit():
        if str(form.code.data).strip().upper() == author.proposal.code:
            services.erase(author.email_key, author.proposal.event_id)
            flash(_("The person is erased."), "success")
            return see_other(url_for("privacy_manage.index"))
        form.code.errors = [_("This is not the code of this proposal.")]
    page = render_template("privacy/manage/erase_author.html", form=form, button=ActForm(), author=author)
    return page, 422 if form.errors else 200


@blueprint.route("/texts", methods=["GET", "POST"])
@access(ERASE)
def texts() -> ResponseReturnValue:
    """What people are asked, and a form for a new version."""
    event = current_event()
    in_force = texts_in_force([event.id])[event.id]
    form = TextForm(data=_chosen(in_force))
    if form.validate_on_submit():
        kind, text = ConsentKind(form.kind.data), dict(form.text.data)
        form.once(lambda: {"version": services.publish_text(event, kind, text).version})
        flash(_("From now on people are asked with this text."), "success")
        return see_other(url_for("privacy_manage.texts"))
    page = render_template(
        "privacy/manage/texts.html",
        form=form,
        in_force=in_force,
        versions=queries.text_versions(event),
        kinds=KINDS,
    )
    return page, 422 if form.errors or form.form_errors else 200


def _chosen(in_force: dict[ConsentKind, Any]) -> dict[str, Any]:
    """The form begins with the text in force of the kind that was asked for."""
    wanted = request.args.get("kind", "")
    kind = ConsentKind(wanted) if wanted in set(ConsentKind) else ConsentKind.PRIVACY_NOTICE
    return {"kind": kind.value, "text": dict(in_force[kind].text)}


def _registration(public_id: str) -> Registration:
    found = queries.person_of(current_event(), public_id)
    if found is None:
        raise Missing
    return found


def _speaker(speaker_code: str) -> Speaker:
    found = queries.speaker_of(current_event(), speaker_code)
    if found is None:
        raise Missing
    return found


def _author(person_id: int) -> ProposalPerson:
    found = queries.author_of(current_event(), person_id)
    if found is None:
        raise Missing
    return found


def _counts(registration: Registration) -> dict[str, int]:
    """How many things of each kind are kept about the person on this event."""
    return {
        name: len(rows)
        for provider in PROVIDERS
        for name, rows in provider.export(registration.email_key, registration.event_id).items()
    }


def _archive(parts: dict[str, dict[str, Any]]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(f"{name}.json", json.dumps(content, ensure_ascii=False, indent=2))
    return stream.getvalue()
