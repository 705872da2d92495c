"""Messages between participants: the list, one thread, blocking and reporting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.errors import Missing
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.events.forms.base import EmptyForm, StaffForm
from congress.matchmaking import guards
from congress.matchmaking.forms.messages import MessageForm, ReportForm
from congress.matchmaking.models import Message, Profile, Thread
from congress.matchmaking.names import name_of
from congress.matchmaking.queries import threads
from congress.matchmaking.queries.profiles import by_code
from congress.matchmaking.services import messaging
from congress.matchmaking.views.acting import acted, status_of
from congress.matchmaking.views.participant import (
    LINK,
    Needs,
    current_profile,
    current_registration,
    page,
    participant_blueprint,
)

blueprint = participant_blueprint("messages", __name__, "/messages", needs=Needs.PROFILE)


@blueprint.get("/")
@access(LINK)
def index() -> str:
    """All threads, the latest first, and whom one has blocked."""
    profile = current_profile()
    return page(
        "messages/index", rows=threads.threads_of(profile), blocked=threads.blocked_by(profile), name_of=name_of
    )


@blueprint.route("/<other_profile_code>", methods=["GET", "POST"])
@access(LINK)
def thread(other_profile_code: str) -> ResponseReturnValue:
    """What two people wrote to each other, and the next message."""
    other, form = _other(other_profile_code), MessageForm()
    if form.validate_on_submit():
        text = form.text.data or ""
        sent = acted(
            form,
            lambda: messaging.send(current_profile(), other, text),
            _("Your message is sent."),
            url_for(".thread", other_profile_code=other_profile_code, _anchor="latest"),
        )
        if sent:
            return sent
        other = _other(other_profile_code)
    found = threads.thread_between(current_profile().id, other.id)
    if found is None and not guards.may_chat(current_profile(), other):
        raise Missing
    shown = threads.messages_of(found, before=request.args.get("before", type=int)) if found else []
    new = any(one.sender_id == other.id and one.read_at is None for one in shown)
    return _page("thread", other, form, messages=shown, earlier=_earlier(found, shown), has_new=new), status_of(form)


@blueprint.post("/<other_profile_code>/read")
@access(LINK)
def read(other_profile_code: str) -> ResponseReturnValue:
    """Note that the thread was read; the page sends it by itself where scripts run."""
    other = _other(other_profile_code)
    if EmptyForm().validate_on_submit():
        messaging.read(current_profile().id, other.id)
    return see_other(url_for(".thread", other_profile_code=other_profile_code))


@blueprint.route("/<other_profile_code>/block", methods=["GET", "POST"])
@access(LINK)
def block(other_profile_code: str) -> ResponseReturnValue:
    """Ask, then hear nothing more of somebody."""
    other, form = _other(other_profile_code), EmptyForm()
    if form.validate_on_submit():
        said = _("You will hear nothing more from this person.")
        done = acted(form, lambda: messaging.block(current_profile(), other), said, url_for(".index"))
        if done:
            return done
        other = _other(other_profile_code)
    return _page("block", other, form), status_of(form)


@blueprint.post("/<other_profile_code>/unblock")
@access(LINK)
def unblock(other_profile_code: str) -> ResponseReturnValue:
    """Take a block back."""
    other, form = _other(other_profile_code), EmptyForm()
    if form.validate_on_submit():
        form.attempt(lambda: messaging.unblock(current_profile(), other))
        flash(_("The block is lifted. Requests that ended with it stay ended."), "success")
    return see_other(url_for(".index"))


@blueprint.route("/<other_profile_code>/report", methods=["GET", "POST"])
@access(LINK)
def report(other_profile_code: str) -> ResponseReturnValue:
    """Show the thread to the organisers."""
    other, form = _other(other_profile_code), ReportForm()
    if threads.thread_between(current_profile().id, other.id) is None:
        raise Missing
    if form.validate_on_submit():
        done = acted(
            form,
            lambda: messaging.report(current_profile(), other, form.reason.data or ""),
            _("The organisers see this conversation now, and look into it."),
            url_for(".thread", other_profile_code=other_profile_code),
        )
        if done:
            return done
        other = _other(other_profile_code)
    return _page("report", other, form), status_of(form)


def _page(template: str, other: Profile, form: StaffForm, **values: Any) -> str:
    profile = current_profile()
    return page(
        f"messages/{template}",
        other=other,
        form=form,
        name=name_of(other),
        may_write=guards.may_chat(profile, other),
        is_blocked=threads.has_blocked(profile.id, other.id),
        is_listed=guards.takes_part(other),
        **values,
    )


def _other(other_profile_code: str) -> Profile:
    """Somebody of the same event whom the reader sees, or has to do with: who never took part is named nowhere."""
    other, own = by_code(current_registration().event, other_profile_code), current_profile()
    if other is None or other.id == own.id or not (guards.takes_part(other) or threads.has_ties(own.id, other.id)):
        raise Missing
    return other


def _earlier(found: Thread | None, shown: Sequence[Message]) -> int | None:
    """The message before which there is more to read."""
    return shown[0].id if found and shown and threads.has_earlier(found, shown[0]) else None
