"""Answers to a call's questions as people read them; old ones keep the words that they were given to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from congress.core.languages import gettext as _
from congress.core.languages import translated
from congress.core.templating import date_long, number
from congress.programme.enums import QuestionKind
from congress.programme.models import Proposal, ProposalFile, Question


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with what was answered: text, or files."""

    question: Question
    text: str
    files: Sequence[ProposalFile] = ()


def answered(proposal: Proposal, *, with_archived: bool = True) -> list[Answered]:
    """Every question of the form in its order with its answer; archived ones only where somebody answered them."""
    values = {one.question_id: one.value for one in proposal.answers}
    found = []
    for question in proposal.call.questions:
        files = [one for one in proposal.files if one.question_id == question.id]
        text = in_words(question, values.get(question.id))
        if question.archived_at is None or (with_archived and (text or files)):
            found.append(Answered(question, text, files))
    return found


def attachments(proposal: Proposal) -> list[ProposalFile]:
    """The files that answer no question."""
    return [one for one in proposal.files if one.question_id is None]


def in_words(question: Question, value: Any) -> str:
    """A stored value as text in the reader's language; nothing for no answer."""
    if value in (None, "", []):
        return ""
    if question.kind is QuestionKind.YES_NO:
        return str(_("yes") if value else _("no"))
    if question.kind is QuestionKind.DATE:
        return date_long(dt.date.fromisoformat(value))
    if question.kind is QuestionKind.NUMBER:
        return number(value)
    if question.kind in {QuestionKind.CHOICE, QuestionKind.CHOICES}:
        labels = {one["id"]: translated(one["label"]) for one in question.options}
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(labels.get(one) or str(one) for one in chosen)
    return str(value)


def offered(question: Question) -> list[dict[str, Any]]:
    """The options that can still be chosen."""
    return [one for one in question.options if not one.get("archived")]
