"""Passwords at rest: Argon2id, two at a time, so that a flood of sign-ins leaves pages and doors alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from congress.core.errors import TooManyAttempts
from congress.core.transactions import outside_transaction

MIN_LENGTH = 15
MAX_LENGTH = 200
MAX_HASHING = 2
MAX_WAITING = 2
SECONDS_TO_WAIT = 5

# 19 MiB and two passes: the floor of the OWASP password storage guide.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_hashing = threading.BoundedSemaphore(MAX_HASHING)
_inside = threading.BoundedSemaphore(MAX_HASHING + MAX_WAITING)


def hash_password(password: str) -> str:
    """The hash to store; ends the caller's transaction first, because this takes a while."""
    with outside_transaction(), _a_place():
        return _hasher.hash(password)


def is_password(password_hash: str | None, password: str) -> bool:
    """Whether it is the password; without a hash the work is the same. Ends the caller's transaction first."""
    with outside_transaction(), _a_place():
        try:
            _hasher.verify(password_hash or _nobody(), password)
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


@contextmanager
def _a_place() -> Iterator[None]:
    """One of two places; whoever would wait behind others is sent away, so that no server thread is held."""
    if not _inside.acquire(blocking=False):
        raise TooManyAttempts(SECONDS_TO_WAIT)
    try:
        with _hashing:
            yield
    finally:
        _inside.release()


@cache
def _nobody() -> str:
    return _hasher.hash("the password of nobody, which is refused even when somebody types it")
