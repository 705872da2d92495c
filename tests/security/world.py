"""Two events of different teams with one row of everything, and somebody in every role."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from congress.accounts.models import Account, AccountSession
from congress.agenda.enums import SignUpState
from congress.agenda.models import SignUp, Star
from congress.badges.enums import BadgeFormat
from congress.badges.models import PrintRun
from congress.core import clock, storage
from congress.core.actors import SYSTEM, acting_as
from congress.core.tokens import derive_token, new_link
from congress.core.transactions import commit_on_success
from congress.events.enums import HostRole, Role
from congress.events.logos import Logo
from congress.events.models import Event, EventHost, Invitation, Room, SeriesHost, TeamMember
from congress.extensions import db
from congress.jobs.services import enqueue
from congress.mail.models import Mail
from congress.mail.services import queue
from congress.matchmaking.enums import MeetingState
from congress.matchmaking.links import answer_token, link_for
from congress.matchmaking.models import MeetingSlot, MeetingTable, Profile, SchedulePrintRun, TableZone, TimetableRun
from congress.matchmaking.queries.profiles import by_code
from congress.matchmaking.services import messaging
from congress.organisations.enums import MembershipRole
from congress.organisations.models import Membership
from congress.programme import photos
from congress.programme.enums import CallKind, PersonState, ProposalState
from congress.programme.links import proposal_token, speaker_token
from congress.programme.models import Availability, ProposalAnswer, ProposalFile, ProposalPerson, Session, Speaker
from congress.programme.services import materials
from congress.programme.uploads import Upload
from congress.registration.consents import store_answers
from congress.registration.enums import ConsentKind
from congress.registration.links import calendar_token, manage_token
from congress.registration.models import Quota, Registration, RegistrationGroup
from tests.factories.doors import make_checkpoint, make_device, token_of
from tests.factories.events import make_event
from tests.factories.matchmaking import (
    make_delegation,
    make_matchmaking,
    make_meeting,
    make_opportunity,
    make_profile,
    make_slots,
    make_tables,
    make_tag,
)
from tests.factories.people import make_account, make_member, make_organisation, sign_in
from tests.factories.programme import make_format, make_release, make_session, make_slot, make_speaker, make_track
from tests.factories.proposals import make_call, make_person, make_proposal, make_question
from tests.factories.registrations import make_registration
from tests.factories.reviews import make_criterion, make_review

FIXED: dict[str, Any] = {
    "lang_code": "en",
    "message_id": "0" * 32,
    "number": 0,
    "release_number": 1,
    "name": "0" * 32 + ".png",
    "digits": "0b4f5c",
    "colours": "0b4f5c-1f5fa8",
    "filename": "css/theme.css",
    "what": "enable",
    "way": "up",
    "wanted": "show",
    "pause": "break",
    "act": "activate",
    "tap": "held",
    "which": "changed",
}
TOKENS = {
    "calendars.personal": "calendar",
    "invitations": "invitation",
    "meeting_answer": "meeting_answer",
    "proposal": "proposal",
    "speaker_page": "speaker",
}
"""Which secret an endpoint or a blueprint takes; the others take that of a registration."""
SPEAKERS = {"calendars.speaker", "programme.speaker", "programme.photo"}
"""Where `code` is that of a speaker; elsewhere it is that of a session."""
CODES = {
    "my_meetings": "meeting_code",
    "meeting_acts": "meeting_code",
    "meeting_requests.person": "other_profile_code",
    "meeting_requests.delegation": "delegation_code",
    "delegation.show": "delegation_code",
    "delegation.member": "colleague_code",
    "matchmaking_directory": "other_profile_code",
    "matchmaking_people": "profile_code",
    "suggestions": "other_profile_code",
}
"""Whose `code` an endpoint or a blueprint of matchmaking takes."""
TEAM_ROLES = tuple(role.value for role in Role)


@dataclass
class Scene:
    """One event; `args` fills the variable parts of addresses with what belongs to it."""

    args: dict[str, Any]
    tokens: dict[str, str]


@dataclass
class World:
    """`clients` by role; roles of the event are those on event A."""

    a: Scene
    b: Scene
    clients: dict[str, FlaskClient] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)


def make_scene(event: Event, text: str = "") -> Scene:
    """One row of everything; `text` is written into every field that people fill in."""
    scene = Scene(
        dict(FIXED) | {"event_slug": event.slug, "series_slug": event.series.slug, "event_id": event.id}, {}
    )
    _add_hosts(scene, event, text)
    _add_registration(scene, event, text)
    _add_door(scene, event, text)
    _add_team(scene, event, text)
    _add_print_run(scene, event)
    _add_programme(scene, event, text)
    _add_agenda(scene)
    _add_call(scene, event, text)
    _add_matchmaking(scene, event, text)
    _add_meetings(scene, event, text)
    db.session.flush()
    return scene


def _add_hosts(scene: Scene, event: Event, text: str) -> None:
    host = make_organisation(text or "Invented Cluster")
    event_host = EventHost(event_id=event.id, organisation_id=host.id, role=HostRole.OWNER)
    series_host = SeriesHost(series_id=event.series_id, organisation_id=host.id, role=HostRole.OWNER)
    room = Room(event_id=event.id, name={"fr": text or "Salle", "en": text or "Room"})
    colleague = make_account(name=text or "Colleague")
    membership = Membership(
        organisation_id=host.id, account_id=colleague.id, role=next(iter(MembershipRole)), created_at=clock.now()
    )
    db.session.add_all([event_host, series_host, room, membership])
    db.session.flush()
    scene.args |= {"host_id": event_host.id, "series_host_id": series_host.id, "room_id": room.id, "slug": host.slug}
    scene.args |= {"membership_id": membership.id, "account_id": colleague.id, "organisation_id": host.id}


def _add_registration(scene: Scene, event: Event, text: str) -> None:
    written = dict.fromkeys(("given_name", "family_name", "organisation", "job_title", "note"), text) if text else {}
    one = make_registration(event, **written)
    one.search_text = f"{one.search_text} {text}"
    group = db.session.get_one(RegistrationGroup, one.group_id)
    store_answers({one.id: event.id}, {ConsentKind.PHOTO: True})
    shown_in = [(event.id, one.id)]
    mail_id = queue("registration_confirmation", one.email, "fr", {"registration_ids": [one.id]}, shown_in=shown_in)
    db.session.execute(sa.update(Mail).where(Mail.id == mail_id).values(subject=text or "Bonjour"))
    quota_id = db.session.scalar(sa.select(Quota.id).where(Quota.event_id == event.id))
    scene.args |= {"public_id": one.public_id, "registration_id": one.id, "reference": one.reference}
    scene.args |= {"mail_id": mail_id, "category_id": one.category_id, "quota_id": quota_id}
    scene.tokens |= {"manage": manage_token(group), "calendar": calendar_token(group)}


def _add_door(scene: Scene, event: Event, text: str) -> None:
    checkpoint = make_checkpoint(event, text or "Door")
    device = make_device(event, checkpoint, label=text or "Phone")
    scene.args |= {"checkpoint_id": checkpoint.id, "device_id": device.id}
    scene.tokens["device"] = token_of(device)


def _add_team(scene: Scene, event: Event, text: str) -> None:
    colleague = make_account(name=text or "Colleague")
    for prefix, where in (("", {"event": event}), ("series_", {"series": event.series})):
        make_member(colleague, Role.VIEWER, **where)
        scope = {f"{name}_id": one.id for name, one in where.items()}
        salt, token_hash = new_link("invitation")
        invitation = Invitation(
            email="invited@example.org",
            email_key="invited@example.org",
            role=Role.VIEWER,
            salt=salt,
            token_hash=token_hash,
            created_at=clock.now(),
            expires_at=clock.now() + dt.timedelta(days=7),
            invited_by_id=colleague.id,
            **scope,
        )
        db.session.add(invitation)
        db.session.flush()
        member = sa.select(TeamMember.id).filter_by(account_id=colleague.id, **scope)
        scene.args |= {f"{prefix}member_id": db.session.scalar(member), f"{prefix}invitation_id": invitation.id}
        scene.tokens["invitation"] = derive_token("invitation", salt)


def _add_programme(scene: Scene, event: Event, text: str) -> None:
    written = {"fr": text or "Énergie", "en": text or "Energy"}
    track = make_track(event, name=written)
    speaker = make_speaker(event, **({"given_name": text, "family_name": text, "organisation": text} if text else {}))
    # One code for both: addresses name theirs "code", and they are unique among their own kind only.
    session = make_session(
        event, [speaker], code=speaker.code, track_id=track.id, title=written, abstract=written, needs_sign_up=True
    )
    slot = make_slot(event, session, db.session.get_one(Room, scene.args["room_id"]))
    make_slot(event, None, None, hour=12, title={"fr": text or "Pause", "en": text or "Break"})
    scene.args |= {"speaker_id": speaker.id, "own_session_id": session.id}
    _add_material(scene, event, text)
    with acting_as(SYSTEM):  # not as whoever signed in before
        make_release(event)
    scene.args |= {"slot_id": slot.id, "day": event.first_day.isoformat()}
    scene.args |= {"track_id": track.id, "code": session.code, "speaker_code": speaker.code}


def _add_material(scene: Scene, event: Event, text: str) -> None:
    """What hangs on the session and on its speaker, as the release shows it."""
    session = db.session.get_one(Session, scene.args["own_session_id"])
    speaker = db.session.get_one(Speaker, scene.args["speaker_id"])
    upload = Upload(b"%PDF-1.7", "pdf", f"{text or 'slides'}.pdf")
    material = materials.add_file(event, session, upload, text or "Slides")
    materials.add_link(event, session, "https://example.org/", text or "Paper")
    photos.keep(speaker, Logo(b"no picture", "png", 1, 1))
    window = Availability(speaker_id=speaker.id, starts_at=event.starts_at, ends_at=event.ends_at)
    kind = make_format(event, name={"fr": text or "Atelier", "en": text or "Workshop"})
    session.format_id, session.note, session.subtitle = kind.id, text, {"fr": text or "Suite"}
    speaker.biography, speaker.job_title = {"fr": text or "Chercheuse"}, text
    db.session.add(window)
    db.session.flush()
    scene.args |= {"material_id": material.id, "window_id": window.id, "format_id": kind.id}
    scene.args |= {"session_code": session.code, "photo_name": speaker.photo_name}
    scene.tokens["speaker"] = speaker_token(speaker)


def _add_agenda(scene: Scene) -> None:
    """Somebody who starred the session and waits for a place in it."""
    now, keys = (
        clock.now(),
        {"registration_id": scene.args["registration_id"], "session_id": scene.args["own_session_id"]},
    )
    sign_up = SignUp(**keys, state=SignUpState.WAITING, queued_at=now, created_at=now, changed_at=now)
    db.session.add_all([sign_up, Star(**keys, created_at=now)])
    db.session.flush()
    scene.args |= {"sign_up_id": sign_up.id}


def _add_call(scene: Scene, event: Event, text: str) -> None:
    written = {"fr": text or "Appel", "en": text or "Call"}
    call = make_call(event, kind=CallKind.PITCHES, title=written, text=written, laureates_published_at=clock.now())
    question = make_question(call, label=written, help=written)
    criterion = make_criterion(call, name=written, help=written)
    values = {"title": text, "abstract": text, "note": text} if text else {}
    people = {"given_name": text, "family_name": text, "organisation": text} if text else {}
    proposal = make_proposal(call, **values)
    person = make_person(proposal, **people)
    make_person(make_proposal(call, ProposalState.ACCEPTED, **values), **people)
    make_review(proposal, make_account(name=text or "Reviewer"), {criterion.id: 7}, comment=text or "Good.")
    db.session.add(ProposalAnswer(proposal_id=proposal.id, question_id=question.id, value=text or "Answer"))
    name = storage.new_name("pdf")
    (storage.folder("uploads") / name).write_bytes(b"%PDF-1.7")
    attached = ProposalFile(
        proposal_id=proposal.id,
        stored_name=name,
        file_name=f"{text or 'paper'}.pdf",
        media_type="application/pdf",
        bytes=8,
        created_at=clock.now(),
    )
    db.session.add(attached)
    db.session.flush()
    scene.args |= {"call_id": call.id, "call_slug": call.slug, "question_id": question.id}
    scene.args |= {"criterion_id": criterion.id, "proposal_code": proposal.code, "file_id": attached.id}
    scene.args |= {"kind": "csv"}
    scene.args["person_id"] = person.id
    submitter = sa.select(ProposalPerson).filter_by(proposal_id=proposal.id, state=PersonState.SUBMITTER)
    scene.tokens["proposal"] = proposal_token(db.session.scalars(submitter).one())


def _add_matchmaking(scene: Scene, event: Event, text: str) -> None:
    make_matchmaking(event, introduction={"fr": text, "en": text} if text else {})
    names = {"fr": text or "Zone A", "en": text or "Zone A"}
    slot = make_slots(event, 2, name=names)[0]
    zone = TableZone(event_id=event.id, name=names)
    db.session.add(zone)
    db.session.flush()
    table = make_tables(event, 1, zone_id=zone.id)[0]
    tag = make_tag(event, text or None, synonyms={"fr": [text or "Synonyme"]})
    scene.args |= {
        "meeting_session_id": slot.session_id,
        "zone_id": zone.id,
        "table_id": table.id,
        "tag_id": tag.id,
    }


def _add_meetings(scene: Scene, event: Event, text: str) -> None:
    """The scene's person and somebody else: two meetings, one of them published, and a run of the timetable."""
    one = make_profile(event, db.session.get_one(Registration, scene.args["registration_id"]), pitch=text)
    written = dict.fromkeys(("given_name", "family_name", "organisation"), text) if text else {}
    other = make_profile(event, make_registration(event, **written), pitch=text)
    table = db.session.get_one(MeetingTable, scene.args["table_id"])
    slot = db.session.scalars(sa.select(MeetingSlot).filter_by(event_id=event.id).order_by(MeetingSlot.id)).first()
    meeting = make_meeting(one, other, MeetingState.SCHEDULED, slot=slot, table=table, note=text)
    run = TimetableRun(
        event_id=event.id,
        job_id=enqueue("matchmaking.timetable", {}),
        seed=1,
        seconds=1,
        movable=[],
        created_at=clock.now(),
    )
    db.session.add(run)
    db.session.flush()
    scene.args["schedule_run_id"] = _schedule_run(event, one)
    wish = make_opportunity(one, title=text or "Filling", text=text)
    scene.args |= {"opportunity_id": wish.id}
    scene.args |= {"profile_code": one.code, "meeting_code": meeting.code, "timetable_run_id": run.id}
    _add_delegations(scene, event, one, text)
    asked = by_code(event, scene.args["other_profile_code"])
    assert asked
    scene.args["report_id"] = _reported_thread(one, asked, text)
    request = make_meeting(make_profile(event), one, note=text)
    scene.tokens["meeting_answer"] = answer_token(link_for(request, one.id, clock.now()))


