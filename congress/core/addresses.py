"""E-mail addresses: what counts as the same one, and what counts as one at all."""

from __future__ import annotations

import unicodedata

from email_validator import EmailNotValidError, validate_email

MAX_LENGTH = 254


def address_key(address: str) -> str:
    """The form under which two spellings of an address are the same: NFKC, then casefold."""
    return unicodedata.normalize("NFKC", address.strip()).casefold()


def is_address(address: str) -> bool:
    """Whether mail could be sent to it (syntax only, nothing is asked of the network)."""
    if len(address) > MAX_LENGTH:
        return False
    try:
        validate_email(address, check_deliverability=False, allow_smtputf8=True)
    except EmailNotValidError:
        return False
    return True
