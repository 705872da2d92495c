"""A programme from the call to the second release, and a speaker without an account, as people go through it."""

from __future__ import annotations

import datetime as dt
import html
import io

import icalendar
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from congress.core import clock
from congress.events.enums import Role
from congress.events.models import Event, Room
from congress.extensions import db
from congress.programme.models import Availability, Call, Criterion, Proposal, Session, Speaker
from tests.conftest import NOON
from tests.factories.programme import make_room
from tests.journeys.programme_desk import Desk, event_of, hidden, invitation, link_in, text
from tests.support.tour import make_tour
from tests.support.work import part

pytestmark = [pytest.mark.usefixtures("now"), pytest.mark.database]
ROOMS = ("Amphi", "Levure", "Plasmide", "Vecteur")
SATURDAY, SUNDAY = "2027-03-20", "2027-03-21"
A_MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def desk(app: Flask) -> Desk:
    """A stage of two days in four rooms, with a team."""
    tour = make_tour(app)
    tour.change(
        Event,
        tour.event,
        starts_at=dt.datetime(2027, 3, 20, 8, tzinfo=dt.UTC),
        ends_at=dt.datetime(2027, 3, 21, 17, tzinfo=dt.UTC),
    )
    with app.app_context():
        event = event_of(tour.event)
        for position, name in enumerate(ROOMS):
            make_room(event, name={"fr": f"Salle {name}", "en": f"{name} room"}, position=position)
        db.session.commit()
    return Desk(tour)


def open_call(desk: Desk, team: FlaskClient) -> Call:
    """A blind call with one criterion, made and published on the team's pages."""
    form = {
        "kind": "talks",
        "title-fr": "Appel à communications",
        "title-en": "Call for papers",
        "opens_at": "2027-03-01T09:00",
        "closes_at": "2027-03-15T18:00",
        "max_people": "3",
        "is_blind": "y",
    }
    assert team.submit(desk.path("calls/new"), form).status_code == 303
    call: Call = desk.tour.read(sa.select(Call))
    settings = desk.path(f"calls/{call.id}/settings")
    assert team.submit(desk.path(f"calls/{call.id}/publish"), {}, settings).status_code == 303
    criteria = desk.path(f"calls/{call.id}/criteria/")
    criterion = {"name-fr": "Originalité", "name-en": "Originality", "weight": "1"}
    assert team.submit(criteria, criterion).status_code == 303
    return call


def propose(desk: Desk, call: Call, title: str, name: str) -> str:
    """Somebody without an account sends a proposal; its code."""
    data = {
        "title": title,
        "abstract": "Ce que cinq réacteurs nous ont appris.",
        "language": "fr",
        "format": "0",
        "track": "0",
        "given_name": name,
        "family_name": "Secret",
        "email": f"{name.lower()}@example.org",
        "mail_language": "fr",
        "send": "1",
    }
    answer = desk.tour.client().submit(desk.public(f"calls/{call.slug}/submit"), data)
    assert answer.status_code == 303, text(answer)[-2000:]
    code: str = desk.tour.read(sa.select(Proposal.code).where(Proposal.title == title))
    return code


def review(desk: Desk, reviewer: FlaskClient, points: dict[str, int]) -> None:
    """Points for each proposal, whose authors the reviewer never sees."""
    criterion = desk.tour.read(sa.select(Criterion.id))
    for code, one in points.items():
        page = text(reviewer.get(desk.path(f"reviews/{code}/")))
        assert "This review is blind" in page
        assert not any(known in page for known in ("Secret", "@example.org"))
        data = {f"points_{criterion}": str(one), "comment": "Lu."}
        assert reviewer.submit(desk.path(f"reviews/{code}/"), data).status_code == 303


def decide(desk: Desk, team: FlaskClient, call: Call, best: int) -> None:
    """Take the best, read every mail, and send them: what arrives is what was read."""
    page, apply = desk.path(f"calls/{call.id}/decisions/"), desk.path(f"calls/{call.id}/decisions/apply")
    data = {"rule": "top", "value": str(best), "reject_others": "y"}
    assert team.submit(f"{page}by-score", data, page).status_code == 303
    desk.mails()
    shown = text(team.get(apply))
    read = " ".join(html.unescape(shown).split())
    assert desk.mails() == {}
    assert team.submit(apply, {"tell": "y", "seen": hidden(shown, "seen")}).status_code == 303
    told = desk.mails()
    assert set(told) == {"ada@example.org", "bob@example.org", "max@example.org"}
    assert [mail["Subject"] for mail in told["max@example.org"]] == ["Non retenue : Trop tard"]
    for mail in (one for mails in told.values() for one in mails):
        first_words = " ".join(part(mail, "text/plain").split("http")[0].split())
        assert first_words in read
    for mails in (told["ada@example.org"], told["bob@example.org"]):
        confirm_all(desk, link_in(mails, "speaker"))


