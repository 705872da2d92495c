"""The list of profiles, one of them, and the files that leave the house."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from congress.core import clock
from congress.core.access import access
from congress.core.http import PRIVATE, see_other
from congress.core.languages import gettext as _
from congress.core.spreadsheets import Kind, Table, spreadsheet
from congress.events.forms.base import EmptyForm
from congress.events.services.pages import note
from congress.events.views.scope import current_event
from congress.matchmaking import people_list, words
from congress.matchmaking.countries import country_name
from congress.matchmaking.enums import OrganisationType, ProfileField
from congress.matchmaking.forms.people import QuotaForm
from congress.matchmaking.halves import half_days_of, presence_of
from congress.matchmaking.models import Profile
from congress.matchmaking.people_list import Activity, Listing, PeopleFilter, activities_of, people_of
from congress.matchmaking.people_tables import count_for_sponsors, table_for_sponsors, table_of
from congress.matchmaking.queries.own import agreed_and_pending
from congress.matchmaking.queries.setup import slots_of
from congress.matchmaking.services import profiles, withdrawing
from congress.matchmaking.views.people.scope import (
    EDIT,
    READ,
    blueprint,
    may_edit,
    may_open_registrations,
    profile_by_code,
)
from congress.programme.words import language_in_words


@blueprint.get("/")
@access(READ)
def index() -> str:
    """Everybody with a profile, searched, narrowed and sorted; the address says how."""
    event, wanted = current_event(), PeopleFilter.of(request.args)
    return render_template(
        "matchmaking/manage/people/index.html",
        event=event,
        wanted=wanted,
        people=people_of(event, wanted, request.args.get("page", 1, type=int)),
        listing_of=people_list.listing_of,
        listings=Listing,
        activities=Activity,
        types=OrganisationType,
        words=words,
        may_edit=may_edit(),
        for_sponsors=count_for_sponsors(event) if may_edit() else 0,
        page_url=lambda number: url_for(".index", page=number, **wanted.arguments()),
        sort_url=lambda key, descending: url_for(".index", **wanted.sorted_by(key, descending).arguments()),
    )


@blueprint.get("/<code>/")
@access(READ)
def show(code: str) -> str:
    """One person: the profile, and what is going on."""
    profile = profile_by_code(code)
    return _one(profile, QuotaForm(data={"quota": profile.quota}))


@blueprint.post("/<code>/quota")
@access(EDIT)
def quota(code: str) -> ResponseReturnValue:
    """The most meetings of this person."""
    profile, form = profile_by_code(code), QuotaForm()
    if form.validate_on_submit():
        form.attempt(lambda: profiles.set_quota(profile, form.quota.data))
        flash(_("The quota is saved."), "success")
        return see_other(url_for(".show", code=code))
    return _one(profile, form), 422


@blueprint.route("/<code>/opt-out", methods=["GET", "POST"])
@access(EDIT)
def opt_out(code: str) -> ResponseReturnValue:
    """Ask, then take somebody off the list who asked for it; only the person can come back."""
    profile, form = profile_by_code(code), EmptyForm()
    name, back = profile.registration.full_name, url_for(".show", code=code)
    if not profile.is_listed:
        return see_other(back)
    if form.validate_on_submit() and form.attempt(lambda: withdrawing.withdraw(profile)) is not None:
        flash(_("%(name)s is no longer listed.", name=name), "success")
        return see_other(back)
    agreed, pending = agreed_and_pending(profile)
    page = render_template(
        "matchmaking/manage/people/opt_out.html", form=form, person=name, agreed=agreed, pending=pending, back=back
    )
    return page, 422 if form.errors else 200


@blueprint.post("/export.<any(csv, xlsx):kind>")
@access(EDIT)
def export(kind: Kind) -> Response:
    """All profiles, with addresses, for organisers."""
    return _file(table_of(current_event()), kind, "profile.exported", _("profiles"))


@blueprint.post("/sponsors.<any(csv, xlsx):kind>")
@access(EDIT)
def sponsors(kind: Kind) -> Response:
    """Those who agreed, with the fields they agreed to."""
    return _file(table_for_sponsors(current_event()), kind, "profile.exported_for_sponsors", _("sponsors"))


def _file(table: Table, kind: Kind, action: str, name: str) -> Response:
    event = current_event()
    note(action, event, after={"rows": len(table.rows), "kind": kind})
    day = clock.local_day(clock.now(), event.zone).isoformat()
    response = spreadsheet(table, kind, f"{name}-{event.slug}-{day}")
    response.headers["Cache-Control"] = PRIVATE
    return response


def _one(profile: Profile, form: QuotaForm) -> str:
    event, activities = current_event(), activities_of(current_event(), [profile.id])
    category = profile.registration.category
    values: dict[str, Any] = {
        "days": [
            (one, presence_of(profile.presences, category, one)) for one in half_days_of(event, slots_of(event))
        ],
        "languages": [language_in_words(one) for one in profile.languages],
        "country": country_name(profile.country),
        "counts": {
            name: getattr(activities, name)[profile.id] for name in ("asked", "was_asked", "waiting", "meetings")
        },
    }
    return render_template(
        "matchmaking/manage/people/show.html",
        event=event,
        profile=profile,
        registration=profile.registration,
        form=form,
        words=words,
        fields=ProfileField,
        may_edit=may_edit(),
        may_open=may_open_registrations(),
        **values,
    )
