"""The link of a proposal: whose it is, and what its pages share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, g, render_template, request

from congress.core import clock, storage, transactions
from congress.core.access import Rule
from congress.core.actors import Actor, set_actor
from congress.core.errors import DomainError, Malformed, Missing
from congress.core.http import PRIVATE, SANDBOX, tell_nobody
from congress.programme import call_words, permissions
from congress.programme.answers import answered, attachments
from congress.programme.call_queries import person_by_token
from congress.programme.forms.proposals import InvitationForm, OnceForm
from congress.programme.models import ProposalFile, ProposalPerson
from congress.programme.permissions import call_state
from congress.programme.uploads import FOLDER
from congress.programme.words import LANGUAGES

WITHOUT_FORM = frozenset({"proposal.file"})
blueprint = Blueprint("proposal", __name__, url_prefix="/<lang:lang_code>/proposal/<token>")


def _open_link() -> None:
    token = (request.view_args or {}).get("token", "")
    person = person_by_token(token)
    if person is None:
        raise Missing
    g.proposal_person = person
    set_actor(Actor("proposal", person.id))


LINK = Rule("proposal link", _open_link)


def current_person() -> ProposalPerson:
    """Whose link this request has."""
    person: ProposalPerson = g.proposal_person
    return person


@blueprint.after_request
def _tell_nobody(response: Response) -> Response:
    return tell_nobody(response, has_form=request.endpoint not in WITHOUT_FORM)


def attachment(file: ProposalFile, name: str = "") -> Response:
    """A file of a proposal as a download: never shown, in a sandbox, under the type of its content."""
    path = storage.stored_file(FOLDER, file.stored_name)
    if path is None:
        raise Missing
    response = Response(path.read_bytes(), content_type=file.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name or file.file_name)
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = PRIVATE
    return response


def proposal_view(token: str, form: InvitationForm, refusal: DomainError | None = None) -> str:
    """The page of the proposal with the form that invites."""
    person, now = current_person(), clock.now()
    proposal = person.proposal
    return render_template(
        "programme/proposal/show.html",
        token=token,
        person=person,
        proposal=proposal,
        call=proposal.call,
        event=proposal.call.event,
        state=call_state(proposal.call, now),
        answers=answered(proposal, with_archived=False),
        attachments=attachments(proposal),
        form=form,
        refusal=refusal,
        words=call_words,
        languages=LANGUAGES,
        can_edit=permissions.can_edit_proposal(person, now),
        can_invite=permissions.can_invite(person, now),
        can_reopen=permissions.can_reopen(person, now),
    )


def attempt(form: OnceForm, act: Callable[[], object]) -> DomainError | None:
    """Run `act` once for this form; a refusal is undone and given back, to be shown."""

    def produce() -> dict[str, Any]:
        act()
        return {}

    try:
        form.once(produce)
    except DomainError as refusal:
        transactions.rollback()
        if isinstance(refusal, Malformed | Missing):
            raise
        form.start_again()
        return refusal
    return None


def reload(token: str) -> ProposalPerson:
    """Whose link this is, read again after a refused attempt was undone."""
    person = person_by_token(token)
    if person is None:
        raise Missing
    return person
