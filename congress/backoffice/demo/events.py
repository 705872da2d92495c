"""Organisations, series, events, rooms, categories and quotas of the demo."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from congress.backoffice.demo.facts import both, facts, invented
from congress.core import clock
from congress.events.enums import EventFormat, EventStatus, HostRole, SeriesKind
from congress.events.models import Event, EventHost, Room, Series, SeriesHost
from congress.extensions import db
from congress.organisations.enums import OrganisationKind
from congress.organisations.models import Organisation
from congress.registration.enums import Attendance
from congress.registration.models import Category, Quota

ZONE = ZoneInfo("Europe/Paris")
SATURDAY = 5
ORGANISER_EMAIL = "organisation@congress.example"

Organisations = dict[str, Organisation]
Categories = dict[str, Category]


def make_organisations() -> Organisations:
    """The twelve clusters, by their key in the facts."""
    now = clock.now()
    made = {
        row["key"]: Organisation(
            slug=row["key"],
            name=row["name"],
            kind=OrganisationKind(row["kind"]),
            regions=row["regions"],
            website=row.get("website"),
            members_count=row.get("members"),
            created_at=now,
        )
        for row in facts()["organisations"]
    }
    db.session.add_all(made.values())
    db.session.flush()
    return made


def make_series(key: str, organisations: Organisations, texts: str, *, age: int) -> Series:
    """A published series with the organisations that carry it; the older one stands first on the home page."""
    row = series_facts(key)
    words = invented()["texts"]
    born = clock.now() - dt.timedelta(days=age)
    series = Series(
        slug=key,
        kind=SeriesKind(row["kind"]),
        name=row["name"],
        summary=words[f"{texts}_summary"],
        description=words[f"{texts}_description"],
        website=row.get("website"),
        published_at=born,
        created_at=born,
        changed_at=born,
    )
    db.session.add(series)
    db.session.flush()
    for position, owner in enumerate(row["owners"]):
        organisation_id = organisations[owner].id
        db.session.add(
            SeriesHost(series_id=series.id, organisation_id=organisation_id, role=HostRole.OWNER, position=position)
        )
    db.session.flush()
    return series


def series_facts(key: str) -> dict[str, Any]:
    """What was published about a series."""
    found: dict[str, Any] = next(row for row in facts()["series"] if row["key"] == key)
    return found


def make_stage(series: Series, row: dict[str, Any], organisations: Organisations) -> tuple[Event, Categories]:
    """A stage of the tour: regions and hosts are facts, place and day are invented."""
    plan = invented()["stages"][row["key"]]
    words = invented()["texts"]
    domains = {language: facts()["domains"][language] for language in ("fr", "en")}
    theme = {language: names[plan["domain"]] for language, names in domains.items()}
    summary = words["stage_summary_on_site" if plan["format"] == "on_site" else "stage_summary"]
    event = _make_event(
        series,
        plan,
        slug=row["key"],
        position=row["position"],
        name=plan["name"],
        summary=both(summary, domain=theme, city=plan["city"]),
        description=both(
            words["stage_description"],
            domains={language: ", ".join(names[plan["domain"] :][:4]) for language, names in domains.items()},
        ),
        regions=row["regions"],
    )
    _make_hosts(event, row["hosts"], organisations)
    return event, _make_categories(event, plan)


def make_congress(series: Series, organisations: Organisations) -> tuple[Event, Categories]:
    """The next edition of the congress."""
    plan = invented()["congress"]
    words = invented()["texts"]
    year = _start(plan).year
    event = _make_event(
        series,
        plan,
        slug=f"congres-{year}",
        position=2,
        name={language: f"{name} {year}" for language, name in plan["name"].items()},
        summary=words["congress_summary"],
        description=words["congress_description"],
        regions=["FR-IDF"],
    )
    _make_hosts(event, series_facts(series.slug)["owners"], organisations, HostRole.OWNER)
    return event, _make_categories(event, plan)


def make_past_edition(series: Series, organisations: Organisations) -> None:
    """The edition of 2021, which took place online; nobody of it is known here."""
    row = next(one for one in series_facts(series.slug)["editions"] if one.get("number"))
    first, last = (dt.date.fromisoformat(row[name]) for name in ("starts_on", "ends_on"))
    starts_at = dt.datetime.combine(first, dt.time(9), ZONE)
    event = Event(
        series_id=series.id,
        slug=f"congres-{first.year}",
        position=1,
        status=EventStatus.PUBLISHED,
        format=EventFormat(row["format"]),
        name={language: f"{name} {first.year}" for language, name in series.name.items()},
        summary=invented()["texts"]["past_summary"],
        starts_at=starts_at,
        ends_at=dt.datetime.combine(last, dt.time(18), ZONE),
        registration_opens_at=starts_at - dt.timedelta(days=90),
        registration_closes_at=starts_at,
        created_at=clock.now(),
        changed_at=clock.now(),
        published_at=clock.now(),
    )
    db.session.add(event)
    db.session.flush()
    _make_hosts(event, series_facts(series.slug)["owners"], organisations, HostRole.OWNER)


def _make_event(series: Series, plan: dict[str, Any], **values: Any) -> Event:
    words = invented()["texts"]
    now, starts_at = clock.now(), _start(plan)
    ends_at = (starts_at + dt.timedelta(days=plan["days"] - 1)).replace(hour=18)
    closes_at = {"start": starts_at, "end": ends_at}.get(plan["closes"]) or now + dt.timedelta(days=plan["closes"])
    event = Event(
        series_id=series.id,
        status=EventStatus.PUBLISHED,
        format=EventFormat(plan["format"]),
        starts_at=starts_at,
        ends_at=ends_at,
        registration_opens_at=_at_nine(now + dt.timedelta(days=plan["opens"])),
        registration_closes_at=closes_at,
        venue_name=words["venue"]["fr"] % plan,
        venue_address=words["address"],
        venue_postcode=plan["postcode"],
        venue_city=plan["city"],
        venue_access=words["access"],
        latitude=plan["point"][0],
        longitude=plan["point"][1],
        join_url=None if plan["format"] == "on_site" else f"https://visio.example/{values['slug']}",
        colour=plan["colour"],
        contact_email=ORGANISER_EMAIL,
        created_at=now + dt.timedelta(days=min(plan["opens"], 0) - 7),
        changed_at=now,
        published_at=now + dt.timedelta(days=min(plan["opens"], 0) - 1),
        **values,
    )
    db.session.add(event)
    db.session.flush()
    for position, room in enumerate(invented()["rooms"]):
        capacity = round(plan["shared"] * room["share"])
        db.session.add(Room(event_id=event.id, name=room["name"], capacity=capacity, position=position))
    return event


def _make_hosts(event: Event, keys: list[str], organisations: Organisations, *others: HostRole) -> None:
    """The first one owns the event; the others have the role of `others`, by default that of co-organisers."""
    for position, key in enumerate(keys):
        role = next(iter(others), HostRole.CO_ORGANISER) if position else HostRole.OWNER
        organisation_id = organisations[key].id
        db.session.add(EventHost(event_id=event.id, organisation_id=organisation_id, role=role, position=position))


def _make_categories(event: Event, plan: dict[str, Any]) -> Categories:
    """Public places on site are shared by all their categories; some of these have a limit of their own besides."""
    made = {}
    for position, key in enumerate(plan["counts"]):
        row = invented()["categories"][key]
        only_day = event.first_day + dt.timedelta(days=row["only_day"] - 1) if "only_day" in row else None
        made[key] = Category(
            event_id=event.id,
            name=row["name"],
            description=row.get("description", {}),
            attendance=Attendance.ONLINE if row.get("online") else Attendance.ON_SITE,
            is_public=row.get("public", True),
            colour=row["colour"],
            valid_from=only_day,
            valid_until=only_day,
            position=position,
        )
    db.session.add_all(made.values())
    on_site = [one for one in made.values() if one.is_public and one.attendance is Attendance.ON_SITE]
    db.session.add(Quota(event_id=event.id, name="Sur site", capacity=plan["shared"], categories=on_site))
    for keys, capacity in plan["limits"].items():
        limited = [made[key] for key in keys.split("+")]
        name = limited[0].name["fr"]
        db.session.add(Quota(event_id=event.id, name=name, capacity=capacity, categories=limited))
    db.session.flush()
    return made


def _start(plan: dict[str, Any]) -> dt.datetime:
    """Nine in the morning, never on a weekend, except for the stage that takes place on the day of seeding."""
    starts_at = _at_nine(clock.now() + dt.timedelta(days=plan["day"]))
    while plan["day"] and starts_at.weekday() >= SATURDAY:
        starts_at += dt.timedelta(days=1)
    return starts_at


def _at_nine(instant: dt.datetime) -> dt.datetime:
    return instant.astimezone(ZONE).replace(hour=9, minute=0, second=0, microsecond=0)
