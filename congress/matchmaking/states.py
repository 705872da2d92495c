"""The states of a meeting: what may happen to it, from which state to which. The one table; nothing else decides."""

from __future__ import annotations

from collections.abc import Mapping

from congress.matchmaking.enums import TOOK_PLACE, MeetingEvent, MeetingState

_E, _S = MeetingEvent, MeetingState
Moves = Mapping[MeetingState | None, frozenset[MeetingState]]


def _stays(*states: MeetingState) -> Moves:
    return {state: frozenset({state}) for state in states}


def _leads(to: MeetingState, *origins: MeetingState | None) -> Moves:
    return {origin: frozenset({to}) for origin in origins}


TRANSITIONS: Mapping[MeetingEvent, Moves] = {
    _E.REQUEST: _leads(_S.PENDING, None),
    _E.GENERATE: _leads(_S.DRAFT, None),
    _E.PUBLISH: {
        _S.DRAFT: frozenset({_S.PENDING, _S.UNSCHEDULED, _S.SCHEDULED}),
        **_stays(_S.UNSCHEDULED, _S.SCHEDULED),
    },
    _E.DISCARD: _leads(_S.DISCARDED, _S.DRAFT),
    _E.ACCEPT: {_S.PENDING: frozenset({_S.UNSCHEDULED, _S.SCHEDULED})},
    _E.DECLINE: _leads(_S.DECLINED, _S.PENDING),
    _E.WITHDRAW: _leads(_S.WITHDRAWN, _S.PENDING),
    _E.EXPIRE: _leads(_S.EXPIRED, _S.PENDING),
    _E.ASSIGN: _leads(_S.SCHEDULED, _S.UNSCHEDULED, _S.SCHEDULED),
    _E.SCHEDULE: _leads(_S.SCHEDULED, _S.UNSCHEDULED),
    _E.UNSCHEDULE: _leads(_S.UNSCHEDULED, _S.SCHEDULED),
    _E.LOCK: _stays(_S.SCHEDULED),
    _E.UNLOCK: _stays(_S.SCHEDULED),
    _E.PROPOSE: _stays(_S.SCHEDULED),
    _E.ACCEPT_PROPOSAL: _stays(_S.SCHEDULED),
    _E.DECLINE_PROPOSAL: _stays(_S.SCHEDULED),
    _E.MOVE: _stays(_S.SCHEDULED),
    _E.CANCEL: _leads(_S.CANCELLED, _S.PENDING, _S.UNSCHEDULED, _S.SCHEDULED),
    _E.START: _stays(_S.SCHEDULED),
    _E.ANSWER: {_S.SCHEDULED: TOOK_PLACE | {_S.SCHEDULED}, **dict.fromkeys(TOOK_PLACE, TOOK_PLACE)},
}
"""What may happen, and the states that it leads from and to; None is a meeting that does not exist yet.

Publishing a meeting that is there already tells its place; an answer that decides nothing leaves the state.
"""

FINAL = frozenset({_S.DISCARDED, _S.DECLINED, _S.WITHDRAWN, _S.EXPIRED, _S.CANCELLED})
"""Nothing leads out of these."""

SHOWS = frozenset({_E.PUBLISH, _E.ACCEPT, _E.SCHEDULE, _E.ACCEPT_PROPOSAL, _E.MOVE})
"""What tells the people of a meeting where it is; after anything else they know what they knew."""


def is_allowed(event: MeetingEvent, origin: MeetingState | None, to: MeetingState) -> bool:
    """Whether this may happen to a meeting in the state `origin`."""
    return to in TRANSITIONS[event].get(origin, frozenset())


def events_from(state: MeetingState) -> frozenset[MeetingEvent]:
    """What may happen to a meeting in this state."""
    return frozenset(event for event, moves in TRANSITIONS.items() if state in moves)
