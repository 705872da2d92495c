"""What states, levels, kinds and languages of the programme are called on a page, and the pill of each state."""

from __future__ import annotations

from typing import Any

from congress.core.languages import lazy_gettext as _l
from congress.programme.enums import ChangeKind, Level, Participation, SessionState, SlotKind

STATES: dict[Any, object] = {
    SessionState.SUBMITTED: _l("Submitted"),
    SessionState.ACCEPTED: _l("Accepted"),
    SessionState.CONFIRMED: _l("Confirmed"),
    SessionState.REJECTED: _l("Rejected"),
    SessionState.WITHDRAWN: _l("Withdrawn"),
    SessionState.CANCELLED: _l("Cancelled"),
}
STATE_MARKS = {
    SessionState.SUBMITTED: "neutral",
    SessionState.ACCEPTED: "warning",
    SessionState.CONFIRMED: "success",
    SessionState.REJECTED: "danger",
    SessionState.WITHDRAWN: "danger",
    SessionState.CANCELLED: "danger",
}
"""The kind of pill (see templates/components/badges.html)."""

STATE_HELP: dict[Any, object] = {
    SessionState.SUBMITTED: _l("Waits for your decision. It is not in the schedule and not public."),
    SessionState.ACCEPTED: _l("Can be put into the schedule. The public does not see it before it is confirmed."),
    SessionState.CONFIRMED: _l("Becomes public with the next release, once it has a time."),
    SessionState.REJECTED: _l("Not part of the programme. If it was public, the next release takes it out."),
    SessionState.WITHDRAWN: _l("Taken back by its speakers. If it was public, the next release takes it out."),
    SessionState.CANCELLED: _l(
        "Does not take place. If it was public, the next release shows it as cancelled; its page stays."
    ),
}
"""What being in a state means for the public."""

CHANGES: dict[Any, object] = {
    ChangeKind.NEW: _l("New"),
    ChangeKind.MOVED: _l("Moved"),
    ChangeKind.CANCELLED: _l("Cancelled"),
    ChangeKind.RESTORED: _l("Takes place again"),
}
CHANGE_MARKS = {
    ChangeKind.NEW: "success",
    ChangeKind.MOVED: "warning",
    ChangeKind.CANCELLED: "danger",
    ChangeKind.RESTORED: "info",
}
CHANGES_FOR_SPEAKERS: dict[Any, object] = {
    ChangeKind.NEW: _l("Now in the programme"),
    ChangeKind.MOVED: _l("Moved"),
    ChangeKind.CANCELLED: _l("No longer in the programme"),
    ChangeKind.RESTORED: _l("Back in the programme"),
    ChangeKind.REMOVED: _l("You are no longer listed as a speaker"),
}
"""What a release did to a slot, as the public reads it, and as its speakers do."""

LEVELS: dict[Any, object] = {
    Level.ALL: _l("For everybody"),
    Level.INTRODUCTORY: _l("Introductory"),
    Level.INTERMEDIATE: _l("Intermediate"),
    Level.ADVANCED: _l("Advanced"),
}
PARTICIPATIONS: dict[Any, object] = {
    Participation.ON_SITE: _l("On site"),
    Participation.ONLINE: _l("Online"),
    Participation.BOTH: _l("On site and online"),
}
SLOT_KINDS: dict[Any, object] = {
    SlotKind.SESSION: _l("Session"),
    SlotKind.BREAK: _l("Break"),
    SlotKind.BLOCKER: _l("Blocker"),
}
DEFAULT_TITLES: dict[SlotKind, dict[str, str]] = {
    SlotKind.BREAK: {"fr": "Pause", "en": "Break"},
    SlotKind.BLOCKER: {"fr": "Préparation", "en": "Preparation"},
}
"""The title of a break or blocker until somebody gives it another one: content, so in both languages."""

RATINGS: dict[int, object] = {
    5: _l("Excellent"),
    4: _l("Good"),
    3: _l("All right"),
    2: _l("Rather weak"),
    1: _l("Poor"),
}
"""What people say of a session, the best first."""

LANGUAGES: dict[str, object] = {
    "fr": _l("French"),
    "en": _l("English"),
    "de": _l("German"),
    "es": _l("Spanish"),
    "it": _l("Italian"),
    "nl": _l("Dutch"),
    "pt": _l("Portuguese"),
    "ar": _l("Arabic"),
    "zh": _l("Chinese"),
}
"""The languages that a session can be held in, by BCP 47 tag."""


def language_in_words(tag: str) -> str:
    """What a session's language is called; the tag itself for one that was imported."""
    return str(LANGUAGES.get(tag, tag))
