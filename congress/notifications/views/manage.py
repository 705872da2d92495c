"""The mail log of an event: what was sent to whom, whether it arrived at the mail server, and sending it again."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.errors import Missing
from congress.core.forms import BaseForm
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.core.pagination import page_of
from congress.events.permissions import Capability, can
from congress.events.views.scope import current_event, current_roles, event_access, event_blueprint
from congress.mail import queries
from congress.mail.enums import MailState
from congress.mail.models import Mail, MailEvent
from congress.notifications import log, services

blueprint = event_blueprint("notifications_manage", __name__, "/mails")
SEARCH_LENGTH = 100


@blueprint.get("/")
@access(event_access(Capability.READ_MAILS))
def index() -> str:
    """The log, newest first."""
    search = request.args.get("q", "")[:SEARCH_LENGTH]
    wanted = request.args.get("state", "")
    state = MailState(wanted) if wanted in set(MailState) else None
    event_id = current_event().id
    statement = queries.mails_of_event(event_id, search=search, state=state)
    return render_template(
        "notifications/manage/mails.html",
        page=page_of(statement, request.args.get("page", 1, int)),
        counts=queries.count_by_state(event_id),
        search=search,
        state=state,
        log=log,
    )


@blueprint.get("/<int:mail_id>/")
@access(event_access(Capability.READ_MAILS))
def show(mail_id: int) -> str:
    """One mail, as it would read now; its links stay the recipient's secret."""
    mail, place = _find(mail_id)
    return render_template(
        "notifications/manage/mail.html",
        mail=mail,
        rendered=log.preview(mail, place.event_id),
        address=log.address_now(mail, place),
        may_resend=can(current_roles(), Capability.WRITE_REGISTRATIONS),
        form=BaseForm(),
        log=log,
    )


@blueprint.post("/<int:mail_id>/resend")
@access(event_access(Capability.WRITE_REGISTRATIONS))
def resend(mail_id: int) -> ResponseReturnValue:
    """The same message once more, as a new row of the log."""
    mail, place = _find(mail_id)
    new = BaseForm().once(lambda: {"mail_id": services.resend(mail, place)})
    flash(_("The mail is on its way."), "success")
    return see_other(url_for(".show", mail_id=new["mail_id"]))


def _find(mail_id: int) -> tuple[Mail, MailEvent]:
    found = queries.mail_of_event(current_event().id, mail_id)
    if found is None:
        raise Missing
    return found