def _reported_thread(one: Profile, other: Profile, text: str) -> int:
    message = messaging.send(one, other, text or "Hello")
    messaging.send(other, one, text or "Hello to you")
    found = messaging.report(other, one, text or "Rude")
    assert found.last_message_id > message.id
    return found.id


def _schedule_run(event: Event, profile: Profile) -> int:
    name = storage.new_name("pdf")
    (storage.folder("schedules") / name).write_bytes(b"%PDF-1.7")
    run = SchedulePrintRun(
        file_name=name,
        event_id=event.id,
        job_id=enqueue("matchmaking.print_schedules", {}),
        profile_ids=[profile.id],
        created_at=clock.now(),
    )
    db.session.add(run)
    db.session.flush()
    return run.id


def _add_delegations(scene: Scene, event: Event, one: Profile, text: str) -> None:
    """That of the scene's person with a colleague, and one that can be asked."""
    colleague, other = make_profile(event), make_profile(event)
    name = {"name": text} if text else {}
    make_delegation(event, one, colleague, **name)
    asked = make_delegation(event, other, **name)
    codes = {"other_profile_code": other.code, "colleague_code": colleague.code}
    scene.args |= {"delegation_code": asked.code} | codes


def _add_print_run(scene: Scene, event: Event) -> None:
    name = storage.new_name("pdf")
    (storage.folder("print_runs") / name).write_bytes(b"%PDF-1.7")
    job_id = enqueue("badges.print", {})
    run = PrintRun(
        event_id=event.id,
        job_id=job_id,
        format=BadgeFormat.A6,
        badges=1,
        file_name=name,
        finished_at=clock.now(),
        registration_ids=[scene.args["registration_id"]],
        created_at=clock.now(),
    )
    db.session.add(run)
    db.session.flush()
    scene.args |= {"run_id": run.id, "job_id": job_id}


