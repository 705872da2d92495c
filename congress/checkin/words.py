"""What the door's states are called on organisers' pages."""

from __future__ import annotations

from congress.checkin.enums import RefusalReason, ScanMethod, ScanOutcome
from congress.core.languages import lazy_gettext as _l

OUTCOMES: dict[ScanOutcome, tuple[str, object]] = {
    ScanOutcome.ADMITTED: ("success", _l("Admitted")),
    ScanOutcome.ALREADY_ADMITTED: ("warning", _l("Already in")),
    ScanOutcome.REFUSED: ("danger", _l("Refused")),
    ScanOutcome.UNDONE: ("neutral", _l("Taken back")),
}
"""The colour of the mark, and the word beside it."""

REASONS: dict[RefusalReason, object] = {
    RefusalReason.UNKNOWN: _l("unknown code"),
    RefusalReason.CANCELLED: _l("registration cancelled"),
    RefusalReason.REPLACED: _l("replaced ticket"),
    RefusalReason.OTHER_EVENT: _l("ticket of another event"),
    RefusalReason.OTHER_DAY: _l("not valid on this day"),
    RefusalReason.FORGED: _l("not genuine"),
    RefusalReason.ONLINE_ONLY: _l("takes part online"),
    RefusalReason.NOT_CONFIRMED: _l("not confirmed"),
    RefusalReason.NOTHING_TO_UNDO: _l("nothing to take back"),
}

METHODS: dict[ScanMethod, object] = {
    ScanMethod.CAMERA: _l("camera"),
    ScanMethod.WEDGE: _l("keyboard scanner"),
    ScanMethod.TYPED: _l("typed code"),
    ScanMethod.SEARCH: _l("search"),
}
