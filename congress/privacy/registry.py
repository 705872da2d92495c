"""Every place that holds personal data, in the order of erasing: registrations last, because the others ask them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from congress.accounts import personal_data as accounts
from congress.agenda import personal_data as agenda
from congress.audit import personal_data as audit
from congress.badges import personal_data as badges
from congress.checkin import personal_data as checkin
from congress.core.idempotency import IdempotencyKey
from congress.events import personal_data as events
from congress.extensions import db
from congress.mail import personal_data as mail
from congress.matchmaking import personal_data as matchmaking
from congress.privacy.queries import registrations_of
from congress.programme import personal_data as programme
from congress.registration import personal_data as registration

Export = Callable[[str, int | None], dict[str, Any]]
Erase = Callable[[str, int | None], dict[str, int]]
MIN_LITERAL = 3


@dataclass(frozen=True, slots=True)
class Provider:
    """One feature's data about an address (`address_key`), on one event or (None) on all.

    `is_published`: part of what the event made public. It goes when the person asks, and not by the retention alone.
    """

    name: str
    export: Export
    erase: Erase
    is_published: bool = False


def _ids(address_key: str, event_id: int | None) -> list[int]:
    return [one.id for one in registrations_of(address_key, event_id)]


def _literals(address_key: str, event_id: int | None) -> set[str]:
    """What would give the person away in free text."""
    rows = registrations_of(address_key, event_id)
    values = {address_key}
    for one in rows:
        values |= {one.email, one.full_name, one.given_name, one.family_name, one.job_title}
    return {value for value in values if len(value) >= MIN_LITERAL}


def _erase_mails(address_key: str, event_id: int | None) -> dict[str, int]:
    """The mails to the person, and the name in the subjects of mails to others."""
    names = {one.full_name.strip() for one in registrations_of(address_key, event_id)}
    mail.forget_names(event_id, {one for one in names if len(one) >= MIN_LITERAL})
    return mail.erase(address_key, event_id, _ids(address_key, event_id))


def _forget_results(address_key: str, event_id: int | None) -> dict[str, int]:
    """Results of forms that name the person; sending such a form again then acts as a new one."""
    rows = registrations_of(address_key, event_id)
    known = {address_key} | {value for one in rows for value in (one.email, one.public_id, one.reference)}
    result = sa.cast(IdempotencyKey.result, sa.Text)
    naming = [result.contains(json.dumps(value)[1:-1], autoescape=True) for value in known]
    deleted: Any = db.session.execute(
        sa.delete(IdempotencyKey).where(sa.or_(*naming)).execution_options(synchronize_session=False)
    )
    return {"results": deleted.rowcount}


PROVIDERS: tuple[Provider, ...] = (
    Provider(
        "mail",
        lambda key, event: mail.export(key, event, _ids(key, event)),
        _erase_mails,
    ),
    Provider(
        "audit",
        lambda key, event: audit.export(event, _ids(key, event)),
        lambda key, event: audit.erase(event, _ids(key, event), _literals(key, event)),
    ),
    Provider("badges", badges.export, badges.erase),
    Provider("checkin", checkin.export, checkin.erase),
    Provider("agenda", agenda.export, agenda.erase),
    Provider("schedules", matchmaking.export_prints, matchmaking.erase_prints),
    Provider("messages", matchmaking.export_messages, matchmaking.erase_messages),
    Provider("meetings", matchmaking.export_meetings, matchmaking.erase_meetings),
    Provider("profiles", matchmaking.export_profiles, matchmaking.erase_profiles),
    Provider("forms", lambda _key, _event: {"results": []}, _forget_results),
    Provider("speakers", programme.export_speakers, programme.erase_speakers, is_published=True),
    Provider("proposals", programme.export_proposals, programme.erase_proposals, is_published=True),
    Provider("reviews", programme.export_reviews, programme.erase_reviews),
    Provider("events", events.export, events.erase),
    Provider("accounts", accounts.export, accounts.erase),
    Provider("registration", registration.export, registration.erase),
)
