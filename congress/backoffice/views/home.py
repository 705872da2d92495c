"""The organiser's home: my events, by series."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from congress.accounts.models import Account
from congress.accounts.views.access import SIGNED_IN, signed_in_account
from congress.core import clock
from congress.core.access import access
from congress.core.languages import translated
from congress.core.text import one_line
from congress.events import words
from congress.events.models import Event, Series
from congress.events.queries import events_of_account, series_of_account
from congress.events.views.manage_series import may_create_series
from congress.registration.figures import registered_of_events

blueprint = Blueprint("home", __name__, url_prefix="/<lang:lang_code>/manage")
MAX_SEARCH = 100


@dataclass(slots=True)
class Group:
    """A series with those of its events that are shown; `mine`: the whole series is the reader's to manage."""

    series: Series
    mine: bool
    events: list[Event] = field(default_factory=list)


@blueprint.get("/")
@access(SIGNED_IN)
def index() -> ResponseReturnValue:
    """My events."""
    account = signed_in_account()
    search = one_line(request.args.get("q", ""))[:MAX_SEARCH]
    groups = _groups(account, search)
    events = [event for group in groups for event in group.events]
    return render_template(
        "backoffice/manage/home.html",
        account=account,
        groups=groups,
        search=search,
        registered=registered_of_events([event.id for event in events]),
        may_create=may_create_series(),
        words=words,
        now=clock.now(),
    )


def _groups(account: Account, search: str) -> list[Group]:
    groups = {series.id: Group(series, mine=True) for series in series_of_account(account)}
    for event in events_of_account(account):
        group = groups.setdefault(event.series_id, Group(event.series, mine=False))
        if _matches(event, search):
            group.events.append(event)
    shown = [group for group in groups.values() if group.events or not search]
    for group in shown:
        group.events.sort(key=lambda event: (event.position, event.starts_at))
    return sorted(shown, key=lambda group: (group.series.kind, translated(group.series.name)))


def _matches(event: Event, search: str) -> bool:
    texts = [*event.name.values(), *event.series.name.values(), event.venue_city or "", event.slug]
    return all(any(word in text.casefold() for text in texts) for word in search.casefold().split())
