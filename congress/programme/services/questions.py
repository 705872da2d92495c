"""The form of a call: its questions. What was answered is never deleted with its question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from congress.audit.services import apply_changes
from congress.core import clock, ordering
from congress.events.models import Event
from congress.events.services.pages import note
from congress.extensions import db
from congress.programme.call_queries import asked, has_answers, question_of
from congress.programme.enums import QuestionKind
from congress.programme.errors import InUse, TooMany
from congress.programme.models import Question
from congress.programme.services.calls import changed, lock_call

MAX_QUESTIONS = 60
WITH_OPTIONS = frozenset({QuestionKind.CHOICE, QuestionKind.CHOICES})


def add(event: Event, call_id: int, values: dict[str, Any]) -> Question:
    """One more question at the end of the form."""
    call = lock_call(event, call_id)
    if len(call.questions) >= MAX_QUESTIONS:
        raise TooMany
    position = max((one.position for one in call.questions), default=0) + 1
    options = _options(values, [], keep=False)
    question = Question(call_id=call.id, position=position, **(values | {"options": options}))
    db.session.add(question)
    db.session.flush()
    note("call.question_added", event, ("call", call.id), after={"label": question.label})
    changed(event, call)
    return question


def change(event: Event, call_id: int, question_id: int, values: dict[str, Any]) -> None:
    """Change a question. Its kind stays once there are answers, and so does every option that was offered."""
    call = lock_call(event, call_id)
    question = question_of(call, question_id)
    is_answered = has_answers(question)
    if is_answered and values["kind"] is not question.kind:
        raise InUse
    values = values | {"options": _options(values, question.options, keep=is_answered)}
    before, after = apply_changes(question, values)
    if after:
        kept = {"options", "help", "names_people"}
        note(
            "call.question_changed",
            event,
            ("call", call.id),
            {name: value for name, value in before.items() if name not in kept},
            {name: value for name, value in after.items() if name not in kept},
        )
        changed(event, call)


def move(event: Event, call_id: int, question_id: int, step: int) -> None:
    """Move a question up (-1) or down (+1) among those that are asked."""
    call = lock_call(event, call_id)
    question = question_of(call, question_id)
    shown = asked(call)
    if question not in shown:
        raise InUse
    ordering.move(shown, question, step)
    changed(event, call)


def remove(event: Event, call_id: int, question_id: int) -> bool:
    """Take a question out of the form; it is kept (True) with its words when there are answers to it."""
    call = lock_call(event, call_id)
    question = question_of(call, question_id)
    kept = has_answers(question)
    if kept:
        question.archived_at = question.archived_at or clock.now()
    else:
        db.session.execute(sa.delete(Question).where(Question.id == question.id))
        db.session.expire(call, ["questions"])
    note("call.question_removed", event, ("call", call.id), before={"label": question.label})
    changed(event, call)
    return kept


def restore(event: Event, call_id: int, question_id: int) -> None:
    """Ask an archived question again, at the end of the form."""
    call = lock_call(event, call_id)
    question = question_of(call, question_id)
    if question.archived_at is not None:
        question.archived_at = None
        question.position = max(one.position for one in call.questions) + 1
        note("call.question_added", event, ("call", call.id), after={"label": question.label})
        changed(event, call)


def _options(values: dict[str, Any], before: Sequence[dict[str, Any]], *, keep: bool) -> list[dict[str, Any]]:
    """The options as they are stored: known ids keep theirs, new ones get the next; what was offered is archived."""
    if values["kind"] not in WITH_OPTIONS:
        return []
    known = {one["id"]: one for one in before}
    number = max((int(one[1:]) for one in known), default=0)
    found: list[dict[str, Any]] = []
    for option in values.get("options", []):
        option_id = option.get("id")
        if option_id not in known or any(one["id"] == option_id for one in found):
            number += 1
            option_id = f"o{number}"
        found.append({"id": option_id, "label": option["label"]})
    left = {one["id"] for one in found}
    gone = [one | {"archived": True} for one in before if keep and one["id"] not in left]
    return found + gone
