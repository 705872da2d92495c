"""Retention: once a day, people of events whose time is over are erased, a batch per transaction."""

from __future__ import annotations

from typing import Any

from congress.core import clock
from congress.jobs.enums import Lane
from congress.jobs.handlers import handles
from congress.jobs.models import Job
from congress.jobs.services import enqueue
from congress.privacy.queries import events_past_retention
from congress.privacy.services import erase
from congress.registration.personal_data import addresses_past_retention

RETENTION = "privacy.retention"
BATCH = 50


def enqueue_retention() -> int:
    """Ask for today's round; asking again on the same day changes nothing."""
    return enqueue(RETENTION, {}, lane=Lane.BULK, unique_key=f"{RETENTION}:{clock.now():%Y-%m-%d}")


@handles(RETENTION)
def erase_past_retention(_job: Job) -> dict[str, Any]:
    """Erase at most one batch; what is left is another job."""
    done: dict[str, int] = {}
    room = BATCH
    for event in events_past_retention():
        event_id = event.id
        addresses = addresses_past_retention(event_id)
        for address_key in addresses[:room]:
            erase(address_key, event_id)
        done[str(event_id)] = min(room, len(addresses))
        room -= done[str(event_id)]
        if room <= 0:
            enqueue(RETENTION, {}, lane=Lane.BULK)
            break
    return {"people": done}
