"""The organisers' pages of the set-up: settings, sessions, tables and rules; by whom, and by whom not."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from congress.core.transactions import commit_on_success
from congress.events.enums import Role
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.enums import MeetingState, OrganisationType, SchedulingMode
from congress.matchmaking.models import (
    ContactRule,
    InterpreterPool,
    Matchmaking,
    MeetingSession,
    MeetingSlot,
    MeetingTable,
    TableZone,
    TypeQuota,
)
from congress.matchmaking.services import rules
from tests.factories.matchmaking import (
    make_delegation,
    make_matchmaking,
    make_meeting,
    make_profile,
    make_slots,
    make_tables,
)
from tests.factories.people import make_account, make_member
from tests.support.client import KEY, TOKEN
from tests.support.counting import queries_of
from tests.support.tour import make_tour

BASE = "/en/manage/events/grand-est/matchmaking"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def tour(app, now):
    """Two stages with their teams; somebody of the meetings as well."""
    tour = make_tour(app)
    with app.app_context():
        account = make_account("meetings@example.org")
        make_member(account, Role.MATCHMAKING, event=event_of())
        tour.accounts["meetings"] = account.id
        db.session.commit()
    return tour


@pytest.fixture
def begun(tour):
    """Matchmaking at the first stage."""
    with tour.app.test_request_context("/fr/"), commit_on_success():
        make_matchmaking(event_of())
    return tour


def event_of(slug="grand-est"):
    return db.session.scalars(sa.select(Event).where(Event.slug == slug)).one()


def change(tour, act):
    """Write something past the pages; gives what `act` returns."""
    with tour.app.test_request_context("/fr/"), commit_on_success():
        return act(event_of())


def page(tour, path, who="meetings"):
    return tour.client(who).get(f"{BASE}{path}")


def settings(tour, **values):
    """What the form of the settings sends."""
    changed = tour.read(sa.select(Matchmaking.changed_at))
    return {
        "version": changed.isoformat(),
        "booking_opens_at": "2027-03-01T09:00",
        "booking_closes_at": "2027-03-18T18:00",
        "request_mode": "approval",
        "scheduling_mode": "participants",
        "pending_cap": "5",
        "expiry_hours": "48",
        "cutoff_minutes": "60",
        "max_meetings": "",
        "walking_minutes": "3",
        "introduction-fr": "Bonjour",
        **values,
    }


def session_fields(**values):
    """What the form of a session sends; the event begins on 20 March 2027 at nine."""
    return {
        "name-fr": "Matin",
        "name-en": "Morning",
        "starts_at": "2027-03-20T09:00",
        "slot_minutes": "20",
        "gap_minutes": "5",
        "slot_count": "6",
        "ends_at": "",
        "modality": "on_site",
        **values,
    }


@pytest.mark.parametrize("path", ["/settings/", "/sessions/", "/tables/", "/rules/", "/taxonomy/"])
@pytest.mark.parametrize(
    ("who", "status", "writes"),
    [
        ("meetings", 200, True),
        ("organiser", 200, True),
        ("registration", 200, False),
        ("viewer", 403, False),
        ("neighbour", 404, False),
        (None, 303, False),
    ],
)
def test_who_reads_and_who_writes(begun, path, who, status, writes):
    answer = begun.client(who).get(f"{BASE}{path}")
    assert answer.status_code in ({302, 303} if who is None else {status})
    if status == 200:
        text = answer.get_data(as_text=True)
        assert ("btn-primary" in text.split("<main")[1]) is writes


def test_before_it_began_the_pages_say_so_and_one_click_begins(tour):
    for path in ("/sessions/", "/tables/", "/rules/"):
        assert "Matchmaking has not begun" in page(tour, path).get_data(as_text=True)
    assert page(tour, "/sessions/new").status_code == 303
    assert page(tour, "/settings/copy").status_code == 303
    client = tour.client("meetings")
    for _twice in range(2):
        client.submit(f"{BASE}/settings/begin", {}, page=f"{BASE}/settings/")
    assert tour.read(sa.select(sa.func.count()).select_from(Matchmaking)) == 1
    assert "Still missing" in page(tour, "/settings/").get_data(as_text=True)


def test_settings_are_saved(begun):
    answer = begun.client("meetings").submit(f"{BASE}/settings/", settings(begun, max_meetings="12"))
    assert answer.status_code == 303
    saved = begun.read(sa.select(Matchmaking))
    assert (saved.pending_cap, saved.max_meetings, saved.introduction) == (5, 12, {"fr": "Bonjour"})
    assert saved.booking_closes_at.isoformat() == "2027-03-18T17:00:00+00:00"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"booking_closes_at": "2027-03-01T09:00"}, "must come after their beginning"),
        ({"booking_opens_at": "2027-03-28T02:30", "booking_closes_at": "2027-04-01T00:00"}, "does not exist"),
        ({"booking_opens_at": ""}, "required"),
        ({"pending_cap": "0"}, "between 1 and 100"),
        ({"pending_cap": "many"}, "Not a valid integer value"),
        ({"expiry_hours": "1000"}, "between 1 and 720"),
        ({"request_mode": "magic"}, "Not a valid choice"),
        ({"version": "2020-01-01T00:00:00+00:00"}, "Nothing was overwritten"),
    ],
)
def test_settings_that_are_refused_are_shown_again(begun, values, sentence):
    answer = begun.client("meetings").submit(
        f"{BASE}/settings/", settings(begun, **values, **{"introduction-en": SCRIPT})
    )
    assert answer.status_code == 422
    text = answer.get_data(as_text=True)
    assert sentence in text
    assert SCRIPT not in text
    assert "alert(1)" in text
    assert begun.read(sa.select(Matchmaking.pending_cap)) == 10


def test_a_change_of_mode_says_what_it_means_first(begun):
    change(
        begun, lambda event: make_meeting(make_profile(event), make_profile(event), MeetingState.SCHEDULED) and None
    )
    client = begun.client("meetings")
    answer = client.submit(f"{BASE}/settings/", settings(begun, scheduling_mode="organisers"))
    assert answer.status_code == 422
    assert "1 meeting has a slot and keeps it" in answer.get_data(as_text=True)
    answer = client.submit(f"{BASE}/settings/", settings(begun, scheduling_mode="organisers", agreed="y"))
    assert answer.status_code == 303
    assert begun.read(sa.select(Matchmaking.scheduling_mode)) is SchedulingMode.ORGANISERS


def test_opened_and_closed(begun):
    client = begun.client("meetings")
    client.submit(f"{BASE}/settings/close", {}, page=f"{BASE}/settings/")
    assert begun.read(sa.select(Matchmaking.opened_at)) is None
    client.submit(f"{BASE}/settings/open", {}, page=f"{BASE}/settings/")
    assert begun.read(sa.select(Matchmaking.opened_at)) is not None


def test_a_session_is_shown_before_it_is_saved(begun):
    client = begun.client("meetings")
    answer = client.submit(f"{BASE}/sessions/new", session_fields(preview="1"))
    assert (answer.status_code, begun.read(sa.select(sa.func.count()).select_from(MeetingSlot))) == (200, 0)
    assert "11:05–11:25" in answer.get_data(as_text=True)
    answer = client.submit(f"{BASE}/sessions/new", session_fields())
    assert (answer.status_code, begun.read(sa.select(sa.func.count()).select_from(MeetingSlot))) == (303, 6)
    text = page(begun, "/sessions/").get_data(as_text=True)
    assert "Morning" in text
    assert "6 of 20 min" in text
    assert "11:30" in page(begun, "/sessions/new").get_data(as_text=True)


def test_the_end_gives_the_number_of_slots(begun):
    client = begun.client("meetings")
    client.submit(f"{BASE}/sessions/new", session_fields(ends_at="2027-03-20T11:00"))
    assert begun.read(sa.select(MeetingSession.slot_count)) == 5


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"slot_minutes": "0"}, "between 5 and 240"),
        ({"slot_minutes": ""}, "required"),
        ({"slot_count": "", "ends_at": ""}, "the number of slots, or the end"),
        ({"slot_count": "", "ends_at": "2027-03-20T09:10"}, "room for 1 to 96 slots"),
        ({"slot_count": "500"}, "between 1 and 96"),
        ({"starts_at": "2027-05-01T09:00"}, "on days of the event"),
        ({"starts_at": "never"}, "Not a valid datetime value"),
        ({"modality": "letters"}, "Not a valid choice"),
        ({"name-fr": "x" * 200}, "longer than 120"),
    ],
)
def test_a_session_that_is_refused_is_shown_again(begun, values, sentence):
    answer = begun.client("meetings").submit(f"{BASE}/sessions/new", session_fields(**values))
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert begun.read(sa.select(sa.func.count()).select_from(MeetingSession)) == 0


def test_a_click_twice_makes_one_session(begun):
    client = begun.client("meetings")
    html = client.get(f"{BASE}/sessions/new").get_data(as_text=True)
    hidden = {"csrf_token": TOKEN.search(html)[1], "idempotency_key": KEY.search(html)[1]}
    for _twice in range(2):
        assert client.post(f"{BASE}/sessions/new", data=hidden | session_fields()).status_code == 303
    assert begun.read(sa.select(sa.func.count()).select_from(MeetingSession)) == 1


def make_busy(event):
    """A session of four slots whose third has a meeting at the first of two tables."""
    slots, at = make_slots(event, 4), make_tables(event, 2)
    make_meeting(make_profile(event), make_profile(event), MeetingState.SCHEDULED, slot=slots[2], table=at[0])
    return slots[0].session_id, [table.id for table in at]


def test_meetings_in_the_way_are_named(begun):
    session_id, (busy, free) = change(begun, make_busy)
    client = begun.client("meetings")
    answer = client.submit(f"{BASE}/sessions/{session_id}/", session_fields(slot_count="2"))
    assert (answer.status_code, "1 meeting in the way" in answer.get_data(as_text=True)) == (422, True)
    answer = client.get(f"{BASE}/sessions/{session_id}/remove")
    assert "This session is in use" in answer.get_data(as_text=True)
    assert client.submit(f"{BASE}/sessions/{session_id}/remove", {}, page=f"{BASE}/sessions/new").status_code == 409
    for act in ("close", "remove"):
        answer = client.submit(
            f"{BASE}/tables/many", {"ids": [busy, free], "act": act, "into": "0"}, page=f"{BASE}/tables/"
        )
        assert (answer.status_code, "1 meeting in the way" in answer.get_data(as_text=True)) == (422, True)
    assert begun.read(sa.select(sa.func.count()).select_from(MeetingSlot)) == 4
    assert begun.read_all(sa.select(MeetingTable.closed_at)) == [None, None]


def test_a_session_is_changed_copied_and_deleted(begun):
    begun.change(Event, "grand-est", ends_at=begun.read(sa.select(Event.ends_at)).replace(day=21))
    client = begun.client("meetings")
    client.submit(f"{BASE}/sessions/new", session_fields())
    one = begun.read(sa.select(MeetingSession.id))
    client.submit(f"{BASE}/sessions/{one}/", session_fields(slot_count="4"))
    assert begun.read(sa.select(MeetingSession.slot_count)) == 4
    client.submit(f"{BASE}/sessions/{one}/copy", {"day": "2027-03-21"})
    assert begun.read(sa.select(sa.func.count()).select_from(MeetingSession)) == 2
    answer = client.submit(f"{BASE}/sessions/{one}/copy", {"day": "2027-03-21"})
    assert "It overlaps with" in answer.get_data(as_text=True)
    assert client.submit(f"{BASE}/sessions/{one}/copy", {"day": "2028-01-01"}).status_code == 422
    client.submit(f"{BASE}/sessions/{one}/remove", {})
    assert begun.read(sa.select(sa.func.count()).select_from(MeetingSession)) == 1


def test_tables_and_zones(begun):
    client = begun.client("meetings")
    index = f"{BASE}/tables/"
    client.submit(f"{index}zones", {"name-fr": "Hall", "name-en": ""}, page=index)
    client.submit(f"{index}zones", {"name-fr": "Patio", "name-en": ""}, page=index)
    hall, patio = begun.read_all(sa.select(TableZone.id).order_by(TableZone.position))
    assert client.submit(f"{index}zones", {"name-fr": ""}, page=index).status_code == 422
    client.submit(f"{index}zones/{patio}/move/up", {}, page=index)
    assert begun.read_all(sa.select(TableZone.id).order_by(TableZone.position)) == [patio, hall]
    client.submit(f"{index}zones/{patio}/", {"name-fr": "Jardin"})
    answer = client.submit(index, {"count": "60", "first": "1", "zone_id": str(hall)})
    assert answer.status_code == 303
    assert "60 open tables" in client.get(index).get_data(as_text=True)
    answer = client.submit(index, {"count": "2", "first": "60", "zone_id": "0"})
    assert (answer.status_code, "The first free number is 61" in answer.get_data(as_text=True)) == (422, True)
    assert client.submit(index, {"count": "0", "first": "", "zone_id": "0"}).status_code == 422
    ids = begun.read_all(sa.select(MeetingTable.id).order_by(MeetingTable.number))
    for data in (
        {"ids": ids[:5], "act": "zone", "into": str(patio)},
        {"ids": ids[:3], "act": "close", "into": "0"},
        {"ids": ids[:1], "act": "reopen", "into": "0"},
        {"ids": ids[59:], "act": "remove", "into": "0"},
    ):
        assert client.submit(f"{index}many", data, page=index).status_code == 303
    assert begun.read(sa.select(sa.func.count()).where(MeetingTable.closed_at.is_not(None))) == 2
    assert begun.read(sa.select(sa.func.count()).where(MeetingTable.zone_id == patio)) == 5
    assert begun.read(sa.select(sa.func.count()).select_from(MeetingTable)) == 59
    assert client.submit(f"{index}many", {"act": "close", "into": "0"}, page=index).status_code == 422
    client.submit(f"{index}zones/{patio}/remove", {}, page=index)
    assert begun.read_all(sa.select(TableZone.id)) == [hall]


def test_one_table_is_a_booth(begun):
    delegation, (table, other) = change(
        begun, lambda event: (make_delegation(event, name=SCRIPT).id, [one.id for one in make_tables(event, 2)])
    )
    client = begun.client("meetings")
    address = f"{BASE}/tables/{table}/"
    data = {"number": "7", "zone_id": "0", "delegation_id": str(delegation)}
    assert client.submit(address, data).status_code == 303
    text = page(begun, "/tables/").get_data(as_text=True)
    assert "Booth" in text
    assert SCRIPT not in text
    answer = client.submit(f"{BASE}/tables/{other}/", data)
    assert (answer.status_code, "There is a table 7 already" in answer.get_data(as_text=True)) == (422, True)
    assert client.submit(address, data | {"delegation_id": "999"}).status_code == 422


def test_the_matrix_is_a_table_of_boxes(begun):
    client = begun.client("meetings")
    text = client.get(f"{BASE}/rules/").get_data(as_text=True)
    assert text.count('name="meet"') == text.count('name="chat"') == 49
    assert 'aria-label="Investor may write to Academia"' in text
    keys = [f"{one}:{other}" for one, other in rules.PAIRS]
    client.submit(f"{BASE}/rules/", {"meet": keys[1:], "chat": keys})
    found = begun.read_all(sa.select(ContactRule))
    assert [(one.from_type, one.may_meet, one.may_chat) for one in found] == [
        (OrganisationType.INDUSTRY, False, True)
    ]
    assert client.submit(f"{BASE}/rules/", {"meet": ["everybody"]}).status_code == 422


def test_quotas_and_interpreters_are_written(begun):
    client, index = begun.client("meetings"), f"{BASE}/rules/"
    client.submit(f"{index}quotas", {"biotech": "8"}, page=index)
    assert begun.read(sa.select(TypeQuota.max_meetings)) == 8
    assert client.submit(f"{index}quotas", {"biotech": "-1"}, page=index).status_code == 422
    client.submit(f"{index}interpreters", {"one": "fr", "other": "en", "number": "3"}, page=index)
    assert begun.read(sa.select(InterpreterPool.languages)) == "en-fr"
    answer = client.submit(f"{index}interpreters", {"one": "fr", "other": "fr", "number": "3"}, page=index)
    assert (answer.status_code, "two different languages" in answer.get_data(as_text=True)) == (422, True)
    assert "French" in client.get(index).get_data(as_text=True)


def test_another_stage_is_copied_only_by_who_may_read_it(begun):
    with begun.app.test_request_context("/fr/"), commit_on_success():
        sibling = event_of("ile-de-france")
        make_matchmaking(sibling)
        make_slots(sibling, 3)
        sibling_id = sibling.id
    assert "No other stage" in page(begun, "/settings/copy").get_data(as_text=True)
    data = {"source": str(sibling_id), "parts": ["sessions", "tables"]}
    assert begun.client("meetings").submit(f"{BASE}/settings/copy", data).status_code in {404, 422}
    owner = begun.client("owner")
    assert "Copy from another stage" in owner.get(f"{BASE}/settings/").get_data(as_text=True)
    assert owner.submit(f"{BASE}/settings/copy", {"source": str(sibling_id)}).status_code == 422
    assert owner.submit(f"{BASE}/settings/copy", data).status_code == 303
    assert begun.read(sa.select(sa.func.count()).select_from(MeetingSlot)) == 6
    answer = owner.submit(f"{BASE}/settings/copy", data)
    assert (answer.status_code, "overlaps" in answer.get_data(as_text=True)) == (422, True)


def test_what_belongs_to_another_event_does_not_exist(begun):
    with begun.app.test_request_context("/fr/"), commit_on_success():
        sibling = event_of("ile-de-france")
        make_matchmaking(sibling)
        slot, table = make_slots(sibling, 1)[0], make_tables(sibling, 1)[0]
        zone = TableZone(event_id=sibling.id, name={"fr": "Ailleurs"})
        db.session.add(zone)
        db.session.flush()
        ids = {"session": slot.session_id, "table": table.id, "zone": zone.id}
    client = begun.client("organiser")
    for path in ("", "copy", "remove"):
        assert client.get(f"{BASE}/sessions/{ids['session']}/{path}").status_code == 404
    assert client.get(f"{BASE}/tables/{ids['table']}/").status_code == 404
    assert client.get(f"{BASE}/tables/zones/{ids['zone']}/").status_code == 404
    for path in (f"zones/{ids['zone']}/remove", f"zones/{ids['zone']}/move/up"):
        assert client.submit(f"{BASE}/tables/{path}", {}, page=f"{BASE}/tables/").status_code == 404
    data = {"ids": [ids["table"]], "act": "close", "into": "0"}
    assert client.submit(f"{BASE}/tables/many", data, page=f"{BASE}/tables/").status_code == 422


def test_long_lists_cost_no_more_queries(begun):
    change(begun, lambda event: make_busy(event) and None)
    client = begun.client("meetings")
    paths = ("/sessions/", "/tables/", "/rules/", "/settings/")
    before = {path: queries_of(begun.app, lambda path=path: client.get(f"{BASE}{path}")) for path in paths}
    change(begun, lambda event: make_tables(event, 130) and None)
    change(
        begun,
        lambda event: (
            [make_slots(event, 1, starts_at=event.starts_at.replace(hour=hour)) for hour in (11, 12, 13)] and None
        ),
    )
    after = {path: queries_of(begun.app, lambda path=path: client.get(f"{BASE}{path}")) for path in paths}
    assert after == before
