"""What the team does to one registration; each asks first where something is lost, and says why when it cannot be."""

from __future__ import annotations

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from congress.core import clock
from congress.core.access import access
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.core.templating import date_short
from congress.events.forms.base import EmptyForm, StaffForm
from congress.events.views.scope import current_event
from congress.registration import permissions, services
from congress.registration.enums import CancelledBy, RegistrationStatus
from congress.registration.errors import IllegalTransition
from congress.registration.figures import uses_of
from congress.registration.forms.manage import CancelForm, CategoryChoice, EditForm, NoteForm
from congress.registration.models import Registration
from congress.registration.views.manage.entry import hint_of
from congress.registration.views.manage.one import page_of_one
from congress.registration.views.manage.scope import WRITE, address_of, blueprint, current_registration


@blueprint.route("/<public_id>/edit", methods=["GET", "POST"])
@access(WRITE)
def edit(public_id: str) -> ResponseReturnValue:
    """Correct the data."""
    registration = current_registration(public_id)
    if not registration.holds_place:
        return _nothing_to_do(registration)
    form = EditForm(obj=registration, version=registration.changed_at.isoformat())
    if form.validate_on_submit() and form.attempt(lambda: _correct(registration, form)) is not None:
        flash(_("The data are saved."), "success")
        return see_other(address_of(registration))
    return _page("edit", public_id, form)


@blueprint.route("/<public_id>/category", methods=["GET", "POST"])
@access(WRITE)
def change_category(public_id: str) -> ResponseReturnValue:
    """Move to another category, if it has a place."""
    registration, form = current_registration(public_id), CategoryChoice()
    uses = uses_of(current_event())[0]
    form.offer(uses)
    if not form.is_submitted():
        form.category.data = registration.category_id
    if form.validate_on_submit():
        chosen = form.category.data
        if form.attempt(lambda: _done(services.change_category(registration, chosen))) is not None:
            flash(_("The category is changed. The person is told by mail."), "success")
            return see_other(address_of(registration))
    return _page("move", public_id, form, hints={use.category.id: hint_of(use) for use in uses})


@blueprint.route("/<public_id>/cancel", methods=["GET", "POST"])
@access(WRITE)
def cancel(public_id: str) -> ResponseReturnValue:
    """Ask, then cancel; the reason stays in the team's note."""
    registration, form = current_registration(public_id), CancelForm()
    if not permissions.can_cancel(registration):
        return _nothing_to_do(registration)
    if form.validate_on_submit() and form.attempt(lambda: _cancel(registration, form)) is not None:
        flash(_("The registration is cancelled. The place is free, and the person is told by mail."), "success")
        return see_other(address_of(registration))
    return _page("cancel", public_id, form)


@blueprint.route("/<public_id>/restore", methods=["GET", "POST"])
@access(WRITE)
def restore(public_id: str) -> ResponseReturnValue:
    """Take a cancellation back, if there is still a place."""
    registration, form = current_registration(public_id), EmptyForm()
    if not permissions.can_restore(registration):
        return _nothing_to_do(registration)
    if form.validate_on_submit() and form.attempt(lambda: _done(services.restore(registration))) is not None:
        flash(_("The registration holds again. The new ticket is on its way by mail."), "success")
        return see_other(address_of(registration))
    return _page("restore", public_id, form)


@blueprint.route("/<public_id>/ticket", methods=["GET", "POST"])
@access(WRITE)
def replace_ticket(public_id: str) -> ResponseReturnValue:
    """Ask, then end the ticket and send another one."""
    registration, form = current_registration(public_id), EmptyForm()
    if registration.status is not RegistrationStatus.CONFIRMED:
        return _nothing_to_do(registration)
    if form.validate_on_submit() and form.attempt(lambda: _done(services.replace_ticket(registration))) is not None:
        flash(_("The old ticket opens no door any more. The new one is on its way by mail."), "success")
        return see_other(address_of(registration))
    return _page("ticket", public_id, form)


@blueprint.post("/<public_id>/resend")
@access(WRITE)
def resend(public_id: str) -> ResponseReturnValue:
    """Send the confirmation again."""
    registration, form = current_registration(public_id), EmptyForm()
    if form.validate_on_submit() and form.attempt(lambda: services.resend(registration)) is not None:
        flash(_("The confirmation is on its way to %(address)s.", address=registration.email), "success")
        return see_other(address_of(registration))
    fresh = current_registration(public_id)
    return page_of_one(fresh, NoteForm(obj=fresh), ", ".join(str(one) for one in form.form_errors)), 422


def _correct(registration: Registration, form: EditForm) -> None:
    """Correct it unless somebody else saved since the form was opened."""
    if form.version.data != registration.changed_at.isoformat():
        raise IllegalTransition
    services.correct(registration, form.person(form.language.data))


def _cancel(registration: Registration, form: CancelForm) -> None:
    cancelled = services.cancel(registration, CancelledBy.ORGANISER)
    day = date_short(clock.now(), current_event().zone)
    text = form.note_after(cancelled.note, _("Cancelled on %(day)s:", day=day))
    if text is not None:
        services.note(cancelled, text)


def _done(_registration: Registration) -> None:
    """The form keeps no result: the page says what is."""


def _nothing_to_do(registration: Registration) -> ResponseReturnValue:
    """The button was pressed twice, or a colleague was faster."""
    flash(_("This has been done already, or is not possible in this state."), "info")
    return see_other(address_of(registration))


def _page(template: str, public_id: str, form: StaffForm, **values: object) -> ResponseReturnValue:
    """The question again, about the registration as it is now."""
    page = render_template(
        f"registration/manage/{template}.html",
        event=current_event(),
        registration=current_registration(public_id),
        form=form,
        **values,
    )
    return page, 422 if form.errors else 200
