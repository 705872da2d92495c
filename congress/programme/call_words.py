"""What calls, questions and proposals are called on a page, and the pill of each state."""

from __future__ import annotations

from typing import Any

from congress.core.languages import lazy_gettext as _l
from congress.programme.enums import CallKind, CallState, Decision, PersonState, ProposalState, QuestionKind

CALL_KINDS: dict[Any, object] = {
    CallKind.TALKS: _l("Call for papers"),
    CallKind.PITCHES: _l("Call for pitches"),
    CallKind.INTERESTS: _l("Call for expressions of interest"),
}
CALL_STATES: dict[Any, object] = {
    CallState.DRAFT: _l("Draft"),
    CallState.UPCOMING: _l("Opens later"),
    CallState.OPEN: _l("Open now"),
    CallState.CLOSED: _l("Call closed"),
}
CALL_MARKS = {
    CallState.DRAFT: "neutral",
    CallState.UPCOMING: "info",
    CallState.OPEN: "success",
    CallState.CLOSED: "warning",
}
PROPOSAL_STATES: dict[Any, object] = {
    ProposalState.DRAFT: _l("Draft"),
    ProposalState.SUBMITTED: _l("Submitted"),
    ProposalState.ACCEPTED: _l("Accepted"),
    ProposalState.REJECTED: _l("Rejected"),
    ProposalState.WITHDRAWN: _l("Withdrawn"),
}
PROPOSAL_MARKS = {
    ProposalState.DRAFT: "neutral",
    ProposalState.SUBMITTED: "info",
    ProposalState.ACCEPTED: "success",
    ProposalState.REJECTED: "danger",
    ProposalState.WITHDRAWN: "danger",
}
PERSON_STATES: dict[Any, object] = {
    PersonState.SUBMITTER: _l("Submitter"),
    PersonState.INVITED: _l("Invitation sent"),
    PersonState.JOINED: _l("Co-submitter"),
    PersonState.DECLINED: _l("Declined"),
}
PERSON_MARKS = {
    PersonState.SUBMITTER: "success",
    PersonState.INVITED: "warning",
    PersonState.JOINED: "success",
    PersonState.DECLINED: "neutral",
}
QUESTION_KINDS: dict[Any, object] = {
    QuestionKind.LINE: _l("One line of text"),
    QuestionKind.PARAGRAPHS: _l("Longer text"),
    QuestionKind.NUMBER: _l("A number"),
    QuestionKind.DATE: _l("Date"),
    QuestionKind.YES_NO: _l("Yes or no"),
    QuestionKind.CHOICE: _l("One of several"),
    QuestionKind.CHOICES: _l("Several of several"),
    QuestionKind.LINK: _l("A link"),
    QuestionKind.FILE: _l("File"),
}
DECISIONS: dict[Any, object] = {
    Decision.ACCEPT: _l("Accept"),
    Decision.REJECT: _l("Reject"),
    "none": _l("No decision"),
}
