"""Mails to speakers about a release: what it changes for them, with the entries for their calendars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from congress.calendars import ics
from congress.calendars.items import CalendarItem, ItemStatus, Party
from congress.calendars.sessions import item_of_slot
from congress.core import clock, text
from congress.core.addresses import address_key
from congress.core.languages import gettext, translated
from congress.core.templating import date_long, time_short, zone_city
from congress.events.enums import SEEN_BY_PUBLIC, EventStatus
from congress.events.models import Event
from congress.extensions import db
from congress.mail.messages import Message, NoLongerTrue, message
from congress.mail.models import Mail
from congress.mail.render import Rendered, masked
from congress.notifications import links
from congress.programme import differences, releases
from congress.programme.differences import Change, Place
from congress.programme.enums import ChangeKind
from congress.programme.models import Release, Speaker
from congress.programme.snapshot import Programme
from congress.programme.words import CHANGES_FOR_SPEAKERS

TEMPLATE = "programme_changes"


@dataclass(frozen=True, slots=True)
class Tidings:
    """What a release means for one speaker."""

    speaker: Speaker
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True)
class Line:
    """One change, as the mail shows it."""

    kind: str
    title: str
    before: str
    after: str
    url: str


def tidings(event: Event, before: Programme | None, after: Programme) -> list[Tidings]:
    """Whom a release from `before` to `after` concerns, by family name; also those without an address."""
    found = differences.for_speakers(before, after)
    speakers = db.session.scalars(
        sa.select(Speaker)
        .where(Speaker.event_id == event.id)
        .order_by(sa.func.lower(Speaker.family_name), sa.func.lower(Speaker.given_name), Speaker.id)
    )
    concerned = (
        Tidings(one, _seen_in(one.language, found[one.id], before, after)) for one in speakers if one.id in found
    )
    return [one for one in concerned if one.changes]


def preview(event: Event, one: Tidings, before: Programme | None, after: Programme) -> Rendered:
    """The mail that would leave, before anything is released; the personal link is hidden."""
    address = one.speaker.email or ""
    mail = Mail(
        template=TEMPLATE,
        language=one.speaker.language,
        recipient=address,
        recipient_key=address_key(address),
        context={},
        message_id="",
        created_at=clock.now(),
    )
    return masked(mail, lambda _mail: _message(event, one, before, after))


@message(TEMPLATE)
def programme_changes(mail: Mail) -> Message:
    """What changed for a speaker since the release before, as it stands when the mail leaves.

    When another release came meanwhile, its times are told; when all is again as it was, nothing is.
    """
    release = db.session.get(Release, mail.context["release_id"])
    speaker = db.session.scalar(
        sa.select(Speaker)
        .where(Speaker.id == mail.context["speaker_id"], Speaker.email_key == mail.recipient_key)
        .options(joinedload(Speaker.event).joinedload(Event.series))
    )
    after = releases.latest(release.event_id) if release else None
    if release is None or speaker is None or after is None or speaker.event.status is EventStatus.CANCELLED:
        raise NoLongerTrue
    before = releases.by_number(release.event_id, release.number - 1)
    changes = differences.for_speakers(before, after).get(speaker.id, [])
    one = Tidings(speaker, _seen_in(mail.language, changes, before, after))
    if not one.changes:
        raise NoLongerTrue
    return _message(speaker.event, one, before, after)


def _seen_in(language: str, changes: Sequence[Change], before: Programme | None, after: Programme) -> list[Change]:
    return [one for one in changes if differences.is_seen_in(language, differences.told(one, before, after))]


def _message(event: Event, one: Tidings, before: Programme | None, after: Programme) -> Message:
    """Runs in the speaker's language."""
    language = one.speaker.language
    items = [_item(event, one.speaker, change, after, language) for change in one.changes]
    method: Any = "CANCEL" if all(item.cancelled for item in items) else "REQUEST"
    return Message(
        values={
            "person": text.one_line(one.speaker.full_name),
            "event": translated(event.name, language),
            "lines": [_line(event, change, before, after, language) for change in one.changes],
            "zone": zone_city(event.zone),
            "link": links.speaker_page(one.speaker, language),
            "programme": links.programme_page(event, language) if event.status in SEEN_BY_PUBLIC else "",
            "series": translated(event.series.name, language),
            "colour": event.colour or event.series.colour,
        },
        reply_to=event.contact_email,
        calendar=(ics.mail_method(items, method), ics.invitation(items, method, language)),
    )


def _item(event: Event, speaker: Speaker, change: Change, after: Programme, language: str) -> CalendarItem:
    attendee = Party(speaker.full_name, speaker.email) if speaker.email else None
    item = item_of_slot(after, change.after, event, language, attendee=attendee)
    return replace(item, status=ItemStatus.CANCELLED) if change.kind is ChangeKind.REMOVED else item


def _line(event: Event, change: Change, before: Programme | None, after: Programme, language: str) -> Line:
    told = differences.told(change, before, after)
    is_public = event.status in SEEN_BY_PUBLIC
    return Line(
        kind=str(CHANGES_FOR_SPEAKERS[change.kind]),
        title=text.one_line(translated(told.title, language)),
        before=_place(event, told.before, language) if told.before else "",
        after=_place(event, told.after, language) if told.after else "",
        url=links.session_page(event, told.code, language) if is_public else "",
    )


def _place(event: Event, place: Place, language: str) -> str:
    """Saturday 13 March 2027, 09:30–10:00, Room 1."""
    starts, ends = time_short(place.starts_at, event.zone), time_short(place.ends_at, event.zone)
    room = text.one_line(translated(place.room, language))
    online = gettext("online") if place.online else ""
    when = f"{date_long(place.starts_at, event.zone)}, {starts}–{ends}"
    return ", ".join(filter(None, (when, room, online)))
