"""When people can meet: what presence, sessions and the person's own wishes leave of the slots, and what is taken.

Suggestions, guards and the timetable all read this, so that "no common slot" means the same everywhere.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from congress.agenda.enums import SignUpState
from congress.agenda.models import SignUp
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.enums import AGREED, Half, Presence, SessionModality
from congress.matchmaking.models import Meeting, MeetingPerson, MeetingSlot, PresenceHalf, Profile, UnavailableSlot
from congress.matchmaking.queries.setup import slots_of
from congress.programme import releases
from congress.programme.models import Speaker
from congress.programme.snapshot import Programme
from congress.registration.enums import Attendance
from congress.registration.models import Category

NOON = 12
Span = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True, slots=True)
class Availability:
    """When one person can meet, as ids of slots.

    `free` are the slots that nothing but meetings may fill, `remote` those among them in which the person is only
    there by video, `taken` the slots of meetings, wherever they are in `free` or not.
    """

    free: frozenset[int]
    remote: frozenset[int]
    taken: frozenset[int]

    @property
    def open(self) -> frozenset[int]:
        """The slots in which another meeting could be put."""
        return self.free - self.taken


def availability_of(
    event: Event, profiles: Sequence[Profile], *, besides: int | None = None
) -> Mapping[int, Availability]:
    """When these profiles can meet, by profile; `registration` with its category has to be loaded. Seven queries.

    The meeting `besides` takes no slot: it is the one that may move.
    """
    slots = slots_of(event)
    ids = [one.id for one in profiles]
    presences, kept, taken = _presences(ids), _kept_free(ids), taken_slots(ids, besides=besides)
    sessions = _sessions(event, profiles)
    halves = {slot.id: half_of(slot.starts_at, event.zone) for slot in slots}
    found = {}
    for profile in profiles:
        there = {key: _presence(presences, profile, *key) for key in set(halves.values())}
        free = {
            slot.id
            for slot in slots
            if _can_attend(there[halves[slot.id]], slot)
            and slot.id not in kept[profile.id]
            and not overlaps(slot, sessions[profile.id])
        }
        remote = {slot_id for slot_id in free if there[halves[slot_id]] is Presence.REMOTE}
        found[profile.id] = Availability(frozenset(free), frozenset(remote), frozenset(taken[profile.id]))
    return found


@dataclass(frozen=True, slots=True)
class Fitting:
    """The slots in which somebody can be at a table, and those in which a meeting by video is possible."""

    at_tables: frozenset[int]
    by_video: frozenset[int]


def fits_presence(event: Event, profile: Profile, slots: Iterable[MeetingSlot]) -> Fitting:
    """In which of these slots somebody can be, by what is said about presence alone."""
    said = _presences([profile.id])
    there = [(slot, _presence(said, profile, *half_of(slot.starts_at, event.zone))) for slot in slots]
    can = [(slot.id, presence) for slot, presence in there if _can_attend(presence, slot)]
    at_tables = frozenset(slot_id for slot_id, presence in can if presence is Presence.ON_SITE)
    return Fitting(at_tables, frozenset(slot_id for slot_id, _presence_then in can))


def by_video(slot: MeetingSlot, *people: Availability) -> bool:
    """Whether a meeting of these people in this slot needs no table."""
    return slot.session.modality is SessionModality.ONLINE or any(slot.id in one.remote for one in people)


def common_slots(*people: Availability) -> frozenset[int]:
    """The slots in which all of them could have one more meeting."""
    return frozenset.intersection(*(one.open for one in people))


def half_of(instant: dt.datetime, zone: str) -> tuple[dt.date, Half]:
    """The local day and half day of an instant."""
    local = instant.astimezone(ZoneInfo(zone))
    return local.date(), Half.MORNING if local.hour < NOON else Half.AFTERNOON


def default_presence(category: Category, day: dt.date) -> Presence:
    """How somebody is there who said nothing: as the category takes part, on the days for which it is valid."""
    if category.attendance is Attendance.ONLINE:
        return Presence.REMOTE
    too_early = category.valid_from is not None and day < category.valid_from
    too_late = category.valid_until is not None and day > category.valid_until
    return Presence.ABSENT if too_early or too_late else Presence.ON_SITE


def overlaps(slot: MeetingSlot, spans: Iterable[Span]) -> bool:
    """Whether a slot shares a moment with any of these times."""
    return any(slot.starts_at < ends_at and starts_at < slot.ends_at for starts_at, ends_at in spans)


def taken_slots(profile_ids: Collection[int], *, besides: int | None = None) -> Mapping[int, set[int]]:
    """The slots of people's meetings, by profile: where they are now, and where their people think that they are."""
    rows = db.session.execute(
        sa.select(MeetingPerson.profile_id, MeetingPerson.slot_id, Meeting.shown_slot_id)
        .join(Meeting, Meeting.id == MeetingPerson.meeting_id)
        .where(
            MeetingPerson.profile_id.in_(profile_ids),
            sa.or_(MeetingPerson.slot_id.is_not(None), Meeting.shown_slot_id.is_not(None)),
            Meeting.state.in_(AGREED),
            Meeting.id != (besides or 0),
        )
    )
    found: dict[int, set[int]] = defaultdict(set)
    for profile_id, slot_id, shown in rows:
        found[profile_id] |= {one for one in (slot_id, shown) if one is not None}
    return found


