"""Calls as the public sees them, and the form that answers one; nobody needs an account."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue

from congress.accounts.attempts import MINUTE
from congress.accounts.views.visitors import limit_visitor
from congress.core import clock, transactions
from congress.core.access import PUBLIC, access
from congress.core.addresses import address_key
from congress.core.errors import DomainError, Malformed, Missing
from congress.core.http import see_other
from congress.core.idempotency import KeyReused
from congress.core.languages import current_language
from congress.core.languages import lazy_gettext as _l
from congress.core.page_cache import Built, cached_response
from congress.core.public_pages import public_page
from congress.events.enums import EventStatus
from congress.events.queries import public_event, public_event_version
from congress.programme import call_words
from congress.programme.call_queries import asked, person_if_not_renewed, public_call, public_calls
from congress.programme.enums import CallState
from congress.programme.errors import CallClosed
from congress.programme.forms.proposals import NewProposalForm, OnceForm, new_form
from congress.programme.links import proposal_token
from congress.programme.models import Call, ProposalPerson
from congress.programme.permissions import call_state
from congress.programme.queries import formats_of, tracks_of
from congress.programme.services import proposals as services

ALREADY_SENT = _l("This form was already sent with other content. To propose something else, send it once more.")
MOVED = _l("This form was already sent. To propose something else, send it once more.")
PER_MINUTE, PER_DAY = 60, 20
DAY = dt.timedelta(days=1)
ORDER = (CallState.OPEN, CallState.UPCOMING, CallState.CLOSED)
blueprint = Blueprint("calls", __name__, url_prefix="/<lang:lang_code>/events/<event_slug>/calls")


@blueprint.get("/")
@access(PUBLIC)
def index(event_slug: str) -> Response:
    """The calls of an event."""
    version = _version(event_slug)

    def build() -> Built:
        event = public_event(event_slug)
        if event is None:
            raise Missing
        calls = public_calls(event)
        rows = sorted(((call, _state(call)) for call in calls), key=lambda row: ORDER.index(row[1]))
        values = {"event": event, "series": event.series, "rows": rows}
        return _page("index", calls, {"event_slug": event_slug}, values)

    return cached_response(f"calls {event_slug} {current_language()}", version, build)


@blueprint.get("/<call_slug>/")
@access(PUBLIC)
def show(event_slug: str, call_slug: str) -> Response:
    """One call: what is asked for, from when until when, and the way to the form."""
    version = _version(event_slug)
    call = public_call(event_slug, call_slug)

    def build() -> Built:
        values = {"call": call, "event": call.event, "series": call.event.series, "state": _state(call)}
        return _page("show", [call], {"event_slug": event_slug, "call_slug": call_slug}, values)

    return cached_response(f"call {event_slug} {call.slug} {current_language()}", version, build)


@blueprint.get("/<call_slug>/submit")
@access(PUBLIC)
def submit(event_slug: str, call_slug: str) -> ResponseReturnValue:
    """The form, while the call is open."""
    call = public_call(event_slug, call_slug)
    if _state(call) is not CallState.OPEN:
        return see_other(url_for(".show", event_slug=event_slug, call_slug=call_slug))
    return form_page(call, _form(call))


@blueprint.post("/<call_slug>/submit")
@access(PUBLIC)
def send(event_slug: str, call_slug: str) -> ResponseReturnValue:
    """Keep a draft or send a proposal. The service knows whether it is still time."""
    call = public_call(event_slug, call_slug)
    form = _form(call)
    if not form.validate_on_submit():
        return (form_page(call, form), 422) if _state(call) is CallState.OPEN else too_late(call, form)
    try:
        _limit(form)
        return _started(call.id, form)
    except DomainError as refusal:
        prepare_again(form, refusal)
        call = form.call = public_call(event_slug, call_slug)
        return too_late(call, form) if isinstance(refusal, CallClosed) else (form_page(call, form, refusal), 422)


def form_page(call: Call, form: NewProposalForm, refusal: DomainError | None = None) -> str:
    """The form of a call; a team sees it as a preview."""
    return render_template(
        "programme/calls/submit.html",
        call=call,
        event=call.event,
        series=call.event.series,
        form=form,
        refusal=refusal,
        questions=asked(call),
        preview=False,
    )


def too_late(call: Call, form: Any) -> tuple[str, int]:
    """The call is not open: said in words, with everything that was typed."""
    state = _state(call)
    page = render_template(
        "programme/calls/too_late.html",
        call=call,
        event=call.event,
        series=call.event.series,
        state=state,
        typed=form.as_text(),
    )
    return page, 422


def prepare_again(form: OnceForm, refusal: DomainError) -> None:
    """Undo what the refused attempt wrote; raises on what no form of ours sends."""
    transactions.rollback()
    if isinstance(refusal, Malformed | Missing):
        raise refusal
    if isinstance(refusal, KeyReused):
        refusal.sentence = MOVED if refusal.sentence is MOVED else ALREADY_SENT
        form.start_again()


def _limit(form: NewProposalForm) -> None:
    """No mailbox is filled by somebody else: so many proposals of one visitor for one address, and no more.

    Counted by visitor, so that nobody uses up the proposals of another.
    """
    limit_visitor("proposal", PER_MINUTE, MINUTE)
    limit_visitor(f"proposal for {address_key(form.email.data or '')}", PER_DAY, DAY)


def _started(call_id: int, form: NewProposalForm) -> ResponseReturnValue:
    """Start once however often the form is sent, and show the proposal."""
    made: list[ProposalPerson] = []

    def produce() -> dict[str, Any]:
        author = form.author(form.email.data or "")
        made.append(services.start(call_id, author, form.content(), submit=form.is_final))
        return {"person": made[0].id, "link": made[0].link_hash.hex()}

    result = form.once(produce)
    person = made[0] if made else person_if_not_renewed(result["person"], bytes.fromhex(result["link"]))
    if person is None:
        raise KeyReused(MOVED)
    return see_other(url_for("proposal.show", token=proposal_token(person)))


def _form(call: Call) -> NewProposalForm:
    data = {"language": current_language(), "mail_language": current_language()}
    return new_form(call, tracks_of(call.event), formats_of(call.event), **data)


def _state(call: Call) -> CallState:
    """Where it stands; one of an event that does not take place is over."""
    state = call_state(call, clock.now())
    return state if call.event.status is EventStatus.PUBLISHED else CallState.CLOSED


def _version(event_slug: str) -> str:
    version = public_event_version(event_slug)
    if version is None:
        raise Missing
    return version


def _page(name: str, calls: list[Call], address: dict[str, str], values: dict[str, Any]) -> Built:
    """A page for everybody alike; it holds until the next opening or deadline."""
    now = clock.now()
    times = [time for call in calls for time in (call.opens_at, call.closes_at) if time > now]
    shown = {"words": call_words, "event_slug": address["event_slug"]} | values
    return public_page(f"programme/calls/{name}.html", f"calls.{name}", address, shown, min(times, default=None))
