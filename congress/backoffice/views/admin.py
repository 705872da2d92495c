"""The platform's own pages: overview, accounts, organisations, background work. For administrators only."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from congress.accounts import services
from congress.accounts.models import Account
from congress.accounts.views.access import ADMINISTRATOR, signed_in_account
from congress.backoffice import queries
from congress.backoffice.forms import AccountForm
from congress.backoffice.services import platform
from congress.core.access import access
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.core.pagination import page_of
from congress.core.text import one_line
from congress.events.forms.base import EmptyForm
from congress.events.models import Event, Series
from congress.extensions import db
from congress.jobs import queries as jobs
from congress.jobs.enums import JobState, Lane
from congress.organisations.models import Organisation
from congress.registration.enums import HOLDS_PLACE
from congress.registration.models import Registration

index_blueprint = Blueprint("admin", __name__, url_prefix="/<lang:lang_code>/admin")
accounts = Blueprint("admin_accounts", __name__, url_prefix="/<lang:lang_code>/admin/accounts")
work = Blueprint("admin_jobs", __name__, url_prefix="/<lang:lang_code>/admin/jobs")
MAX_SEARCH = 100
KINDS = ("all", "administrators", "disabled")


@index_blueprint.get("/")
@access(ADMINISTRATOR)
def index() -> ResponseReturnValue:
    """How much there is, and whether the worker is alive."""
    counts = {
        name: db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        for name, table in (
            ("organisations", Organisation),
            ("accounts", Account),
            ("series", Series),
            ("events", Event),
        )
    }
    live = sa.select(sa.func.count()).where(Registration.status.in_(HOLDS_PLACE))
    return render_template(
        "backoffice/admin/index.html",
        counts=counts,
        registrations=db.session.scalar(live) or 0,
        heartbeat=jobs.heartbeat_age(),
        waiting=jobs.oldest_due_age(),
        failed=_count_failed(),
    )


@accounts.get("/", endpoint="index")
@access(ADMINISTRATOR)
def index_accounts() -> ResponseReturnValue:
    """Everybody who can sign in."""
    search = one_line(request.args.get("q", ""))[:MAX_SEARCH]
    kind = request.args.get("kind", "all")
    kind = kind if kind in KINDS else "all"
    page = page_of(queries.accounts_found(search, kind), request.args.get("page", 1, type=int))
    return render_template(
        "backoffice/admin/accounts.html",
        page=page,
        search=search,
        kind=kind,
        own_id=signed_in_account().id,
        form=EmptyForm(formdata=None),
        page_url=lambda number: url_for("admin_accounts.index", q=search, kind=kind, page=number),
    )


@accounts.route("/new", methods=["GET", "POST"])
@access(ADMINISTRATOR)
def new_account() -> ResponseReturnValue:
    """Somebody more who can sign in, by a link sent to the address."""
    form = AccountForm()
    if form.validate_on_submit():
        email, name, language = str(form.email.data), str(form.name.data), str(form.language.data)
        if form.attempt(lambda: {"id": services.create(email, name, language).id}) is not None:
            flash(_("The account is there. %(email)s can sign in by mail link.", email=email), "success")
            return see_other(url_for("admin_accounts.index"))
    page = render_template("backoffice/admin/account_new.html", form=form)
    return page, 422 if form.errors else 200


@accounts.post("/<int:account_id>/<any(disable, enable, promote, demote):what>")
@access(ADMINISTRATOR)
def change_account(account_id: int, what: str) -> ResponseReturnValue:
    """Disable or enable, make an administrator or no longer."""
    actor, form = signed_in_account(), EmptyForm()
    platform.account_of(account_id)
    acts = {
        "disable": lambda: platform.disable_account(actor, account_id),
        "enable": lambda: platform.enable_account(account_id),
        "promote": lambda: platform.set_administrator(actor, account_id, wanted=True),
        "demote": lambda: platform.set_administrator(actor, account_id, wanted=False),
    }
    if form.validate_on_submit() and form.attempt(acts[what]) is not None:
        flash(_("Done. It holds from the next click of this person on."), "success")
    else:
        flash(" ".join(form.form_errors), "danger")
    return see_other(url_for("admin_accounts.index"))


@work.get("/", endpoint="index")
@access(ADMINISTRATOR)
def index_jobs() -> ResponseReturnValue:
    """What the worker has done, does and could not do."""
    wanted = request.args.get("state", JobState.FAILED.value)
    state = JobState(wanted) if wanted in list(JobState) else None
    table = {lane: dict.fromkeys(JobState, 0) for lane in Lane}
    for one, lane, count in jobs.count_by_state_and_lane():
        table[lane][one] = count
    return render_template(
        "backoffice/admin/jobs.html",
        lanes=table,
        states=list(JobState),
        state=state,
        page=page_of(queries.jobs_in_state(state), request.args.get("page", 1, type=int)),
        page_url=lambda number: url_for("admin_jobs.index", state=wanted, page=number),
        workers=queries.workers(),
        waiting=jobs.oldest_due_age(),
        form=EmptyForm(formdata=None),
    )


@work.post("/<int:job_id>/retry")
@access(ADMINISTRATOR)
def retry(job_id: int) -> ResponseReturnValue:
    """Try failed work again."""
    form = EmptyForm()
    if form.validate_on_submit() and form.attempt(lambda: platform.retry_job(job_id)) is not None:
        flash(_("It will be tried again at once."), "success")
    else:
        flash(" ".join(form.form_errors), "danger")
    return see_other(url_for("admin_jobs.index"))


def _count_failed() -> int:
    return sum(count for state, _lane, count in jobs.count_by_state_and_lane() if state == JobState.FAILED)
