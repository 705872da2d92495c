"""The organisers' pages about profiles: the list, one person, the import, and the files that leave the house."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
import xlsxwriter
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from congress.audit.models import AuditEntry
from congress.core.transactions import commit_on_success
from congress.events.enums import Role
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.enums import MeetingState, ProfileField, Visibility
from congress.matchmaking.models import Meeting, Opportunity, Profile
from congress.matchmaking.services import profiles
from congress.registration.models import Registration
from tests.factories.matchmaking import make_delegation, make_meeting, make_opportunity, make_tag
from tests.factories.people import make_account, make_member, sign_in
from tests.factories.registrations import make_category, make_registration
from tests.matchmaking.participants import open_event, take_part
from tests.support.counting import queries_of

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("now")]
CANARY = "Quetzalcoatlus"
HEADER = "reference,email,type,country,languages,pitch,need_title,need_tags"
FIELD = re.compile(r'<input[^>]*name="(csrf_token|idempotency_key|name|digest)"[^>]*value="([^"]*)"')


@dataclass
class Scene:
    path: str
    event_id: int


@pytest.fixture
def scene(app: Flask, client: FlaskClient) -> Scene:
    with app.test_request_context("/fr/"), commit_on_success():
        event = open_event()
        account = make_account()
        make_member(account, Role.MATCHMAKING, event=event)
        sign_in(client, account)
        return Scene(f"/en/manage/events/{event.slug}/matchmaking/people", event.id)


def event_of(scene: Scene) -> Event:
    return db.session.get_one(Event, scene.event_id)


def people(app: Flask, scene: Scene) -> dict[str, str]:
    """Somebody in each state; their codes."""
    with app.test_request_context("/fr/"), commit_on_success():
        event = event_of(scene)
        made = {}
        for name, values in (("Ada", {}), ("Grace", {"listed_at": None}), ("Zoé", {"type": "investor"})):
            one = take_part(event, make_registration(event, given_name=name, family_name="Tester"), **values)
            made[name] = one.code
        ada, zoe = (
            db.session.scalars(sa.select(Profile).where(Profile.code == made[name])).one() for name in ("Ada", "Zoé")
        )
        make_meeting(ada, zoe, MeetingState.SCHEDULED)
        make_delegation(event, zoe, name="Wolves")
    return made


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Ada", "Grace", "Zoé"]),
        ("?q=zoe", ["Zoé"]),
        ("?listing=prepared", ["Grace"]),
        ("?listing=listed&activity=with_meeting", ["Ada", "Zoé"]),
        ("?activity=without_meeting", ["Grace"]),
        ("?type=investor", ["Zoé"]),
        ("?listing=nonsense&sort=nonsense&page=99", ["Ada", "Grace", "Zoé"]),
        ("?q=nobody", []),
        ("?sort=meetings&dir=desc", ["Zoé", "Ada", "Grace"]),
    ],
)
def test_the_list_is_narrowed_and_sorted(
    app: Flask, client: FlaskClient, scene: Scene, query: str, names: list[str]
) -> None:
    people(app, scene)
    page = client.get(f"{scene.path}/{query}").text
    table = page.partition("<tbody>")[2].partition("</tbody>")[0]
    found = [
        name
        for _place, name in sorted((table.find(f"{name} Tester"), name) for name in ("Ada", "Grace", "Zoé"))
        if _place >= 0
    ]
    assert found == names


def test_one_person_quota_and_opt_out(app: Flask, client: FlaskClient, scene: Scene) -> None:
    codes = people(app, scene)
    assert "Grace Tester" in client.get(f"{scene.path}/{codes['Grace']}/").text
    one = f"{scene.path}/{codes['Ada']}"
    assert client.submit(f"{one}/quota", {"quota": "3"}, f"{one}/").status_code == 303
    assert client.submit(f"{one}/quota", {"quota": "-3"}, f"{one}/").status_code == 422
    assert "1 agreed meeting stays" in client.get(f"{one}/opt-out").text
    assert client.submit(f"{one}/opt-out", {}).status_code == 303
    assert client.get(f"{one}/opt-out").status_code == 303
    with app.app_context():
        saved = db.session.scalars(sa.select(Profile).where(Profile.code == codes["Ada"])).one()
        assert (saved.quota, saved.listed_at) == (3, None)
        assert db.session.scalars(sa.select(Meeting.state)).one() is MeetingState.SCHEDULED
        acts = set(db.session.scalars(sa.select(AuditEntry.action)))
    assert {"profile.quota_changed", "profile.withdrawn"} <= acts


def test_nobody_is_listed_by_organisers(app: Flask, client: FlaskClient, scene: Scene) -> None:
    codes = people(app, scene)
    client.submit(f"{scene.path}/{codes['Grace']}/opt-out", {}, f"{scene.path}/{codes['Grace']}/")
    with app.app_context():
        assert db.session.scalars(sa.select(Profile).where(Profile.code == codes["Grace"])).one().listed_at is None


def test_foreign_codes_do_not_exist(app: Flask, client: FlaskClient, scene: Scene) -> None:
    with app.test_request_context("/fr/"), commit_on_success():
        code = take_part(open_event()).code
    for path in (f"{code}/", f"{code}/opt-out", "nobody/"):
        assert client.get(f"{scene.path}/{path}").status_code == 404


def test_whoever_only_reads_changes_nothing(app: Flask, scene: Scene) -> None:
    codes = people(app, scene)
    reader = app.test_client()
    with app.test_request_context("/fr/"), commit_on_success():
        account = make_account()
        make_member(account, Role.REGISTRATION, event=event_of(scene))
        sign_in(reader, account)
    page = reader.get(f"{scene.path}/")
    assert page.status_code == 200
    assert "people/import" not in page.text
    assert reader.get(f"{scene.path}/{codes['Ada']}/").status_code == 200
    for path in ("import", f"{codes['Ada']}/opt-out"):
        assert reader.get(f"{scene.path}/{path}").status_code == 403


def test_the_list_costs_the_same_for_more(app: Flask, client: FlaskClient, scene: Scene) -> None:
    def make(number: int) -> None:
        with app.test_request_context("/fr/"), commit_on_success():
            for _ in range(number):
                make_opportunity(take_part(event_of(scene)))

    make(2)
    few = queries_of(app, lambda: client.get(f"{scene.path}/"))
    make(6)
    assert queries_of(app, lambda: client.get(f"{scene.path}/")) == few


# Files that leave the house


def rows_of(answer: TestResponse) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def test_all_profiles_for_the_team(app: Flask, client: FlaskClient, scene: Scene) -> None:
    people(app, scene)
    rows = rows_of(client.submit(f"{scene.path}/export.csv", {}, f"{scene.path}/"))
    assert [row[1] for row in rows[1:]] == ["Ada", "Grace", "Zoé"]
    assert client.submit(f"{scene.path}/export.xlsx", {}, f"{scene.path}/").status_code == 200


def test_sponsors_get_who_agreed_last_and_what_they_agreed_to(app: Flask, client: FlaskClient, scene: Scene) -> None:
    with app.test_request_context("/fr/"), commit_on_success():
        event = event_of(scene)
        made = {}
        for name in ("Yes", "No", "Silent", "Changed", "Unlisted", "Hides"):
            registration = make_registration(event, given_name=name, family_name="X", job_title="Boss")
            values: dict[str, Any] = {"pitch": f"{CANARY} {name}", "country": "NZ"}
            made[name] = take_part(event, registration, **values)
        for name, answers in (
            ("Yes", [True]),
            ("No", [False]),
            ("Changed", [True, False]),
            ("Unlisted", [True]),
            ("Hides", [True]),
        ):
            for given in answers:
                profiles.answer_sponsors(made[name], given=given)
        made["Unlisted"].listed_at = None
        hidden = dict.fromkeys(map(str, ProfileField), Visibility.NOBODY.value)
        profiles.change(made["Hides"], {"visibility": hidden})
        addresses = [one.registration.email for one in made.values()]
    answer = client.submit(f"{scene.path}/sponsors.csv", {}, f"{scene.path}/")
    text = answer.get_data().decode("utf-8-sig")
    rows = rows_of(answer)
    assert [row[0] for row in rows[1:]] == ["Hides", "Yes"]
    assert len(rows[0]) == 5
    assert f"{CANARY} Yes" in text
    assert f"{CANARY} Hides" not in text
    assert rows[1][2] == ""
    assert not [one for one in addresses if one in text]
    assert "NZ" not in text
    with app.app_context():
        entry = db.session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "profile.exported_for_sponsors")
        ).one()
        assert entry.after == {"rows": 2, "kind": "csv"}


# Import


def table(
    *rows: list[str], header: str = "reference,email,type,country,languages,pitch,need_title,need_tags"
) -> bytes:
    file = io.StringIO()
    csv.writer(file).writerows([header.split(","), *rows])
    return file.getvalue().encode()


def workbook(*rows: list[str]) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return file.getvalue()


def send(client: FlaskClient, scene: Scene, content: bytes, name: str = "people.csv") -> TestResponse:
    return client.submit(  # type: ignore[attr-defined, no-any-return]
        f"{scene.path}/import", {"file": (io.BytesIO(content), name)}, content_type="multipart/form-data"
    )


def apply(client: FlaskClient, scene: Scene, preview: TestResponse) -> TestResponse:
    import re

    hidden = dict(
        re.findall(r'<input[^>]*name="(csrf_token|idempotency_key|name|digest)"[^>]*value="([^"]*)"', preview.text)
    )
    return client.post(f"{scene.path}/import/apply", data=hidden)


@pytest.fixture
def registered(app: Flask, scene: Scene) -> dict[str, str]:
    """Two who are registered, with reference and address; a tag with a synonym, and two of the same name."""
    with app.test_request_context("/fr/"), commit_on_success():
        event = event_of(scene)
        one = make_registration(event, given_name="Ada", family_name="One")
        two = make_registration(event, given_name="Bob", family_name="Two")
        parent = make_tag(event, "Procédés", synonyms={"fr": [], "en": ["processes"]})
        make_tag(event, "Double", parent=parent)
        make_tag(event, "Double")
        return {"one": one.reference, "two": two.email}


def test_an_import_writes_what_its_preview_shows_and_the_second_time_nothing(
    app: Flask, client: FlaskClient, scene: Scene, registered: dict[str, str]
) -> None:
    content = table(
        [
            registered["one"],
            "",
            "Académique" if False else "academic",
            "Allemagne",
            "de, fr",
            "Hello",
            "Yeast",
            "processes",
        ],
        ["", registered["two"].upper(), "Investor", "", "", "", "Money", "procedes > DOUBLE; Processes"],
    )
    preview = send(client, scene, content)
    assert "2 new profiles" in preview.text
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Profile)) == 0
    assert apply(client, scene, preview).status_code == 303
    with app.app_context():
        made = db.session.scalars(sa.select(Profile).order_by(Profile.id)).all()
        assert [(one.type, one.country, one.listed_at) for one in made] == [
            ("academic", "DE", None),
            ("investor", "FR", None),
        ]
        assert made[0].languages == ["fr", "de"]
        assert "yeast" in made[0].search_text
        assert len(made[1].facets["tags"]) == 2
    again = send(client, scene, content)
    assert "Nothing to change" in again.text
    assert apply(client, scene, again).status_code == 422
    changed = send(client, scene, content.replace(b"Hello", b"Good day"))
    assert "1 profile changes" in changed.text
    assert apply(client, scene, changed).status_code == 303
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Opportunity)) == 2
        assert {one.pitch for one in db.session.scalars(sa.select(Profile))} == {"Good day", ""}


def test_workbooks_are_read_too(client: FlaskClient, scene: Scene, registered: dict[str, str]) -> None:
    content = workbook(["reference", "type"], [registered["one"], "biotech"])
    assert "1 new profile" in send(client, scene, content, "people.xlsx").text


def test_errors_have_the_numbers_of_their_rows_and_nothing_is_written(
    app: Flask, client: FlaskClient, scene: Scene, registered: dict[str, str]
) -> None:
    one, two = registered["one"], registered["two"]
    content = table(
        [one, "", "biotech", "", "", "x" * 301, "", ""],
        ["NOBODY", "", "biotech", "", "", "", "", ""],
        [one, two, "biotech", "", "", "", "", ""],
        ["", two, "pirate", "", "", "", "", ""],
        ["", two, "biotech", "Atlantis", "", "", "", ""],
        ["", two, "biotech", "", "tlh", "", "", ""],
        ["", two, "biotech", "", "", "", "Yeast", "Unheard of"],
        ["", two, "biotech", "", "", "", "Yeast", "Double"],
        ["", two, "biotech", "", "", "", "", "Processes"],
        ["", "", "biotech", "", "", "", "", ""],
        [one, "", "", "", "", "", "", ""],
        [one, "", "biotech", "", "", "", "", ""],
        ["", two, "biotech", "", "", "", "", ""],
    )
    text = send(client, scene, content).text
    told = {2: "301 characters", 3: "NOBODY", 4: "two people", 5: "pirate", 6: "Atlantis", 7: "tlh", 8: "Unheard of"}
    told |= {9: "several tags", 10: "no title", 11: "Neither", 12: "column type", 13: "The same person is in row 12"}
    for number, sentence in told.items():
        line = text.partition(f"row {number}</strong>")[2].partition("</li>")[0]
        assert sentence in line, (number, line)
    assert "row 14" not in text
    assert "/import/apply" in text
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Profile)) == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"name\nAda\n",
        b"reference\n",
        b"PK\x03\x04 not a workbook",
        b"\x00\x01",
        b"reference,email\n" + b"A,\n" * 3001,
    ],
)
def test_files_that_are_no_list_are_refused_in_words(client: FlaskClient, scene: Scene, content: bytes) -> None:
    answer = send(client, scene, content)
    assert answer.status_code == 422
    assert "error-summary" in answer.text


def test_unknown_columns_are_named(client: FlaskClient, scene: Scene) -> None:
    assert "Unknown columns: shoe size" in send(client, scene, b"reference,shoe size\nA,42\n").text


def test_whoever_opted_in_decides_alone(
    app: Flask, client: FlaskClient, scene: Scene, registered: dict[str, str]
) -> None:
    with app.test_request_context("/fr/"), commit_on_success():
        one = db.session.scalars(sa.select(Registration).where(Registration.reference == registered["one"])).one()
        take_part(event_of(scene), one, pitch="Mine")
    content = table(
        [registered["one"], "", "academic", "", "", "Theirs", "", ""],
        ["", registered["two"], "biotech", "", "", "", "", ""],
    )
    preview = send(client, scene, content)
    assert "1 person decides alone" in preview.text
    assert apply(client, scene, preview).status_code == 303
    with app.app_context():
        assert "Theirs" not in {one.pitch for one in db.session.scalars(sa.select(Profile))}


def test_a_preview_that_is_outdated_is_shown_anew(
    app: Flask, client: FlaskClient, scene: Scene, registered: dict[str, str]
) -> None:
    preview = send(client, scene, table([registered["one"], "", "academic", "", "", "", "", ""]))
    with app.test_request_context("/fr/"), commit_on_success():
        one = db.session.scalars(sa.select(Registration).where(Registration.reference == registered["one"])).one()
        take_part(event_of(scene), one, listed_at=None)
    answer = apply(client, scene, preview)
    assert answer.status_code == 422
    assert "changed since this preview" in answer.text
    assert apply(client, scene, answer).status_code == 303


def test_files_of_other_events_are_not_found(app: Flask, client: FlaskClient, scene: Scene) -> None:
    answer = client.submit(
        f"{scene.path}/import/apply", {"name": "1-../../secret", "digest": ""}, f"{scene.path}/import"
    )
    assert answer.status_code == 303
    assert answer.location.endswith("/import")


def test_hundreds_at_once(app: Flask, client: FlaskClient, scene: Scene) -> None:
    with app.test_request_context("/fr/"), commit_on_success():
        event = event_of(scene)
        category = make_category(event, capacity=None)
        references = [make_registration(event, category).reference for _ in range(300)]
    content = table(*([one, "", "biotech", "", "", "Hello", "Yeast", ""] for one in references))
    preview = send(client, scene, content)
    assert "300 new profiles" in preview.text
    assert "and 100 more" in preview.text
    assert apply(client, scene, preview).status_code == 303