def confirm_all(desk: Desk, page: str) -> None:
    """A speaker says yes to everything, by the link in the mail."""
    client = desk.tour.client()
    speaker = page.rstrip("/")
    for code in desk.tour.read_all(sa.select(Session.code).where(Session.state == "accepted")):
        if f"/sessions/{code}/confirm" in text(client.get(page)):
            assert client.submit(f"{speaker}/sessions/{code}/confirm", {}, page).status_code == 303


def place(desk: Desk, title: str, day: str, time: str, room: str) -> dict[str, str]:
    """Where the editor is told to put a session."""
    rooms = {one.name["fr"]: one.id for one in desk.tour.read_all(sa.select(Room))}
    code = next(one.code for one in desk.tour.read_all(sa.select(Session)) if one.title["fr"] == title)
    return {"session": code, "start": f"{day}T{time}", "room": str(rooms[f"Salle {room}"])}


def lay_out(desk: Desk, team: FlaskClient) -> dict[str, dict]:
    """Two days over four rooms; Ada would have to be in two of them, which is said and then mended."""
    slots = {
        title: desk.drop(team, "slots", **place(desk, title, day, time, room))
        for title, day, time, room in (
            ("Cellules", SATURDAY, "10:00", "Amphi"),
            ("Levures", SATURDAY, "10:15", "Levure"),
            ("Plasmides", SUNDAY, "11:00", "Plasmide"),
        )
    }
    desk.drop(
        team, "slots", kind="break", start=f"{SATURDAY}T12:00", room=place(desk, "Levures", "", "", "Vecteur")["room"]
    )
    data = team.get(desk.path(f"programme/schedule/{SATURDAY}/data")).json
    warned = {one["title"]: " ".join(one["warnings"]) for one in data["slots"]}
    assert "Ada Secret" in warned["Cellules"]
    assert "Ada Secret" in warned["Levures"]
    assert "Ada Secret" in warnings(desk, team)
    later = {"start": f"{SATURDAY}T11:00", "room": slots["Levures"]["room"], "version": slots["Levures"]["version"]}
    desk.drop(team, f"slots/{slots['Levures']['id']}/move", **later)
    data = team.get(desk.path(f"programme/schedule/{SATURDAY}/data")).json
    assert [one["warnings"] for one in data["slots"]] == [[]] * 3
    assert "Ada Secret" not in warnings(desk, team)
    return slots


def warnings(desk: Desk, team: FlaskClient) -> str:
    """What is warned of before a release."""
    page = html.unescape(text(team.get(desk.path("programme/releases/new"))))
    return page.partition('card-title">Warnings')[2].partition('card-title">Mails to speakers')[0]


def starts(entry: icalendar.Event) -> dt.datetime:
    """The instant of an entry."""
    when: dt.datetime = entry["DTSTART"].dt.astimezone(dt.UTC)
    return when


def check_first_release(desk: Desk, feed: dict[str, icalendar.Event]) -> str:
    """Each speaker got the own sessions as they stand in the public feed; Bob's UID."""
    told = desk.mails()
    assert set(told) == {"ada@example.org", "bob@example.org"}
    found = {}
    for address, number in (("ada@example.org", 2), ("bob@example.org", 1)):
        (mail,) = told[address]
        method, entries = invitation(mail)
        assert (method, len(entries)) == ("PUBLISH" if number > 1 else "REQUEST", number)
        for one in entries:
            same = feed[str(one["UID"])]
            assert (one["SEQUENCE"], same["SEQUENCE"], str(one["STATUS"])) == (0, 0, "CONFIRMED")
            assert (starts(one), one["LOCATION"]) == (starts(same), same["LOCATION"])
            found[address] = str(one["UID"])
    return found["bob@example.org"]


