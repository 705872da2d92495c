"""What the programme refuses, each with its sentence."""

from __future__ import annotations

from congress.core.errors import DomainError, Unavailable
from congress.core.languages import lazy_gettext as _l


class ChangedMeanwhile(DomainError):
    """Somebody else changed the same thing since the page was opened. Nothing was overwritten."""

    sentence = _l("Somebody else has changed this since you opened it. Nothing was overwritten.")


class StepRefused(DomainError):
    sentence = _l("This is no longer possible: its state has changed. Please look again.")


class NothingToRelease(DomainError):
    sentence = _l("There is no confirmed session in the schedule yet, so there is nothing to release.")


class ReleasedMeanwhile(DomainError):
    sentence = _l("The programme was changed or released since you opened this page. Please read it again first.")


class NameTaken(DomainError):
    sentence = _l("This name is already taken. Please choose another one.")


class OutsideDay(DomainError):
    sentence = _l("This time is not on a day of the event.")


class EndsBeforeStart(DomainError):
    sentence = _l("The end must be after the start.")


class TooLong(DomainError):
    sentence = _l("One slot may last 24 hours at most.")


class NoSuchTime(DomainError):
    sentence = _l("This time does not exist: clocks are moved forward that night.")


class NotInSchedule(DomainError):
    sentence = _l("Only accepted and confirmed sessions can be put into the schedule.")


class TooMany(DomainError):
    sentence = _l("The limit is reached. Remove an entry first.")


class InUse(DomainError):
    sentence = _l("This is still in use and cannot be removed.")


class CallClosed(DomainError):
    sentence = _l("The call is closed. Nothing can be sent or changed any more.")


class OwnProposal(DomainError):
    sentence = _l("This proposal is your own. Somebody else has to review it.")


class TooManyPeople(DomainError):
    sentence = _l("This call allows no more people per proposal.")


class AlreadyInProposal(DomainError):
    sentence = _l("This person is already part of the proposal, or was invited and has declined.")


class HasProposals(DomainError):
    sentence = _l("There are proposals already, so this call stays. You can take it offline instead.")


class FileRefused(DomainError):
    """A file that is not kept; made with one of the other sentences when more is known."""

    sentence = _l(
        "This file is not of a kind that we keep. Send a PDF, a picture (PNG, JPEG, WebP), "
        "an office document (docx, pptx, xlsx, odt, odp, ods) or plain text (txt, md, csv)."
    )
    empty = _l("This file is empty.")
    too_large = _l("The file is larger than 20 MB. Please send a smaller one, or give a link to it.")
    too_wide = _l("The picture has more than 12,000 pixels on one side. Please send a smaller one.")
    has_macros = _l("The document contains macros. Please save it without them.")


class AddressTaken(DomainError):
    sentence = _l("Another speaker of this event has this e-mail address.")


class NoAddress(DomainError):
    sentence = _l("This speaker has no e-mail address, so no link can be sent.")


class WasReleased(DomainError):
    sentence = _l("This was public, and its page has to stay. Cancel it instead; the next release says so.")


class StillSpeaking(DomainError):
    sentence = _l("This person still speaks in a session. Take the person out of it first.")


class ScheduleRefused(DomainError):
    """A file that is no schedule, or one that is not safe to read."""

    sentence = _l("This file could not be read. Send a schedule.json, a schedule.xml or a CSV table.")


class PlanChanged(DomainError):
    """The draft is no longer what the preview compared the file with."""

    sentence = _l("The draft was changed since this preview was made. Please look at the new preview below.")


class ReviewsClosed(DomainError):
    sentence = _l("Reviews of this proposal are closed. What was written stays as it is.")


class AlreadyAccepted(DomainError):
    sentence = _l(
        "An accepted proposal cannot be decided again. "
        "Take its acceptance back first, at the end of the page of decisions."
    )


class NotAReviewer(DomainError):
    sentence = _l("Only people who review proposals of this event can be asked to.")


class ReadAgain(DomainError):
    """Somebody decided something else, or applied it, since the page was opened."""

    sentence = _l("The decisions have changed since you opened this page, or were applied. Please read them again.")


class TalksHaveNoLaureates(DomainError):
    sentence = _l("Accepted talks become sessions of the programme; they have no list of laureates to publish.")


class FeedbackClosed(DomainError):
    sentence = _l("Feedback on this session is not possible at the moment.")


class NotDrawnYet(Unavailable):
    """The worker has not drawn the document of the latest release."""

    sentence = _l("The PDF of the latest programme is not ready yet. Please try again in a few minutes.")
