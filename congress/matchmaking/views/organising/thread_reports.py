"""Threads that somebody reported: the only messages that organisers read."""

from __future__ import annotations

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.errors import Missing
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.events.views.scope import current_event, event_blueprint
from congress.matchmaking.forms.messages import DecisionForm
from congress.matchmaking.models import ThreadReport
from congress.matchmaking.names import name_of
from congress.matchmaking.queries import threads
from congress.matchmaking.queries.profiles import by_ids
from congress.matchmaking.services import messaging
from congress.matchmaking.views.organising.scope import EDIT

blueprint = event_blueprint("thread_reports", __name__, "/matchmaking/reports")


@blueprint.get("/")
@access(EDIT)
def index() -> str:
    """What was reported, what is open first."""
    reports = threads.reports_of(current_event())
    ids = {one for report in reports for one in (report.thread.low_id, report.thread.high_id)}
    people = {one.id: one for one in by_ids(ids)}
    return render_template("matchmaking/manage/reports.html", reports=reports, people=people, name_of=name_of)


@blueprint.route("/<int:report_id>/", methods=["GET", "POST"])
@access(EDIT)
def show(report_id: int) -> ResponseReturnValue:
    """One reported thread, as far as it went when it was reported, and what was decided."""
    report, form = _report(report_id), DecisionForm()
    if form.validate_on_submit():
        done = form.attempt(lambda: messaging.settle(_report(report_id), form.decision.data or ""))
        if done is not None:
            flash(_("The report is closed."), "success")
            return see_other(url_for(".index"))
        report = _report(report_id)
    people = {one.id: one for one in by_ids([report.thread.low_id, report.thread.high_id])}
    page = render_template(
        "matchmaking/manage/report_thread.html",
        report=report,
        messages=threads.reported_messages(report),
        people=people,
        name_of=name_of,
        form=form,
    )
    return page, 422 if form.is_submitted() else 200


def _report(report_id: int) -> ThreadReport:
    report = threads.report_of(current_event(), report_id)
    if report is None:
        raise Missing
    return report
