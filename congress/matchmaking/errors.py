"""What matchmaking refuses about meetings: each sentence says why, and what to do about it."""

from __future__ import annotations

import datetime as dt

from congress.core.errors import DomainError
from congress.core.languages import lazy_gettext as _l
from congress.core.templating import datetime_long


class MeetingRefused(DomainError):
    """The base of all refusals here."""


class NotOpened(MeetingRefused):
    sentence = _l("There are no meetings at this event right now. The programme page tells when there are.")


class NotListed(MeetingRefused):
    sentence = _l("You do not take part in meetings yet. Fill in your profile and have it listed first.")


class RuleForbids(MeetingRefused):
    sentence = _l(
        "At this event, your kind of organisation cannot ask this kind for a meeting. "
        "The organisers decide that: ask them if you think that it should be possible."
    )


class SamePerson(MeetingRefused):
    sentence = _l("This is your own profile. Choose somebody else in the directory.")


class SameOrganisation(MeetingRefused):
    sentence = _l("You both come from the same organisation. Meetings are for people from different ones.")


class BlockedByYou(MeetingRefused):
    sentence = _l("You have blocked this person. Take that back on the page of your messages first.")


class TakesNoRequests(MeetingRefused):
    """Also what somebody reads who was blocked: it must not tell."""

    sentence = _l("This person takes no requests at the moment. Look for somebody else in the directory.")


class PendingCapReached(MeetingRefused):
    """So many requests wait for an answer that there may not be another one."""

    def __init__(self, cap: int) -> None:
        super().__init__(
            _l(
                "%(cap)s of your requests are waiting for an answer, the most at a time. "
                "Wait for an answer, or withdraw one of them.",
                cap=cap,
            )
        )


class MaximumReached(MeetingRefused):
    """The person has as many meetings as the organisers allow."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            _l(
                "You have %(limit)s meetings, the most that the organisers allow. Cancel one to make room.",
                limit=limit,
            )
        )


class WishReached(MeetingRefused):
    """The person has as many meetings as the person wants."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            _l(
                "You have %(limit)s meetings, as many as you want to have. Raise that number in your profile first.",
                limit=limit,
            )
        )


class OtherIsFull(MeetingRefused):
    sentence = _l("This person has no room for another meeting. Look again later: one may be cancelled.")


class BookingNotOpen(MeetingRefused):
    """Too early."""

    def __init__(self, opens_at: dt.datetime, zone: str) -> None:
        super().__init__(
            _l("Meetings can be asked for from %(moment)s on. Come back then.", moment=datetime_long(opens_at, zone))
        )


class BookingClosed(MeetingRefused):
    sentence = _l("The time for requests is over. The organisers’ desk can still help you on site.")


class AlreadyAsked(MeetingRefused):
    sentence = _l("Your request is waiting for an answer. You find it under your meetings.")


class AskedYou(MeetingRefused):
    """The other side was first; asking back is accepting."""

    sentence = _l("This person has asked you for a meeting. Accept the request under your meetings.")


class AlreadyMeeting(MeetingRefused):
    sentence = _l("You have a meeting with this person. You find it under your meetings.")


class CancelledForGood(MeetingRefused):
    sentence = _l(
        "Your meeting with this person was cancelled by one of you, and that is final. "
        "If it was a mistake, ask the organisers."
    )


class DeclinedBefore(MeetingRefused):
    sentence = _l("This person could not accept your request, so you cannot ask again. They can still ask you.")


class AskedTwice(MeetingRefused):
    sentence = _l("You have asked this person twice without an answer. They can still ask you.")


class ColleagueMeets(MeetingRefused):
    sentence = _l(
        "Only one person of each delegation meets the same partner, and a colleague already does. "
        "Talk to your colleague, or choose another partner."
    )


class NoCommonSlot(MeetingRefused):
    sentence = _l("You are never free at the same time. Make more time free in your availability, then try again.")


class SlotNotFree(MeetingRefused):
    sentence = _l("This time is not free for everybody, or has passed. Choose another one.")


