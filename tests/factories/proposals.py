"""Calls with their questions, proposals with their people."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from congress.core import clock
from congress.core.addresses import address_key
from congress.core.tokens import new_link
from congress.events.models import Event
from congress.extensions import db
from congress.programme.codes import new_code
from congress.programme.enums import CallKind, PersonState, ProposalState, QuestionKind
from congress.programme.links import PROPOSAL
from congress.programme.models import Call, Proposal, ProposalPerson, Question

_counter = itertools.count(1)


def make_call(event: Event, **values: Any) -> Call:
    """A published call for talks that has been open for a day and closes in ten."""
    number = next(_counter)
    now = clock.now()
    defaults: dict[str, Any] = {
        "event_id": event.id,
        "slug": f"call-{number}",
        "kind": CallKind.TALKS,
        "title": {"fr": f"Appel {number}", "en": f"Call {number}"},
        "text": {"fr": "Proposez une **communication**.", "en": "Propose a **talk**."},
        "opens_at": now - dt.timedelta(days=1),
        "closes_at": now + dt.timedelta(days=10),
        "published_at": now - dt.timedelta(days=1),
        "created_at": now,
        "changed_at": now,
    }
    call = Call(**(defaults | values))
    db.session.add(call)
    db.session.flush()
    return call


def make_question(call: Call, kind: QuestionKind = QuestionKind.LINE, **values: Any) -> Question:
    """An optional question; one with choices offers two of them."""
    number = next(_counter)
    defaults: dict[str, Any] = {
        "call_id": call.id,
        "kind": kind,
        "label": {"fr": f"Question {number} ?", "en": f"Question {number}?"},
        "position": number,
    }
    if kind in {QuestionKind.CHOICE, QuestionKind.CHOICES}:
        defaults["options"] = [
            {"id": "o1", "label": {"fr": "Premier choix", "en": "First choice"}},
            {"id": "o2", "label": {"fr": "Second choix", "en": "Second choice"}},
        ]
    question = Question(**(defaults | values))
    db.session.add(question)
    db.session.flush()
    return question


def make_proposal(call: Call, state: ProposalState = ProposalState.SUBMITTED, **values: Any) -> Proposal:
    """A submitted proposal with its submitter; `email` is that person's address."""
    number = next(_counter)
    now = clock.now()
    email = values.pop("email", f"submitter{number}@example.org")
    defaults: dict[str, Any] = {
        "event_id": call.event_id,
        "call_id": call.id,
        "code": new_code(),
        "state": state,
        "title": f"Proposal {number}",
        "abstract": "What it is about.",
        "language": "fr",
        "created_at": now,
        "changed_at": now,
        "submitted_at": None if state is ProposalState.DRAFT else now,
    }
    proposal = Proposal(**(defaults | values))
    db.session.add(proposal)
    db.session.flush()
    make_person(proposal, PersonState.SUBMITTER, email=email)
    return proposal


def make_person(proposal: Proposal, state: PersonState = PersonState.JOINED, **values: Any) -> ProposalPerson:
    """One of a proposal's people."""
    number = next(_counter)
    email = values.pop("email", f"author{number}@example.org")
    salt, digest = new_link(PROPOSAL)
    defaults: dict[str, Any] = {
        "proposal_id": proposal.id,
        "state": state,
        "given_name": "Grace",
        "family_name": f"Hopper {number}",
        "email": email,
        "email_key": address_key(email),
        "organisation": "Université inventée",
        "language": "fr",
        "link_salt": salt,
        "link_hash": digest,
        "created_at": clock.now(),
    }
    person = ProposalPerson(**(defaults | values))
    db.session.add(person)
    db.session.flush()
    return person
