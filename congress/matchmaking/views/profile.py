"""The own profile: three questions to begin with, then what others see, when the person is there, and the way out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, url_for
from flask.typing import ResponseReturnValue

from congress.core.access import access
from congress.core.http import see_other
from congress.core.languages import gettext as _
from congress.core.languages import ngettext, translated
from congress.events.forms.base import EmptyForm, StaffForm
from congress.matchmaking import words
from congress.matchmaking.availability import half_of, taken_slots
from congress.matchmaking.countries import country_name
from congress.matchmaking.enums import OrganisationType, Presence, ProfileField
from congress.matchmaking.forms.profiles import (
    AvailabilityForm,
    PreferencesForm,
    ProfileForm,
    SponsorsForm,
    StartForm,
    VisibilityForm,
    presences_of,
    with_half_days,
)
from congress.matchmaking.halves import HalfDay, half_days_of, key_of, presence_of
from congress.matchmaking.models import PresenceHalf
from congress.matchmaking.queries.own import agreed_and_pending, kept_free_by
from congress.matchmaking.queries.setup import slots_of
from congress.matchmaking.services import opportunities, profiles, withdrawing
from congress.matchmaking.taxonomy import taxonomy_of
from congress.matchmaking.views.participant import (
    LINK,
    Needs,
    current_profile,
    current_registration,
    found_profile,
    page,
    participant_blueprint,
)
from congress.matchmaking.views.person_page import facts_of
from congress.matchmaking.views.tag_picker import picker
from congress.matchmaking.visibility import EVERYBODY, seen_by
from congress.programme.words import language_in_words
from congress.registration import consents
from congress.registration.enums import ConsentKind

blueprint = participant_blueprint("matchmaking_profile", __name__, needs=Needs.NOTHING)


@blueprint.get("/profile")
@access(LINK)
def index() -> ResponseReturnValue:
    """The whole profile with what can be done about it."""
    if found_profile() is None:
        return see_other(url_for(".start"))
    return _hub()


@blueprint.route("/start", methods=["GET", "POST"])
@access(LINK)
def start() -> ResponseReturnValue:
    """Three questions; nobody sees the answers before the last step."""
    if found_profile() is not None:
        return see_other(url_for(".index"))
    registration, event = current_registration(), current_registration().event
    half_days, taxonomy = half_days_of(event, slots_of(event)), taxonomy_of(event)
    form = with_half_days(StartForm, half_days)(taxonomy, data=_presence_data(half_days, ()))
    found = picker(form, taxonomy)
    if not found.is_search and form.validate_on_submit():

        def begin() -> None:
            profile = profiles.begin(registration, OrganisationType(form.type.data))
            opportunities.add(profile, form.wish())
            profiles.set_presences(profile, presences_of(form, half_days), None)

        if form.attempt(begin) is not None:
            return see_other(url_for(".preview"))
    return _form("start", form, found.is_search, days=_by_day(half_days), picker=found)


@blueprint.route("/profile/preview", methods=["GET", "POST"])
@access(LINK)
def preview() -> ResponseReturnValue:
    """How others see the person, and the last step: take part."""
    if found_profile() is None:
        return see_other(url_for(".start"))
    profile, form = current_profile(), EmptyForm()
    if form.validate_on_submit() and form.attempt(lambda: profiles.opt_in(profile)) is not None:
        flash(_("You take part: the others see your profile from now on."), "success")
        return see_other(url_for("matchmaking_directory.index"))
    return _form("preview", form, **facts_of(seen_by(EVERYBODY, profile), current_registration().event))


@blueprint.route("/profile/withdraw", methods=["GET", "POST"])
@access(LINK)
def withdraw() -> ResponseReturnValue:
    """Say what happens, then take the person off the list at once."""
    if found_profile() is None or not current_profile().is_listed:
        return see_other(url_for(".index"))
    profile, form = current_profile(), EmptyForm()
    if form.validate_on_submit() and form.attempt(lambda: withdrawing.withdraw(profile)) is not None:
        flash(_("Nobody sees your profile any more. You can take part again at any time."), "success")
        return see_other(url_for(".index"))
    agreed, pending = agreed_and_pending(profile)
    return _form("withdraw", form, agreed=agreed, pending=pending)


@blueprint.route("/profile/about", methods=["GET", "POST"])
@access(LINK)
def about() -> ResponseReturnValue:
    """Type, presentation, country, languages."""
    return _edit("about", ProfileForm)


@blueprint.route("/profile/visibility", methods=["GET", "POST"])
@access(LINK)
def visibility() -> ResponseReturnValue:
    """Who sees which field."""
    return _edit("visibility", VisibilityForm, fields=ProfileField)


@blueprint.route("/profile/preferences", methods=["GET", "POST"])
@access(LINK)
def preferences() -> ResponseReturnValue:
    """Requests, the most meetings, mails."""
    return _edit("preferences", PreferencesForm)


@blueprint.route("/availability", methods=["GET", "POST"])
@access(LINK)
def availability() -> ResponseReturnValue:
    """How the person is there each half-day, and single slots kept free; slots with meetings are shown as such."""
    if found_profile() is None:
        return see_other(url_for(".start"))
    profile, event = current_profile(), current_registration().event
    slots = slots_of(event)
    half_days, kept = half_days_of(event, slots), kept_free_by(profile)
    data = _presence_data(half_days, profile.presences) | {"kept_free": sorted(kept)}
    form = with_half_days(AvailabilityForm, half_days)(slots, data=data)
    taken = taken_slots([profile.id])[profile.id]
    if form.validate_on_submit():
        wanted, chosen = presences_of(form, half_days), set(form.kept_free.data or ()) - taken
        if form.attempt(lambda: profiles.set_presences(profile, wanted, chosen | (kept & taken))) is not None:
            absent = {one for one, way in wanted.items() if way is Presence.ABSENT}
            _tell_saved(sum(slot.id in taken and half_of(slot.starts_at, event.zone) in absent for slot in slots))
            return see_other(url_for(".index"))
    of_half = {
        key_of(one): [slot for slot in slots if half_of(slot.starts_at, event.zone) == one] for one in half_days
    }
    return _form("availability", form, days=_by_day(half_days), slots=of_half, taken=taken)


@blueprint.post("/profile/sponsors")
@access(LINK)
def sponsors() -> ResponseReturnValue:
    """Give or withdraw the consent to the transfer to sponsors."""
    if found_profile() is None:
        return see_other(url_for(".start"))
    profile, form = current_profile(), SponsorsForm()
    given = form.given.data
    if form.validate_on_submit():
        form.attempt(lambda: profiles.answer_sponsors(profile, given=given))
        flash(_("Your choice is saved."), "success")
    return see_other(url_for(".index", _anchor="sponsors"))


def _hub() -> str:
    profile, event = current_profile(), current_registration().event
    answers = consents.answers_of([profile.registration_id])[profile.registration_id]
    given = answers.get(ConsentKind.SPONSORS, False)
    half_days = half_days_of(event, slots_of(event))
    return page(
        "profile/index",
        words=words,
        country=country_name(profile.country),
        languages=[language_in_words(code) for code in profile.languages],
        days=[(one, presence_of(profile.presences, profile.registration.category, one)) for one in half_days],
        kept_free=len(kept_free_by(profile)),
        sponsors_form=SponsorsForm(data={"given": given}),
        sponsors_text=translated(consents.texts_in_force([event.id])[event.id][ConsentKind.SPONSORS].text),
        given=given,
        form=EmptyForm(),
        most=opportunities.MOST,
        fields=ProfileField,
    )


def _edit(name: str, kind: type[Any], **values: Any) -> ResponseReturnValue:
    """A form over columns of the profile."""
    if found_profile() is None:
        return see_other(url_for(".start"))
    profile = current_profile()
    form = kind(data=kind.data_of(profile))
    if form.validate_on_submit() and form.attempt(lambda: _changed(form)) is not None:
        flash(_("Your profile is saved."), "success")
        return see_other(url_for(".index"))
    return _form(name, form, **values)


def _changed(form: Any) -> None:
    profiles.change(current_profile(), form.values())


def _form(name: str, form: StaffForm, is_search: bool = False, **values: Any) -> ResponseReturnValue:  # noqa: FBT001, FBT002 (a search for tags is no failure)
    wrong = form.is_submitted() and not is_search
    return page(f"profile/{name}", **{"form": form, "words": words} | values), 422 if wrong else 200


def _by_day(half_days: list[HalfDay]) -> Mapping[Any, list[str]]:
    """The names of the questions about half-days, by day."""
    days: dict[Any, list[str]] = {}
    for one in half_days:
        days.setdefault(one[0], []).append(key_of(one))
    return days


def _presence_data(half_days: list[HalfDay], said: Any) -> dict[str, str]:
    category = current_registration().category
    rows: list[PresenceHalf] = list(said)
    return {key_of(one): presence_of(rows, category, one).value for one in half_days}


def _tell_saved(meetings: int) -> None:
    flash(_("Your times are saved."), "success")
    if meetings:
        flash(
            ngettext(
                "You have %(num)s meeting while you are not there. Move or cancel it.",
                "You have %(num)s meetings while you are not there. Move or cancel them.",
                meetings,
            ),
            "warning",
        )
