"""What happens to events and teams. Receivers are called as `receiver(None, event=...)`, in the same transaction."""

from __future__ import annotations

from blinker import Signal

event_published = Signal("An event became public: `event`.")
event_rescheduled = Signal("Time or place of a public event changed and people are to be told: `event`.")
event_cancelled = Signal("A public event will not take place: `event`.")
entries_changed = Signal("What calendars tell of some events changed: `events`, a list.")
rooms_changed = Signal("A room came, left, or has another name, capacity or place in the order: `event`.")
member_invited = Signal("Somebody was invited to a team, or invited again: `invitation`.")
