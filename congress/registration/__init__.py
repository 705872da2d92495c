"""Who takes part: categories, quotas, registrations, the group sent in one form, tickets, consents.

States of a registration: pending > confirmed > cancelled (see `enums.TRANSITIONS`); pending and confirmed hold a
place. Others call `services` to write and `queries` to read; a place is only ever taken in `capacity`.
"""
