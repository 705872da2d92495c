"""What series and events refuse, each with its sentence."""

from __future__ import annotations

from congress.core.errors import DomainError, NotAllowed
from congress.core.languages import lazy_gettext as _l


class SlugTaken(DomainError):
    sentence = _l("This address is already taken by another page. Please choose another one.")


class SlugFixed(DomainError):
    sentence = _l("The address can no longer be changed: the page is or was public, and people have its link.")


class ChangedMeanwhile(DomainError):
    """Somebody else saved the same page after it was opened."""

    sentence = _l("Somebody else has saved this page since you opened it. Nothing was overwritten.")


class StepRefused(DomainError):
    sentence = _l("The event is no longer in the state that this page showed. Please look again.")


class NotReady(DomainError):
    sentence = _l("Something is still missing before this event can be published. See the list below.")


class HasRegistrations(DomainError):
    sentence = _l("People are registered. The event cannot become a draft again; cancel it, so that they are told.")


class SeriesHasPublicEvents(DomainError):
    sentence = _l("The series has public events and cannot be hidden.")


class AlreadyHost(DomainError):
    sentence = _l("This organisation is already in the list. Change its role there.")


class TooMany(DomainError):
    sentence = _l("The limit is reached. Remove an entry first.")


class LastOwner(DomainError):
    sentence = _l("This is the last owner. Make somebody else an owner first.")


class AlreadyInTeam(DomainError):
    sentence = _l("This person is already in the team. Change the role in the list.")


class RoleNotYours(NotAllowed):
    """A role that the person's own role may not give or take."""

    sentence = _l("Your own role does not allow you to give or take this role.")


class AccountDisabled(DomainError):
    sentence = _l("The account with this address is disabled. Please write to the platform's administrators.")


class PictureRefused(DomainError):
    sentence = _l("This file is not a picture that can be used. Send a PNG, JPEG or WebP picture.")
