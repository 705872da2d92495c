"""What all pages of a participant share: the way in by the registration's link, who it is, and the tabs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from flask import Blueprint, current_app, flash, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from congress.core import clock
from congress.core.errors import Missing
from congress.core.http import SAFE_METHODS, see_other, tell_nobody
from congress.core.languages import gettext as _
from congress.core.languages import lazy_gettext as _l
from congress.matchmaking.models import Matchmaking, Profile
from congress.matchmaking.permissions import can_take_part, is_open
from congress.matchmaking.queries.profiles import profile_of
from congress.matchmaking.queries.setup import matchmaking_of
from congress.matchmaking.queries.unread import unread_messages
from congress.registration.models import Registration
from congress.registration.views.self_service import LINK as LINK  # noqa: PLC0414 (the rule of every view here)
from congress.registration.views.self_service import current_registration as registration_of_link


class Needs(IntEnum):
    """What somebody must have done before a blueprint's pages make sense."""

    NOTHING = 0
    PROFILE = 1
    LISTED = 2


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of the layout: its endpoint, what belongs to it as well, what it is called, its icon."""

    endpoint: str
    label: object
    icon: str
    blueprints: frozenset[str]


TABS = (
    Tab(
        "my_meetings.index",
        _l("My meetings"),
        "calendar-check",
        frozenset({"my_meetings", "meeting_acts", "meeting_requests", "my_schedule", "delegation"}),
    ),
    Tab("suggestions.index", _l("For you"), "star", frozenset({"suggestions"})),
    Tab("matchmaking_directory.index", _l("Directory"), "people", frozenset({"matchmaking_directory"})),
    Tab("messages.index", _l("Messages"), "chat-dots", frozenset({"messages"})),
    Tab("matchmaking_profile.index", _l("Profile"), "person-lines-fill", frozenset({"matchmaking_profile"})),
)


def participant_blueprint(
    name: str, import_name: str, prefix: str = "", *, needs: Needs = Needs.PROFILE
) -> Blueprint:
    """A blueprint below `/<language>/r/<token>/meetings/<public_id>` + `prefix`, whose views have the rule `LINK`.

    Its views do not take the token and the id of the registration: they find `current_registration()`,
    `current_matchmaking()` and `current_profile()`, and `url_for` fills both in. Whoever has not done what
    `needs` says is led to where that is done.
    """
    blueprint = Blueprint(name, import_name, url_prefix=f"/<lang:lang_code>/r/<token>/meetings/<public_id>{prefix}")
    blueprint.before_request(lambda: _enter(needs))
    blueprint.url_defaults(_fill_address)
    blueprint.after_request(tell_nobody)
    return blueprint


def current_registration() -> Registration:
    """The registration of this page, with its event and category."""
    registration: Registration = g.matchmaking_registration
    return registration


def current_matchmaking() -> Matchmaking:
    """The settings of this page's event."""
    matchmaking: Matchmaking = g.matchmaking
    return matchmaking


def current_profile() -> Profile:
    """The profile of this page's registration, with all its parts."""
    profile: Profile | None = g.matchmaking_profile
    if profile is None:
        raise Missing
    return profile


def found_profile() -> Profile | None:
    """The same where there may be none yet."""
    profile: Profile | None = g.matchmaking_profile
    return profile


def page(template: str, **values: Any) -> str:
    """A page of matchmaking: templates/matchmaking/public/<template>.html, which extends page.html there."""
    registration = current_registration()
    return render_template(
        f"matchmaking/public/{template}.html",
        token=g.matchmaking_token,
        public_id=registration.public_id,
        registration=registration,
        event=registration.event,
        series=registration.event.series,
        matchmaking=g.matchmaking,
        profile=g.matchmaking_profile,
        tabs=_tabs(),
        current_user=None,
        **values,
    )


def _enter(needs: Needs) -> ResponseReturnValue | None:
    arguments = request.view_args or {}
    g.matchmaking_token = arguments.pop("token")
    registration = registration_of_link(arguments.pop("public_id"))
    matchmaking = matchmaking_of(registration.event) if can_take_part(registration) else None
    if matchmaking is None:
        raise Missing
    g.matchmaking_registration, g.matchmaking = registration, matchmaking
    g.matchmaking_event = registration.event  # kept: services read people anew, without their event
    g.matchmaking_profile = profile_of(registration)
    if not is_open(matchmaking):
        is_over = registration.event.ends_at <= clock.now()
        return page("closed", is_over=is_over), 200 if request.method in SAFE_METHODS else 409
    return _led_to_what_is_missing(needs, g.matchmaking_profile)


def _led_to_what_is_missing(needs: Needs, profile: Profile | None) -> ResponseReturnValue | None:
    if needs is not Needs.NOTHING and profile is None:
        return see_other(url_for("matchmaking_profile.start"))
    if needs is Needs.LISTED and profile is not None and not profile.is_listed:
        flash(_("You see the others once they see you: check your profile and take part."), "info")
        return see_other(url_for("matchmaking_profile.preview"))
    return None


def _fill_address(_endpoint: str, values: dict[str, Any]) -> None:
    if "matchmaking_registration" in g:
        values.setdefault("token", g.matchmaking_token)
        values.setdefault("public_id", g.matchmaking_registration.public_id)


def _tabs() -> list[dict[str, Any]]:
    """The pages that exist, which of them this is, and how much there is unread; none before the first answers."""
    if g.matchmaking_profile is None or not is_open(g.matchmaking):
        return []
    return [
        {
            "url": url_for(tab.endpoint),
            "label": tab.label,
            "icon": tab.icon,
            "is_current": request.blueprint in tab.blueprints,
            "count": unread_messages(g.matchmaking_profile) if tab.endpoint == "messages.index" else 0,
        }
        for tab in TABS
        if tab.endpoint in current_app.view_functions
    ]
