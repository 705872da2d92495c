"""My meetings, and one of them: where to be when, what to answer, what happened."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from congress.core import clock
from congress.core.access import access
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.events.forms.base import EmptyForm
from congress.matchmaking import guards, words
from congress.matchmaking.enums import Answer, MeetingState, Outcome
from congress.matchmaking.forms.meetings import AnswerForm, OutcomeForm
from congress.matchmaking.history import history_in_words
from congress.matchmaking.listing import Act, MyMeetings, Row
from congress.matchmaking.places import Board
from congress.matchmaking.queries.meetings import pending_count
from congress.matchmaking.queries.shown import meetings_of
from congress.matchmaking.schedule import place_in_words
from congress.matchmaking.services import answering, closing
from congress.matchmaking.services.scheduling import people_of
from congress.matchmaking.views.acting import acted, current_row, moment, row_of, status_of, values_of
from congress.matchmaking.views.participant import (
    LINK,
    current_matchmaking,
    current_profile,
    current_registration,
    page,
    participant_blueprint,
)

blueprint = participant_blueprint("my_meetings", __name__)


@blueprint.get("/")
@access(LINK)
def index() -> str:
    """Where to go next, what to answer, what waits for others, what is over."""
    profile = current_profile()
    mine = MyMeetings([row_of(one) for one in meetings_of(profile)], current_registration().event.zone)
    now = clock.now()
    return page(
        "meetings/index",
        mine=mine,
        moment=moment,
        words=words,
        place_in_words=place_in_words,
        pending=pending_count(profile.id, now),
        is_bookable=current_matchmaking().booking_opens_at <= now < current_matchmaking().booking_closes_at,
        now=now,
    )


@blueprint.get("/m/<code>")
@access(LINK)
def show(code: str) -> str:
    """One meeting: who, when, where, in which state, what happened, what can be done."""
    row = current_row(code)
    is_new = row.was_asked and row.state is MeetingState.PENDING and row.seat is not None and row.seat.seen_at is None
    conflicts = row.state is MeetingState.PENDING and not _has_common_slot(row)
    return page(
        "meetings/show",
        is_new=is_new,
        reachable=[one.code for one in row.others if guards.may_chat(current_profile(), one)],
        **values_of(row, words=words, history=history_in_words(row), moment=moment, conflicts=conflicts),
    )


@blueprint.post("/m/<code>/seen")
@access(LINK)
def seen(code: str) -> ResponseReturnValue:
    """Note that a request was opened: only then is its reader told of a withdrawal. The page sends it by itself."""
    row = current_row(code)
    if EmptyForm().validate_on_submit():
        answering.seen(row.meeting, current_profile())
    return see_other(url_for(".show", code=code))


@blueprint.route("/m/<code>/answer", methods=["GET", "POST"])
@access(LINK)
def answer(code: str) -> ResponseReturnValue:
    """Whether it took place; the mail that asks leads here with an answer chosen."""
    row = current_row(code)
    form = AnswerForm()
    if form.validate_on_submit():
        said = Answer(form.answer.data)
        back = url_for(".outcome" if said is Answer.HAPPENED else ".show", code=code)
        act = lambda: closing.answer(row.meeting, current_profile(), said)  # noqa: E731
        done = acted(form, act, _("Thank you: your answer is saved."), back)
        if done:
            return done
        row = current_row(code)
    elif not form.is_submitted():
        chosen = row.seat.answer if row.seat else None
        form.answer.data = _offered(request.args.get("answer")) or (chosen.value if chosen else None)
    return page("meetings/answer", **values_of(row, form=form, moment=moment)), status_of(form)


@blueprint.route("/m/<code>/outcome", methods=["GET", "POST"])
@access(LINK)
def outcome(code: str) -> ResponseReturnValue:
    """What came of it; organisers alone see it."""
    row = current_row(code)
    form = OutcomeForm(data={"outcome": row.seat.outcome.value if row.seat and row.seat.outcome else None})
    if form.validate_on_submit():
        rating = Outcome(form.outcome.data)
        act = lambda: closing.set_outcome(row.meeting, current_profile(), rating)  # noqa: E731
        done = acted(form, act, _("Thank you: that helps the organisers."), url_for(".index"))
        if done:
            return done
        row = current_row(code)
    elif Act.RATE not in row.acts:
        return see_other(url_for(".show", code=code))
    return page("meetings/outcome", **values_of(row, form=form, moment=moment)), status_of(form)


def _offered(asked: str | None) -> str | None:
    return asked if asked in set(Answer) else None


def _has_common_slot(row: Row) -> bool:
    """Whether both sides still have a time in common; a delegation finds out when it says who goes."""
    people = people_of(row.meeting)
    event = current_registration().event
    return len(people) < 2 or bool(Board(event, people, besides=row.meeting).common(people))  # noqa: PLR2004
