"""Who may ask whom, how many meetings each type may have, and how many interpreters there are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from congress.events.models import Event
from congress.events.services.pages import note
from congress.extensions import db
from congress.matchmaking.enums import OrganisationType
from congress.matchmaking.models import ContactRule, InterpreterPool, TypeQuota
from congress.matchmaking.queries.setup import interpreters_of, quotas_of, rules_of
from congress.matchmaking.services.holding import hold
from congress.matchmaking.services.suggesting import ask_for_all

Pair = tuple[OrganisationType, OrganisationType]
PAIRS: tuple[Pair, ...] = tuple((one, other) for one in OrganisationType for other in OrganisationType)
"""Every (who asks, who is asked)."""


def set_rules(event: Event, may_meet: Collection[Pair], may_chat: Collection[Pair]) -> None:
    """Write the matrix: what is in neither collection is forbidden. Meetings and requests that exist stay."""
    hold(event.id)
    wanted = {
        pair: (pair in may_meet, pair in may_chat) for pair in PAIRS if not (pair in may_meet and pair in may_chat)
    }
    present = {(one.from_type, one.to_type): (one.may_meet, one.may_chat) for one in rules_of(event)}
    if wanted == present:
        return
    db.session.execute(sa.delete(ContactRule).where(ContactRule.event_id == event.id))
    for (from_type, to_type), (meet, chat) in wanted.items():
        db.session.add(
            ContactRule(event_id=event.id, from_type=from_type, to_type=to_type, may_meet=meet, may_chat=chat)
        )
    db.session.flush()
    note("contact_rules.changed", event, before=_counts(present), after=_counts(wanted))
    ask_for_all(event.id)


def set_quotas(event: Event, quotas: Mapping[OrganisationType, int]) -> None:
    """Write the most meetings of each type; a type that is not named is bound by the event's maximum alone."""
    hold(event.id)
    present = {one.type: one.max_meetings for one in quotas_of(event)}
    if quotas == present:
        return
    db.session.execute(sa.delete(TypeQuota).where(TypeQuota.event_id == event.id))
    db.session.add_all(TypeQuota(event_id=event.id, type=one, max_meetings=most) for one, most in quotas.items())
    db.session.flush()
    note("contact_rules.quotas_changed", event, before=_plain(present), after=_plain(quotas))


def set_interpreters(event: Event, languages: Collection[str], number: int) -> None:
    """How many interpreters between two languages there are at the same time; 0 takes them away."""
    hold(event.id)
    key = "-".join(sorted(languages))
    present = {one.languages: one.number for one in interpreters_of(event)}
    if present.get(key, 0) == number:
        return
    db.session.execute(
        sa.delete(InterpreterPool).where(InterpreterPool.event_id == event.id, InterpreterPool.languages == key)
    )
    if number:
        db.session.add(InterpreterPool(event_id=event.id, languages=key, number=number))
    db.session.flush()
    before, after = ({"languages": key, "number": one} for one in (present.get(key, 0), number))
    note("contact_rules.interpreters_changed", event, before=before, after=after)


def _counts(rules: Mapping[Pair, tuple[bool, bool]]) -> dict[str, int]:
    return {
        "without_meeting": sum(not meet for meet, _ in rules.values()),
        "without_chat": sum(not chat for _, chat in rules.values()),
    }


def _plain(quotas: Mapping[OrganisationType, int]) -> dict[str, Any]:
    return {str(one): most for one, most in sorted(quotas.items())}
