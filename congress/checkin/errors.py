"""Refusals of the door's pages and of its devices (a refused ticket is an answer, not an error: see `enums`)."""

from __future__ import annotations

from congress.core.errors import DomainError, InvalidCredential, InvalidInput
from congress.core.languages import lazy_gettext as _l


class DeviceRevoked(InvalidCredential):
    """No device has this token, or it was withdrawn, or its event is over: all look the same."""

    problem_type = "urn:congress:problem:device-revoked"
    sentence = _l("The access of this device is unknown or has ended. Ask the organiser for a new link.")


class NonceReused(DomainError):
    """A nonce that came before, with other content: the first scan stands and nothing of the batch is kept."""

    sentence = _l("This scan was already sent with other content. Please scan again.")


class SearchTooShort(InvalidInput):
    """A search for nearly everybody, or for a page of text."""

    sentence = _l("Type at least two letters and at most a hundred.")


class CheckpointClosed(DomainError):
    """A closed door takes no more devices and no changes."""

    sentence = _l("This door is closed.")


class CheckpointNameTaken(DomainError):
    """Two open doors of one event with the same name could not be told apart in the answers."""

    sentence = _l("There is already an open door with this name.")


class TooManyDoors(DomainError):
    """More doors or devices than any event has."""

    sentence = _l("This event has too many doors or devices. Close or withdraw some first.")
