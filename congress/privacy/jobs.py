"""Retention: once a day, people of events whose time is over are erased, a batch per transaction."""

from __future__ import annotations

from typing import Any

from congress.core import clock
from congress.events.models import Event
from congress.jobs.enums import Lane
from congress.jobs.handlers import handles
from congress.jobs.models import Job
from congress.jobs.services import enqueue
from congress.mail import personal_data as mail
from congress.privacy.queries import events_past_retention
from congress.privacy.services import erase
from congress.programme.personal_data import forget_unpublished, speakers_past_retention
from congress.programme.services.forgetting import forget_event, proposals_kept
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
            erase(address_key, event_id, keep_published=True)
        done[str(event_id)] = min(room, len(addresses))
        room -= done[str(event_id)]
        if room <= 0:
            enqueue(RETENTION, {}, lane=Lane.BULK)
            break
        _forget_speakers(event)
        _forget_proposals(event)
    return {"people": done}


def _forget_speakers(event: Event) -> None:
    """What is kept of speakers beyond what the programme says, and the log of their mails."""
    found = speakers_past_retention(event)
    for speaker in found:
        if speaker.email_key is not None:
            mail.erase(speaker.email_key, event.id, ())
    forget_unpublished(event, found)


def _forget_proposals(event: Event) -> None:
    """Proposals that were not accepted, what was never public of the others, and the log of their mails."""
    addresses = {person.email_key for proposal in proposals_kept(event) for person in proposal.people}
    for address_key in addresses:
        mail.erase(address_key, event.id, ())
    forget_event(event)
