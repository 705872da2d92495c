"""The meetings of a person, for whoever wants to know what else there is at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from congress.agenda.busy import Busy
from congress.core.languages import gettext
from congress.matchmaking.models import Meeting, Profile
from congress.matchmaking.names import partner_of
from congress.matchmaking.queries.shown import meetings_between
from congress.registration.models import Registration


def meetings_during(registration: Registration, starts_at: dt.datetime, ends_at: dt.datetime) -> Iterator[Busy]:
    """The meetings that a registration was told of between two instants."""
    for meeting in meetings_between(registration, starts_at, ends_at):
        slot = meeting.shown_slot
        if slot is not None:
            title = gettext("Meeting with %(partner)s", partner=partner_of(meeting, _own(meeting, registration)))
            yield Busy(title, slot.starts_at, slot.ends_at)


def _own(meeting: Meeting, registration: Registration) -> int:
    """The profile with which this registration sits in a meeting."""
    seats: list[Profile] = [one.profile for one in meeting.people]
    return next(one.id for one in seats if one.registration_id == registration.id)
