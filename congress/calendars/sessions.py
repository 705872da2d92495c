"""What a session looks like in a calendar: the same in public feeds, in the personal feed and in invitation mails."""

from __future__ import annotations

import datetime as dt
from email.utils import parseaddr
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from congress.agenda.enums import SignUpState
from congress.agenda.models import SignUp
from congress.agenda.queries import Picked
from congress.calendars.items import CalendarItem, ItemStatus, Party
from congress.calendars.places import place_of, position_of
from congress.core.languages import gettext, speaking, translated
from congress.core.links import absolute, site_name
from congress.core.plain import plain_text
from congress.core.rendering import setting
from congress.events.enums import EventStatus
from congress.events.models import Event
from congress.programme.enums import Participation
from congress.programme.snapshot import Programme, Session, Slot

STATUSES: dict[SignUpState | None, ItemStatus] = {
    None: ItemStatus.CONFIRMED,
    SignUpState.CONFIRMED: ItemStatus.CONFIRMED,
    SignUpState.WAITING: ItemStatus.TENTATIVE,
    SignUpState.CANCELLED: ItemStatus.CANCELLED,
}


def uid_of_slot(slot: Slot) -> str:
    """The same for ever: a session that is given twice is two entries, and each is moved and cancelled by itself."""
    return f"slot-{slot.guid}@{site_name()}"


def item_of_slot(
    programme: Programme,
    slot: Slot,
    event: Event,
    language: str,
    *,
    private: bool = False,
    attendee: Party | None = None,
    sign_up: SignUp | Picked | None = None,
) -> CalendarItem:
    """The entry of a session's slot; breaks have none.

    `private` adds the link to join, for those who registered and for nobody else; `attendee` is for a mail.
    `sign_up` is somebody's own: its changes count on top of the slot's, and waiting for a place is tentative.
    """
    session = programme.session_by_id[slot.session_id or 0]
    track = programme.track_by_id.get(session.track_id or 0)
    online = session.participation is Participation.ONLINE
    url = absolute(f"/{language}/events/{event.slug}/programme/sessions/{session.code}/")
    with speaking(language):
        return CalendarItem(
            uid=uid_of_slot(slot),
            created=slot.created_at,
            changed=max(_changes(slot, event, sign_up)),
            sequence=slot.sequence + event.calendar_sequence + (sign_up.calendar_sequence if sign_up else 0),
            starts=slot.starts_at,
            ends=slot.ends_at,
            zone=event.zone,
            title=translated(session.title),
            organiser=Party(translated(event.name), event.contact_email or parseaddr(setting("MAIL_FROM"))[1]),
            status=_status(sign_up) if takes_place(slot, event) else ItemStatus.CANCELLED,
            description=_description(programme, session, language, url),
            location=gettext("Online") if online else _place(programme, slot, event),
            url=url,
            join_url=(session.join_url or "") if private else "",
            categories=[translated(track.name)] if track else [],
            attendee=attendee,
            geo=None if online else position_of(event),
            colour=(track.colour if track else event.colour) or "",
        )


def takes_place(slot: Slot, event: Event) -> bool:
    """Neither the slot nor the whole event is cancelled."""
    return slot.is_live and event.status is not EventStatus.CANCELLED


def _changes(slot: Slot, event: Event, sign_up: SignUp | Picked | None) -> list[dt.datetime]:
    own = sign_up.changed_at if sign_up else None
    return [moment for moment in (slot.changed_at, event.calendar_changed_at, own) if moment]


def _status(sign_up: SignUp | Picked | None) -> ItemStatus:
    return STATUSES[sign_up.state if sign_up else None]


def _place(programme: Programme, slot: Slot, event: Event) -> str:
    room = programme.room_by_id.get(slot.room_id or 0)
    return ", ".join(filter(None, (translated(room.name) if room else "", place_of(event))))


def _description(programme: Programme, session: Session, language: str, url: str) -> str:
    people = [
        f"{one.full_name} ({one.organisation})" if one.organisation else one.full_name
        for one in programme.speakers_of(session)
    ]
    facts = [gettext("With %(people)s", people=", ".join(people))] if people else []
    spoken = language_name(session.language, language)
    facts += [gettext("Language: %(language)s", language=spoken)] if spoken else []
    parts = (translated(session.subtitle), plain_text(translated(session.abstract)), "\n".join(facts), url)
    return "\n\n".join(filter(None, parts))


@lru_cache(maxsize=256)
def language_name(code: str, language: str) -> str:
    """What a language is called in another one; its code when nobody knows it."""
    try:
        name = Locale.parse(code, sep="-").get_display_name(language)
    except (UnknownLocaleError, ValueError):
        return code
    return name or code
