"""Organisers' pages of the doors: make, switch, close; devices; what happens; the list of those who came."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from html import unescape

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from congress.audit.models import AuditEntry
from congress.checkin.models import Checkpoint, Device
from congress.core import clock
from congress.events.enums import Role
from congress.events.models import Event
from congress.extensions import db
from congress.registration.models import Category, Registration
from tests.conftest import NOON
from tests.factories.doors import scan
from tests.factories.people import make_account, make_member, sign_in
from tests.support.client import without_token
from tests.support.door import Doors


def browser(doors: Doors, role: Role | None) -> FlaskClient:
    """Somebody with this role on the event."""
    client = doors.app.test_client()
    with doors.app.app_context():
        account = make_account(name="Olga Organiser")
        if role:
            make_member(account, role, event=db.session.get(Event, doors.event_id))
        sign_in(client, account)
    return client


@pytest.fixture
def organiser(doors: Doors) -> FlaskClient:
    return browser(doors, Role.ORGANISER)


def path(doors: Doors, rest: str = "", language: str = "en") -> str:
    return f"/{language}/manage/events/{doors.slug}/doors/{rest}"


def actions(doors: Doors) -> list[str]:
    with doors.app.app_context():
        return list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_a_door_and_a_device_are_made_and_the_link_works(doors: Doors, organiser: FlaskClient):
    made = organiser.submit(path(doors, "new"), {"name": "East gate"})
    assert made.status_code == 303
    with doors.app.app_context():
        checkpoint = db.session.scalar(sa.select(Checkpoint).where(Checkpoint.name == "East gate"))
    answer = organiser.submit(path(doors, f"{checkpoint.id}/devices/new"), {"label": "Sam", "language": "fr"})
    page = organiser.get(answer.headers["Location"]).text
    link = unescape(re.search(r'id="device-link"[^>]*value="([^"]+)"', page).group(1))
    before, _, token = link.partition("#")
    assert before == "http://localhost/fr/door/"
    assert doors.get("/door", token).json["checkpoint"]["name"] == "East gate"
    assert 'role="img"' in page
    assert token not in answer.headers["Location"]
    assert actions(doors)[-2:] == ["checkpoint.added", "device.added"]
    with doors.app.app_context():
        audited = str(db.session.scalars(sa.select(AuditEntry.after)).all())
    assert token not in audited


def test_the_same_form_sent_twice_makes_one_door(doors: Doors, organiser: FlaskClient):
    html = organiser.get(path(doors, "new")).text
    hidden = {
        name: re.search(f'name="{name}"[^>]*value="([^"]+)"', html).group(1)
        for name in ("csrf_token", "idempotency_key")
    }
    answers = [organiser.post(path(doors, "new"), data={**hidden, "name": "East gate"}) for _ in range(2)]
    assert {(one.status_code, one.headers["Location"]) for one in answers} == {(303, answers[0].headers["Location"])}
    with doors.app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).where(Checkpoint.name == "East gate")) == 1


@pytest.mark.parametrize(
    ("name", "sentence"), [("", "This field is required."), ("Main entrance", "already an open door")]
)
def test_a_door_needs_a_name_of_its_own(doors: Doors, organiser: FlaskClient, name, sentence):
    answer = organiser.submit(path(doors, "new"), {"name": name})
    assert answer.status_code == 422
    assert sentence in text_of(answer.text)


def test_a_door_is_switched_to_rehearsal_and_renamed(doors: Doors, organiser: FlaskClient):
    where = path(doors, f"{doors.checkpoint_id}/settings")
    assert organiser.submit(where, {"name": "Front", "rehearsal": "y"}).status_code == 303
    body = doors.get("/door").json["checkpoint"]
    assert (body["name"], body["rehearsal"]) == ("Front", True)
    assert actions(doors)[-1] == "checkpoint.changed"
    organiser.submit(where, {"name": "Front", "rehearsal": "y"})
    assert actions(doors).count("checkpoint.changed") == 1
    assert organiser.submit(where, {"name": "Front"}).status_code == 303
    assert doors.get("/door").json["checkpoint"]["rehearsal"] is False


def test_closing_a_door_withdraws_its_devices(doors: Doors, organiser: FlaskClient):
    doors.admit("Ada")
    where = path(doors, f"{doors.checkpoint_id}/close")
    assert "Close the door Main entrance?" in text_of(organiser.get(where).text)
    assert organiser.submit(where, {}).status_code == 303
    assert doors.get("/door").status_code == 401
    assert doors.get("/door", doors.other_token).json["counts"]["inside"] == 1
    answer = organiser.submit(path(doors, f"{doors.checkpoint_id}/devices/new"), {"label": "x", "language": "en"})
    assert (answer.status_code, "This door is closed." in text_of(answer.text)) == (422, True)
    change = organiser.submit(path(doors, f"{doors.checkpoint_id}/settings"), {"name": "x"})
    assert change.status_code == 422


def test_a_device_is_withdrawn(doors: Doors, organiser: FlaskClient):
    page = path(doors, f"devices/{doors.device_id}/")
    assert organiser.submit(path(doors, f"devices/{doors.device_id}/revoke"), {}, page=page).status_code == 303
    assert doors.get("/door").status_code == 401
    html = organiser.get(page).text
    assert doors.token not in html
    assert "This device was withdrawn on" in text_of(html)
    assert actions(doors)[-1] == "device.revoked"


def test_reading_a_link_does_not_withdraw_it(doors: Doors, organiser: FlaskClient):
    assert organiser.get(path(doors, f"devices/{doors.device_id}/revoke")).status_code == 405
    assert doors.token in organiser.get(path(doors, f"devices/{doors.device_id}/")).text


def test_the_page_shows_what_happens_now(doors: Doors, organiser: FlaskClient):
    doors.person("Bob")
    doors.admit("Ada")
    doors.admit("Ada", doors.other_token)
    doors.send(scan("nonsense"))
    doors.admit("Bob", doors.rehearsal_token)
    for where in ("", "live"):
        text = text_of(organiser.get(path(doors, where)).text)
        assert "Inside 1 Expected today 2 Still to come 1" in text
        assert "Ada Example" in text
        assert "12:00 Admitted" in text
        assert "Already in" in text
        assert "Refused unknown code" in text
        assert "1 of 2 tried out; none of them counts." in text


def test_before_the_day_the_page_says_that_doors_refuse(doors: Doors, organiser: FlaskClient):
    sentence = "Until then the doors refuse every ticket"
    assert sentence not in organiser.get(path(doors)).text
    with clock.held_at(NOON.replace(day=1)):
        assert sentence in organiser.get(path(doors)).text


def test_the_journal_is_searched_filtered_and_paged(doors: Doors, organiser: FlaskClient):
    doors.person("Bob")
    doors.admit("Ada")
    doors.admit("Bob", doors.other_token)
    doors.send(*(scan("nonsense") for _ in range(49)))
    whole = text_of(organiser.get(path(doors, "journal")).text)
    assert "51 results" in whole
    assert "Ada" not in whole
    assert "Ada Example" in organiser.get(path(doors, "journal?page=2")).text
    found = organiser.get(path(doors, "journal?q=bob")).text
    assert ("1 result" in text_of(found), "Bob" in found, "Ada" in found) == (True, True, False)
    assert "49 results" in text_of(organiser.get(path(doors, "journal?outcome=refused")).text)
    assert "1 result" in text_of(organiser.get(path(doors, f"journal?door={doors.other_checkpoint_id}")).text)
    assert "No scan matches" in organiser.get(path(doors, "journal?q=%25")).text
    for odd in (
        "outcome=x",
        "door=x",
        "door=99999999999999999999",
        "page=-1",
        "page=x",
        "q=" + "a" * 5000,
        "door=-1",
    ):
        assert organiser.get(path(doors, f"journal?{odd}")).status_code == 200


def test_viewers_see_figures_but_no_names(doors: Doors):
    doors.admit("Ada")
    viewer = browser(doors, Role.VIEWER)
    for where in ("", "live", "journal", "journal?q=ada"):
        answer = viewer.get(path(doors, where))
        assert answer.status_code == 200
        assert "Ada" not in answer.text
    assert "Admitted" in viewer.get(path(doors, "journal?q=nobody")).text


def test_the_attendance_list_is_a_safe_table_and_noted(doors: Doors, organiser: FlaskClient):
    doors.change(Registration, doors.ids["Ada"], given_name="=HYPERLINK(1)", family_name='é;"x"')
    doors.person("Bob")
    doors.admit("Bob")
    doors.send(scan(action="undo", payload=doors.payloads["Bob"]))
    doors.admit("Ada")
    with clock.held_at(NOON + dt.timedelta(minutes=1)):
        doors.admit("Ada", doors.other_token)
    answer = organiser.submit(path(doors, "attendance.csv"), {}, page=path(doors))
    assert answer.content_type == "text/csv; charset=utf-8"
    assert "no-store" in answer.headers["Cache-Control"]
    header, *rows = csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff")), delimiter=";")
    assert header[:3] == ["Day", "Time of day", "Door"]
    reference = doors.registration("Ada").reference
    assert rows == [
        ["2027-03-10", "12:00", "Main entrance", reference, "'=HYPERLINK(1)", 'é;"x"', "Exemple SA", "Visitor"]
    ]
    assert actions(doors)[-1] == "attendance.exported"


PAGES = [
    "",
    "live",
    "new",
    "journal",
    "{door}/",
    "{door}/settings",
    "{door}/close",
    "{door}/devices/new",
    "devices/{device}/",
]
READABLE = {"", "live", "journal"}


def fill(where: str, doors: Doors) -> str:
    return where.format(door=doors.checkpoint_id, device=doors.device_id)


@pytest.mark.parametrize(
    ("role", "reads", "manages", "exports"),
    [
        (Role.OWNER, True, True, True), (Role.ORGANISER, True, True, True), (Role.DOOR, True, True, False),
        (Role.REGISTRATION, True, False, True), (Role.VIEWER, True, False, False),
        (Role.PROGRAMME, False, False, False), (Role.EXHIBITOR, False, False, False),
    ],
)  # fmt: skip
def test_who_may_open_what(doors: Doors, role, reads, manages, exports):
    client = browser(doors, role)
    for where in PAGES:
        allowed = reads if where in READABLE else manages
        status = client.get(path(doors, fill(where, doors))).status_code
        assert status == (200 if allowed else 403), where
    posts = {
        "new": manages,
        f"{doors.checkpoint_id}/settings": manages,
        f"{doors.checkpoint_id}/devices/new": manages,
    }
    posts |= {f"devices/{doors.device_id}/revoke": manages, "attendance.csv": exports}
    doors.app.config["WTF_CSRF_ENABLED"] = False
    try:
        for where, allowed in posts.items():
            status = client.post(path(doors, where)).status_code
            assert (status == 403) is not allowed, where
    finally:
        doors.app.config["WTF_CSRF_ENABLED"] = True


@pytest.mark.parametrize("where", PAGES)
def test_strangers_and_other_teams_see_nothing(doors: Doors, where):
    other = doors.other_event()
    neighbour, nobody = browser(other, Role.OWNER), doors.app.test_client()
    page = path(doors, fill(where, doors))
    assert neighbour.get(page).status_code == 404
    assert nobody.get(page).status_code in {302, 303}


@pytest.mark.parametrize(
    "where", ["{door}/", "{door}/settings", "{door}/close", "{door}/devices/new", "devices/{device}/"]
)
def test_doors_and_devices_of_another_event_do_not_exist(doors: Doors, organiser: FlaskClient, where):
    other = doors.other_event()
    theirs = organiser.get(path(doors, fill(where, other)))
    missing = organiser.get(path(doors, where.format(door=999_999, device=999_999)))
    assert theirs.status_code == missing.status_code == 404
    strip = re.compile(r"\d{2,}|doors/[^\"#]*")
    assert strip.sub("", without_token(theirs)) == strip.sub("", without_token(missing))
    before = other.get("/door").status_code
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', organiser.get(path(doors, "new")).text).group(1)
    posted = organiser.post(path(doors, f"devices/{other.device_id}/revoke"), data={"csrf_token": token})
    assert (posted.status_code, before, other.get("/door").status_code) == (404, 200, 200)


def test_the_number_of_queries_does_not_depend_on_doors_and_scans(doors: Doors, organiser: FlaskClient):
    def queries(where: str) -> int:
        seen: list[str] = []
        with doors.app.app_context():
            engine = db.engine
        listener = lambda *args: seen.append(args[2])  # noqa: E731
        sa.event.listen(engine, "before_cursor_execute", listener)
        try:
            assert organiser.get(path(doors, where)).status_code == 200
        finally:
            sa.event.remove(engine, "before_cursor_execute", listener)
        return len(seen)

    doors.admit("Ada")
    pages = ["", "live", "journal", f"{doors.checkpoint_id}/"]
    few = [queries(where) for where in pages]
    for number in range(3):
        doors.person(f"Person {number}")
        doors.admit(f"Person {number}", doors.other_token)
        organiser.submit(path(doors, "new"), {"name": f"Door {number}"})
        where = path(doors, f"{doors.checkpoint_id}/devices/new")
        organiser.submit(where, {"label": f"Device {number}", "language": "en"})
    assert [queries(where) for where in pages] == few


def test_names_are_text_on_every_page(doors: Doors, organiser: FlaskClient):
    canary = "<img src=x onerror=alert(1)>"
    doors.change(Checkpoint, doors.checkpoint_id, name=canary)
    doors.change(Device, doors.device_id, label=canary)
    doors.change(Category, doors.category_id, name={"en": canary})
    doors.change(Registration, doors.ids["Ada"], given_name=canary, organisation=canary)
    doors.admit("Ada")
    for where in PAGES:
        assert canary not in organiser.get(path(doors, fill(where, doors))).text


def test_every_page_speaks_french(doors: Doors, organiser: FlaskClient):
    doors.admit("Ada")
    for where in PAGES:
        assert organiser.get(path(doors, fill(where, doors), "fr")).status_code == 200
    assert (
        "Entrées" in organiser.get(path(doors, "", "fr")).text
        or "Portes" in organiser.get(path(doors, "", "fr")).text
    )


def test_the_scanner_s_page_is_public_and_has_a_policy_of_its_own(doors: Doors):
    answer = doors.app.test_client().get("/fr/door/")
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self' 'wasm-unsafe-eval';" in policy
    assert "worker-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert "'unsafe-eval'" not in policy
    assert answer.headers["Permissions-Policy"].startswith("camera=(self),")
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert "Set-Cookie" not in answer.headers
    assert "wasm" not in doors.app.test_client().get("/fr/").headers["Content-Security-Policy"]
