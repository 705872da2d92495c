"""What is measured of matchmaking: the suggestions of 3,000 people, all at once and after one change."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from congress.core import clock
from congress.events.models import Event
from congress.extensions import db
from congress.jobs import bell
from congress.jobs.enums import JobState
from congress.jobs.models import Job
from congress.matchmaking.enums import Mark, MeetingState, OpportunityKind, OrganisationType, Side
from congress.matchmaking.models import (
    Meeting,
    MeetingPerson,
    Opportunity,
    Profile,
    ProfileMark,
    Tag,
    active_tags,
    opportunity_tags,
)
from congress.matchmaking.queries.suggestions import ONE
from congress.matchmaking.services import suggesting
from congress.registration.models import Registration
from tests.benchmarks.stage import RUNS, Stage, result
from tests.factories.matchmaking import make_matchmaking, make_slots

Lines = Iterator[dict[str, Any]]
SEED = 2026
PEOPLE, ORGANISATIONS = 3000, 1200
ROOTS, BRANCHES, LEAVES = 12, 6, 4
WORDS, WORDS_PER_TEXT = 5000, 40
SYLLABLES = ("bio", "pro", "fer", "men", "ta", "en", "zy", "mo", "le", "cu", "ra", "ti", "on", "re", "ac", "teur")


def suggestions(stage: Stage) -> Lines:
    """Through the job as the worker does it: read, compute, write. The first full run writes every row."""
    event_id, _payloads = stage.event_of_today(PEOPLE)
    with stage.writing():
        ids = populate(db.session.get_one(Event, event_id))
    everybody, one = [], []
    for run in range(RUNS + 1):
        with stage.writing():
            job_id = suggesting.ask_for_all(event_id)
        everybody.append(_seconds(stage, job_id))
        with stage.writing():
            profile = db.session.get_one(Profile, ids[run])
            profile.pitch = f"Enzymes {run}"
            suggesting.ask_for_one(profile)
            job_id = db.session.scalars(sa.select(Job.id).where(Job.kind == ONE).order_by(Job.id.desc())).first() or 0
        one.append(_seconds(stage, job_id))
    yield result("suggest.3000.first", "s", everybody[:1])
    yield result("suggest.3000", "s", everybody[1:])
    yield result("suggest.one", "s", one[1:])


def populate(event: Event, people: int = PEOPLE) -> list[int]:
    """Profiles for the first registrations of an event, with opportunities, marks, meetings; always the same."""
    chance = random.Random(SEED)
    make_matchmaking(event)
    for day in range(2):
        make_slots(event, 24, starts_at=event.starts_at + dt.timedelta(hours=12 * day))
    tags = _tags(event, chance)
    ids = _profiles(event, people, chance)
    _opportunities(ids, tags, _vocabulary(chance), chance)
    _between(event, ids, chance)
    return ids


def _seconds(stage: Stage, job_id: int) -> float:
    """How long the product's worker takes for a job, from its start to its end."""
    with stage.writing():
        db.session.execute(sa.update(Job).where(Job.id == job_id).values(run_at=clock.now(), unique_key=None))
    bell.ring()
    started = None
    while True:
        with stage.app.app_context():
            state = db.session.scalar(sa.select(Job.state).where(Job.id == job_id))
        if started is None and state is not JobState.QUEUED:
            started = time.perf_counter()
        if state in {JobState.DONE, JobState.FAILED}:
            if state is JobState.FAILED:
                raise RuntimeError("suggest: the job failed")
            return time.perf_counter() - (started or 0)
        time.sleep(0.01)


def _tags(event: Event, chance: random.Random) -> list[int]:
    found: list[int] = []

    def add(parent: int | None) -> int:
        label = f"Tag {len(found)}"
        tag = Tag(series_id=event.series_id, parent_id=parent, label={"fr": label, "en": label})
        db.session.add(tag)
        db.session.flush()
        found.append(tag.id)
        return tag.id

    for _root in range(ROOTS):
        root = add(None)
        for _branch in range(BRANCHES):
            branch = add(root)
            for _leaf in range(LEAVES):
                add(branch)
    db.session.execute(active_tags.insert(), [{"event_id": event.id, "tag_id": tag} for tag in found])
    chance.shuffle(found)
    return found


