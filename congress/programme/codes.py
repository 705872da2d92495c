"""Names that a row keeps for ever: the code in its address, and the UUID that calendars and exports know it by."""

from __future__ import annotations

import secrets
import uuid

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 6


def new_code() -> str:
    """A short code for an address: 30 bits, unique within an event by constraint. It guards nothing."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def new_guid() -> str:
    """A random UUID in its canonical form."""
    return str(uuid.uuid4())
