"""An open call of the demo: pitches for the congress, some of them reviewed already."""

from __future__ import annotations

import datetime as dt
from typing import Any

from congress.accounts.models import Account
from congress.backoffice.demo.facts import programme
from congress.backoffice.demo.people import Crowd
from congress.core import clock
from congress.core.addresses import address_key
from congress.core.tokens import new_link
from congress.events.models import Event
from congress.extensions import db
from congress.programme.codes import new_code
from congress.programme.enums import CallKind, PersonState, ProposalState, QuestionKind
from congress.programme.links import PROPOSAL
from congress.programme.models import (
    Call,
    Criterion,
    Proposal,
    ProposalAnswer,
    ProposalPerson,
    Question,
    Review,
    ReviewScore,
)

OPEN_BEFORE, OPEN_FOR = dt.timedelta(days=14), dt.timedelta(days=60)


def make_call(event: Event, reviewer: Account, crowd: Crowd) -> None:
    """A blind call that is open, with submitted pitches; the first three are reviewed."""
    row, now = programme()["call"], clock.now()
    call = Call(
        event_id=event.id,
        slug=row["slug"],
        kind=CallKind.PITCHES,
        title=row["title"],
        text=row["text"],
        opens_at=now - OPEN_BEFORE,
        closes_at=now + OPEN_FOR,
        published_at=now - OPEN_BEFORE,
        is_blind=True,
        created_at=now - OPEN_BEFORE,
        changed_at=now,
    )
    db.session.add(call)
    db.session.flush()
    questions = [_question(call, place, one) for place, one in enumerate(row["questions"])]
    criteria = [Criterion(call_id=call.id, position=place, **one) for place, one in enumerate(row["criteria"])]
    db.session.add_all([*questions, *criteria])
    db.session.flush()
    for number, title in enumerate(row["proposals"]):
        proposal = _proposal(call, title, questions, crowd, now - dt.timedelta(days=12 - number))
        if number < 3:  # noqa: PLR2004 (some are still to be read)
            _review(proposal, reviewer, criteria, crowd, now)


def _question(call: Call, position: int, row: dict[str, Any]) -> Question:
    return Question(
        call_id=call.id,
        kind=QuestionKind(row["kind"]),
        label=row["label"],
        is_required=row["required"],
        options=[{"id": f"o{number}", "label": label} for number, label in enumerate(row["options"], start=1)],
        position=position,
    )


def _proposal(
    call: Call, title: dict[str, str], questions: list[Question], crowd: Crowd, sent_at: dt.datetime
) -> Proposal:
    person = crowd.person("startup")
    proposal = Proposal(
        event_id=call.event_id,
        call_id=call.id,
        code=new_code(),
        state=ProposalState.SUBMITTED,
        title=title[person.language],
        abstract=programme()["abstract"][person.language].replace("**", "") % {"domain": title[person.language]},
        language=person.language,
        created_at=sent_at,
        changed_at=sent_at,
        submitted_at=sent_at,
    )
    db.session.add(proposal)
    db.session.flush()
    salt, digest = new_link(PROPOSAL)
    db.session.add(
        ProposalPerson(
            proposal_id=proposal.id,
            state=PersonState.SUBMITTER,
            given_name=person.given_name,
            family_name=person.family_name,
            email=person.email,
            email_key=address_key(person.email),
            organisation=person.organisation,
            job_title=person.job_title,
            language=person.language,
            link_salt=salt,
            link_hash=digest,
            created_at=sent_at,
        )
    )
    for question in questions:
        value = crowd.chance.choice(question.options)["id"] if question.options else title[person.language]
        db.session.add(ProposalAnswer(proposal_id=proposal.id, question_id=question.id, value=value))
    db.session.flush()
    return proposal


def _review(proposal: Proposal, reviewer: Account, criteria: list[Criterion], crowd: Crowd, now: dt.datetime) -> None:
    review = Review(proposal_id=proposal.id, account_id=reviewer.id, created_at=now, changed_at=now)
    db.session.add(review)
    db.session.flush()
    for criterion in criteria:
        points = crowd.chance.randint(4, 9)
        db.session.add(ReviewScore(review_id=review.id, criterion_id=criterion.id, points=points))
    db.session.flush()
