"""Who may ask whom, how many meetings each type may have, and interpreters."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.http import see_other
from congress.events.views.scope import current_event, event_blueprint
from congress.matchmaking import words
from congress.matchmaking.enums import OrganisationType
from congress.matchmaking.forms.setup_rules import InterpretersForm, MatrixForm, QuotasForm
from congress.matchmaking.queries.setup import interpreters_of, matchmaking_of, quotas_of, rules_of
from congress.matchmaking.services import rules
from congress.matchmaking.views.setup.scope import EDIT, READ, may_edit, say_saved
from congress.programme.words import language_in_words

blueprint = event_blueprint("contact_rules", __name__, "/matchmaking/rules")


@blueprint.get("/")
@access(READ)
def index() -> str:
    """The matrix, quotas and interpreters."""
    return _page()


@blueprint.post("/")
@access(EDIT)
def matrix() -> ResponseReturnValue:
    """Write the matrix."""
    event, form = current_event(), MatrixForm()
    if form.validate_on_submit():
        meet, chat = form.pairs("meet"), form.pairs("chat")
        if form.attempt(lambda: rules.set_rules(event, meet, chat)) is not None:
            say_saved()
            return see_other(url_for(".index"))
    return _page(matrix_form=form), 422


@blueprint.post("/quotas")
@access(EDIT)
def quotas() -> ResponseReturnValue:
    """Write the quotas."""
    event, form = current_event(), QuotasForm()
    if form.validate_on_submit():
        typed = form.quotas
        if form.attempt(lambda: rules.set_quotas(event, typed)) is not None:
            say_saved()
            return see_other(url_for(".index", _anchor="quotas"))
    return _page(quotas_form=form), 422


@blueprint.post("/interpreters")
@access(EDIT)
def interpreters() -> ResponseReturnValue:
    """Write how many interpreters there are between two languages; 0 takes them away."""
    event, form = current_event(), InterpretersForm()
    if form.validate_on_submit():
        languages, number = form.languages, form.number.data or 0
        if form.attempt(lambda: rules.set_interpreters(event, languages, number)) is not None:
            say_saved()
            return see_other(url_for(".index", _anchor="interpreters"))
    return _page(interpreters_form=form), 422


def _page(**forms: Any) -> str:
    event = current_event()
    matchmaking = matchmaking_of(event)
    matrix_form = forms.get("matrix_form") or MatrixForm(formdata=None, data=MatrixForm.data_of(rules_of(event)))
    pools = [(*map(language_in_words, one.languages.split("-")), one) for one in interpreters_of(event)]
    return render_template(
        "matchmaking/manage/setup/rules.html",
        event=event,
        matchmaking=matchmaking,
        matrix_form=matrix_form,
        meet=set(matrix_form.meet.data or ()),
        chat=set(matrix_form.chat.data or ()),
        types=[(one.value, words.TYPES[one]) for one in OrganisationType],
        quotas_form=forms.get("quotas_form") or QuotasForm(formdata=None, data=QuotasForm.data_of(quotas_of(event))),
        interpreters_form=forms.get("interpreters_form") or InterpretersForm(formdata=None),
        pools=pools,
        can_edit=may_edit(),
    )
