"""Who did what to an event, and when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from congress.accounts.models import Account
from congress.audit.models import AuditEntry
from congress.audit.queries import entries_of_event
from congress.backoffice import words
from congress.core.access import access
from congress.core.languages import gettext as _
from congress.core.languages import translated
from congress.core.pagination import page_of
from congress.events.models import Event, Invitation
from congress.events.permissions import Capability
from congress.events.views.scope import current_event, event_access, event_blueprint
from congress.extensions import db
from congress.organisations.models import Organisation
from congress.programme.models import Session, Speaker
from congress.registration.models import Registration

blueprint = event_blueprint("history", __name__, "/history")
_NUMBER = re.compile(r"[0-9]{1,11}")
Names = dict[tuple[str, int], str]


@dataclass(frozen=True, slots=True)
class Line:
    """One act in words; `changes` are (field, before, after)."""

    entry: AuditEntry
    who: str
    what: str
    about: str
    changes: list[tuple[str, str, str]]


@blueprint.get("/")
@access(event_access(Capability.READ_AUDIT))
def index() -> ResponseReturnValue:
    """The history, newest first, narrowed to a subject or a person."""
    event = current_event()
    subject = request.args.get("about", "")
    person = request.args.get("who", "", type=str)
    statement = entries_of_event(event.id)
    if subject in words.SUBJECTS:
        statement = statement.where(AuditEntry.action.startswith(f"{subject}.", autoescape=True))
    if _NUMBER.fullmatch(person):
        statement = statement.where(AuditEntry.actor_kind == "account", AuditEntry.actor_id == int(person))
    page = page_of(statement, request.args.get("page", 1, type=int))
    return render_template(
        "backoffice/manage/history.html",
        event=event,
        page=page,
        lines=_lines(event, page.items),
        subjects=words.SUBJECTS,
        subject=subject,
        people=_people(event),
        person=person,
        page_url=lambda number: url_for("history.index", about=subject, who=person, page=number),
    )


def _people(event: Event) -> list[Account]:
    """Everybody who ever did something here."""
    actors = sa.select(AuditEntry.actor_id).where(AuditEntry.event_id == event.id, AuditEntry.actor_kind == "account")
    return list(db.session.scalars(sa.select(Account).where(Account.id.in_(actors)).order_by(Account.name)))


def _lines(event: Event, entries: Sequence[AuditEntry]) -> list[Line]:
    names = _names(event, entries)
    return [
        Line(
            entry,
            _who(entry, names),
            words.action_in_words(entry.action),
            names.get((entry.target_type, entry.target_id or 0), ""),
            _changes(entry, event.zone),
        )
        for entry in entries
    ]


def _changes(entry: AuditEntry, zone: str) -> list[tuple[str, str, str]]:
    before, after = entry.before or {}, entry.after or {}
    subject = entry.action.partition(".")[0]
    return [
        (
            words.field_in_words(name),
            words.value_in_words(name, before.get(name), zone, subject) if name in before else "",
            words.value_in_words(name, after.get(name), zone, subject) if name in after else "",
        )
        for name in dict.fromkeys([*before, *after])
    ]


def _who(entry: AuditEntry, names: Names) -> str:
    if entry.actor_kind == "account":
        return names.get(("account", entry.actor_id or 0)) or str(_("A deleted account"))
    kinds = {
        "link": _("The registered person, by link"),
        "visitor": _("A visitor"),
        "device": _("A door device"),
        "speaker": _("A speaker, by link"),
        "proposal": _("Somebody of a proposal, by link"),
        "system": _("The platform"),
    }
    return str(kinds.get(entry.actor_kind, entry.actor_kind))


def _names(event: Event, entries: Sequence[AuditEntry]) -> Names:
    """What the people and things of these entries are called today, in one query per kind."""
    ids: dict[str, set[int]] = {}
    for entry in entries:
        ids.setdefault(entry.target_type, set()).add(entry.target_id or 0)
        if entry.actor_kind == "account":
            ids.setdefault("account", set()).add(entry.actor_id or 0)
    sources: dict[str, tuple[Any, Any]] = {
        "account": (Account.id, sa.select(Account.id, Account.name)),
        "organisation": (Organisation.id, sa.select(Organisation.id, Organisation.name)),
        "invitation": (
            Invitation.id,
            sa.select(Invitation.id, Invitation.email).where(Invitation.event_id == event.id),
        ),
        "registration": (
            Registration.id,
            sa.select(Registration.id, Registration.given_name + " " + Registration.family_name).where(
                Registration.event_id == event.id
            ),
        ),
    }
    sources |= {
        "session": (Session.id, sa.select(Session.id, Session.title).where(Session.event_id == event.id)),
        "speaker": (
            Speaker.id,
            sa.select(Speaker.id, Speaker.given_name + " " + Speaker.family_name).where(Speaker.event_id == event.id),
        ),
    }
    names: Names = {}
    for kind, (column, statement) in sources.items():
        if ids.get(kind):
            rows = db.session.execute(statement.where(column.in_(ids[kind])))
            names |= {(kind, row[0]): _in_words(row[1]) for row in rows}
    return names


def _in_words(name: Any) -> str:
    return translated(name) if isinstance(name, dict) else str(name)
