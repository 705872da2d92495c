"""The reviewers' desk: what there is to review, and one review. Names of authors are shown where the call allows."""

from __future__ import annotations

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from congress.accounts.models import Account
from congress.accounts.views.access import signed_in_account
from congress.core import clock
from congress.core.access import access
from congress.core.errors import Missing
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.core.languages import translated
from congress.events.permissions import Capability, can
from congress.events.views.scope import current_event, current_roles, event_access, event_blueprint
from congress.programme.blindness import Opinion, files_of, opinion_of, paper_of, proposal_to_review
from congress.programme.forms.reviews import ReviewForm, review_form
from congress.programme.models import Proposal
from congress.programme.permissions import can_review
from congress.programme.queries import tracks_of
from congress.programme.review_list import Filters, Line, Show, narrowed, next_of, reviewable
from congress.programme.services.reviewing import other_reviews, review_of, save_review
from congress.programme.views.proposal_page.scope import attachment

REVIEW = event_access(Capability.REVIEW_PROPOSALS)
blueprint = event_blueprint("reviews", __name__, "/reviews")


@blueprint.get("/")
@access(REVIEW)
def index() -> str:
    """What I may review, how far I am, what comes next."""
    event = current_event()
    filters = Filters.of(request.args)
    lines = reviewable(event, signed_in_account())
    return render_template(
        "programme/reviews/index.html",
        lines=narrowed(lines, filters),
        filters=filters,
        shows=Show,
        done=sum(line.is_mine for line in lines),
        total=len(lines),
        todo=sum(line.is_to_do for line in lines),
        next_line=next_of(lines),
        calls=_calls(lines),
        tracks=tracks_of(event),
        event=event,
    )


@blueprint.get("/next")
@access(REVIEW)
def following() -> Response:
    """To the least reviewed one that I have not reviewed."""
    line = next_of(reviewable(current_event(), signed_in_account()), request.args.get("after", ""))
    if line is None:
        flash(_("You have reviewed everything that was there for you. Thank you!"), "success")
        return see_other(url_for("reviews.index"))
    return see_other(url_for("reviews.show", proposal_code=line.proposal.code))


@blueprint.route("/<proposal_code>/", methods=["GET", "POST"])
@access(REVIEW)
def show(proposal_code: str) -> ResponseReturnValue:
    """One proposal and my review of it; what others wrote, once I have written."""
    event, account = current_event(), signed_in_account()
    proposal = proposal_to_review(event, account, proposal_code)
    mine = review_of(proposal, account)
    form = review_form(proposal.call.criteria, mine)
    if form.validate_on_submit() and _saved(form, account, proposal_code):
        return _onwards(account, proposal_code)
    is_open = can_review(proposal.call, proposal.state, clock.now())
    # Who abstains could still change that: while reviews are open, others are read by those who took a side.
    may_compare = mine is not None and not (mine.abstained and is_open)
    page = render_template(
        "programme/reviews/show.html",
        event=event,
        call=proposal.call,
        paper=paper_of(proposal),
        form=form,
        mine=mine,
        my_opinion=opinion_of(proposal, mine) if mine else None,
        others=_others(proposal, account) if may_compare else [],
        may_compare=may_compare,
        is_open=is_open,
    )
    return page, 422 if form.errors or form.form_errors else 200


@blueprint.get("/<proposal_code>/files/<int:file_id>")
@access(REVIEW)
def file(proposal_code: str, file_id: int) -> Response:
    """An attachment, always saved and never shown; in a blind call under a name of ours."""
    proposal = proposal_to_review(current_event(), signed_in_account(), proposal_code)
    found = next(((one, name) for one, name in files_of(proposal) if one.id == file_id), None)
    if found is None:
        raise Missing
    return attachment(*found)


def _saved(form: ReviewForm, account: Account, code: str) -> bool:
    event, abstained = current_event(), bool(form.abstained.data)

    def act() -> object:
        return save_review(event, account, code, form.points(), form.comment.data or "", abstained=abstained)

    return form.attempt(act) is not None


def _onwards(account: Account, code: str) -> Response:
    if request.form.get("then") == "next":
        line = next_of(reviewable(current_event(), account), code)
        if line is not None:
            flash(_("Your review is saved. Here is the next proposal."), "success")
            return see_other(url_for("reviews.show", proposal_code=line.proposal.code))
        flash(_("Your review is saved. You have reviewed everything that was there for you. Thank you!"), "success")
        return see_other(url_for("reviews.index"))
    flash(_("Your review is saved. You can change it as long as reviews are open."), "success")
    return see_other(url_for("reviews.show", proposal_code=code))


def _others(proposal: Proposal, account: Account) -> list[Opinion]:
    """Reviewers of a blind call do not know of each other either; who manages calls sees who wrote."""
    shown = not proposal.call.is_blind or can(current_roles(), Capability.MANAGE_CALLS)
    return [
        opinion_of(proposal, one, one.account.name if shown and one.account else "")
        for one in other_reviews(proposal, account)
    ]


def _calls(lines: list[Line]) -> list[tuple[str, str]]:
    return list({line.proposal.call.slug: translated(line.proposal.call.title) for line in lines}.items())