def _profiles(event: Event, people: int, chance: random.Random) -> list[int]:
    registrations = db.session.scalars(
        sa.select(Registration.id).where(Registration.event_id == event.id).order_by(Registration.id).limit(people)
    ).all()
    now, types = clock.now(), list(OrganisationType)
    for start in range(0, len(registrations), 500):
        for registration_id in registrations[start : start + 500]:
            name = f"Société {chance.randrange(ORGANISATIONS)}"
            change = sa.update(Registration).where(Registration.id == registration_id).values(organisation=name)
            db.session.execute(change.execution_options(synchronize_session=False))
    rows = [
        {
            "code": f"bench{registration_id}",
            "event_id": event.id,
            "registration_id": registration_id,
            "type": chance.choice(types),
            "languages": chance.sample(["fr", "en", "de", "es"], 2),
            "pitch": "",
            "visibility": {},
            "listed_at": now,
            "created_at": now,
            "changed_at": now,
        }
        for registration_id in registrations
    ]
    return sorted(db.session.scalars(sa.insert(Profile).returning(Profile.id), rows).all())


def _vocabulary(chance: random.Random) -> tuple[list[str], list[float]]:
    """Invented words, a few of them much more frequent than the others, as in a language."""
    words = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(WORDS)]
    return words, [1 / (number + 10) for number in range(WORDS)]


def _opportunities(
    ids: Sequence[int], tags: Sequence[int], words: tuple[list[str], list[float]], chance: random.Random
) -> None:
    kinds, types, rows = list(OpportunityKind), list(OrganisationType), []
    for profile_id in ids:
        for position in range(chance.randint(1, 5)):
            text = chance.choices(*words, k=WORDS_PER_TEXT)
            rows.append(
                {
                    "profile_id": profile_id,
                    "kind": chance.choice(kinds),
                    "title": " ".join(text[:6]),
                    "text": " ".join(text[6:]),
                    "partner_types": chance.sample([one.value for one in types], chance.randint(0, 2)),
                    "position": position,
                }
            )
    made = db.session.scalars(sa.insert(Opportunity).returning(Opportunity.id), rows).all()
    pairs = [
        {"opportunity_id": one, "tag_id": tag} for one in made for tag in chance.sample(tags, chance.randint(1, 4))
    ]
    db.session.execute(opportunity_tags.insert(), pairs)


def _between(event: Event, ids: Sequence[int], chance: random.Random) -> None:
    now = clock.now()
    pairs = {tuple(sorted(chance.sample(ids, 2))) for _ in range(2 * len(ids))}
    marks = [
        {"profile_id": one, "other_id": other, "mark": Mark.BOOKMARKED, "created_at": now}
        for one, other in sorted(pairs)[: len(ids)]
    ]
    db.session.execute(sa.insert(ProfileMark), marks)
    meetings = [
        {
            "code": f"m{one}x{other}",
            "event_id": event.id,
            "state": MeetingState.UNSCHEDULED,
            "requester_id": one,
            "target_id": other,
            "low_id": one,
            "high_id": other,
            "created_at": now,
            "changed_at": now,
        }
        for one, other in sorted(pairs)[len(ids) :]
    ]
    if not meetings:
        return
    made = db.session.scalars(sa.insert(Meeting).returning(Meeting.id, sort_by_parameter_order=True), meetings).all()
    sides = ((Side.REQUESTER, "requester_id"), (Side.TARGET, "target_id"))
    people = [
        {"meeting_id": meeting_id, "profile_id": row[column], "side": side}
        for meeting_id, row in zip(made, meetings, strict=True)
        for side, column in sides
    ]
    db.session.execute(sa.insert(MeetingPerson), people)
