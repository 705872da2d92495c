"""Refusals: each carries a sentence for its reader and knows nothing of HTTP (see `http.STATUS_OF`)."""

from __future__ import annotations

from congress.core.languages import lazy_gettext as _l


class DomainError(Exception):
    """A rule of the business said no. `sentence` is translated where it is shown.

    `problem_type` is what programs read (RFC 9457 §3.1.1); the plain one says no more than the status does.
    """

    problem_type = "about:blank"
    sentence: object = _l("This is not possible right now.")

    def __init__(self, sentence: object | None = None) -> None:
        """`sentence`: a lazily translated text; without one, the class's own."""
        if sentence is not None:
            self.sentence = sentence
        super().__init__(sentence)

    def __str__(self) -> str:
        return str(self.sentence)


class Missing(DomainError):
    """There is no such thing, or it belongs to another event: both look the same."""

    sentence = _l("This page does not exist, or no longer exists.")


class NotAllowed(DomainError):
    """Signed in, but without the right."""

    sentence = _l("You do not have the right to do this.")


class SignInRequired(DomainError):
    """Nobody is signed in and the page needs somebody."""

    sentence = _l("Please sign in first.")


class InvalidCredential(DomainError):
    """A token of a device or a program that is unknown or revoked."""

    sentence = _l("This access is unknown or has been withdrawn.")


class LinkExpired(DomainError):
    """A link that was valid once."""

    sentence = _l("This link has expired or was already used.")


class TooManyAttempts(DomainError):
    """Slow down; `retry_after` in seconds."""

    sentence = _l("Too many attempts. Please wait a few minutes and try again.")

    def __init__(self, retry_after: int, sentence: object | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class Malformed(DomainError):
    """Data that no form of ours sends."""

    sentence = _l("This request could not be understood.")


class InvalidInput(DomainError):
    """Understood, but not what is asked for."""

    sentence = _l("Please check your entries.")


class Unavailable(DomainError):
    """A part of the system that is not there right now."""

    sentence = _l("This service is not available right now. Please try again in a moment.")
