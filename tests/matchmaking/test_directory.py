"""The directory: who is found by what, and that nobody finds what is hidden."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy.session import Session
from werkzeug.datastructures import MultiDict

from congress.core import clock
from congress.core.transactions import commit_on_success
from congress.events.enums import EventStatus
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.directory import PAGE_SIZE, Directory, Facet, Wanted, directory_of, viewer_of
from congress.matchmaking.enums import (
    DelegationState,
    Half,
    Mark,
    MeetingState,
    OpportunityKind,
    OrganisationType,
    Presence,
    ProfileField,
    Visibility,
)
from congress.matchmaking.models import Block, PresenceHalf, Profile, ProfileMark
from congress.matchmaking.services import profiles
from congress.matchmaking.services.indexing import renew
from congress.matchmaking.taxonomy import taxonomy_of
from congress.registration import services as registrations
from congress.registration.enums import Attendance, RegistrationStatus
from congress.registration.models import RegistrationGroup
from congress.registration.services import Person
from tests.factories.matchmaking import make_delegation, make_meeting, make_opportunity, make_tag
from tests.factories.registrations import make_category, make_registration
from tests.matchmaking.participants import open_event, path_of, take_part
from tests.support.counting import queries_of

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("now")]
CANARY = "Quetzalcoatlus"
STATES_OF_PARTNERS = (MeetingState.SCHEDULED, MeetingState.UNSCHEDULED, MeetingState.HELD, MeetingState.NO_SHOW)


@pytest.fixture
def event(session: Session) -> Event:
    return open_event()


@pytest.fixture
def me(event: Event) -> Profile:
    return take_part(event)


def look(me: Profile, number: int = 1, **arguments: Any) -> Directory:
    event = db.session.get_one(Event, me.event_id)
    wanted = Wanted.of(MultiDict(arguments))
    return directory_of(event, taxonomy_of(event), viewer_of(me), wanted, number)


def found(me: Profile, **arguments: Any) -> set[int]:
    return {one.profile.id for one in look(me, **arguments).page.items}


def person(event: Event, given: str = "Ada", family: str = "Lovelace", **values: Any) -> Profile:
    registration = {
        name: values.pop(name) for name in ("organisation", "job_title", "category", "status") if name in values
    }
    made = make_registration(event, given_name=given, family_name=family, **registration)
    return take_part(event, made, **values)


def test_only_those_who_take_part_are_found(event: Event, me: Profile) -> None:
    there = take_part(event)
    take_part(event, listed_at=None)
    take_part(event, make_registration(event, status=RegistrationStatus.CANCELLED))
    take_part(open_event())
    assert found(me) == {there.id}


@pytest.mark.parametrize("mine", [True, False])
def test_blocks_hide_both_ways(event: Event, me: Profile, mine: bool) -> None:
    other, there = take_part(event), take_part(event)
    pair = (me.id, other.id) if mine else (other.id, me.id)
    db.session.add(Block(profile_id=pair[0], other_id=pair[1], created_at=clock.now()))
    db.session.flush()
    assert found(me) == {there.id}
    assert sum(look(me).counts[Facet.TYPE].values()) == 1


@pytest.mark.parametrize(
    ("words", "finds"),
    [
        ("éric", True),
        ("ERIC besse", True),
        ("coeur", True),
        ("cœur", True),
        ("levures remplissage", True),
        ("separation", True),
        ("Trennung", False),
        ("eric nobody", False),
        ("downstream", True),
        ("%", False),
        ("_", False),
    ],
)
def test_every_word_is_found_whatever_the_accents_and_by_tags_in_both_languages(
    event: Event, me: Profile, words: str, finds: bool
) -> None:
    parent = make_tag(event, "Downstream", synonyms={"fr": ["aval"], "en": []})
    tag = make_tag(event, "Filtration", parent=parent, synonyms={"fr": ["séparation"], "en": ["sieving"]})
    one = person(event, "Éric", "Bessé", organisation="Cœur de Levures")
    make_opportunity(one, OpportunityKind.NEED, (tag,), title="Remplissage aseptique")
    renew([one.id])
    person(event, "Grace", "Hopper")
    assert found(me, q=words) == ({one.id} if finds else set())


def test_facets_count_what_each_choice_would_leave(event: Event, me: Profile) -> None:
    parent = make_tag(event, "Procédés")
    child = make_tag(event, "Filtration", parent=parent)
    kinds = (OrganisationType.INDUSTRY, OrganisationType.INDUSTRY, OrganisationType.ACADEMIC)
    people = [
        person(event, f"P{number}", type=kind, country=country, languages=languages)
        for number, (kind, country, languages) in enumerate(
            zip(kinds, ("FR", "DE", "FR"), (["fr"], ["de", "en"], ["fr", "en"]), strict=True)
        )
    ]
    make_opportunity(people[0], OpportunityKind.NEED, (child,))
    make_opportunity(people[1], OpportunityKind.OFFER, (parent,))
    renew([one.id for one in people])
    assert found(me, type="industry") == {people[0].id, people[1].id}
    assert found(me, type="industry", country="FR") == {people[0].id}
    assert found(me, language="en") == {people[1].id, people[2].id}
    assert found(me, tag=str(parent.id)) == {people[0].id, people[1].id}
    assert found(me, tag=str(child.id)) == {people[0].id}
    assert found(me, kind="offer") == {people[1].id}
    narrowed = look(me, type="industry", country="FR").counts
    assert narrowed[Facet.TYPE] == {"industry": 1, "academic": 1}
    assert narrowed[Facet.COUNTRY] == {"FR": 1, "DE": 1}
    assert narrowed[Facet.TAG] == {str(parent.id): 1, str(child.id): 1}
    assert found(me, type="nothing") == set()


def test_presence_and_delegations(event: Event, me: Profile) -> None:
    here = take_part(event)
    online = take_part(event, category=make_category(event, attendance=Attendance.ONLINE))
    says = take_part(event)
    db.session.add(PresenceHalf(profile_id=says.id, day=event.first_day, half=Half.MORNING, presence=Presence.REMOTE))
    renew([says.id])
    delegation = make_delegation(event, here, online)
    online.delegation_state = DelegationState.INVITED
    db.session.flush()
    assert found(me, presence="on_site") == {here.id}
    assert found(me, presence="remote") == {online.id, says.id}
    assert found(me, delegation=delegation.code) == {here.id}


def test_bookmarks_and_order(event: Event, me: Profile) -> None:
    zoe, eric = person(event, "Zoé", "Zola", organisation="A"), person(event, "Éric", "École", organisation="Z")
    db.session.add(ProfileMark(profile_id=me.id, other_id=zoe.id, mark=Mark.BOOKMARKED, created_at=clock.now()))
    zoe.listed_at = clock.now() + dt.timedelta(minutes=1)
    db.session.flush()
    assert found(me, bookmarked="1") == {zoe.id}

    def order(**by: str) -> list[int]:
        return [one.profile.id for one in look(me, **by).page.items]

    assert order() == order(sort="nonsense") == [eric.id, zoe.id]
    assert order(sort="organisation") == order(sort="newest") == [zoe.id, eric.id]


def test_pages(event: Event, me: Profile) -> None:
    for _ in range(PAGE_SIZE + 1):
        take_part(event)
    assert (look(me).page.pages, len(look(me, 2).page.items), len(look(me, 99).page.items)) == (2, 1, 1)


def hide(profile: Profile, visibility: Visibility) -> None:
    profiles.change(profile, {"visibility": dict.fromkeys(map(str, ProfileField), visibility.value)})


def shy(event: Event) -> Profile:
    """Somebody all of whose fields have the canary, or a value that nobody else has."""
    values = {"country": "NZ", "languages": ["zh"], "pitch": f"{CANARY} pitch"}
    return person(event, "Shy", "Person", job_title=f"{CANARY} job", **values)


@pytest.mark.parametrize("visibility", [Visibility.NOBODY, Visibility.PARTNERS])
def test_what_is_hidden_is_found_by_no_search_and_no_facet(event: Event, me: Profile, visibility: Visibility) -> None:
    other = shy(event)
    probes: list[dict[str, str]] = [{"q": CANARY}, {"country": "NZ"}, {"language": "zh"}, {"presence": "on_site"}]
    for probe in probes:
        assert other.id in found(me, **probe)
    hide(other, visibility)
    make_meeting(me, other, MeetingState.SCHEDULED)
    for probe in probes:
        assert other.id not in found(me, **probe), probe
    counts = look(me).counts
    assert not {"NZ", "zh"} & {*counts[Facet.COUNTRY], *counts[Facet.LANGUAGE]}
    assert other.id in found(me, q="shy")


@pytest.mark.parametrize("state", list(MeetingState))
def test_fields_for_partners_are_seen_by_those_who_agreed_on_a_meeting(
    app: Flask, client: FlaskClient, state: MeetingState
) -> None:
    with app.test_request_context("/fr/"), commit_on_success():
        event = open_event()
        me, other, stranger = take_part(event), shy(event), take_part(event)
        hide(other, Visibility.PARTNERS)
        make_meeting(me, other, state)
        pages = [f"{path_of(one.registration)}/people/{other.code}" for one in (me, stranger)]
    expected = state in {*STATES_OF_PARTNERS, MeetingState.UNKNOWN}
    assert (CANARY in client.get(pages[0]).text) is expected
    assert CANARY not in client.get(pages[1]).text


def test_a_hidden_word_is_on_no_page(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context("/fr/"), commit_on_success():
        event = open_event()
        me, other = take_part(event), shy(event)
        hide(other, Visibility.NOBODY)
        make_meeting(me, other, MeetingState.SCHEDULED)
        base, code = path_of(me.registration), other.code
    for path in ("people/", "people/?q=shy", f"people/{code}", f"people/?q={CANARY}"):
        page = client.get(f"{base}/{path}")
        assert page.status_code == 200
        assert CANARY not in page.text.replace(f'value="{CANARY}"', "").replace(f"q={CANARY}", "")
        assert "New Zealand" not in page.text
        assert "Chinese" not in page.text


def test_no_address_is_shown(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context("/fr/"), commit_on_success():
        event = open_event()
        me, other = take_part(event), take_part(event)
        base, code, address = path_of(me.registration), other.code, other.registration.email
    assert address not in client.get(f"{base}/people/").text + client.get(f"{base}/people/{code}").text


def test_who_is_not_there_has_no_page(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context("/fr/"), commit_on_success():
        event = open_event()
        me, unlisted, blocked = take_part(event), take_part(event, listed_at=None), take_part(event)
        foreign = take_part(open_event())
        db.session.add(Block(profile_id=blocked.id, other_id=me.id, created_at=clock.now()))
        base = path_of(me.registration)
        codes = [unlisted.code, blocked.code, foreign.code, "nobody"]
        own, not_listed = me.code, path_of(unlisted.registration)
    for code in codes:
        assert client.get(f"{base}/people/{code}").status_code == 404
    assert "This is you" in client.get(f"{base}/people/{own}").text
    assert client.get(f"{not_listed}/people/").location.endswith("/profile/preview")
    with app.app_context():
        db.session.execute(sa.update(Event).values(status=EventStatus.CANCELLED))
        db.session.commit()
    assert client.get(f"{base}/people/").status_code == 404


def test_a_new_name_is_found_at_once(event: Event, me: Profile) -> None:
    other = person(event, "Ada", "Byron")
    group = db.session.get_one(RegistrationGroup, other.registration.group_id)
    registrations.correct_group(group, Person("Ada", "Lovelace", other.registration.email, "Analytical Engines"))
    assert found(me, q="lovelace engines") == {other.id}
    assert found(me, q="byron") == set()


def test_the_cost_does_not_grow_with_people(app: Flask, client: FlaskClient) -> None:
    def make(number: int) -> None:
        with app.test_request_context("/fr/"), commit_on_success():
            event = db.session.scalars(sa.select(Event)).one()
            tag = make_tag(event)
            for _ in range(number):
                make_opportunity(take_part(event), tags=(tag,))

    with app.test_request_context("/fr/"), commit_on_success():
        base = path_of(take_part(open_event()).registration)
    make(2)
    few = queries_of(app, lambda: client.get(f"{base}/people/?q=tag"))
    make(6)
    assert queries_of(app, lambda: client.get(f"{base}/people/?q=tag")) == few
    assert few <= 25
