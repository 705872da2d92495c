"""What a registered person does by the link in the mail, without an account."""

from __future__ import annotations

from flask import Blueprint, Response, flash, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from congress.core import clock, transactions
from congress.core.access import Rule, access
from congress.core.actors import Actor, set_actor
from congress.core.errors import DomainError, Missing
from congress.core.forms import BaseForm
from congress.core.http import see_other, tell_nobody
from congress.core.languages import gettext
from congress.core.qr import draw
from congress.programme import releases
from congress.registration import consents, services
from congress.registration.entrances import entrances_of
from congress.registration.enums import CancelledBy, ConsentKind
from congress.registration.forms.public import ConsentForm, CorrectionForm
from congress.registration.links import calendar_token, group_by_token, manage_token
from congress.registration.models import Registration, RegistrationGroup
from congress.registration.offers import distinct_texts
from congress.registration.permissions import can_cancel_by_link, can_correct_by_link, can_use_ticket

blueprint = Blueprint("self_service", __name__, url_prefix="/<lang:lang_code>/r/<token>")
WITH_FORM = frozenset({"self_service.edit", "self_service.cancel", "self_service.consents_page"})


def _open_link() -> None:
    group = group_by_token((request.view_args or {}).get("token", ""))
    if group is None:
        raise Missing
    g.registration_group = group
    set_actor(Actor("link", group.id))


LINK = Rule("registration link", _open_link)


def current_group() -> RegistrationGroup:
    """What the link of this request opens."""
    group: RegistrationGroup = g.registration_group
    return group


def current_registration(public_id: str) -> Registration:
    """One registration of the link of this request."""
    for registration in current_group().registrations:
        if registration.public_id == public_id:
            return registration
    raise Missing


@blueprint.after_request
def _tell_nobody(response: Response) -> Response:
    return tell_nobody(response, has_form=request.endpoint in WITH_FORM)


@blueprint.get("/")
@access(LINK)
def show(token: str) -> str:
    """The registrations of one form with their tickets, and what can be done with them."""
    group = current_group()
    now = clock.now()
    released = releases.released_among({one.event_id for one in group.registrations})
    entrances = entrances_of(group.registrations)
    rows = [
        {
            "registration": one,
            "event": one.event,
            "qr": draw(one.tickets[0].payload) if one.tickets and can_use_ticket(one, one.event) else None,
            "can_cancel": can_cancel_by_link(one, one.event, now),
            "has_programme": can_use_ticket(one, one.event) and one.event_id in released,
            "entrances": entrances[one.id],
        }
        for one in sorted(group.registrations, key=lambda one: (one.event.starts_at, one.id))
    ]
    return render_template(
        "registration/public/show.html",
        token=token,
        group=group,
        rows=rows,
        person=_person_of(group),
        live=any(one.holds_place for one in group.registrations),
        can_correct=bool(_correctable(group)),
        calendar_token=calendar_token(group),
        current_user=None,
    )


@blueprint.route("/edit", methods=["GET", "POST"])
@access(LINK)
def edit(token: str) -> ResponseReturnValue:
    """Correct the data of everything that was sent in one form."""
    group = current_group()
    if not _correctable(group):
        return see_other(url_for(".show", token=token))
    person = _person_of(group)
    form = CorrectionForm(obj=person)
    status, refusal = 200, None
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                return _corrected(group, form)
            except DomainError as error:
                transactions.rollback()
                refusal = error
    page = render_template("registration/public/edit.html", form=form, token=token, refusal=refusal, person=person)
    return page, status


@blueprint.route("/<public_id>/cancel", methods=["GET", "POST"])
@access(LINK)
def cancel(token: str, public_id: str) -> ResponseReturnValue:
    """Ask, then cancel one registration."""
    registration = current_registration(public_id)
    back = url_for(".show", token=token)
    if not can_cancel_by_link(registration, registration.event, clock.now()):
        flash(gettext("There is nothing left to cancel here."), "info")
        return see_other(back)
    form = BaseForm()
    if form.validate_on_submit():
        services.cancel(registration, CancelledBy.PARTICIPANT)
        flash(gettext("Your registration is cancelled. Your place is free for somebody else."), "success")
        return see_other(back)
    return render_template(
        "registration/public/cancel.html", form=form, registration=registration, event=registration.event, back=back
    )


@blueprint.route("/consents", methods=["GET", "POST"])
@access(LINK)
def consents_page(token: str) -> ResponseReturnValue:
    """Give or withdraw consents."""
    group = current_group()
    form = ConsentForm(data=_last_answers(group))
    back = url_for(".show", token=token)
    if form.validate_on_submit():
        services.answer_consents(group, form.answers())
        flash(gettext("Your choices are saved."), "success")
        return see_other(back)
    in_force = consents.texts_in_force({one.event_id for one in group.registrations})
    asked = [(one.event, in_force[one.event_id]) for one in group.registrations]
    return render_template(
        "registration/public/consents.html",
        form=form,
        back=back,
        texts={kind.value: distinct_texts(asked, kind) for kind in ConsentKind},
        registrations=group.registrations,
    )


def _corrected(group: RegistrationGroup, form: CorrectionForm) -> ResponseReturnValue:
    before = group.link_salt
    corrected = services.correct_group(group, form.person(form.language.data))
    if corrected.link_salt != before:
        flash(
            gettext("Your data are saved. This page has a new address, which we have sent to your new mailbox."),
            "success",
        )
    else:
        flash(gettext("Your data are saved."), "success")
    return see_other(url_for(".show", token=manage_token(corrected)))


def _correctable(group: RegistrationGroup) -> list[Registration]:
    now = clock.now()
    return [one for one in group.registrations if can_correct_by_link(one, one.event, now)]


def _person_of(group: RegistrationGroup) -> services.Person:
    """The data as they stand on a live registration, else on any."""
    chosen = min(group.registrations, key=lambda one: (not one.holds_place, one.id))
    return services.person_of(chosen)


def _last_answers(group: RegistrationGroup) -> dict[str, bool]:
    """A box is ticked when the last answer of every registration was yes."""
    answers = consents.answers_of([one.id for one in group.registrations]).values()
    return {
        kind.value: all(of_one.get(kind, False) for of_one in answers)
        for kind in (ConsentKind.PARTICIPANT_LIST, ConsentKind.PHOTO)
    }
