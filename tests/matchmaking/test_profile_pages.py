"""A participant's own profile, by the link of the registration and without a script."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from congress.audit.models import AuditEntry
from congress.core.transactions import commit_on_success
from congress.events.enums import EventStatus
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.enums import MeetingState, OpportunityKind, Visibility
from congress.matchmaking.models import Matchmaking, Meeting, Opportunity, Profile, UnavailableSlot
from congress.registration import consents
from congress.registration.enums import ConsentKind, RegistrationStatus
from congress.registration.models import Consent, Registration
from tests.factories.matchmaking import (
    make_meeting,
    make_opportunity,
    make_profile,
    make_slots,
    make_tables,
    make_tag,
)
from tests.factories.registrations import make_registration
from tests.matchmaking.participants import open_event, path_of, submit, take_part
from tests.support.filled_forms import filled

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("now")]


@dataclass
class Scene:
    path: str
    event_id: int
    registration_id: int
    tag_id: int
    slots: list[int]
    day: str


@pytest.fixture
def scene(app: Flask) -> Scene:
    with app.test_request_context("/fr/"), commit_on_success():
        event = open_event()
        slots = make_slots(event, 3)
        parent = make_tag(event, "Procédés")
        tag = make_tag(event, "Filtration", parent=parent, synonyms={"fr": ["séparation"], "en": ["separation"]})
        registration = make_registration(event, given_name="Zoé", family_name="Martin", organisation="Levures SA")
        return Scene(
            path_of(registration),
            event.id,
            registration.id,
            tag.id,
            [one.id for one in slots],
            event.first_day.isoformat(),
        )


def with_profile(app: Flask, scene: Scene, **values: object) -> int:
    with app.test_request_context("/fr/"), commit_on_success():
        event = db.session.get_one(Event, scene.event_id)
        return take_part(event, db.session.get_one(Registration, scene.registration_id), **values).id


def answers(scene: Scene, **more: object) -> dict[str, object]:
    given = {"type": "biotech", "kind": "need", "title": "Aseptic filling", "tags": [scene.tag_id]}
    return given | {f"{scene.day}-morning": "on_site"} | more


def profile(app: Flask) -> Profile | None:
    with app.app_context():
        return db.session.scalar(sa.select(Profile))


def test_three_questions_are_enough_and_nobody_is_listed_before_saying_so(
    app: Flask, client: FlaskClient, scene: Scene
) -> None:
    assert client.get(f"{scene.path}/profile").status_code == 303
    page = client.get(f"{scene.path}/start").text
    assert "Zoé Martin" in page
    assert "Levures SA" in page
    answer = submit(client, f"{scene.path}/start", answers(scene))
    assert answer.status_code == 303
    made = profile(app)
    assert made is not None
    assert made.listed_at is None
    assert answer.location.endswith("/profile/preview")
    preview = client.get(answer.location).text
    assert "Aseptic filling" in preview
    assert "Filtration" in preview
    taken = submit(client, f"{scene.path}/profile/preview", {})
    assert taken.status_code == 303
    made = profile(app)
    assert made is not None
    assert made.listed_at is not None
    assert client.get(taken.location).status_code == 200
    with app.app_context():
        acts = set(db.session.scalars(sa.select(AuditEntry.action)))
    assert {"profile.begun", "opportunity.added", "profile.listed"} <= acts


def test_start_says_what_is_missing_and_keeps_the_rest(app: Flask, client: FlaskClient, scene: Scene) -> None:
    answer = submit(client, f"{scene.path}/start", answers(scene, title="", type=""))
    assert answer.status_code == 422
    assert re.search(rf'id="tag-{scene.tag_id}"[^>]*checked', answer.text)
    assert profile(app) is None


def test_start_twice_makes_one(app: Flask, client: FlaskClient, scene: Scene) -> None:
    page = client.get(f"{scene.path}/start").text
    assert page
    submit(client, f"{scene.path}/start", answers(scene))
    again = client.get(f"{scene.path}/start")
    assert again.status_code == 303
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Opportunity)) == 1


@pytest.mark.parametrize("asked", ["separation", "SÉPARATION", "filtration", "separat"])
def test_tags_are_found_without_a_script_by_synonym_and_without_accents(
    client: FlaskClient, scene: Scene, asked: str
) -> None:
    given = answers(scene, find=asked, search="1", tags=[])
    answer = submit(client, f"{scene.path}/start", given)
    assert answer.status_code == 200
    assert "Aseptic filling" in answer.text
    assert re.search(r'<details class="tag-branch"\s+open', answer.text)
    nothing = submit(client, f"{scene.path}/start", given | {"find": "nowhere"})
    assert "No tag has these words" in nothing.text


def test_a_pitch_of_ten_thousand_characters_is_refused_and_kept(
    app: Flask, client: FlaskClient, scene: Scene
) -> None:
    with_profile(app, scene)
    path, text = f"{scene.path}/profile/about", "x" * 10_000
    given = {"type": "academic", "country": "DE", "languages": ["de"], "pitch": text}
    answer = submit(client, path, given)
    assert answer.status_code == 422
    assert text in answer.text
    assert submit(client, path, given | {"pitch": "Short."}).status_code == 303
    saved = profile(app)
    assert saved is not None
    assert (saved.pitch, saved.country, saved.languages, saved.type) == ("Short.", "DE", ["de"], "academic")
    assert "short." in saved.search_text
    assert submit(client, path, given | {"pitch": "", "country": "XX"}).status_code == 422


@pytest.mark.parametrize("name", ["about", "visibility", "preferences"])
def test_a_form_that_is_sent_as_it_was_shown_changes_nothing(
    app: Flask, client: FlaskClient, scene: Scene, name: str
) -> None:
    said = {"pitch": "We fill vials.", "country": "DE", "languages": ["fr", "de"], "max_meetings": 7}
    with_profile(app, scene, **said, notices="daily", visibility={"pitch": "nobody", "country": "partners"})
    path = f"{scene.path}/profile/{name}"
    data = filled(client.get(path).text, "idempotency_key")
    assert client.post(path, data=data).status_code == 303
    saved = profile(app)
    assert saved is not None
    assert {key: getattr(saved, key) for key in said} == said
    shown = {key: saved.visibility.get(key, "listed") for key in ("pitch", "country", "languages")}
    assert (saved.notices, shown) == ("daily", {"pitch": "nobody", "country": "partners", "languages": "listed"})


def test_visibility_and_preferences_are_saved(app: Flask, client: FlaskClient, scene: Scene) -> None:
    with_profile(app, scene, pitch="Secretive")
    fields = {"job_title": "listed", "country": "partners", "languages": "listed", "presence": "nobody"}
    assert submit(client, f"{scene.path}/profile/visibility", fields | {"pitch": "nobody"}).status_code == 303
    wishes = {"max_meetings": "4", "notices": "daily"}
    assert submit(client, f"{scene.path}/profile/preferences", wishes).status_code == 303
    saved = profile(app)
    assert saved is not None
    assert saved.visibility == fields | {"pitch": "nobody"}
    assert (saved.accepts_requests, saved.max_meetings, saved.notices) == (False, 4, "daily")
    assert "secretive" not in saved.search_text
    assert submit(client, f"{scene.path}/profile/preferences", wishes | {"max_meetings": "-1"}).status_code == 422


def test_opportunities_are_added_changed_moved_removed_and_put_back(
    app: Flask, client: FlaskClient, scene: Scene
) -> None:
    with_profile(app, scene)
    base = f"{scene.path}/opportunities"
    for title in ("First", "Second"):
        given = {
            "kind": "offer",
            "title": title,
            "text": "More.",
            "tags": [scene.tag_id],
            "partner_types": ["investor"],
        }
        assert submit(client, f"{base}/new", given).status_code == 303
    with app.app_context():
        first, second = db.session.scalars(sa.select(Opportunity.id).order_by(Opportunity.position))
    hub = f"{scene.path}/profile"
    assert client.submit(f"{base}/{second}/move-up", {}, hub).status_code == 303
    assert client.get(hub).text.index("Second") < client.get(hub).text.index("First")
    page = client.submit(f"{base}/{first}/remove", {}, hub)
    assert page.status_code == 200
    assert "First" not in client.get(hub).text
    with app.app_context():
        assert db.session.get(Opportunity, first) is None
    back = {"kind": "offer", "title": "First", "text": "More.", "tags": [scene.tag_id], "position": "1"}
    assert client.submit(f"{base}/restore", back, hub).status_code == 303
    with app.app_context():
        rows = db.session.scalars(sa.select(Opportunity).order_by(Opportunity.position, Opportunity.id)).all()
        assert [one.title for one in rows] == ["Second", "First"]
    assert submit(client, f"{base}/{second}", {"kind": "topic", "title": "x" * 161}).status_code == 422
    assert submit(client, f"{base}/{second}", {"kind": "topic", "title": "Third"}).status_code == 303
    assert "Third" in client.get(hub).text
    assert client.get(f"{base}/999999").status_code == 404


def test_opportunities_of_others_are_out_of_reach(app: Flask, client: FlaskClient, scene: Scene) -> None:
    with_profile(app, scene)
    with app.test_request_context("/fr/"), commit_on_success():
        other = make_opportunity(take_part(db.session.get_one(Event, scene.event_id)), title="Of another")
        other_id = other.id
    hub = f"{scene.path}/profile"
    assert client.get(f"{scene.path}/opportunities/{other_id}").status_code == 404
    client.submit(f"{scene.path}/opportunities/{other_id}/remove", {}, hub)
    assert client.submit(f"{scene.path}/opportunities/{other_id}/move-up", {}, hub).status_code == 404
    with app.app_context():
        assert db.session.get(Opportunity, other_id) is not None


def test_half_days_and_slots_kept_free(app: Flask, client: FlaskClient, scene: Scene) -> None:
    profile_id = with_profile(app, scene)
    with app.test_request_context("/fr/"), commit_on_success():
        event = db.session.get_one(Event, scene.event_id)
        me, other = db.session.get_one(Profile, profile_id), take_part(event)
        from congress.matchmaking.models import MeetingSlot

        slot = db.session.get_one(MeetingSlot, scene.slots[0])
        make_meeting(me, other, MeetingState.SCHEDULED, slot=slot, table=make_tables(event, 1)[0])
    path = f"{scene.path}/availability"
    assert "Meeting" in client.get(path).text
    given = {f"{scene.day}-morning": "absent", "kept_free": [str(one) for one in scene.slots[:2]]}
    answer = client.submit(path, given, follow_redirects=True)
    assert "You have 1 meeting while you are not there" in answer.text
    with app.app_context():
        assert list(db.session.scalars(sa.select(UnavailableSlot.slot_id))) == [scene.slots[1]]
    assert submit(client, path, {f"{scene.day}-morning": "sometimes"}).status_code == 422
    assert submit(client, path, {f"{scene.day}-morning": "remote", "kept_free": ["999999"]}).status_code == 303


def test_consent_for_sponsors_is_added_and_never_overwritten(app: Flask, client: FlaskClient, scene: Scene) -> None:
    with_profile(app, scene)
    hub = f"{scene.path}/profile"
    for given, expected in (({"given": "y"}, True), ({"given": "y"}, True), ({}, False)):
        assert client.submit(f"{hub}/sponsors", given, hub).status_code == 303
        with app.app_context():
            last = consents.answers_of([scene.registration_id])[scene.registration_id]
        assert last[ConsentKind.SPONSORS] is expected

    with app.app_context():
        assert [one.given for one in db.session.scalars(sa.select(Consent).order_by(Consent.id))] == [True, False]


def test_withdrawing_is_said_and_done_at_once(app: Flask, client: FlaskClient, scene: Scene) -> None:
    profile_id = with_profile(app, scene)
    with app.test_request_context("/fr/"), commit_on_success():
        event = db.session.get_one(Event, scene.event_id)
        me, asks, asked, agreed = db.session.get_one(Profile, profile_id), *(take_part(event) for _ in range(3))
        ids = [make_meeting(asks, me).id, make_meeting(me, asked).id]
        ids.append(make_meeting(me, agreed, MeetingState.UNSCHEDULED).id)
        other = path_of(agreed.registration)
        code = me.code
    page = client.get(f"{scene.path}/profile/withdraw").text
    assert "2 open requests end" in page
    assert "1 agreed meeting stays" in page
    assert client.get(f"{other}/people/{code}").status_code == 200
    assert submit(client, f"{scene.path}/profile/withdraw", {}).status_code == 303
    assert client.get(f"{other}/people/{code}").status_code == 404
    with app.app_context():
        states = [db.session.get_one(Meeting, one).state for one in ids]
        assert states == [MeetingState.CANCELLED, MeetingState.WITHDRAWN, MeetingState.UNSCHEDULED]
    saved = profile_by_id(app, profile_id)
    assert saved.listed_at is None
    assert saved.withdrawn_at is not None
    assert client.get(f"{scene.path}/people/").status_code == 303


def profile_by_id(app: Flask, profile_id: int) -> Profile:
    with app.app_context():
        return db.session.get_one(Profile, profile_id)


def test_only_who_takes_part_and_only_when_it_is_open(app: Flask, client: FlaskClient, scene: Scene) -> None:
    def write(statement: sa.Update) -> None:
        with app.app_context():
            db.session.execute(statement)
            db.session.commit()

    registrations = sa.update(Registration).where(Registration.id == scene.registration_id)
    write(sa.update(Matchmaking).values(opened_at=None))
    closed = client.get(f"{scene.path}/start")
    assert (closed.status_code, "not open yet" in closed.text) == (200, True)
    assert client.post(f"{scene.path}/start").status_code in {400, 409}
    write(sa.update(Matchmaking).values(opened_at=sa.func.now()))
    write(registrations.values(status=RegistrationStatus.CANCELLED))
    assert client.get(f"{scene.path}/start").status_code == 404
    write(registrations.values(status=RegistrationStatus.CONFIRMED))
    write(sa.update(Event).values(status=EventStatus.DRAFT))
    assert client.get(f"{scene.path}/start").status_code == 404


def test_the_registration_leads_here_once_it_is_open(app: Flask, client: FlaskClient, scene: Scene) -> None:
    page = scene.path.partition("/meetings/")[0] + "/"
    assert "Meetings with other participants" in client.get(page).text
    with app.app_context():
        db.session.execute(sa.update(Matchmaking).values(opened_at=None))
        db.session.commit()
    assert "Meetings with other participants" not in client.get(page).text


def test_another_link_does_not_open_it(app: Flask, client: FlaskClient, scene: Scene) -> None:
    with app.test_request_context("/fr/"), commit_on_success():
        event = db.session.get_one(Event, scene.event_id)
        stranger = path_of(make_registration(event))
        make_profile(event, db.session.get_one(Registration, scene.registration_id))
    token = stranger.split("/")[3]
    mixed = "/".join([*scene.path.split("/")[:3], token, *scene.path.split("/")[4:]])
    assert client.get(f"{mixed}/profile").status_code == 404


def test_the_words_are_french_in_french(app: Flask, client: FlaskClient, scene: Scene) -> None:
    with_profile(app, scene, visibility={"pitch": Visibility.NOBODY})
    with app.test_request_context("/fr/"), commit_on_success():
        me = db.session.scalars(sa.select(Profile)).one()
        make_opportunity(me, OpportunityKind.TOPIC)
    for path in ("profile", "profile/about", "availability", "people/"):
        assert client.get(f"{scene.path.replace('/en/', '/fr/')}/{path}").status_code == 200
