"""The page "For you" and what somebody notes about others, with and without a script."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from congress.core.transactions import commit_on_success
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking.enums import Mark, OpportunityKind, ReasonKind
from congress.matchmaking.for_you import advice_for
from congress.matchmaking.models import Profile, ProfileMark, Suggestion, Tag
from congress.matchmaking.services import profiles, suggesting
from congress.matchmaking.suggestion_words import ICONS, SENTENCES
from tests.factories.matchmaking import make_opportunity, make_tag
from tests.factories.registrations import make_registration
from tests.matchmaking.participants import open_event, path_of, submit, take_part
from tests.support.counting import queries_of
from tests.support.page_check import check_page

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("now")]
REASONS = [
    {"kind": "they_offer", "tags": [], "words": []},
    {"kind": "same_words", "tags": [], "words": ["bioréacteur"]},
    {"kind": "common_language", "tags": [], "words": ["fr"]},
]


@dataclass
class Scene:
    path: str
    french: str
    me: int
    other: int
    code: str


@pytest.fixture
def scene(app: Flask) -> Scene:
    """Somebody with one suggestion."""
    with app.test_request_context("/fr/"), commit_on_success():
        event = open_event()
        tag = make_tag(event, "Enzymes")
        me = take_part(event, make_registration(event, organisation="Levures SA"))
        person = make_registration(event, given_name="Ada", family_name="<Lovelace>", organisation="Engines")
        other = take_part(event, person, pitch="Bioréacteur, algues", languages=["fr", "en"])
        reasons = [REASONS[0] | {"tags": [tag.id, 999_999]}, *REASONS[1:]]
        db.session.add(Suggestion(profile_id=me.id, other_id=other.id, rank=1, score=0.5, reasons=reasons))
        return Scene(path_of(me.registration), path_of(me.registration, "fr"), me.id, other.id, other.code)


def mark_of(app: Flask) -> Mark | None:
    with app.app_context():
        return db.session.scalar(sa.select(ProfileMark.mark))


def change(app: Flask, act) -> None:
    with app.test_request_context("/fr/"), commit_on_success():
        act()


def test_a_card_says_who_and_why(client: FlaskClient, scene: Scene):
    answer = client.get(f"{scene.path}/for-you")
    check_page(answer)
    page = answer.get_data(as_text=True)
    assert "Ada &lt;Lovelace&gt;" in page
    assert "Offers what you look for: Enzymes<" in page
    assert "You both write about: bioréacteur" in page
    assert "You both speak: French" in page
    assert f"/people/{scene.code}/request" in page


def test_in_french(client: FlaskClient, scene: Scene):
    answer = client.get(f"{scene.french}/for-you")
    check_page(answer)
    page = answer.get_data(as_text=True)
    assert "Propose ce que vous cherchez\N{NO-BREAK SPACE}: Enzymes" in page
    assert "Langues en commun\N{NO-BREAK SPACE}: " in page


@pytest.mark.parametrize("kind", ReasonKind)
def test_each_reason_has_words(app: Flask, client: FlaskClient, scene: Scene, kind):
    def only_this() -> None:
        tags = list(db.session.scalars(sa.select(Tag.id)))
        tagged = kind in {ReasonKind.THEY_OFFER, ReasonKind.THEY_NEED, ReasonKind.SAME_TOPIC}
        words = ["en"] if kind is ReasonKind.COMMON_LANGUAGE else ["algues"] if kind is ReasonKind.SAME_WORDS else []
        reason = {"kind": kind.value, "tags": tags if tagged else [], "words": words}
        db.session.execute(sa.update(Suggestion).values(reasons=[reason]))

    change(app, only_this)
    page = client.get(f"{scene.path}/for-you").get_data(as_text=True)
    [reasons] = page.split('<ul class="reasons"')[1:]
    sentence = reasons.split("<span>")[1].split("</span>")[0]
    assert sentence
    assert "%(" not in sentence


def test_each_reason_has_an_icon():
    sprite = next((Path(__file__).parents[2] / "static/vendor").glob("bootstrap-icons-*/sprite.svg")).read_text()
    assert ICONS.keys() == SENTENCES.keys() == set(ReasonKind)
    assert all(f'id="{name}"' in sprite for name in ICONS.values())


def test_words_that_a_tag_says_are_not_said_again(app: Flask, client: FlaskClient, scene: Scene):
    def only_tag_words() -> None:
        [tag] = db.session.scalars(sa.select(Tag.id))
        db.session.execute(sa.update(Tag).values(label={"fr": "Enzymes et co", "en": "Enzymes & co"}))
        told = [REASONS[0] | {"tags": [tag]}, REASONS[1] | {"words": ["enzymes"]}, REASONS[2]]
        db.session.execute(sa.update(Suggestion).values(reasons=told))

    change(app, only_tag_words)
    page = client.get(f"{scene.path}/for-you").get_data(as_text=True)
    assert "Offers what you look for: Enzymes &amp; co" in page
    assert "You both write about" not in page
    assert "You both speak: French" in page


def test_a_reason_whose_tags_are_gone_is_not_told(app: Flask, client: FlaskClient, scene: Scene):
    change(app, lambda: db.session.execute(sa.update(Suggestion).values(reasons=[REASONS[0] | {"tags": [999_999]}])))
    answer = client.get(f"{scene.path}/for-you")
    check_page(answer)
    assert "Offers what you look for" not in answer.get_data(as_text=True)


def test_bookmark_and_back_without_a_script(app: Flask, client: FlaskClient, scene: Scene):
    page, act = f"{scene.path}/for-you", f"{scene.path}/people/{scene.code}/mark?back=suggested"
    for _ in range(2):
        answer = submit(client, act, {"mark": "bookmarked"}, page)
        assert (answer.status_code, answer.location) == (303, f"{scene.path}/for-you")
        assert mark_of(app) is Mark.BOOKMARKED
    bookmarked = client.get(f"{page}?show=bookmarked")
    check_page(bookmarked)
    assert "Ada &lt;Lovelace&gt;" in bookmarked.get_data(as_text=True)
    submit(client, act, {"mark": ""}, page)
    assert mark_of(app) is None
    empty = client.get(f"{page}?show=bookmarked")
    check_page(empty)
    assert "Nobody is bookmarked" in empty.get_data(as_text=True)


def test_bookmark_with_a_script(app: Flask, client: FlaskClient, scene: Scene):
    client.get(f"{scene.path}/for-you")
    answer = client.submit(
        f"{scene.path}/people/{scene.code}/mark",
        {"mark": "bookmarked"},
        f"{scene.path}/for-you",
        headers={"Accept": "application/json"},
    )
    assert answer.get_json() == {"mark": "bookmarked", "message": "Ada <Lovelace> is bookmarked."}
    assert mark_of(app) is Mark.BOOKMARKED


def test_not_interested_and_undo(app: Flask, client: FlaskClient, scene: Scene):
    page, act = f"{scene.path}/for-you", f"{scene.path}/people/{scene.code}/mark?back=suggested"
    answer = submit(client, act, {"mark": "not_interested"}, page)
    assert answer.location == f"{page}?hidden={scene.code}"
    shown = client.get(answer.location)
    check_page(shown)
    text = shown.get_data(as_text=True)
    assert "Ada &lt;Lovelace&gt; is no longer suggested to you." in text
    assert "Offers what you look for" not in text
    aside = client.get(f"{page}?show=not_interested")
    check_page(aside)
    assert "Ada &lt;Lovelace&gt;" in aside.get_data(as_text=True)
    submit(client, act, {"mark": ""}, answer.location)
    assert "Offers what you look for" in client.get(page).get_data(as_text=True)
    check_page(client.get(f"{page}?show=not_interested"))


@pytest.mark.parametrize(
    ("back", "leads_to"),
    [
        ("person", "/people/{code}"),
        ("directory", "/people/"),
        ("bookmarked", "/for-you?show=bookmarked"),
        ("x", "/for-you"),
    ],
)
def test_a_mark_leads_back(client: FlaskClient, scene: Scene, back, leads_to):
    act = f"{scene.path}/people/{scene.code}/mark?back={back}"
    answer = submit(client, act, {"mark": "bookmarked"}, f"{scene.path}/for-you")
    assert answer.location == scene.path + leads_to.format(code=scene.code)


def test_what_makes_no_sense(app: Flask, client: FlaskClient, scene: Scene):
    page = f"{scene.path}/for-you"
    assert submit(client, f"{scene.path}/people/{scene.code}/mark", {"mark": "loved"}, page).status_code == 400
    assert submit(client, f"{scene.path}/people/nobody/mark", {"mark": "bookmarked"}, page).status_code == 404
    assert client.get(f"{page}?show=everything&hidden=nobody").status_code == 200
    with app.app_context():
        own = db.session.get_one(Profile, scene.me).code
    assert submit(client, f"{scene.path}/people/{own}/mark", {"mark": "bookmarked"}, page).status_code == 404
    assert mark_of(app) is None


def test_who_is_not_listed_is_led_to_the_own_profile(app: Flask, client: FlaskClient, scene: Scene):
    change(app, lambda: db.session.execute(sa.update(Profile).values(listed_at=None)))
    answer = client.get(f"{scene.path}/for-you")
    assert (answer.status_code, answer.location) == (303, f"{scene.path}/profile/preview")


def test_the_link_of_somebody_else_opens_nothing(client: FlaskClient, scene: Scene):
    assert client.get(scene.path.replace("/r/", "/r/x") + "/for-you").status_code == 404


def test_being_computed_then_nobody(app: Flask, client: FlaskClient, scene: Scene):
    def begin() -> None:
        db.session.execute(sa.delete(Suggestion))
        suggesting.ask_for_one(db.session.get_one(Profile, scene.me))

    change(app, begin)
    computing = client.get(f"{scene.path}/for-you")
    check_page(computing)
    assert "Your suggestions are being computed" in computing.get_data(as_text=True)
    change(app, lambda: db.session.execute(sa.text("UPDATE jobs SET state = 'done'")))
    nobody = client.get(f"{scene.path}/for-you")
    check_page(nobody)
    text = nobody.get_data(as_text=True)
    assert "Nobody fits yet" in text
    assert "Say what you look for" in text


def test_advice_names_what_is_missing(app: Flask, scene: Scene):
    with app.test_request_context("/fr/"), commit_on_success():
        profile = db.session.get_one(Profile, scene.me)
        profile.pitch = "Yeasts"
        make_opportunity(profile, OpportunityKind.NEED, tuple(db.session.scalars(sa.select(Tag))))
        endpoints = [one.endpoint for one in advice_for(profiles.locked(scene.me))]
    assert endpoints == ["matchmaking_opportunities.new", "matchmaking_profile.availability"]


def test_many_suggestions_cost_as_much_as_one(app: Flask, client: FlaskClient, scene: Scene):
    page = f"{scene.path}/for-you"
    client.get(page)
    few = queries_of(app, lambda: client.get(page))

    def more() -> None:
        event = db.session.scalars(sa.select(Event)).one()
        for rank in range(2, 12):
            other = take_part(event)
            db.session.add(
                Suggestion(profile_id=scene.me, other_id=other.id, rank=rank, score=0.4, reasons=[REASONS[2]])
            )

    change(app, more)
    # The page with a few suggestions asks in addition whether more are being computed.
    assert queries_of(app, lambda: client.get(page)) <= few
