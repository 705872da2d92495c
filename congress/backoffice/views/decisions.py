"""Deciding on the proposals of a call: pending first, then applied together, with every mail read before it leaves.

The page stands here and not with calls, because the texts of mails lie above the programme.
"""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from congress.accounts.views.access import signed_in_account
from congress.core.access import access
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.core.languages import ngettext
from congress.events.forms.base import EmptyForm
from congress.events.permissions import Capability
from congress.events.views.scope import current_event, event_access, event_blueprint
from congress.notifications.messages.letters import confirmations, letters
from congress.programme import call_words
from congress.programme.blindness import opinion_of, paper_of, proposal_to_decide
from congress.programme.call_queries import call_of
from congress.programme.enums import CallKind, Decision, ProposalState
from congress.programme.forms.decisions import ApplyForm, ByScoreForm, DecideForm
from congress.programme.models import Call
from congress.programme.review_figures import Row, table_of
from congress.programme.scores import rounded, summary_of, weights_of
from congress.programme.services import deciding
from congress.programme.services.reviewing import other_reviews

MANAGE = event_access(Capability.MANAGE_CALLS)
blueprint = event_blueprint("decisions", __name__, "/calls/<int:call_id>/decisions")


@blueprint.route("/", methods=["GET", "POST"])
@access(MANAGE)
def index(call_id: int) -> ResponseReturnValue:
    """The proposals, the best first; a decision for one or for the ticked ones."""
    event, form = current_event(), DecideForm()
    call = call_of(event, call_id)
    if form.validate_on_submit():
        codes, decision = form.wanted(
            request.form.getlist("codes"), request.form.get("decision", ""), request.form.get("only", "")
        )
        if codes:
            count = form.attempt(lambda: {"count": deciding.decide(event, call_id, codes, decision)})
            if count is not None:
                number = count["count"]
                flash(ngettext("%(num)s decision noted.", "%(num)s decisions noted.", number), "success")
                return see_other(url_for(".index", call_id=call_id))
        else:
            form.form_errors.append(_("Please tick at least one proposal."))
    return _page(call, form, ByScoreForm(formdata=None)), 422 if form.form_errors else 200


@blueprint.get("/<proposal_code>/")
@access(MANAGE)
def show(call_id: int, proposal_code: str) -> str:
    """One proposal with everything that reviewers wrote; in a blind call still without its people."""
    proposal = proposal_to_decide(current_event(), signed_in_account(), call_id, proposal_code)
    reviews = other_reviews(proposal, None)
    return render_template(
        "programme/manage/decisions_one.html",
        call=proposal.call,
        paper=paper_of(proposal),
        summary=summary_of(reviews, weights_of(proposal.call.criteria)),
        opinions=[opinion_of(proposal, one, one.account.name if one.account else "") for one in reviews],
        rounded=rounded,
    )


@blueprint.post("/by-score")
@access(MANAGE)
def by_score(call_id: int) -> ResponseReturnValue:
    """A decision for the best, and perhaps for all others."""
    event, form = current_event(), ByScoreForm()
    call = call_of(event, call_id)
    if form.validate_on_submit():
        arguments = form.arguments()

        def act() -> dict[str, int]:
            done = deciding.decide_by_score(event, call_id, **arguments)
            return {"accepted": done.accepted, "rejected": done.rejected}

        done = form.attempt(act)
        if done is not None:
            sentence = _("Noted: %(accepted)s to accept, %(rejected)s to reject. Nobody was told.", **done)
            flash(sentence, "success")
            return see_other(url_for(".index", call_id=call_id))
    return _page(call, DecideForm(formdata=None), form), 422


@blueprint.route("/apply", methods=["GET", "POST"])
@access(MANAGE)
def apply(call_id: int) -> ResponseReturnValue:
    """Every mail in full, then the act."""
    event, form = current_event(), ApplyForm()
    call = call_of(event, call_id)
    if form.validate_on_submit():
        seen, tell = form.seen.data or "", bool(form.tell.data)

        def act() -> dict[str, int]:
            done = deciding.apply_decisions(event, call_id, seen, tell=tell)
            return {"accepted": done.accepted, "rejected": done.rejected}

        done = form.attempt(act)
        if done is not None:
            flash(_("Applied: %(accepted)s accepted, %(rejected)s not accepted.", **done), "success")
            return see_other(url_for(".index", call_id=call_id))
    pending = deciding.pending(call)
    form.seen.raw_data, form.seen.data = None, deciding.fingerprint(pending)
    page = render_template(
        "programme/manage/decisions_apply.html",
        call=call,
        form=form,
        pending=pending,
        letters=letters(pending) + confirmations(event, pending),
        accepted=sum(one.decision is Decision.ACCEPT for one in pending),
        is_talks=call.kind is CallKind.TALKS,
    )
    return page, 422 if form.errors or form.form_errors else 200


@blueprint.post("/<proposal_code>/take-back")
@access(MANAGE)
def take_back(call_id: int, proposal_code: str) -> ResponseReturnValue:
    """An accepted proposal that is to be none any more."""
    event = current_event()

    def act() -> dict[str, str]:
        deciding.take_back(event, call_id, proposal_code)
        return {}

    EmptyForm().once(act)
    flash(_("The proposal is withdrawn. Its people were not told, and its session stays as it is."), "success")
    return see_other(url_for(".index", call_id=call_id))


def _page(call: Call, form: DecideForm, by_score: ByScoreForm) -> str:
    rows = table_of(call)
    return render_template(
        "programme/manage/decisions.html",
        call=call,
        rows=rows,
        counts=_counts(rows),
        form=form,
        by_score=by_score,
        rounded=rounded,
        words=call_words,
        is_talks=call.kind is CallKind.TALKS,
    )


def _counts(rows: list[Row]) -> dict[str, int]:
    open_ones = [row.proposal for row in rows if row.proposal.state is ProposalState.SUBMITTED]
    pending = [row.proposal.decision for row in rows if row.proposal.state in deciding.PENDING]
    return {
        "accept": pending.count(Decision.ACCEPT),
        "reject": pending.count(Decision.REJECT),
        "open": sum(one.decision is None for one in open_ones),
        "accepted": sum(row.proposal.state is ProposalState.ACCEPTED for row in rows),
        "rejected": sum(row.proposal.state is ProposalState.REJECTED for row in rows),
    }
