"""Who signed up for a session, as a file; it is noted who took the data out."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from congress.agenda import queries, words
from congress.core.languages import gettext as _
from congress.core.languages import translated
from congress.core.spreadsheets import Cell, Table
from congress.events.models import Event
from congress.events.services.pages import note
from congress.programme.models import Session

WIDTHS = (14, 18, 20, 32, 28, 24, 18)


def export(event: Event, session: Session) -> Table:
    """Places first, then the queue in its order."""
    zone = ZoneInfo(event.zone)
    rows: list[list[Cell]] = [
        [
            str(words.STATES[one.state]),
            one.registration.given_name,
            one.registration.family_name,
            one.registration.email,
            one.registration.organisation,
            translated(one.registration.category.name),
            one.queued_at.astimezone(zone).replace(tzinfo=None),
        ]
        for one in queries.people_of(session)
    ]
    note("sign_up.exported", event, ("session", session.id), after={"session": session.code, "rows": len(rows)})
    headers = [
        _("State"),
        _("First name"),
        _("Last name"),
        _("E-mail address"),
        _("Organisation"),
        _("Category"),
        _("Signed up on"),
    ]
    return Table(translated(session.title), headers, rows, WIDTHS)
