"""Publishing the timetable: what would be told to whom, and the act. Part of the timetable's pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.core.languages import ngettext
from congress.events.views.scope import current_event
from congress.matchmaking import words
from congress.matchmaking.enums import Publication
from congress.matchmaking.forms.timetable import PublishForm
from congress.matchmaking.models import Meeting, Profile
from congress.matchmaking.queries.drafts import hidden_meetings
from congress.matchmaking.schedule import place_in_words
from congress.matchmaking.services import publishing
from congress.matchmaking.views.organising.scope import EDIT, current_matchmaking
from congress.matchmaking.views.organising.timetable import blueprint

__all__ = ["blueprint"]


@blueprint.route("/publish", methods=["GET", "POST"])
@access(EDIT)
def publish() -> ResponseReturnValue:
    """The last look before everybody is told, and the act."""
    event, matchmaking, form = current_event(), current_matchmaking(), PublishForm()
    if form.validate_on_submit():
        level, seen = Publication(form.level.data), form.seen.data or ""
        done = form.attempt(lambda: _numbers(publishing.publish(event, level, seen)))
        if done is not None:
            _say(done)
            return see_other(url_for(".index"))
    hidden = hidden_meetings(event)
    form.seen.data = publishing.fingerprint(hidden)
    page = render_template(
        "matchmaking/manage/publish.html",
        event=event,
        matchmaking=matchmaking,
        form=form,
        hidden=hidden,
        told=_told(hidden),
        words=words,
        place_in_words=place_in_words,
    )
    return page, 422 if form.errors else 200


def _numbers(published: publishing.Published) -> dict[str, Any]:
    return {"meetings": published.meetings, "people": published.people}


def _say(done: dict[str, Any]) -> None:
    if not done.get("people"):
        flash(_("The timetable is published. Nothing changed for anybody, so nobody is told."), "success")
        return
    sentence = ngettext(
        "The timetable is published. %(num)s person is told by mail.",
        "The timetable is published. %(num)s people are told by mail.",
        done["people"],
    )
    flash(sentence, "success")


def _told(hidden: Sequence[Meeting]) -> list[tuple[Profile, int]]:
    """The people whose schedule changes, by name, each with the number of meetings that are told."""
    counts = Counter(seat.profile_id for one in hidden for seat in one.people)
    people = {seat.profile_id: seat.profile for one in hidden for seat in one.people}
    ordered = sorted(people.values(), key=lambda one: (one.registration.family_name, one.id))
    return [(one, counts[one.id]) for one in ordered]
