"""What another mode means for requests and meetings that exist, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from congress.core.languages import ngettext
from congress.matchmaking.enums import RequestMode, SchedulingMode
from congress.matchmaking.models import Matchmaking


@dataclass(frozen=True, slots=True)
class Open:
    """How many meetings of an event are pending, agreed without a time, and scheduled."""

    pending: int = 0
    unscheduled: int = 0
    scheduled: int = 0


def consequences(matchmaking: Matchmaking, values: Mapping[str, Any], present: Open) -> list[str]:
    """One sentence for each kind of meeting that the new modes touch; nothing when there is no such meeting."""
    sentences = []
    if values["request_mode"] != matchmaking.request_mode and present.pending:
        sentences.append(_of_requests(values["request_mode"], present.pending))
    if values["scheduling_mode"] != matchmaking.scheduling_mode:
        if present.unscheduled:
            sentences.append(_of_agreed(values["scheduling_mode"], present.unscheduled))
        if present.scheduled:
            sentences.append(_of_scheduled(values["scheduling_mode"], present.scheduled))
    return sentences


def _of_requests(mode: RequestMode, count: int) -> str:
    if mode is RequestMode.AUTOMATIC:
        return str(
            ngettext(
                "%(num)s request waits for an answer: it keeps waiting. Only new requests are agreed at once.",
                "%(num)s requests wait for an answer: they keep waiting. Only new requests are agreed at once.",
                count,
            )
        )
    return str(
        ngettext(
            "%(num)s request waits already and keeps waiting; new ones now need an answer as well.",
            "%(num)s requests wait already and keep waiting; new ones now need an answer as well.",
            count,
        )
    )


def _of_agreed(mode: SchedulingMode, count: int) -> str:
    if mode is SchedulingMode.PARTICIPANTS:
        return str(
            ngettext(
                "%(num)s agreed meeting has no time yet: it still needs yours, in the timetable. "
                "Participants choose the slot of what they accept from now on.",
                "%(num)s agreed meetings have no time yet: they still need yours, in the timetable. "
                "Participants choose the slot of what they accept from now on.",
                count,
            )
        )
    return str(
        ngettext(
            "%(num)s agreed meeting without a time goes into your timetable.",
            "%(num)s agreed meetings without a time go into your timetable.",
            count,
        )
    )


def _of_scheduled(mode: SchedulingMode, count: int) -> str:
    if mode is SchedulingMode.ORGANISERS:
        return str(
            ngettext(
                "%(num)s meeting has a slot and keeps it: the timetable moves it only when you tick it.",
                "%(num)s meetings have a slot and keep it: the timetable moves them only when you tick them.",
                count,
            )
        )
    return str(
        ngettext(
            "%(num)s meeting of your timetable keeps its slot; its people may propose another one.",
            "%(num)s meetings of your timetable keep their slots; their people may propose another one.",
            count,
        )
    )
