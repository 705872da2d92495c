"""What delegations are refused, each with its sentence."""

from __future__ import annotations

from congress.core.languages import lazy_gettext as _l
from congress.matchmaking.errors import MeetingRefused


class AttendeesNeeded(MeetingRefused):
    sentence = _l("Say who of your delegation attends.")


class AttendeeCannot(MeetingRefused):
    sentence = _l(
        "Somebody whom you chose cannot meet this person, for example because they have a meeting already. "
        "Choose somebody else of your delegation."
    )


class NotAMember(MeetingRefused):
    sentence = _l("Only members of your delegation whose profile is listed can attend. Invite them first.")


class OnlyOneAttends(MeetingRefused):
    sentence = _l("Your delegation sends one person to each partner. Choose one person.")


class OnlyTheManager(MeetingRefused):
    sentence = _l("Only the manager of the delegation can do this. Ask your manager.")


class InDelegation(MeetingRefused):
    sentence = _l("Somebody can be in one delegation only. The other one has to be left first.")


class NotInvited(MeetingRefused):
    sentence = _l("This invitation no longer holds. Ask the manager of the delegation for another one.")


class OtherOrganisation(MeetingRefused):
    sentence = _l(
        "A delegation is made of people of one organisation, as their registrations name it. "
        "Ask the organisers if the names differ by mistake."
    )
