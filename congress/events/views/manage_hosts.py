"""The organisations that carry an event or a series: the same pages for both."""

from __future__ import annotations

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.events import words
from congress.events.enums import HostRole
from congress.events.forms.base import EmptyForm
from congress.events.forms.places import HostForm, HostRoleForm
from congress.events.models import Event
from congress.events.permissions import Capability
from congress.events.queries import hosts_of
from congress.events.services import hosts as services
from congress.events.services.pages import Scope
from congress.events.views.scope import (
    current_scope,
    event_access,
    event_blueprint,
    series_blueprint,
)
from congress.organisations.enums import OrganisationKind
from congress.organisations.queries import all_organisations
from congress.organisations.services import create_organisation

EDIT = event_access(Capability.EDIT_EVENT)


event_hosts = event_blueprint("event_hosts", __name__, "/hosts")
series_hosts = series_blueprint("series_hosts", __name__, "/hosts")


@event_hosts.route("/", methods=["GET", "POST"])
@series_hosts.route("/", methods=["GET", "POST"])
@access(EDIT)
def index() -> ResponseReturnValue:
    """All organisations in the list, and a form for one more."""
    scope = current_scope()
    hosts = hosts_of(scope)
    known = {host.organisation_id for host in hosts}
    form = HostForm([one for one in all_organisations() if one.id not in known])
    if form.validate_on_submit() and form.attempt(lambda: _add(scope, form)) is not None:
        flash(_("The organisation is in the list."), "success")
        return see_other(url_for(".index"))
    page = render_template(
        "events/manage/hosts.html", form=form, hosts=hosts, words=words, is_event=isinstance(scope, Event)
    )
    return page, 422 if form.errors else 200


@event_hosts.post("/<int:host_id>/role")
@series_hosts.post("/<int:host_id>/role")
@access(EDIT)
def change(host_id: int) -> ResponseReturnValue:
    """Another role."""
    scope, form = current_scope(), HostRoleForm()
    services.host_of(scope, host_id)
    if form.validate_on_submit():
        form.attempt(lambda: services.change_host(scope, host_id, HostRole(form.role.data)))
        flash(_("Saved."), "success")
    return see_other(url_for(".index"))


@event_hosts.post("/<int:host_id>/move/<any(up, down):way>")
@series_hosts.post("/<int:host_id>/move/<any(up, down):way>")
@access(EDIT)
def move(host_id: int, way: str) -> ResponseReturnValue:
    """Another place in the order."""
    scope, form = current_scope(), EmptyForm()
    services.host_of(scope, host_id)
    if form.validate_on_submit():
        form.attempt(lambda: services.move_host(scope, host_id, -1 if way == "up" else 1))
    return see_other(url_for(".index"))


@event_hosts.post("/<int:host_id>/remove")
@series_hosts.post("/<int:host_id>/remove")
@access(EDIT)
def remove(host_id: int) -> ResponseReturnValue:
    """One organisation less."""
    scope, form = current_scope(), EmptyForm()
    services.host_of(scope, host_id)
    if form.validate_on_submit():
        form.attempt(lambda: services.remove_host(scope, host_id))
        flash(_("The organisation is no longer in the list."), "success")
    return see_other(url_for(".index"))


def _add(scope: Scope, form: HostForm) -> dict[str, int]:
    organisation_id = form.organisation.data
    if not organisation_id:
        organisation_id = create_organisation(
            {
                "name": form.new_name.data,
                "kind": OrganisationKind(form.new_kind.data),
                "website": form.new_website.data or None,
            }
        ).id
    return {"id": services.add_host(scope, organisation_id, HostRole(form.role.data)).id}
