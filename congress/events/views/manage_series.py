"""The organiser's pages of a series: its events, its settings, whether it is public."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue

from congress.accounts.views.access import signed_in_account
from congress.core import clock
from congress.core.access import Rule, access
from congress.core.errors import NotAllowed
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.events import words
from congress.events.errors import ChangedMeanwhile
from congress.events.forms.base import EmptyForm
from congress.events.forms.series import NewSeriesForm, SeriesForm
from congress.events.permissions import Capability
from congress.events.queries import events_of_series
from congress.events.services import series as services
from congress.events.views.scope import current_series, event_access, series_blueprint
from congress.organisations.queries import all_organisations, managed_organisations

new_blueprint = Blueprint("series_new", __name__, url_prefix="/<lang:lang_code>/manage/series")
blueprint = series_blueprint("series_manage", __name__)


def may_create_series() -> bool:
    """Administrators, and managers of an organisation."""
    account = signed_in_account()
    return account.is_administrator or bool(managed_organisations(account))


def _must_be_manager() -> None:
    if not may_create_series():
        raise NotAllowed


SERIES_CREATOR = Rule("manager of an organisation", _must_be_manager)


@new_blueprint.route("/new", methods=["GET", "POST"])
@access(SERIES_CREATOR)
def new() -> ResponseReturnValue:
    """A new series."""
    account = signed_in_account()
    mine = [organisation.id for organisation in managed_organisations(account)]
    form = NewSeriesForm(all_organisations(), data={"owners": mine, "kind": "congress"})
    if form.validate_on_submit():
        result = form.attempt(lambda: {"slug": services.create_series(account, form.values(), form.hosts()).slug})
        if result is not None:
            flash(_("The series is there. Now add its first event."), "success")
            return see_other(url_for("series_manage.index", series_slug=result["slug"]))
    page = render_template("events/manage/series_new.html", form=form)
    return page, 422 if form.errors else 200


@blueprint.get("/")
@access(event_access(Capability.VIEW_EVENT))
def index() -> ResponseReturnValue:
    """The events of a series in their order."""
    series = current_series()
    return render_template(
        "events/manage/series.html",
        series=series,
        events=events_of_series(series),
        form=EmptyForm(),
        now=clock.now(),
        words=words,
    )


@blueprint.route("/settings", methods=["GET", "POST"])
@access(event_access(Capability.EDIT_EVENT))
def settings() -> ResponseReturnValue:
    """Texts, colour and address of a series."""
    series = current_series()
    form = SeriesForm(data=SeriesForm.data_of(series))
    if form.validate_on_submit():
        opened_at = form.opened_at
        if opened_at != series.changed_at:
            form.form_errors.append(str(ChangedMeanwhile.sentence))
            form.version.data = series.changed_at.isoformat()
        elif form.attempt(lambda: services.update_series(series, form.values(), opened_at)) is not None:
            flash(_("Saved."), "success")
            return see_other(url_for("series_manage.settings", series_slug=form.slug.data or series.slug))
    page = render_template("events/manage/series_settings.html", form=form, series=series)
    return page, 422 if form.errors else 200


@blueprint.post("/visibility/<any(show, hide):wanted>")
@access(event_access(Capability.PUBLISH_EVENT))
def visibility(wanted: str) -> ResponseReturnValue:
    """Make the page of the series public, or take it back."""
    series = current_series()
    form = EmptyForm()
    act = services.show_series if wanted == "show" else services.hide_series
    if form.validate_on_submit() and form.attempt(lambda: act(series)) is not None:
        flash(_("The series is public.") if wanted == "show" else _("Only the team sees the series."), "success")
    else:
        flash(" ".join(form.form_errors), "danger")
    return see_other(url_for("series_manage.index"))


@blueprint.post("/events/<int:event_id>/move/<any(up, down):way>")
@access(event_access(Capability.EDIT_EVENT))
def move(event_id: int, way: str) -> ResponseReturnValue:
    """Another place in the order."""
    series, step = current_series(), -1 if way == "up" else 1
    form = EmptyForm()
    if form.validate_on_submit():
        form.attempt(lambda: services.move_event(series, event_id, step))
    return see_other(url_for("series_manage.index"))
