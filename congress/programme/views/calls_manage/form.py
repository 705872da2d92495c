"""The form builder of a call."""

from __future__ import annotations

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.http import see_other
from congress.core.languages import current_language
from congress.core.languages import gettext as _
from congress.events.forms.base import EmptyForm
from congress.events.views.scope import current_event
from congress.programme import call_words
from congress.programme.call_queries import asked, call_of, has_answers, question_of
from congress.programme.forms.calls import QuestionForm
from congress.programme.forms.proposals import new_form
from congress.programme.queries import formats_of, tracks_of
from congress.programme.services import questions as services
from congress.programme.views.calls_manage.scope import MANAGE, blueprint


@blueprint.route("/<int:call_id>/form", methods=["GET", "POST"])
@access(MANAGE)
def form(call_id: int) -> ResponseReturnValue:
    """The questions in their order, and a form for one more."""
    event = current_event()
    call = call_of(event, call_id)
    adding = QuestionForm()
    if adding.validate_on_submit():
        made = adding.attempt(lambda: {"id": services.add(event, call_id, adding.values()).id})
        if made is not None:
            flash(_("The question is in the form."), "success")
            return see_other(url_for("calls_manage.form", call_id=call_id))
    page = render_template(
        "programme/calls/manage/form.html",
        event=event,
        call=call,
        form=adding,
        questions=asked(call),
        archived=[one for one in call.questions if one.archived_at],
        words=call_words,
    )
    return page, 422 if adding.errors or adding.form_errors else 200


@blueprint.get("/<int:call_id>/preview")
@access(MANAGE)
def preview(call_id: int) -> str:
    """The form as the public sees it; it cannot be sent from here."""
    event = current_event()
    call = call_of(event, call_id)
    data = {"language": current_language(), "mail_language": current_language()}
    return render_template(
        "programme/calls/manage/preview.html",
        event=event,
        call=call,
        form=new_form(call, tracks_of(event), formats_of(event), **data),
        questions=asked(call),
    )


@blueprint.route("/<int:call_id>/form/<int:question_id>/", methods=["GET", "POST"])
@access(MANAGE)
def question(call_id: int, question_id: int) -> ResponseReturnValue:
    """One question."""
    event = current_event()
    call = call_of(event, call_id)
    found = question_of(call, question_id)
    editing = QuestionForm(data=QuestionForm.data_of(found))
    if editing.validate_on_submit():
        done = editing.attempt(lambda: services.change(event, call_id, question_id, editing.values()))
        if done is not None:
            flash(_("Saved."), "success")
            return see_other(url_for("calls_manage.form", call_id=call_id))
    page = render_template(
        "programme/calls/manage/question.html",
        event=event,
        call=call,
        form=editing,
        question=found,
        is_answered=has_answers(found),
    )
    return page, 422 if editing.errors or editing.form_errors else 200


@blueprint.post("/<int:call_id>/form/<int:question_id>/move/<any(up, down):way>")
@access(MANAGE)
def move(call_id: int, question_id: int, way: str) -> ResponseReturnValue:
    """Another place in the order."""
    event, empty = current_event(), EmptyForm()
    question_of(call_of(event, call_id), question_id)
    if empty.validate_on_submit():
        empty.attempt(lambda: services.move(event, call_id, question_id, -1 if way == "up" else 1))
    return see_other(url_for("calls_manage.form", call_id=call_id))


@blueprint.post("/<int:call_id>/form/<int:question_id>/remove")
@access(MANAGE)
def remove_question(call_id: int, question_id: int) -> ResponseReturnValue:
    """One question less; with answers it is archived."""
    event, empty = current_event(), EmptyForm()
    question_of(call_of(event, call_id), question_id)
    if empty.validate_on_submit():
        done = empty.attempt(lambda: {"kept": services.remove(event, call_id, question_id)})
        kept = bool(done and done["kept"])
        flash(
            _("The question is archived: it is no longer asked, and its answers stay.")
            if kept
            else _("The question is deleted."),
            "success",
        )
    return see_other(url_for("calls_manage.form", call_id=call_id))


@blueprint.post("/<int:call_id>/form/<int:question_id>/restore")
@access(MANAGE)
def restore_question(call_id: int, question_id: int) -> ResponseReturnValue:
    """Ask an archived question again."""
    event, empty = current_event(), EmptyForm()
    question_of(call_of(event, call_id), question_id)
    if empty.validate_on_submit():
        empty.attempt(lambda: services.restore(event, call_id, question_id))
        flash(_("The question is asked again."), "success")
    return see_other(url_for("calls_manage.form", call_id=call_id))
