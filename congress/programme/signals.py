"""What the programme announces. Receivers write rows in the same transaction and never do I/O."""

from __future__ import annotations

from blinker import Signal

programme_released = Signal()
"""A release was made: sender is the event; `release` (models.Release), `before` and `after` (snapshot.Programme;
`before` is None for the first), `tell_speakers` (bool)."""

speaker_link_requested = Signal()
"""A speaker is to get the link to the own page: sender is None; `speaker`, `reason` (enums.LinkReason)."""

session_changed = Signal()
"""What a session says, or how many may sign up for it, changed, under the lock of the draft: sender is None;
`session`."""

proposal_received = Signal()
"""A proposal was submitted: sender is None; `proposal`."""

proposal_saved_as_draft = Signal()
"""A draft was made: sender is None; `proposal`. Its submitter gets the link to it."""

proposal_withdrawn = Signal()
"""A proposal was withdrawn by its people: sender is None; `proposal`."""

co_submitter_invited = Signal()
"""Somebody is asked to join a proposal: sender is None; `person` (models.ProposalPerson)."""

decisions_applied = Signal()
"""Decisions on proposals are final: sender is None; `proposals` (list), `tell` (bool)."""
