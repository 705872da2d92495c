"""What the agenda refuses, each with its sentence."""

from __future__ import annotations

from congress.core.errors import DomainError
from congress.core.languages import lazy_gettext as _l


class SignUpRefused(DomainError):
    """The base of all refusals here."""


class NotInProgramme(SignUpRefused):
    sentence = _l("This session is no longer in the programme.")


class NoSignUpNeeded(SignUpRefused):
    sentence = _l("This session needs no sign-up: just come. Star it to keep it in your agenda.")


class AlreadyBegun(SignUpRefused):
    sentence = _l("This session has already begun. Nobody can sign up for it any more.")


class OnSiteOnly(SignUpRefused):
    sentence = _l("This session takes place on site only, and this registration is for taking part online.")


class NotConfirmed(SignUpRefused):
    sentence = _l("Only confirmed registrations for an event that takes place can sign up.")


class NotWaiting(SignUpRefused):
    sentence = _l("This person is no longer on the waiting list.")


class Overlapping(SignUpRefused):
    """The person has something else to do then, and has not yet said that this is known."""

    sentence = _l("You have something else at that time. Please confirm that you want to sign up all the same.")
