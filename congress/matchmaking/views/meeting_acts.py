"""What the people of a meeting do about it: each act has a page that asks, and works once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.events.forms.base import EmptyForm, StaffForm, choices
from congress.matchmaking.attendance import Attendee, attendees_for
from congress.matchmaking.enums import SchedulingMode
from congress.matchmaking.errors import NoProposal
from congress.matchmaking.forms.meetings import (
    AcceptForm,
    CancelForm,
    DeclineForm,
    ProposalForm,
    RescheduleForm,
    in_the_list,
)
from congress.matchmaking.listing import Act, Row
from congress.matchmaking.models import Profile
from congress.matchmaking.places import Place
from congress.matchmaking.services import answering, cancelling, moving, requesting, scheduling
from congress.matchmaking.views.acting import (
    acted,
    current_row,
    moment,
    moments_of_places,
    status_of,
    values_of,
)
from congress.matchmaking.views.participant import (
    LINK,
    current_matchmaking,
    current_profile,
    current_registration,
    page,
    participant_blueprint,
)

blueprint = participant_blueprint("meeting_acts", __name__, "/m/<code>")
SHOWN = 40
"""How many times a list offers at most; further ones come up as soon as those are taken."""


@blueprint.route("/accept", methods=["GET", "POST"])
@access(LINK)
def accept(code: str) -> ResponseReturnValue:
    """Say yes: when, where participants choose; who goes, for a delegation."""
    row, form = current_row(code), AcceptForm()
    if form.validate_on_submit():
        people = {one.profile.code: one.profile for one in _attendees(row)}
        chosen = [people[one] for one in in_the_list(form.attendees.data, people)]
        done = acted(form, lambda: _accept(row, chosen, form), _("It is agreed."), _back(code))
        if done:
            return done
        row = current_row(code)
    if Act.ACCEPT not in row.acts and not form.is_submitted():
        return see_other(_back(code))
    attendees = _attendees(row)
    form.attendees.choices = choices((one.profile.code, one.name) for one in attendees)
    return _page("accept", row, form, attendees=attendees, picks_slots=_offer_places(row, form, attendees))


@blueprint.route("/decline", methods=["GET", "POST"])
@access(LINK)
def decline(code: str) -> ResponseReturnValue:
    """Say no, with a reason for the organisers alone."""
    form = DeclineForm()

    def act(row: Row) -> None:
        answering.decline(row.meeting, current_profile(), form.reason.data or "")

    return _asked(Act.DECLINE, code, form, act, _("The request is declined."))


@blueprint.route("/withdraw", methods=["GET", "POST"])
@access(LINK)
def withdraw(code: str) -> ResponseReturnValue:
    """Take the own request back."""

    def act(row: Row) -> None:
        requesting.withdraw(row.meeting, current_profile())

    return _asked(Act.WITHDRAW, code, EmptyForm(), act, _("Your request is withdrawn."))


@blueprint.route("/cancel", methods=["GET", "POST"])
@access(LINK)
def cancel(code: str) -> ResponseReturnValue:
    """Call it off for good, and say why."""
    form = CancelForm()

    def act(row: Row) -> None:
        cancelling.cancel(row.meeting, current_profile(), form.reason.data or "")

    return _asked(Act.CANCEL, code, form, act, _("The meeting is cancelled. The other side is told."))


@blueprint.route("/reschedule", methods=["GET", "POST"])
@access(LINK)
def reschedule(code: str) -> ResponseReturnValue:
    """Propose another time out of those that both sides have open, each with a free table."""
    row, form = current_row(code), RescheduleForm()
    said = _("Your proposal is sent. The meeting stays where it is until the other side agrees.")
    if form.validate_on_submit():
        done = acted(
            form, lambda: moving.propose(row.meeting, current_profile(), form.slot_id or 0), said, _back(code)
        )
        if done:
            return done
        row = current_row(code)
    if Act.RESCHEDULE not in row.acts and not form.is_submitted():
        return see_other(_back(code))
    places = [one for one in _places(row, []) if one.slot.id != row.meeting.slot_id]
    form.offer(moments_of_places(places, current_registration().event))
    return _page("reschedule", row, form, places=places)


@blueprint.route("/proposal", methods=["GET", "POST"])
@access(LINK)
def proposal(code: str) -> ResponseReturnValue:
    """Answer a proposal of the other side, or take the own one back."""
    row, form = current_row(code), ProposalForm()
    if form.validate_on_submit():
        yes = form.decision.data == "accept"
        said = _("The meeting has moved.") if yes else _("The meeting stays where it is.")
        done = acted(form, lambda: _answer_proposal(row, form, yes=yes), said, _back(code))
        if done:
            return done
        row = current_row(code)
    if not row.acts & {Act.ANSWER_PROPOSAL, Act.TAKE_PROPOSAL_BACK} and not form.is_submitted():
        return see_other(_back(code))
    form.slot.data = str(row.meeting.proposed_slot_id or "")
    return _page("proposal", row, form)


def _asked(act: Act, code: str, form: StaffForm, does: Callable[[Row], None], said: str) -> ResponseReturnValue:
    """Ask, then act; what is no longer possible leads back to the meeting."""
    row = current_row(code)
    if form.validate_on_submit():
        asked = row
        done = acted(form, lambda: does(asked), said, _back(code))
        if done:
            return done
        row = current_row(code)
    if act not in row.acts and not form.is_submitted():
        return see_other(_back(code))
    return _page(act.value, row, form)


def _accept(row: Row, chosen: list[Profile], form: AcceptForm) -> None:
    answering.accept(row.meeting, current_profile(), attendees=chosen, slot_id=form.slot_id)


def _answer_proposal(row: Row, form: ProposalForm, *, yes: bool) -> None:
    """The one that was read, and no other that has come meanwhile."""
    if form.slot.data != str(row.meeting.proposed_slot_id or ""):
        raise NoProposal
    if yes:
        moving.accept_proposal(row.meeting, current_profile())
    else:
        moving.decline_proposal(row.meeting, current_profile())


def _attendees(row: Row) -> list[Attendee]:
    """The members that a manager can send; nobody where a person was asked."""
    if row.meeting.target_id is not None or row.meeting.delegation_id is None:
        return []
    return attendees_for(current_registration().event, row.meeting.delegation_id, row.meeting.requester)


def _offer_places(row: Row, form: AcceptForm, attendees: list[Attendee]) -> bool:
    """Offer the times of a person who is asked; a delegation gets the first that suits whoever it sends."""
    if current_matchmaking().scheduling_mode is not SchedulingMode.PARTICIPANTS or attendees:
        return False
    places = _places(row, [])
    wanted = row.meeting.wanted_slot_id
    first = (
        _("The time that was wished for, or else the first that suits both")
        if wanted
        else _("The first that suits both")
    )
    form.offer(moments_of_places(places, current_registration().event), anything=first if places else "")
    return bool(places)


def _places(row: Row, attendees: list[Profile]) -> list[Place]:
    return scheduling.free_places(current_registration().event, row.meeting, attendees)[:SHOWN]


def _page(name: str, row: Row, form: StaffForm, **more: Any) -> ResponseReturnValue:
    return page(f"meetings/{name}", **values_of(row, form=form, moment=moment, **more)), status_of(form)


def _back(code: str) -> str:
    return url_for("my_meetings.show", code=code)
