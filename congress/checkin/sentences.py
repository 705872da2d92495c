"""What the door says, in the language of its reader. Said hundreds of times a minute, so translated once."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

from congress.checkin.admission import Days
from congress.checkin.enums import RefusalReason
from congress.checkin.queries.entries import Entry
from congress.core.languages import lazy_gettext as _l
from congress.core.languages import speaking
from congress.core.templating import date_long

_SENTENCES = {
    "admitted": _l("Admitted."),
    "already_admitted": _l("Already in since %(time)s, %(door)s."),
    "undone": _l("Entry taken back."),
    "undone_but_in": _l("Entry taken back, but still in by another entry since %(time)s, %(door)s."),
    "undone_before": _l("This entry was already taken back."),
    RefusalReason.UNKNOWN: _l("This is not a ticket of this event."),
    RefusalReason.CANCELLED: _l("This registration was cancelled."),
    RefusalReason.REPLACED: _l("This ticket was replaced by a newer one. Ask for the newer one or search by name."),
    RefusalReason.OTHER_EVENT: _l("This ticket is for another event."),
    RefusalReason.FORGED: _l("This ticket is not genuine."),
    RefusalReason.ONLINE_ONLY: _l("This registration is for taking part online."),
    RefusalReason.NOT_CONFIRMED: _l("This registration is not confirmed yet."),
    RefusalReason.NOTHING_TO_UNDO: _l("There is no entry to take back."),
    "never": _l("This ticket is not valid on any day of this event."),
    "one_day": _l("This ticket is valid on %(day)s."),
    "days": _l("This ticket is valid from %(first)s to %(last)s."),
}


def sentence(language: str, key: str, **values: str) -> str:
    """The sentence for `key`, with its values filled in once."""
    template = _template(language, key)
    return template % values if values else template


def entry_sentence(language: str, key: str, entry: Entry, zone: str) -> str:
    """A sentence about the entry by which somebody is in."""
    time = entry.scanned_at.astimezone(ZoneInfo(zone))
    return sentence(language, key, time=f"{time:%H:%M}", door=entry.door)


@lru_cache(maxsize=256)
def other_day_sentence(language: str, days: Days) -> str:
    """On which days a ticket is valid."""
    if days.first > days.last:
        return sentence(language, "never")
    if days.first == days.last:
        return sentence(language, "one_day", day=_day(language, days.first))
    return sentence(language, "days", first=_day(language, days.first), last=_day(language, days.last))


def _day(language: str, day: dt.date) -> str:
    with speaking(language):
        return date_long(day)


@lru_cache(maxsize=128)
def _template(language: str, key: str) -> str:
    with speaking(language):
        return str(_SENTENCES[key])
