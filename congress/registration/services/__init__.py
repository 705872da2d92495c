"""Writes of registrations, one verb per intention. Every refusal comes as an error of `registration.errors`.

Each runs in the caller's transaction. A caller that goes on after a refusal rolls back first
(`core.transactions.rollback`): returned means committed.
"""

from congress.registration.services.changes import (
    answer_consents,
    cancel,
    change_category,
    correct,
    correct_group,
    note,
    replace_ticket,
    resend,
    restore,
)
from congress.registration.services.people import Choice, Person, person_of
from congress.registration.services.register import register

__all__ = [
    "Choice",
    "Person",
    "answer_consents",
    "cancel",
    "change_category",
    "correct",
    "correct_group",
    "note",
    "person_of",
    "register",
    "replace_ticket",
    "resend",
    "restore",
]
