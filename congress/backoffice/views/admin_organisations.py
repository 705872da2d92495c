"""Organisations and who may create series in their name."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from congress.accounts.views.access import ADMINISTRATOR
from congress.backoffice.forms import MembershipForm, OrganisationForm
from congress.core.access import access
from congress.core.errors import Missing
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.core.pagination import page_of
from congress.core.text import one_line
from congress.events.forms.base import EmptyForm
from congress.events.regions import region_names
from congress.events.services.pages import organisation_changed
from congress.organisations import services, words
from congress.organisations.enums import MembershipRole
from congress.organisations.models import Organisation
from congress.organisations.queries import members_of, organisation_by_slug, organisations_found

blueprint = Blueprint("admin_organisations", __name__, url_prefix="/<lang:lang_code>/admin/organisations")
MAX_SEARCH = 100


@blueprint.get("/")
@access(ADMINISTRATOR)
def index() -> ResponseReturnValue:
    """All organisations."""
    search = one_line(request.args.get("q", ""))[:MAX_SEARCH]
    return render_template(
        "organisations/admin/list.html",
        page=page_of(organisations_found(search), request.args.get("page", 1, type=int)),
        page_url=lambda number: url_for("admin_organisations.index", q=search, page=number),
        search=search,
        words=words,
        regions=region_names(),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@access(ADMINISTRATOR)
def new() -> ResponseReturnValue:
    """One organisation more."""
    form = OrganisationForm()
    if form.validate_on_submit():
        result = form.attempt(lambda: {"slug": services.create_organisation(form.values()).slug})
        if result is not None:
            flash(_("The organisation is in the list."), "success")
            return see_other(url_for("admin_organisations.change", slug=result["slug"]))
    page = render_template("organisations/admin/form.html", form=form, organisation=None)
    return page, 422 if form.errors else 200


@blueprint.route("/<slug>/", methods=["GET", "POST"])
@access(ADMINISTRATOR)
def change(slug: str) -> ResponseReturnValue:
    """An organisation and its members."""
    organisation = _organisation(slug)
    form = OrganisationForm(data=OrganisationForm.data_of(organisation))
    if form.validate_on_submit() and form.attempt(lambda: _update(organisation, form)) is not None:
        flash(_("Saved."), "success")
        return see_other(url_for("admin_organisations.change", slug=slug))
    return _page(organisation, form, MembershipForm(formdata=None)), 422 if form.errors else 200


@blueprint.post("/<slug>/members")
@access(ADMINISTRATOR)
def add_member(slug: str) -> ResponseReturnValue:
    """Somebody more who belongs to it."""
    organisation, form = _organisation(slug), MembershipForm()
    if form.validate_on_submit():
        email, role = str(form.email.data), MembershipRole(form.role.data)
        if form.attempt(lambda: {"id": services.add_member(organisation, email, role).id}) is not None:
            flash(_("This person now belongs to the organisation."), "success")
            return see_other(url_for("admin_organisations.change", slug=slug))
    own = OrganisationForm(formdata=None, data=OrganisationForm.data_of(organisation))
    return _page(organisation, own, form), 422


@blueprint.post("/<slug>/members/<int:membership_id>/remove")
@access(ADMINISTRATOR)
def remove_member(slug: str, membership_id: int) -> ResponseReturnValue:
    """Somebody less."""
    organisation, form = _organisation(slug), EmptyForm()
    services.membership_of(organisation, membership_id)
    if form.validate_on_submit():
        form.attempt(lambda: services.remove_member(organisation, membership_id))
        flash(_("This person no longer belongs to the organisation."), "success")
    return see_other(url_for("admin_organisations.change", slug=slug))


def _organisation(slug: str) -> Organisation:
    organisation = organisation_by_slug(slug)
    if organisation is None:
        raise Missing
    return organisation


def _update(organisation: Organisation, form: OrganisationForm) -> None:
    if services.update_organisation(organisation, form.values()):
        organisation_changed(organisation.id)


def _page(organisation: Organisation, form: OrganisationForm, member_form: MembershipForm) -> str:
    return render_template(
        "organisations/admin/form.html",
        organisation=organisation,
        form=form,
        member_form=member_form,
        members=members_of(organisation),
        words=words,
        empty=EmptyForm(formdata=None),
    )
