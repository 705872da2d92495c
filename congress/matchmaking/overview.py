"""The meetings of an event at a glance: what was asked, what was answered, who has none yet, and what to do next."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import sqlalchemy as sa

from congress.core import clock
from congress.core.languages import gettext as _
from congress.core.languages import ngettext
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.enums import AGREED, UNSEEN, MeetingEvent, MeetingState, Origin, SchedulingMode
from congress.matchmaking.models import Matchmaking, Meeting, MeetingChange, MeetingPerson, Profile
from congress.matchmaking.queries import figures
from congress.matchmaking.queries.drafts import hidden_count
from congress.matchmaking.queries.profiles import TAKES_PART
from congress.matchmaking.queries.runs import active_run
from congress.matchmaking.queries.threads import open_reports
from congress.registration.models import Registration

MOST_DAYS = 60
OLD = dt.timedelta(hours=48)
ANSWERED = (MeetingEvent.ACCEPT, MeetingEvent.DECLINE)


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on one local day."""

    day: dt.date
    requests: int
    accepted: int
    declined: int


@dataclass(frozen=True, slots=True)
class Hint:
    """Something to do next: a sentence, and the page for it with its arguments; some are for those who edit alone."""

    sentence: str
    endpoint: str
    arguments: Mapping[str, str]
    is_for_editors: bool = False


@dataclass(frozen=True, slots=True)
class Overview:
    """The figures. `hours` is the median time to an answer; `without` are listed people without an agreed meeting."""

    counts: Mapping[MeetingState, int]
    days: Sequence[Day]
    hours: float | None
    listed: int
    without: int
    hidden: int
    hints: Sequence[Hint]

    @property
    def agreed(self) -> int:
        """Meetings that both sides want, whatever became of them."""
        return sum(self.counts.get(one, 0) for one in AGREED)

    @property
    def total(self) -> int:
        """Everything that participants know of."""
        return sum(self.counts.values()) - sum(self.counts.get(one, 0) for one in UNSEEN)


def overview_of(event: Event, matchmaking: Matchmaking) -> Overview:
    """Read it all in a constant number of queries."""
    counts, hidden = figures.meetings_by_state(event), hidden_count(event)
    listed, without = _listed(event)
    hours = [one.after.total_seconds() / 3600 for one in figures.answers(event) if one.event in ANSWERED]
    return Overview(
        counts=counts,
        days=_days(event),
        hours=round(median(hours), 1) if hours else None,
        listed=listed,
        without=without,
        hidden=hidden,
        hints=[
            *_of_reports(event),
            *_of_requests(event, counts),
            *_of_timetable(event, matchmaking, counts, hidden),
            *_of_people(without),
        ],
    )


def _listed(event: Event) -> tuple[int, int]:
    """How many people take part, and how many of them have no agreed meeting."""
    agreed = (
        sa.select(MeetingPerson.profile_id)
        .join(Meeting, Meeting.id == MeetingPerson.meeting_id)
        .where(Meeting.event_id == event.id, Meeting.state.in_(AGREED))
    )
    has_none = sa.case((Profile.id.not_in(agreed), 1), else_=0)
    row = db.session.execute(
        sa.select(sa.func.count(), sa.func.sum(has_none))
        .select_from(Profile)
        .join(Registration, Registration.id == Profile.registration_id)
        .where(Profile.event_id == event.id, *TAKES_PART)
    ).one()
    return row[0], row[1] or 0


def _days(event: Event) -> list[Day]:
    """Day by day from the first request on, in the event's time; the last `MOST_DAYS` of them."""
    rows = db.session.execute(
        sa.select(MeetingChange.event, MeetingChange.at)
        .join(Meeting, Meeting.id == MeetingChange.meeting_id)
        .where(
            Meeting.event_id == event.id,
            Meeting.origin == Origin.REQUEST,
            MeetingChange.event.in_((MeetingEvent.REQUEST, *ANSWERED)),
        )
    )
    counts = Counter((clock.local_day(at, event.zone), what) for what, at in rows)
    if not counts:
        return []
    first, last = min(day for day, _what in counts), max(day for day, _what in counts)
    first = max(first, last - dt.timedelta(days=MOST_DAYS - 1))
    days = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    return [
        Day(
            day,
            counts[day, MeetingEvent.REQUEST],
            counts[day, MeetingEvent.ACCEPT],
            counts[day, MeetingEvent.DECLINE],
        )
        for day in days
    ]


def _of_reports(event: Event) -> list[Hint]:
    number = open_reports(event)
    if not number:
        return []
    sentence = ngettext(
        "%(num)s reported conversation waits for you: read it.",
        "%(num)s reported conversations wait for you: read them.",
        number,
    )
    return [Hint(sentence, "thread_reports.index", {}, is_for_editors=True)]


def _of_requests(event: Event, counts: Mapping[MeetingState, int]) -> list[Hint]:
    found = []
    old = db.session.scalar(
        sa.select(sa.func.count()).where(
            Meeting.event_id == event.id,
            Meeting.state == MeetingState.PENDING,
            Meeting.created_at < clock.now() - OLD,
        )
    )
    if old:
        sentence = ngettext(
            "%(num)s request has waited for an answer for two days or more.",
            "%(num)s requests have waited for an answer for two days or more.",
            old,
        )
        found.append(Hint(sentence, "meetings_manage.index", {"only": "unanswered"}))
    drafts = counts.get(MeetingState.DRAFT, 0)
    if drafts:
        sentence = ngettext(
            "%(num)s draft of yours is seen by nobody yet: publish or discard it.",
            "%(num)s drafts of yours are seen by nobody yet: publish or discard them.",
            drafts,
        )
        found.append(Hint(sentence, "meeting_drafts.index", {}))
    return found


def _of_timetable(
    event: Event, matchmaking: Matchmaking, counts: Mapping[MeetingState, int], hidden: int
) -> list[Hint]:
    if active_run(event) is not None:
        return [Hint(_("A timetable is being computed."), "timetable.index", {})]
    found = []
    waiting = counts.get(MeetingState.UNSCHEDULED, 0)
    if waiting and matchmaking.scheduling_mode is SchedulingMode.ORGANISERS:
        sentence = ngettext(
            "%(num)s agreed meeting has no time yet: compute a timetable.",
            "%(num)s agreed meetings have no time yet: compute a timetable.",
            waiting,
        )
        found.append(Hint(sentence, "timetable.index", {}))
    if hidden:
        sentence = ngettext(
            "%(num)s meeting has a place that its people do not know of: publish the timetable.",
            "%(num)s meetings have a place that their people do not know of: publish the timetable.",
            hidden,
        )
        found.append(Hint(sentence, "timetable.publish", {}, is_for_editors=True))
    return found


def _of_people(without: int) -> list[Hint]:
    if not without:
        return []
    sentence = ngettext(
        "%(num)s listed person has no agreed meeting: propose some.",
        "%(num)s listed people have no agreed meeting: propose some.",
        without,
    )
    return [Hint(sentence, "meeting_drafts.index", {})]
