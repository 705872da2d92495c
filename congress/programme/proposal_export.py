"""Proposals of a call as a table for spreadsheets: one row each, a column per question, archived ones too."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import joinedload, selectinload

from congress.core.languages import gettext as _
from congress.core.languages import translated
from congress.core.spreadsheets import Cell, Table
from congress.events.models import Event
from congress.extensions import db
from congress.programme.answers import in_words
from congress.programme.call_queries import has_answers
from congress.programme.call_words import PROPOSAL_STATES
from congress.programme.enums import IN_PROPOSAL, PersonState, QuestionKind
from congress.programme.models import Call, Proposal, ProposalPerson, Question
from congress.programme.proposal_list import Filters, matching
from congress.programme.words import LANGUAGES

MAX_ROWS = 10_000
WIDTHS = (10, 14, 40, 60, 12, 18, 18, 24, 32, 28, 40, 18, 18, 40)


def table_of(event: Event, call: Call, filters: Filters) -> Table:
    """The proposals of the list, all pages of it."""
    questions = [one for one in call.questions if one.archived_at is None or has_answers(one)]
    found = matching(call, filters).options(
        joinedload(Proposal.track),
        joinedload(Proposal.format),
        selectinload(Proposal.people),
        selectinload(Proposal.answers),
        selectinload(Proposal.files),
    )
    proposals = db.session.scalars(found.order_by(Proposal.id).limit(MAX_ROWS))
    zone = ZoneInfo(event.zone)
    rows = [_row(one, questions, zone) for one in proposals]
    headers = _headers() + [translated(question.label) for question in questions]
    return Table(_("Proposals"), headers, rows, WIDTHS)


def _row(proposal: Proposal, questions: list[Question], zone: ZoneInfo) -> list[Cell]:
    submitter = next((one for one in proposal.people if one.state is PersonState.SUBMITTER), None)
    others = [one for one in proposal.people if one.state in IN_PROPOSAL and one is not submitter]
    answers = {one.question_id: one.value for one in proposal.answers}
    return [
        proposal.code,
        str(PROPOSAL_STATES[proposal.state]),
        proposal.title,
        proposal.abstract,
        str(LANGUAGES[proposal.language]),
        translated(proposal.format.name) if proposal.format else "",
        translated(proposal.track.name) if proposal.track else "",
        submitter.full_name if submitter else "",
        submitter.email if submitter else "",
        submitter.organisation if submitter else "",
        "; ".join(_person(one) for one in others),
        _local(proposal.submitted_at, zone),
        _local(proposal.changed_at, zone),
        proposal.note,
        *(_answer(proposal, question, answers.get(question.id)) for question in questions),
    ]


def _headers() -> list[str]:
    return [
        _("Code"),
        _("State"),
        _("Title"),
        _("Abstract"),
        _("Language"),
        _("Format"),
        _("Track"),
        _("Submitter"),
        _("E-mail address"),
        _("Organisation"),
        _("Co-submitters"),
        _("Submitted on"),
        _("Changed on"),
        _("Internal note"),
    ]


def _person(person: ProposalPerson) -> str:
    return f"{person.full_name} <{person.email}>"


def _answer(proposal: Proposal, question: Question, value: Any) -> Cell:
    if question.kind is QuestionKind.FILE:
        return ", ".join(one.file_name for one in proposal.files if one.question_id == question.id)
    return in_words(question, value)


def _local(instant: dt.datetime | None, zone: ZoneInfo) -> dt.datetime | None:
    return instant.astimezone(zone).replace(tzinfo=None) if instant else None