def _can_attend(presence: Presence, slot: MeetingSlot) -> bool:
    if presence is Presence.REMOTE:
        return slot.session.modality is not SessionModality.ON_SITE
    return presence is Presence.ON_SITE


def _presence(
    said: Mapping[tuple[int, dt.date, Half], Presence], profile: Profile, day: dt.date, half: Half
) -> Presence:
    return said.get((profile.id, day, half)) or default_presence(profile.registration.category, day)


def _presences(ids: Collection[int]) -> dict[tuple[int, dt.date, Half], Presence]:
    columns = (PresenceHalf.profile_id, PresenceHalf.day, PresenceHalf.half, PresenceHalf.presence)
    rows = db.session.execute(sa.select(*columns).where(PresenceHalf.profile_id.in_(ids)))
    return {(profile_id, day, half): presence for profile_id, day, half, presence in rows}


def _kept_free(ids: Collection[int]) -> Mapping[int, set[int]]:
    columns = (UnavailableSlot.profile_id, UnavailableSlot.slot_id)
    found: dict[int, set[int]] = defaultdict(set)
    for profile_id, slot_id in db.session.execute(sa.select(*columns).where(UnavailableSlot.profile_id.in_(ids))):
        found[profile_id].add(slot_id)
    return found


def _sessions(event: Event, profiles: Sequence[Profile]) -> Mapping[int, list[Span]]:
    """The times of the released sessions in which people have a place or speak."""
    found: dict[int, list[Span]] = defaultdict(list)
    programme = releases.latest(event.id)
    if programme is None:
        return found
    of_registration = {one.registration_id: one.id for one in profiles}
    of_address = {one.registration.email_key: one.id for one in profiles}
    for registration_id, session_id in _signed_up(of_registration):
        found[of_registration[registration_id]] += _times(programme, session_id)
    for speaker_id, address in _speakers(event, of_address):
        speaker = programme.speaker_by_id.get(speaker_id)
        for session in programme.sessions_of(speaker) if speaker else ():
            found[of_address[address]] += _times(programme, session.id)
    return found


def _signed_up(registration_ids: Collection[int]) -> Iterable[tuple[int, int]]:
    columns = (SignUp.registration_id, SignUp.session_id)
    places = (SignUp.registration_id.in_(registration_ids), SignUp.state == SignUpState.CONFIRMED)
    return ((row[0], row[1]) for row in db.session.execute(sa.select(*columns).where(*places)))


def _speakers(event: Event, addresses: Collection[str]) -> Iterable[tuple[int, str]]:
    rows = db.session.execute(
        sa.select(Speaker.id, Speaker.email_key).where(Speaker.event_id == event.id, Speaker.email_key.is_not(None))
    )
    return ((speaker_id, address) for speaker_id, address in rows if address is not None and address in addresses)


def _times(programme: Programme, session_id: int) -> list[Span]:
    return [(slot.starts_at, slot.ends_at) for slot in programme.slots_by_session.get(session_id, ()) if slot.is_live]
