"""Answering a request by the one-use link in the mail, without the own pages. Looking changes nothing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, make_response, render_template, request
from flask.typing import ResponseReturnValue

from congress.core import clock
from congress.core.access import Rule, access
from congress.core.actors import Actor, set_actor
from congress.core.errors import Missing
from congress.core.http import tell_nobody
from congress.matchmaking.enums import MeetingState
from congress.matchmaking.forms.meetings import LinkAnswerForm
from congress.matchmaking.links import link_by_token, profile_of_link
from congress.matchmaking.models import MeetingLink
from congress.matchmaking.names import name_of, organisations_of, others_of, partner_of
from congress.matchmaking.permissions import can_take_part, may_answer
from congress.matchmaking.queries.shown import meetings_by_ids
from congress.matchmaking.services import link_answers

blueprint = Blueprint("meeting_answer", __name__, url_prefix="/<lang:lang_code>/meeting-request/<token>")
GONE = 410


@blueprint.after_request
def _tell_nobody(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return tell_nobody(response, has_form=response.status_code != GONE)


def _open_link() -> None:
    link = link_by_token((request.view_args or {}).pop("token", ""))
    if link is None:
        raise Missing
    g.meeting_link = link
    set_actor(Actor("meeting link", link.id))


ANSWER_LINK = Rule("meeting answer link", _open_link)


@blueprint.route("", methods=["GET", "POST"])
@access(ANSWER_LINK)
def show() -> ResponseReturnValue:
    """Who asks what, and for whom the link is; the answer is given by the button alone."""
    link: MeetingLink = g.meeting_link
    form = LinkAnswerForm()
    if _why_over(link):
        return _over(link)
    form.offer(accepting=_is_personal(link))
    if form.validate_on_submit():
        accepts = form.answer.data == "accept"
        if form.attempt(lambda: link_answers.answer_by_link(link.id, accepts=accepts)) is not None:
            return _page("done", link, accepts=accepts)
        if _why_over(link):
            return _over(link)
    elif not form.is_submitted():
        form.answer.data = request.args.get("answer") if request.args.get("answer") in {"accept", "decline"} else None
    return make_response(_page("show", link, form=form), 422 if form.is_submitted() else 200)


def _over(link: MeetingLink) -> ResponseReturnValue:
    """Used, too late, or answered otherwise: in words, with the way on."""
    return make_response(_page("over", link, why=_why_over(link)), GONE)


def _why_over(link: MeetingLink) -> str:
    """Why the link answers nothing any more; empty while it does."""
    meeting, profile = meetings_by_ids([link.meeting_id])[0], profile_of_link(link)
    if not can_take_part(profile.registration) or not may_answer(meeting, profile):
        return "not_yours"
    if meeting.state is MeetingState.PENDING:
        return "expired" if link.used_at or link.expires_at <= clock.now() else ""
    return str(meeting.state)


def _is_personal(link: MeetingLink) -> bool:
    """Whether a yes says it all; for a delegation somebody has to say on the own pages who attends."""
    return meetings_by_ids([link.meeting_id])[0].target_id is not None


def _page(name: str, link: MeetingLink, **more: Any) -> str:
    """It names whom the link is for, and nothing else of that person: mails are passed on."""
    meeting, profile = meetings_by_ids([link.meeting_id])[0], profile_of_link(link)
    event = profile.registration.event
    return render_template(
        f"matchmaking/public/answer/{name}.html",
        event=event,
        series=event.series,
        meeting=meeting,
        reader=name_of(profile),
        partner=partner_of(meeting, profile.id),
        organisation=organisations_of(others_of(meeting, profile.id)),
        is_delegation=meeting.target_id is None,
        current_user=None,
        **more,
    )