class NoTable(MeetingRefused):
    sentence = _l(
        "At every time at which you are all free, no suitable table is left. "
        "Make more time free in your availability, or ask the organisers."
    )


class NoTableThen(MeetingRefused):
    sentence = _l("No suitable table is free at this time. Choose another time.")


class NotPossibleNow(MeetingRefused):
    """The table of transitions has no such line."""

    sentence = _l("This is no longer possible: the meeting has changed meanwhile. Look at it again.")


class RequestExpired(MeetingRefused):
    sentence = _l("This request has expired. Ask this person yourself if you still want to meet.")


class TooLateToMove(MeetingRefused):
    """The cut-off before the meeting has passed."""

    def __init__(self, minutes: int) -> None:
        super().__init__(
            _l(
                "A meeting can be moved until %(minutes)s minutes before it begins. "
                "Write to the other person, or ask the organisers’ desk.",
                minutes=minutes,
            )
        )


class HasBegun(MeetingRefused):
    sentence = _l("This meeting has begun. You can say now whether it took place.")


class NotBegun(MeetingRefused):
    sentence = _l("This meeting has not begun yet. Come back afterwards.")


class NoProposal(MeetingRefused):
    sentence = _l("No other time is proposed any more. Look at the meeting again.")


class OwnProposal(MeetingRefused):
    sentence = _l("You proposed this time yourself: the other side has to answer.")


class IsLocked(MeetingRefused):
    sentence = _l("This meeting is locked. Unlock it before you move it.")


class PlaceTaken(MeetingRefused):
    sentence = _l("Somebody else has got this place meanwhile. Look for another one.")


class NotHeld(MeetingRefused):
    sentence = _l("Only for a meeting that took place can you say what came of it.")


class RunInProgress(DomainError):
    sentence = _l("A timetable is being computed for this event already. Wait for it, or stop it first.")


class RunPointless(DomainError):
    sentence = _l("A run could not do anything useful now. See what is in the way, above.")


class NoRunToStop(DomainError):
    sentence = _l("This run is over: there is nothing to stop.")


class NothingToPublish(DomainError):
    sentence = _l("There is nothing to publish: everybody sees the timetable as it is.")


class TimetableChanged(DomainError):
    sentence = _l("The timetable changed since you looked at it. Please look at what would be published now.")


class NothingToPropose(DomainError):
    sentence = _l("Nobody fits: lower the score, raise the number of meetings, or wait for more profiles.")


class NoDrafts(DomainError):
    sentence = _l("There is no draft: choose at least one, or propose meetings first.")


class CannotTakePart(DomainError):
    sentence = _l("This registration is not confirmed, or its event does not take place: it cannot take part.")


class TooManyOpportunities(DomainError):
    sentence = _l("There are 20 needs and offers already. Remove one, or put two together.")


class PeopleFileRefused(DomainError):
    """A file that is no list of profiles; made with a sentence."""

    sentence = _l("This file cannot be read. Please send a CSV or XLSX table like the template.")


class PeopleChanged(DomainError):
    sentence = _l("The profiles were changed since this preview was made. Please look at the new preview below.")


class NothingToPrint(DomainError):
    sentence = _l("Nobody here has a meeting to print. Publish the timetable first, or choose other people.")


class NotBothTakePart(DomainError):
    sentence = _l("One of the two is not listed, or is not registered any more: no meeting can be made for them.")


class LiveBetweenThem(DomainError):
    sentence = _l("These two have a request, a draft or a meeting already.")


class RefusedBetweenThem(DomainError):
    sentence = _l(
        "One of the two has refused the other, or they have met: organisers do not bring them together again."
    )


class MayNotWrite(MeetingRefused):
    """Neutral on purpose: whoever was blocked is not told so."""

    sentence = _l("You cannot write to this person here. Look for somebody else in the directory.")


class WritesTooFast(MeetingRefused):
    sentence = _l("You have written a lot in a short time. Please wait a while before you write again.")


class ProposesTooOften(MeetingRefused):
    sentence = _l(
        "You have proposed many times for this meeting today. Please wait for the answer of the other side."
    )
