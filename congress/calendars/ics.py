"""Calendar files (RFC 5545, 5546, 7986): the feed that clients subscribe to, and the invitation in a mail.

A file depends on its arguments alone, so that two builds are the same bytes: DTSTAMP is the last real change,
never the time of the build.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from congress.calendars.items import CalendarDetails, CalendarItem, ItemStatus, Method, Party, Wording

__all__ = [
    "WORDING",
    "CalendarDetails",
    "CalendarItem",
    "ItemStatus",
    "Party",
    "Wording",
    "feed",
    "invitation",
    "mail_method",
]

WORDING: Mapping[str, Wording] = {
    "en": Wording(cancelled="[Cancelled]", join="Join online"),
    "fr": Wording(cancelled="[Annulé]", join="Rejoindre en ligne"),
}


def feed(details: CalendarDetails, items: Iterable[CalendarItem], wording: Mapping[str, Wording] = WORDING) -> bytes:
    """The file that clients subscribe to: every item once, its latest state, in the order of time."""
    latest = {item.uid: item for item in sorted(items, key=lambda item: (item.sequence, item.changed))}
    return _file("PUBLISH", list(latest.values()), _words(details.language, wording), details)


def mail_method(items: Sequence[CalendarItem], method: Literal["REQUEST", "CANCEL"]) -> Method:
    """The METHOD that `invitation` writes, which the mail's Content-Type has to repeat.

    A REQUEST or CANCEL speaks of one UID and to its attendees (RFC 5546 §3.2.2, §3.2.5). Several items in one
    file, or one without an attendee, are published: such a file is attached, it is no alternative of the text.
    """
    return method if len(items) == 1 and items[0].attendee else "PUBLISH"


def invitation(
    items: Sequence[CalendarItem],
    method: Literal["REQUEST", "CANCEL"],
    language: str,
    wording: Mapping[str, Wording] = WORDING,
) -> bytes:
    """The file of a mail: REQUEST on confirmation and on a change, CANCEL on cancellation, by the same UID.

    The caller has already raised `sequence`; a CANCEL shows every item as cancelled whatever its status was.
    """
    if method == "CANCEL":
        items = [replace(item, status=ItemStatus.CANCELLED) for item in items]
    return _file(mail_method(items, method), items, _words(language, wording))


def _words(language: str, wording: Mapping[str, Wording]) -> Wording:
    return wording.get(language) or wording["en"]


def _file(
    method: Method, items: Sequence[CalendarItem], words: Wording, details: CalendarDetails | None = None
) -> bytes:
    from congress.calendars import components  # noqa: PLC0415 (icalendar: only who writes a file loads it)

    return components.written(components.calendar(method, items, words, details))
