"""A06: what is not released is in no page, feed, export, search, sitemap or error that the public can get."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask, url_for
from flask.testing import FlaskClient

from congress.core import clock
from congress.core.inventory import route_lines
from congress.core.transactions import commit_on_success
from congress.events.models import Event, Room
from congress.extensions import db
from congress.programme.enums import SessionState, SlotKind
from congress.programme.models import Session
from tests.factories.programme import make_format, make_session, make_slot, make_speaker, make_track
from tests.factories.proposals import make_call, make_proposal
from tests.security.matrix import LINK, PUBLIC, rule_of
from tests.security.world import World, arguments_of, make_world

DRAFT = "Quaggamuschel"
CALL = "Zebrafinkentaler"
NOTHING = "Nirgendsweltwort"
JOIN = "https://video.example.org/okapi"
OWN_LINKS = ("proposal", "speaker_page")
"""What speakers and authors see of their own by link is theirs."""


@pytest.fixture
def world(app: Flask) -> World:
    """Event A with a release, and a draft that differs in everything."""
    world = make_world(app)
    text = {"fr": DRAFT, "en": DRAFT}
    with app.test_request_context("/fr/"), commit_on_success():
        event = db.session.get_one(Event, world.a.args["event_id"])
        room = db.session.get_one(Room, world.a.args["room_id"])
        released = db.session.get_one(Session, world.a.args["own_session_id"])
        released.title = released.abstract = released.subtitle = text
        released.join_url = JOIN
        track, kind = make_track(event, name=text), make_format(event, name=text)
        speaker = make_speaker(event, given_name=DRAFT, family_name=DRAFT, organisation=DRAFT, biography=text)
        for number, state in enumerate(SessionState):
            made = make_session(
                event, [speaker], title=text, abstract=text, state=state, track_id=track.id, format_id=kind.id
            )
            make_slot(event, made, room, hour=10 + number)
        for kind_of_slot in (SlotKind.BREAK, SlotKind.BLOCKER):
            make_slot(event, None, room, hour=18, kind=kind_of_slot, title=text)
        tomorrow = clock.now() + dt.timedelta(days=1)
        make_call(event, title={"fr": CALL, "en": CALL}, published_at=None)
        make_call(event, title={"fr": "Plus tard", "en": "Later"}, opens_at=tomorrow, text={"fr": "x", "en": "x"})
        make_proposal(make_call(event), title=CALL, abstract=CALL)
    return world


def addresses(app: Flask, world: World) -> Iterator[str]:
    """Everything that the public, or somebody with a link of a registration, can get."""
    for line in route_lines(app):
        rule = rule_of(line["endpoint"], line["method"])
        if line["method"] != "GET" or rule not in {PUBLIC, LINK} or line["endpoint"].startswith(OWN_LINKS):
            continue
        names = {
            name
            for one in app.url_map.iter_rules(line["endpoint"])
            if one.rule == line["route"]
            for name in one.arguments
        }
        for kind in ("xml", "json", "csv", "xlsx") if "kind" in names else ("",):
            with app.test_request_context("/en/"):
                values = arguments_of(line, world.a, names) | ({"kind": kind} if kind else {})
                yield url_for(line["endpoint"], **values | ({"number": 1} if "number" in names else {}))


def repeated(client: FlaskClient, path: str, words: str) -> int:
    """How often a page that is asked to search for words shows them."""
    return (
        client.get(path, query_string={"q": words}, buffered=True).get_data().decode("utf-8", "replace").count(words)
    )


@pytest.mark.timeout(600)
def test_nothing_of_a_draft_is_public(app: Flask, world: World) -> None:
    seen = 0
    for path in addresses(app, world):
        text = world.clients["anonymous"].get(path, buffered=True).get_data().decode("utf-8", "replace")
        seen += "Energy" in text or "Énergie" in text
        assert [word for word in (DRAFT, CALL, JOIN) if word in text] == [], path
        # A search repeats what it was asked for, as often as it repeats any other words, and finds nothing more.
        for word in (DRAFT, CALL):
            assert repeated(world.clients["anonymous"], path, word) == repeated(
                world.clients["anonymous"], path, NOTHING
            ), path
    assert seen > 10
    listed = world.clients["owner"].get(f"/en/manage/events/{world.a.args['event_slug']}/programme/sessions/").text
    assert DRAFT in listed


def test_codes_of_unreleased_sessions_and_speakers_are_unknown(app: Flask, world: World) -> None:
    slug = world.a.args["event_slug"]
    with app.app_context():
        codes = db.session.scalars(sa.select(Session.code).where(Session.title["fr"].as_string() == DRAFT)).all()
    hidden = [code for code in codes if code != world.a.args["code"]]
    assert len(hidden) == len(SessionState)
    for code in hidden:
        for path in (f"sessions/{code}/", f"sessions/{code}/feedback/", f"speakers/{code}/"):
            answer = world.clients["anonymous"].get(f"/en/events/{slug}/programme/{path}")
            unknown = world.clients["anonymous"].get(f"/en/events/{slug}/programme/sessions/NOBODY/")
            assert (answer.status_code, DRAFT in answer.text) == (unknown.status_code, False) == (404, False)
