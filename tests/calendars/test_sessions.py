"""What a session looks like in a calendar."""

from __future__ import annotations

import datetime as dt

import pytest

from congress.agenda.enums import SignUpState
from congress.agenda.models import SignUp
from congress.calendars.items import ItemStatus, Party
from congress.calendars.sessions import item_of_slot, language_name, uid_of_slot
from congress.events.enums import EventStatus
from congress.extensions import db
from congress.programme import releases
from congress.programme.enums import Participation
from tests.factories.events import make_event
from tests.factories.programme import make_release, make_room, make_session, make_slot, make_speaker, make_track

JOIN = "https://meet.example.org/keynote"


@pytest.fixture
def event(session, now):
    return make_event(
        slug="west",
        name={"fr": "Étape Ouest", "en": "West stage"},
        contact_email="west@example.org",
        latitude=48.58,
        longitude=7.75,
        colour="#112233",
    )


def released(event, **values):
    """A session with everything, given twice; the snapshot and its first slot."""
    track = make_track(event, name={"fr": "Énergie", "en": "Energy"}, colour="#dc143c")
    speakers = [
        make_speaker(event, given_name="Zoé", family_name="Lefèvre", organisation="Institut inventé"),
        make_speaker(event, given_name="Ada", family_name="Byron", organisation=""),
    ]
    defaults = {
        "title": {"fr": "Séance plénière", "en": "Plenary"},
        "subtitle": {"fr": "Sous-titre", "en": "Subtitle"},
        "abstract": {"fr": "Du **gras**.", "en": "Some **bold** words.\n\n- one\n- two"},
        "track_id": track.id,
        "language": "de",
        "join_url": JOIN,
    }
    made = make_session(event, speakers, **(defaults | values))
    room = make_room(event, name={"fr": "Salle Bleue", "en": "Blue room"})
    make_slot(event, made, room, hour=9)
    make_slot(event, made, None, hour=11)
    make_release(event)
    programme = releases.latest(event.id)
    return programme, programme.live_slots[0], made


def test_all_that_a_calendar_tells(event):
    programme, slot, made = released(event)
    item = item_of_slot(programme, slot, event, "en")
    assert item.uid == uid_of_slot(slot) == f"slot-{slot.guid}@localhost"
    assert (item.title, item.location) == ("Plenary", "Blue room, Palais inventé, Strasbourg")
    assert item.description.split("\n\n") == [
        "Subtitle",
        "Some bold words.",
        "• one\n• two",
        "With Zoé Lefèvre (Institut inventé), Ada Byron\nLanguage: German",
        f"http://localhost/en/events/west/programme/sessions/{made.code}/",
    ]
    assert item.url == f"http://localhost/en/events/west/programme/sessions/{made.code}/"
    assert (item.starts, item.ends, item.zone) == (slot.starts_at, slot.ends_at, "Europe/Paris")
    assert (item.categories, item.colour, item.geo) == (["Energy"], "#dc143c", (48.58, 7.75))
    assert item.organiser == Party("West stage", "west@example.org")
    assert (item.status, item.sequence, item.created, item.changed) == (
        ItemStatus.CONFIRMED,
        0,
        slot.created_at,
        slot.changed_at,
    )
    french = item_of_slot(programme, slot, event, "fr")
    assert (french.title, french.uid) == ("Séance plénière", item.uid)
    assert "Langue\u00a0: allemand" in french.description


def test_the_link_to_join_is_told_to_nobody_but_those_who_registered(event):
    programme, slot, _ = released(event)
    public = item_of_slot(programme, slot, event, "en")
    assert JOIN not in repr(public)
    assert item_of_slot(programme, slot, event, "en", private=True).join_url == JOIN


def test_given_twice_it_is_two_entries(event):
    programme, *_ = released(event)
    first, second = (item_of_slot(programme, slot, event, "en") for slot in programme.live_slots)
    assert first.uid != second.uid
    assert second.location == "Palais inventé, Strasbourg"


def test_online_has_no_place_on_earth(event):
    programme, slot, _ = released(event, participation=Participation.ONLINE)
    item = item_of_slot(programme, slot, event, "fr")
    assert (item.location, item.geo) == ("En ligne", None)


def test_a_cancelled_event_cancels_its_sessions(event, now):
    programme, slot, _ = released(event)
    before = item_of_slot(programme, slot, event, "en")
    event.status, event.calendar_sequence = EventStatus.CANCELLED, 1
    event.calendar_changed_at = now + dt.timedelta(hours=1)
    after = item_of_slot(programme, slot, event, "en")
    assert (after.status, after.sequence) == (ItemStatus.CANCELLED, before.sequence + 1)
    assert after.changed == now + dt.timedelta(hours=1)


def test_a_release_that_changes_nothing_of_it_leaves_it_alone(event, now):
    programme, slot, _ = released(event)
    before = item_of_slot(programme, slot, event, "en")
    make_slot(event, make_session(event), make_room(event), hour=14)
    event.changed_at = now + dt.timedelta(hours=1)
    make_release(event)
    latest = releases.latest(event.id)
    same = next(one for one in latest.slots if one.guid == slot.guid)
    assert item_of_slot(latest, same, event, "en") == before


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (SignUpState.CONFIRMED, ItemStatus.CONFIRMED),
        (SignUpState.WAITING, ItemStatus.TENTATIVE),
        (SignUpState.CANCELLED, ItemStatus.CANCELLED),
    ],
)
def test_ones_own_sign_up_counts_on_top(event, now, state, status):
    programme, slot, _ = released(event)
    later = now + dt.timedelta(hours=2)
    own = SignUp(state=state, calendar_sequence=2, changed_at=later)
    item = item_of_slot(programme, slot, event, "en", sign_up=own, attendee=Party("Zoé", "zoe@example.org"))
    assert (item.status, item.sequence, item.changed) == (status, slot.sequence + 2, later)
    assert item.attendee == Party("Zoé", "zoe@example.org")
    db.session.rollback()


def test_languages_have_names():
    assert language_name("fr", "en") == "French"
    assert language_name("pt-BR", "fr") == "portugais (Brésil)"
    assert language_name("xx-nonsense", "fr") == "xx-nonsense"
    assert not language_name("", "fr")