def test_from_the_call_to_the_second_release(desk: Desk) -> None:
    team, reviewer, visitor = desk.join(Role.PROGRAMME), desk.join(Role.REVIEWER), desk.tour.client()
    call = open_call(desk, team)
    points = {"Cellules": ("Ada", 9), "Levures": ("Ada", 8), "Plasmides": ("Bob", 7), "Trop tard": ("Max", 1)}
    review(desk, reviewer, {propose(desk, call, title, who): one for title, (who, one) in points.items()})
    decide(desk, team, call, best=3)
    slots = lay_out(desk, team)
    assert visitor.get(desk.public("programme/")).status_code == 404

    with clock.held_at(NOON + A_MINUTE):
        shown = desk.publish(team, "1")
        assert "ada@example.org" in shown
        before = desk.feed(visitor)
        uid = check_first_release(desk, before)
    assert len(before) == 3
    assert "Salle Plasmide" in text(visitor.get(desk.public(f"programme/{SUNDAY}/")))

    moved = place(desk, "Plasmides", SATURDAY, "16:00", "Vecteur") | {"version": slots["Plasmides"]["version"]}
    del moved["session"]
    with clock.held_at(NOON + 2 * A_MINUTE):
        desk.drop(team, f"slots/{slots['Plasmides']['id']}/move", **moved)
        assert desk.feed(visitor) == before
        desk.publish(team, "2")
        told, after = desk.mails(), desk.feed(visitor)
    assert set(told) == {"bob@example.org"}
    method, (entry,) = invitation(told["bob@example.org"][0])
    assert (method, str(entry["UID"]), entry["SEQUENCE"]) == ("REQUEST", uid, 1)
    assert starts(entry) == starts(after[uid]) == dt.datetime(2027, 3, 20, 15, tzinfo=dt.UTC)
    assert "Salle Vecteur" in entry["LOCATION"]
    assert after.keys() == before.keys()
    assert {key: one["SEQUENCE"] for key, one in after.items()} == {key: int(key == uid) for key in before}
    assert "Plasmides" in text(visitor.get(desk.public("programme/changes/")))
    assert visitor.get(desk.public("programme/releases/1/")).status_code == 200


def test_a_speaker_without_an_account(desk: Desk) -> None:
    team = desk.join(Role.PROGRAMME)
    form = {"given_name": "Zoé", "family_name": "Lefevre", "email": "zoe@example.org", "language": "fr"}
    assert team.submit(desk.path("programme/speakers/new"), form).status_code == 303
    speaker: Speaker = desk.tour.read(sa.select(Speaker))
    one = add_session(desk, team, speaker)
    listing = desk.path("programme/speakers/")
    assert team.submit(f"{listing}ask", {}, listing).status_code == 303
    (mail,) = desk.mails()["zoe@example.org"]
    assert "Filtrer sans pleurer" in part(mail, "text/plain")
    page = link_in([mail], "speaker")
    as_the_speaker(desk, page, one)
    assert team.submit(desk.path("programme/slots/sessions/") + f"{one.code}/new", when()).status_code == 303
    assert "Zoé Lefèvre" in warnings(desk, team)
    desk.publish(team, "1")
    assert [mail["To"] for mails in desk.mails().values() for mail in mails] == ["zoe@example.org"]
    public = text(desk.tour.client().get(desk.public(f"programme/speakers/{speaker.code}/")))
    assert "<strong>levures</strong>" in public
    assert f"/programme/speakers/{speaker.code}/" in public.split("<img")[1].split(">")[0]


def add_session(desk: Desk, team: FlaskClient, speaker: Speaker) -> Session:
    """An accepted session of the speaker."""
    kinds = {"format_id": "0", "track_id": "0", "level": "all", "language": "fr", "participation": "on_site"}
    titles = {"title-fr": "Filtrer sans pleurer", "title-en": "Filtering"}
    answer = team.submit(desk.path("programme/sessions/new"), titles | kinds)
    assert answer.status_code == 303, text(answer)[-3000:]
    one: Session = desk.tour.read(sa.select(Session))
    show = desk.path(f"programme/sessions/{one.code}/")
    for part_of, data in (("state", {"state": "accepted"}), ("speakers", {"speaker": speaker.code})):
        assert team.submit(show + part_of, data, show).status_code == 303
    return one


def when() -> dict[str, str]:
    """Saturday at ten, when the speaker said not to be there."""
    return {"day": SATURDAY, "start": "10:00", "minutes": "30"}


def as_the_speaker(desk: Desk, page: str, session: Session) -> None:
    """Confirm, correct the name and the biography, give a photo and the only afternoon."""
    client, stream = desk.tour.client(), io.BytesIO()
    assert client.submit(f"{page}sessions/{session.code}/confirm", {}, page).status_code == 303
    assert desk.tour.read(sa.select(Session.state)) == "confirmed"
    form = client.get(f"{page}edit")
    fields = {
        "version": hidden(text(form), "version"),
        "given_name": "Zoé",
        "family_name": "Lefèvre",
        "biography-fr": "Je cultive des **levures**.",
        "language": "fr",
    }
    assert client.submit(f"{page}edit", fields).status_code == 303
    Image.new("RGB", (600, 800), "teal").save(stream, "JPEG")
    photo = {"picture": (io.BytesIO(stream.getvalue()), "moi.jpg")}
    assert client.submit(f"{page}photo", photo, page, content_type="multipart/form-data").status_code == 303
    window = {"starts_at": f"{SATURDAY}T14:00", "ends_at": f"{SATURDAY}T18:00"}
    assert client.submit(f"{page}windows", window, page).status_code == 303
    assert len(desk.tour.read_all(sa.select(Availability.id))) == 1
