"""What the public pages call the state of an event."""

from __future__ import annotations

from congress.backoffice.site import Stage, StageState
from congress.core.languages import gettext, ngettext
from congress.core.languages import lazy_gettext as _l
from congress.core.templating import date_short
from congress.events.enums import HostRole

STATE_MARKS = {
    StageState.OPEN: "success",
    StageState.ONLINE_ONLY: "warning",
    StageState.UPCOMING: "info",
    StageState.FULL: "danger",
    StageState.CLOSED: "neutral",
    StageState.OVER: "neutral",
    StageState.CANCELLED: "danger",
}
"""The kind of pill (see templates/components/badges.html)."""

HOST_WORDS = {
    HostRole.OWNER: _l("Organiser"),
    HostRole.CO_ORGANISER: _l("Co-organiser"),
    HostRole.PARTNER: _l("Partner"),
}


def state_words(stage: Stage) -> str:
    """A few words that stand in a pill."""
    if stage.left is not None:
        return str(ngettext("%(num)s place left", "%(num)s places left", stage.left))
    event = stage.event
    words: dict[StageState, str] = {
        StageState.OPEN: gettext("Open"),
        StageState.ONLINE_ONLY: gettext("Open online"),
        StageState.UPCOMING: gettext("From %(day)s", day=date_short(event.registration_opens_at, event.zone)),
        StageState.FULL: gettext("Full"),
        StageState.CLOSED: gettext("Closed"),
        StageState.OVER: gettext("Over"),
        StageState.CANCELLED: gettext("Cancelled"),
    }
    return words[stage.state]
