"""The page of one registration: everything about it at this event, and nothing of another one."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from congress.audit.models import AuditEntry
from congress.core.access import access
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.core.languages import translated
from congress.events.enums import EventStatus
from congress.events.views.scope import current_event
from congress.registration import permissions, queries, services, words
from congress.registration.enums import RegistrationStatus
from congress.registration.forms.manage import NoteForm
from congress.registration.listing import categories_of
from congress.registration.models import Registration
from congress.registration.views.manage.scope import READ, WRITE, address_of, blueprint, current_registration, may


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was done to a registration, in words."""

    entry: AuditEntry
    who: str
    what: str
    details: str


@blueprint.get("/<public_id>/")
@access(READ)
def show(public_id: str) -> str:
    """One registration."""
    registration = current_registration(public_id)
    return page_of_one(registration, NoteForm(obj=registration))


@blueprint.post("/<public_id>/note")
@access(WRITE)
def note(public_id: str) -> ResponseReturnValue:
    """Keep a note for the team."""
    registration, form = current_registration(public_id), NoteForm()
    if form.validate_on_submit():
        form.attempt(lambda: services.note(registration, form.note.data or ""))
        flash(_("The note is saved."), "success")
        return see_other(address_of(registration))
    return page_of_one(registration, form), 422


def page_of_one(registration: Registration, form: NoteForm, refusal: object = None) -> str:
    """The page, with the note's form or the reason why something was not done."""
    event = current_event()
    return render_template(
        "registration/manage/show.html",
        event=event,
        registration=registration,
        others=queries.others_of(event, registration),
        mails=queries.mails_about(event, registration),
        acts=_acts(registration),
        form=form,
        refusal=refusal,
        can_cancel=permissions.can_cancel(registration),
        can_restore=permissions.can_restore(registration),
        is_confirmed=registration.status is RegistrationStatus.CONFIRMED,
        is_running=event.status is EventStatus.PUBLISHED,
        words=words,
        may=may,
    )


def _acts(registration: Registration) -> list[Act]:
    event = current_event()
    entries = queries.acts_on(event, registration)
    names = queries.names_of_actors(entries)
    categories = {one.id: translated(one.name) for one in categories_of(event)}
    return [
        Act(
            entry,
            _who(entry, names),
            str(words.ACTIONS.get(entry.action, entry.action)),
            _details(entry, categories),
        )
        for entry in entries
    ]


def _who(entry: AuditEntry, names: dict[int, str]) -> str:
    if entry.actor_kind == "account" and entry.actor_id in names:
        return names[entry.actor_id]
    return str(words.ACTORS.get(entry.actor_kind, entry.actor_kind))


def _details(entry: AuditEntry, categories: dict[int, str]) -> str:
    """What an act was about: fields by name, categories from and to, the kind of consent."""
    before, after = entry.before or {}, entry.after or {}
    if "category_id" in before:
        moved = {"before": before["category_id"], "after": after.get("category_id", 0)}
        names = {side: categories.get(number, "–") for side, number in moved.items()}
        return str(_("from “%(before)s” to “%(after)s”", **names))
    if "category_id" in after:
        return f"{categories.get(after['category_id'], '–')} · {words.SOURCES.get(after.get('source'), '')}"
    if "kind" in after:
        return str(words.CONSENTS.get(after["kind"], after["kind"]))
    if "changed" in after and entry.action == "registration.corrected":
        return ", ".join(str(words.FIELDS.get(name, name)) for name in after["changed"])
    return ""
