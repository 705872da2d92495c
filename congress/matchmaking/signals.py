"""What matchmaking announces. Receivers write rows in the same transaction and never do I/O."""

from __future__ import annotations

from blinker import Signal

meetings_changed = Signal()
"""Something happened to meetings: sender is None; `changes`, for each transition the meeting (models.Meeting) and the
row that was written for it (models.MeetingChange). Thousands come at once with a timetable: receivers make no query
for each. Who is told what is decided by the receiver."""

reminder_due = Signal()
"""A request waits for its answer at half of its time, or a day before it expires: sender is None; `meeting`."""

timetable_published = Signal()
"""A timetable became visible: sender is the event; `change_ids` (of the models.MeetingChange rows that were written
for it, whose old place is what was shown before and whose new one is what is shown now)."""

profile_changed = Signal()
"""What suggestions depend on changed, or somebody was listed or withdrew: sender is None; `profile`."""

message_sent = Signal()
"""Sender is None; `message` (models.Message), `recipient` (models.Profile)."""

delegation_invited = Signal()
"""Somebody is asked to join a delegation: sender is None; `profile` (who is asked), `by` (models.Profile or None)."""
