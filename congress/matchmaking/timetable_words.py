"""A run in words: what is in its way, why a meeting has no place, and what helps."""

from __future__ import annotations

from typing import Any

from congress.core.languages import gettext as _
from congress.core.languages import lazy_gettext as _l
from congress.core.languages import ngettext
from congress.core.templating import datetime_short
from congress.matchmaking.names import name_of
from congress.matchmaking.placement.obstacles import Finding, Obstacle
from congress.matchmaking.timetable.problem import Unplaced

REASONS: dict[Any, object] = {
    Unplaced.RULE: _l("A rule or a block keeps the two apart"),
    Unplaced.PERSON_FULL: _l("One of them has no room for another meeting"),
    Unplaced.NO_COMMON_SLOT: _l("No slot in which everybody is free"),
    Unplaced.TABLES_FULL: _l("No free table or interpreter in the slots that are left"),
}
FIXES: dict[Any, object] = {
    Unplaced.RULE: _l("Change the rule under “Who may meet whom”, or cancel the meeting so that both know."),
    Unplaced.PERSON_FULL: _l(
        "Ask for more free time, raise the person’s quota or the maximum of the event, or cancel another meeting."
    ),
    Unplaced.NO_COMMON_SLOT: _l(
        "Ask them when they can, add a slot or a session by video, or let published meetings move."
    ),
    Unplaced.TABLES_FULL: _l("Add tables or interpreters, or another session, and compute again."),
}
_SENTENCES: dict[Obstacle, object] = {
    Obstacle.NO_SLOT: _l("No slot is still to come. Add a session first."),
    Obstacle.NOTHING_TO_PLACE: _l(
        "No meeting waits for a place: nothing is agreed and unscheduled, and no published meeting is ticked to move."
    ),
    Obstacle.NO_TABLE: _l("There is no open table, and all sessions are on site. Add tables first."),
}
LINKS: dict[Obstacle, str] = {
    Obstacle.NO_SLOT: "meeting_sessions.index",
    Obstacle.SESSIONS_OVERLAP: "meeting_sessions.index",
    Obstacle.NO_TABLE: "meeting_tables.index",
    Obstacle.TABLES_FEWER_THAN_HELD: "meeting_tables.index",
}
"""The page on which an obstacle is removed."""


def in_words(finding: Finding, zone: str) -> str:
    """One obstacle as a sentence, with what helps."""
    if finding.obstacle in _SENTENCES:
        return str(_SENTENCES[finding.obstacle])
    return _of_slots(finding, zone) if finding.slots else _of_people(finding)


def _of_slots(finding: Finding, zone: str) -> str:
    times = [datetime_short(one.starts_at, zone) for one in finding.slots]
    if finding.obstacle is Obstacle.SESSIONS_OVERLAP:
        overlap: str = _(
            "Two slots overlap (%(first)s and %(second)s): nobody can be in both. Move one of the sessions.",
            first=times[0],
            second=times[1],
        )
        return overlap
    tables = ngettext("only %(num)s table is open", "only %(num)s tables are open", finding.numbers["tables"])
    sentence: str = _(
        "On %(when)s, %(meetings)s locked or published meetings stand at tables, and %(tables)s. "
        "Open more tables, or unlock or cancel some of the meetings.",
        when=times[0],
        meetings=finding.numbers["meetings"],
        tables=tables,
    )
    return sentence


def _of_people(finding: Finding) -> str:
    names = [name_of(one) for one in finding.people]
    sentence: str = _("%(names)s are never free at the same time.", names=", ".join(names))
    if finding.obstacle is Obstacle.NEVER_FREE:
        sentence = _(
            "%(name)s is not free in any slot: absent, busy in sessions, or every slot kept free.", name=names[0]
        )
    if finding.obstacle is Obstacle.TOO_MANY:
        sentence = _(
            "%(name)s has %(meetings)s agreed meetings and can have %(most)s at most.",
            name=names[0],
            meetings=finding.numbers["meetings"],
            most=finding.numbers["most"],
        )
    return sentence
