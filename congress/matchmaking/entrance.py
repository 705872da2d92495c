"""The way from a registration into matchmaking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from congress.core.languages import lazy_gettext as _l
from congress.extensions import db
from congress.matchmaking.models import Matchmaking
from congress.matchmaking.permissions import can_take_part
from congress.registration.entrances import Entrance
from congress.registration.models import Registration

MATCHMAKING = Entrance("my_meetings.index", _l("Meetings with other participants"), "people")


def entrances_of(registrations: Sequence[Registration]) -> Mapping[int, Entrance]:
    """Matchmaking, for those who may take part where it is open."""
    events = {one.event_id for one in registrations if can_take_part(one)}
    opened = set(
        db.session.scalars(
            sa.select(Matchmaking.event_id).where(
                Matchmaking.event_id.in_(events), Matchmaking.opened_at.is_not(None)
            )
        )
        if events
        else ()
    )
    return {one.id: MATCHMAKING for one in registrations if can_take_part(one) and one.event_id in opened}
