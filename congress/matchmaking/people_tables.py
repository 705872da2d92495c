"""Profiles as tables: all of them for organisers, and what people agreed to pass on for sponsors."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import sqlalchemy as sa

from congress.core.languages import gettext as _
from congress.core.spreadsheets import Cell, Table
from congress.events.models import Event
from congress.extensions import db
from congress.matchmaking import words
from congress.matchmaking.countries import country_name
from congress.matchmaking.models import Profile
from congress.matchmaking.people_list import activities_of
from congress.matchmaking.queries.profiles import TAKES_PART, WITH_EVERYTHING
from congress.matchmaking.visibility import EVERYBODY, seen_by
from congress.programme.words import language_in_words
from congress.registration import consents
from congress.registration.enums import ConsentKind
from congress.registration.models import Registration

WIDTHS = (12, 18, 20, 32, 28, 24, 20, 16, 20, 60, 60, 18, 18, 10, 10, 10, 10)


def table_of(event: Event) -> Table:
    """Every profile of the event with what is going on."""
    zone, activities = ZoneInfo(event.zone), activities_of(event)
    rows: list[list[Cell]] = []
    for one in _profiles(event):
        person = one.registration
        listed = one.listed_at.astimezone(zone).replace(tzinfo=None) if one.listed_at else None
        rows.append(
            [
                person.reference,
                person.given_name,
                person.family_name,
                person.email,
                person.organisation,
                person.job_title,
                str(words.TYPES[one.type]),
                country_name(one.country),
                ", ".join(map(language_in_words, one.languages)),
                one.pitch,
                _opportunities(one),
                one.delegation.name if one.delegation else "",
                listed,
                activities.asked[one.id],
                activities.was_asked[one.id],
                activities.meetings[one.id],
                one.quota,
            ]
        )
    return Table(_("Profiles"), _headers(), rows, WIDTHS)


def table_for_sponsors(event: Event) -> Table:
    """Those who take part and whose last answer is yes; only the fields that the text of the consent names.

    What somebody hides from those who take part is hidden from sponsors, too.
    """
    found = _profiles(event, *TAKES_PART)
    answers = consents.answers_of([one.registration_id for one in found])
    agreed = [one for one in found if answers[one.registration_id].get(ConsentKind.SPONSORS, False)]
    rows: list[list[Cell]] = [
        [one.registration.given_name, one.registration.family_name, seen.job_title, seen.organisation, seen.pitch]
        for one, seen in ((one, seen_by(EVERYBODY, one)) for one in agreed)
    ]
    headers = [_("First name"), _("Last name"), _("Job title"), _("Organisation"), _("Presentation")]
    return Table(_("For sponsors"), headers, rows, (18, 20, 24, 28, 60))


def _profiles(event: Event, *which: sa.ColumnElement[bool]) -> list[Profile]:
    statement = (
        sa.select(Profile)
        .join(Profile.registration)
        .where(Profile.event_id == event.id, *which)
        .options(*WITH_EVERYTHING)
        .execution_options(populate_existing=True)
    )
    found = db.session.scalars(statement).all()
    return sorted(found, key=lambda one: (one.facets.get("name", ""), one.id))


def _opportunities(profile: Profile) -> str:
    return "\n".join(f"{words.OPPORTUNITY_KINDS[one.kind]}: {one.title}" for one in profile.opportunities)


def _headers() -> list[str]:
    return [
        _("Reference"),
        _("First name"),
        _("Last name"),
        _("E-mail address"),
        _("Organisation"),
        _("Job title"),
        _("Kind of organisation"),
        _("Country"),
        _("Languages"),
        _("Presentation"),
        _("Needs and offers"),
        _("Delegation"),
        _("Takes part since"),
        _("Requests made"),
        _("Requests received"),
        _("Meetings"),
        _("Quota"),
    ]


def count_for_sponsors(event: Event) -> int:
    """How many the file for sponsors would hold."""
    ids = db.session.scalars(
        sa.select(Registration.id)
        .join(Profile, Profile.registration_id == Registration.id)
        .where(Profile.event_id == event.id, *TAKES_PART)
    ).all()
    return sum(given.get(ConsentKind.SPONSORS, False) for given in consents.answers_of(ids).values())