def make_world(app: Flask, text: str = "") -> World:
    """Everything, committed."""
    with app.test_request_context("/fr/"), commit_on_success():
        event_a = make_event(**({"name": {"fr": text, "en": text}, "venue_name": text} if text else {}))
        event_b = make_event()
        db.session.refresh(event_a, ["series"])
        db.session.refresh(event_b, ["series"])
        world = World(make_scene(event_a, text), make_scene(event_b))
        people = {role: _member(Role(role), event=event_a) for role in TEAM_ROLES}
        people["series owner"] = make_account()
        make_member(people["series owner"], Role.OWNER, series=event_a.series)
        people["organiser of B"] = _member(Role.ORGANISER, event=event_b)
        people["administrator"] = make_account(administrator=True)
        people["account without role"] = make_account()
        people["disabled"] = _member(Role.OWNER, event=event_a)
    world.clients = {name: app.test_client() for name in ("anonymous", "door device", "stranger's link", *people)}
    with app.app_context():
        for name, account in people.items():
            sign_in(world.clients[name], account)
        db.session.execute(
            sa.update(Account).where(Account.id == people["disabled"].id).values(disabled_at=clock.now())
        )
        db.session.commit()
        world.a.args["session_id"] = db.session.scalar(sa.select(sa.func.min(AccountSession.id)))
    world.headers = {"door device": {"Authorization": f"Bearer {world.a.tokens['device']}"}}
    return world


def _member(role: Role, *, event: Event) -> Account:
    account = make_account()
    make_member(account, role, event=event)
    return account


def arguments_of(route: dict[str, str], scene: Scene, names: set[str]) -> dict[str, Any]:
    """What stands for the variable parts of a route: rows of the scene, and the token that its endpoint takes."""
    values = {name: scene.args[name] for name in names if name in scene.args}
    if "token" in names:
        blueprint = route["endpoint"].partition(".")[0]
        kind = TOKENS.get(route["endpoint"]) or TOKENS.get(blueprint, "manage")
        values["token"] = scene.tokens[kind]
    if route["endpoint"] in SPEAKERS:
        values["code"] = scene.args["speaker_code"]
    code = CODES.get(route["endpoint"]) or CODES.get(route["endpoint"].partition(".")[0])
    if code and "code" in names:
        values["code"] = scene.args[code]
    if route["endpoint"] == "delegation.member":
        values["what"] = "remove"
    if route["endpoint"] == "programme_photos.photo":
        values["name"] = scene.args["photo_name"]
    if route["endpoint"].startswith(("series_hosts.", "series_team.")):
        values |= {name: scene.args[f"series_{name}"] for name in names if f"series_{name}" in scene.args}
    return values
