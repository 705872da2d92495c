"""Registering somebody by hand: any category, also outside the window, as long as there is a place."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.http import see_other
from congress.core.languages import current_language, ngettext, translated
from congress.core.languages import gettext as _
from congress.events.views.scope import current_event
from congress.registration import services
from congress.registration.enums import RegistrationSource
from congress.registration.figures import CategoryUse, uses_of
from congress.registration.forms.manage import EntryForm
from congress.registration.services import Choice
from congress.registration.views.manage.scope import WRITE, blueprint


@blueprint.get("/new")
@access(WRITE)
def new() -> str:
    """The form."""
    form, uses = EntryForm(language=current_language()), uses_of(current_event())[0]
    form.offer(uses)
    wanted = request.args.get("category", type=int)
    offered = [use.category.id for use in uses if use.category.archived_at is None]
    form.category.data = wanted or (offered[0] if len(offered) == 1 else None)
    return _page(form, uses)


@blueprint.post("/new")
@access(WRITE)
def create() -> ResponseReturnValue:
    """Register the person once, however often the form is sent."""
    form, uses = EntryForm(), uses_of(current_event())[0]
    form.offer(uses)
    if form.validate_on_submit():
        made = form.attempt(lambda: _register(form))
        if made is not None:
            return _after(form, made)
    return _page(form, uses_of(current_event())[0]), 422


def _register(form: EntryForm) -> dict[str, Any]:
    group = services.register(
        [Choice(current_event().id, form.category.data)],
        form.person(form.language.data),
        {},
        source=RegistrationSource.ORGANISER,
        note=form.note.data or "",
    )
    one = group.registrations[0]
    return {"public_id": one.public_id, "name": one.full_name}


def _after(form: EntryForm, made: dict[str, Any]) -> ResponseReturnValue:
    flash(_("%(name)s is registered. The confirmation is on its way by mail.", name=made["name"]), "success")
    if "again" in request.form:
        return see_other(url_for(".new", category=form.category.data))
    return see_other(url_for(".show", public_id=made["public_id"]))


def _page(form: EntryForm, uses: list[CategoryUse]) -> str:
    return render_template(
        "registration/manage/new.html",
        event=current_event(),
        form=form,
        hints={use.category.id: hint_of(use) for use in uses},
    )


def hint_of(use: CategoryUse) -> str:
    """What one should know before choosing a category: what is left, and who sees it."""
    if use.free is None:
        left = _("no limit")
    elif use.free == 0:
        left = _("full")
    else:
        left = ngettext("%(num)s place free", "%(num)s places free", use.free)
    parts = [left] if use.category.is_public else [left, _("only the team can choose it")]
    described = translated(use.category.description)
    return " · ".join([*([described] if described else []), *parts])
