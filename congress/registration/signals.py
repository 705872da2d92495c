"""What this feature announces. Receivers write rows in the same transaction; they never send anything themselves."""

from __future__ import annotations

from blinker import Signal

registration_confirmed = Signal(
    "A form was accepted: group=RegistrationGroup with `registrations` loaded, and each its event and category."
)
registration_changed = Signal(
    "Somebody's data, category or state changed: registration=, before=dict of the changed values as they were "
    "(keys among given_name, family_name, email, organisation, job_title, language, category_id, status, ticket)."
)
registration_cancelled = Signal("registration=, by=CancelledBy: a place is free again.")
address_changed = Signal(
    "group=, registrations=, old_address=str: the address under which people are written to changed, once per act. "
    "`confirmation_requested` follows for the new address; the old one deserves a notice without any link."
)
confirmation_requested = Signal(
    "group=, registrations=list of those concerned, all with one address: send the confirmation (again)."
)
