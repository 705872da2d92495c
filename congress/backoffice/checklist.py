"""What an event still needs before it is published, in words that say where to find it."""

from __future__ import annotations

from dataclasses import dataclass

from congress.backoffice.queries import open_categories
from congress.core import clock
from congress.core.languages import lazy_gettext as _l
from congress.events.enums import EventFormat
from congress.events.models import Event
from congress.events.queries import hosts_of


@dataclass(frozen=True, slots=True)
class Item:
    """One point: done or not, and whether publishing waits for it. `endpoint` is the page where it is done."""

    done: bool
    needed: bool
    label: object
    hint: object
    endpoint: str


def checklist(event: Event) -> list[Item]:
    """All points, those that publishing waits for first."""
    return [*_needed(event), *_advised(event)]


def is_ready(event: Event) -> bool:
    """Whether everything is there that publishing waits for."""
    return all(item.done for item in _needed(event))


def _needed(event: Event) -> list[Item]:
    settings = "events_manage.settings"
    on_site = event.format != EventFormat.ONLINE
    place = bool(event.venue_name and event.venue_city)
    items = [
        Item(
            event.ends_at > clock.now(),
            True,
            _l("The dates are still to come"),
            _l("The event is over. Give it new dates."),
            settings,
        ),
        Item(
            bool(open_categories(event)),
            True,
            _l("People can choose a category"),
            _l("Without a public category nobody can register."),
            "registration_manage.categories",
        ),
    ]
    if on_site:
        hint = _l("Whoever comes needs the name of the venue and the town.")
        items.insert(0, Item(place, True, _l("The place is known"), hint, settings))
    return items


def _advised(event: Event) -> list[Item]:
    settings = "events_manage.settings"
    complete = all(
        text.get("fr") and text.get("en") for text in (event.name, event.summary or {}, event.description or {})
    )
    items = [
        Item(
            complete,
            False,
            _l("Name, summary and description are there in French and English"),
            _l("Where a language is missing, its readers see the other one."),
            settings,
        ),
        Item(
            bool(hosts_of(event)),
            False,
            _l("The hosts are named"),
            _l("The page then says who invites."),
            "event_hosts.index",
        ),
        Item(
            bool(event.contact_email),
            False,
            _l("There is a contact address"),
            _l("Answers to our mails go there."),
            settings,
        ),
    ]
    if event.format != EventFormat.ON_SITE:
        hint = _l("Whoever takes part online finds it in the mail. It can also be added later.")
        items.append(Item(bool(event.join_url), False, _l("There is a link to join online"), hint, settings))
    return items
