"""What is still missing before matchmaking is worth opening, and where to add it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from congress.core.languages import lazy_gettext as _l
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.enums import SessionModality
from congress.matchmaking.models import Matchmaking, MeetingSession, MeetingTable
from congress.matchmaking.queries.taxonomy import active_ids


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to prepare: whether it is done, what it is, what its absence means, and the page for it."""

    is_done: bool
    label: object
    hint: object
    endpoint: str


def steps_of(event: Event, matchmaking: Matchmaking) -> list[Step]:
    """Everything that a meeting needs, in the order of preparing it."""
    modalities = set(
        db.session.scalars(sa.select(MeetingSession.modality).where(MeetingSession.event_id == event.id).distinct())
    )
    return [
        Step(
            event.is_published,
            _l("The event is published"),
            _l("Participants reach their meetings through the link of their registration."),
            "publication.index",
        ),
        Step(
            bool(modalities),
            _l("At least one session"),
            _l("Without slots nobody can agree on a time."),
            "meeting_sessions.index",
        ),
        *([_tables(event)] if modalities != {SessionModality.ONLINE} else []),
        Step(
            bool(active_ids(event)),
            _l("Tags of the taxonomy"),
            _l("They match needs with offers, and filter the directory."),
            "taxonomy.index",
        ),
        Step(
            bool(matchmaking.introduction),
            _l("An introduction for participants"),
            _l("What is it about, and what should they do first?"),
            "matchmaking_settings.index",
        ),
    ]


def _tables(event: Event) -> Step:
    count = db.session.scalar(
        sa.select(sa.func.count()).where(MeetingTable.event_id == event.id, MeetingTable.closed_at.is_(None))
    )
    return Step(bool(count), _l("Tables"), _l("A meeting on site needs a free one."), "meeting_tables.index")
