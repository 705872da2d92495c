"""A calendar and an item to change, and how property tests run here."""

from __future__ import annotations

import dataclasses
import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings

from congress.calendars.ics import CalendarDetails, CalendarItem, Party

CREATED = dt.datetime(2026, 10, 1, 8, tzinfo=dt.UTC)
CHANGED = dt.datetime(2026, 11, 1, 8, tzinfo=dt.UTC)


def details(**changes) -> CalendarDetails:
    return dataclasses.replace(
        CalendarDetails(
            name="Congrès de l’été",
            description="Toutes les séances",
            url="https://example.org/fr/events/ete/",
            source="https://example.org/calendars/ete.ics",
            zone="Europe/Paris",
            language="fr",
            colour="#4682b4",
            changed=CHANGED,
        ),
        **changes,
    )


def item(**changes) -> CalendarItem:
    return dataclasses.replace(
        CalendarItem(
            uid="session-1@example.org",
            created=CREATED,
            changed=CHANGED,
            starts=dt.datetime(2026, 12, 8, 8, tzinfo=dt.UTC),
            ends=dt.datetime(2026, 12, 8, 9, 30, tzinfo=dt.UTC),
            zone="Europe/Paris",
            title="Séance plénière : « données & énergie »",
            description="Accès, détails; inscription\n\nÀ bientôt\u202f! 🎉",
            location="Amphithéâtre Émile-Durkheim, bâtiment Â",
            organiser=Party("L’équipe du congrès", "orga@example.org"),
        ),
        **changes,
    )


FULL = item(
    sequence=3,
    url="https://example.org/e/1",
    image="https://example.org/i/1.png",
    join_url="https://visio.example.org/j/abc?x=1,2",
    categories=("Congrès", "Plénière, ouverture"),
    geo=(47.2378, 6.0241),
    alarm_minutes=15,
    colour="#dc143c",
    attendee=Party("Zoé Müller", "zoe@example.net"),
)


def local(zone: str, *when: int, fold: int = 0) -> dt.datetime:
    return dt.datetime(*when, fold=fold, tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)


every_time = settings(
    max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
