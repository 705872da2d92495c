"""The desk on the day: who sits where now, whether they came, who missed twice, and schedules on paper."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from congress.core import clock
from congress.core.access import access
from congress.core.errors import Missing
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.events.forms.base import EmptyForm
from congress.events.permissions import Capability
from congress.events.views.scope import current_event, event_access, event_blueprint
from congress.matchmaking import documents, schedule, words
from congress.matchmaking.enums import Answer, Side
from congress.matchmaking.models import Meeting, MeetingSlot, Profile
from congress.matchmaking.queries import desk, schedules
from congress.matchmaking.queries.profiles import by_code, by_ids
from congress.matchmaking.queries.setup import slots_of
from congress.matchmaking.services import closing, printing, scheduling

DESK = event_access(Capability.RUN_DESK)
TWICE = 2
QUERY_LENGTH = 300
blueprint = event_blueprint("meeting_desk", __name__, "/matchmaking/desk")

TAPS: dict[str, dict[Side, Answer]] = {
    "held": {Side.REQUESTER: Answer.HAPPENED, Side.TARGET: Answer.HAPPENED},
    "requester_absent": {Side.TARGET: Answer.OTHER_ABSENT},
    "target_absent": {Side.REQUESTER: Answer.OTHER_ABSENT},
}
"""What one tap at the desk says: the answers that it writes for the people of each side."""


@blueprint.get("/")
@access(DESK)
def index() -> str:
    """The meetings of one slot, by default of the one that is on; or of the people looked for."""
    event, now = current_event(), clock.now()
    slots = slots_of(event)
    asked = " ".join(request.args.get("q", "").split())[:QUERY_LENGTH]
    slot = _asked_slot(slots) or desk.slot_at(slots, now)
    meetings: Sequence[Meeting] = ()
    if slot is not None:
        meetings = schedules.meetings_of_days(event, slot.starts_at, slot.ends_at)
    return render_template(
        "matchmaking/manage/desk.html",
        slots=slots,
        slot=slot,
        before=_neighbour(slots, slot, -1),
        after=_neighbour(slots, slot, 1),
        meetings=meetings,
        asked=asked,
        people=desk.people_named(event, asked),
        now=now,
        words=words,
        place_in_words=schedule.place_in_words,
        form=EmptyForm(),
    )


@blueprint.post("/meetings/<meeting_code>/<tap>")
@access(DESK)
def record(meeting_code: str, tap: str) -> ResponseReturnValue:
    """Note by one tap that a meeting took place or that a side did not come; tapping again corrects."""
    meeting = desk.meeting_of_desk(current_event(), meeting_code)
    said = TAPS.get(tap)
    if meeting is None or said is None:
        raise Missing
    form = EmptyForm()
    answers = {one.profile_id: said[one.side] for one in meeting.people if one.side in said}
    if form.validate_on_submit() and form.attempt(lambda: closing.record(meeting, answers)) is None:
        flash(" ".join(form.form_errors), "danger")
        return see_other(url_for(".index", slot=meeting.shown_slot_id))
    return see_other(url_for(".index", slot=meeting.shown_slot_id, _anchor=f"meeting-{meeting_code}"))


@blueprint.get("/absences")
@access(DESK)
def absences() -> str:
    """Who missed two meetings or more, the most first: worth a call before their next one."""
    event = current_event()
    missed = {one: number for one, number in schedules.absences_of(event).items() if number >= TWICE}
    people = sorted(by_ids(missed), key=lambda one: (-missed[one.id], one.registration.family_name, one.id))
    coming = schedules.schedules_of([one.id for one in people])
    now = clock.now()
    rows = [
        (one, missed[one.id], next((entry for entry in coming[one.id] if entry.slot.starts_at > now), None))
        for one in people
    ]
    return render_template("matchmaking/manage/absences.html", rows=rows, place_in_words=schedule.place_in_words)


@blueprint.route("/waiting", methods=["GET", "POST"])
@access(DESK)
def waiting() -> ResponseReturnValue:
    """Pairs that agreed to meet and have no place, with the places that are free for both by now."""
    event, form = current_event(), EmptyForm()
    pairs = scheduling.waiting_pairs_for(event)
    if form.validate_on_submit():
        wanted = next((pair for pair in pairs if pair.meeting.code == request.form.get("meeting")), None)
        if wanted is None:
            flash(_("This place was given to somebody else, or the pair has one by now."), "info")
        elif form.attempt(lambda: scheduling.give_place(wanted.meeting, wanted.slot.id)) is not None:
            flash(_("They have a place now, and are both told by mail."), "success")
        else:
            flash(" ".join(form.form_errors), "danger")
        return see_other(url_for(".waiting"))
    return render_template(
        "matchmaking/manage/waiting.html", pairs=pairs, form=form, place_in_words=schedule.place_in_words
    )


@blueprint.get("/scan")
@access(DESK)
def scan() -> ResponseReturnValue:
    """Find somebody by the badge under a scanner or the reference as typed, then show the schedule."""
    asked = request.args.get("badge", "").strip()[:QUERY_LENGTH]
    person = desk.person_of_badge(current_event(), asked) if asked else None
    if person is not None:
        return see_other(url_for(".person", profile_code=person.code))
    return render_template("matchmaking/manage/scan.html", asked=asked)


@blueprint.get("/people/<profile_code>")
@access(DESK)
def person(profile_code: str) -> str:
    """One person's schedule at the desk, and whether the paper in their hand is still true."""
    profile = _profile(profile_code)
    days = schedule.days_of(current_event(), [profile])[profile.id]
    return render_template("matchmaking/manage/person_schedule.html", person=profile, days=days, form=EmptyForm())


@blueprint.post("/people/<profile_code>/print")
@access(DESK)
def print_person(profile_code: str) -> ResponseReturnValue:
    """Print one person's schedule: it counts as printed, and the file follows."""
    profile, form = _profile(profile_code), EmptyForm()
    if form.validate_on_submit():
        form.attempt(lambda: printing.note_printed({profile.id: profile.schedule_version}))
    return see_other(url_for(".schedule_pdf", profile_code=profile_code))


@blueprint.get("/people/<profile_code>/schedule.pdf")
@access(DESK)
def schedule_pdf(profile_code: str) -> Response:
    """The schedule of one person, drawn now."""
    content = documents.schedule_pdf(current_event(), _profile(profile_code))
    response = Response(content, content_type="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename=f"schedule-{profile_code}.pdf")
    return response


def _profile(profile_code: str) -> Profile:
    profile = by_code(current_event(), profile_code)
    if profile is None:
        raise Missing
    return profile


def _asked_slot(slots: Sequence[MeetingSlot]) -> MeetingSlot | None:
    asked = request.args.get("slot", type=int)
    return next((slot for slot in slots if slot.id == asked), None)


def _neighbour(slots: Sequence[MeetingSlot], slot: MeetingSlot | None, step: int) -> MeetingSlot | None:
    position = next((index for index, one in enumerate(slots) if slot and one.id == slot.id), 0) + step
    return slots[position] if 0 <= position < len(slots) else None
