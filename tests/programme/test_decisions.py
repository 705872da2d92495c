"""Decisions: pending, applied once, and what becomes of talks and laureates."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sqlalchemy as sa

from congress.core.errors import Missing
from congress.extensions import db
from congress.programme.enums import CallKind, Decision, PersonState, ProposalState, SessionState
from congress.programme.errors import AlreadyAccepted, ReadAgain, StepRefused, TalksHaveNoLaureates
from congress.programme.laureates import laureates_of, version_of
from congress.programme.models import Call, Proposal, Session, Speaker
from congress.programme.services import deciding, laureates
from congress.programme.services.drafting import lock_programme
from congress.programme.signals import decisions_applied, speaker_link_requested
from tests.factories.events import make_event
from tests.factories.programme import make_format, make_speaker, make_track
from tests.factories.proposals import make_call, make_person, make_proposal
from tests.factories.reviews import make_criterion, make_review, make_reviewer

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("session", "now")]


def count(model) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def apply_all(call: Call, *, tell: bool = True) -> deciding.Applied:
    seen = deciding.fingerprint(deciding.pending(call))
    return deciding.apply_decisions(db.session.merge(call.event), call.id, seen, tell=tell)


@pytest.fixture
def call() -> Call:
    event = make_event()
    call = make_call(event)
    db.session.refresh(call, ["event"])
    return call


def test_nothing_changes_before_decisions_are_applied(call) -> None:
    proposal = make_proposal(call)
    assert deciding.decide(call.event, call.id, [proposal.code], Decision.ACCEPT) == 1
    assert deciding.decide(call.event, call.id, [proposal.code], Decision.ACCEPT) == 0
    assert (proposal.state, proposal.decided_at, count(Session)) == (ProposalState.SUBMITTED, None, 0)
    assert deciding.decide(call.event, call.id, [proposal.code], None) == 1
    with pytest.raises(ReadAgain):
        apply_all(call)


def test_an_accepted_talk_becomes_a_session_with_speakers(call) -> None:
    event = call.event
    kind, track = make_format(event), make_track(event)
    proposal = make_proposal(
        call, title="Titre", abstract="Résumé", format_id=kind.id, track_id=track.id, email="ada@example.org"
    )
    make_person(proposal, given_name="Alan", family_name="T", biography="Bio.", language="en", job_title="Dr")
    make_person(proposal, PersonState.INVITED)
    make_person(proposal, PersonState.DECLINED)
    known = make_speaker(event, email="ADA@example.org", biography={"en": "Kept."}, organisation="Kept")
    version = lock_programme(event).draft_version
    deciding.decide(event, call.id, [proposal.code], Decision.ACCEPT)
    assert apply_all(call) == deciding.Applied(1, 0)
    session = db.session.scalars(sa.select(Session)).one()
    db.session.refresh(session, ["speakers"])
    assert (session.state, session.title, session.abstract) == (
        SessionState.ACCEPTED,
        {"fr": "Titre"},
        {"fr": "Résumé"},
    )
    assert (session.format_id, session.track_id, session.proposal_id) == (kind.id, track.id, proposal.id)
    assert session.speakers[0].id == known.id
    assert (known.organisation, known.biography) == ("Kept", {"en": "Kept."})
    other = session.speakers[1]
    assert (other.full_name, other.biography, other.language, other.job_title) == (
        "Alan T",
        {"en": "Bio."},
        "en",
        "Dr",
    )
    assert (len(session.speakers), count(Speaker)) == (2, 2)
    assert (proposal.state, proposal.decision) == (ProposalState.ACCEPTED, None)
    assert proposal.decided_at is not None
    assert lock_programme(event).draft_version > version


def test_applied_twice_nothing_is_doubled(call) -> None:
    proposal = make_proposal(call)
    deciding.decide(call.event, call.id, [proposal.code], Decision.ACCEPT)
    seen = deciding.fingerprint(deciding.pending(call))
    deciding.apply_decisions(call.event, call.id, seen, tell=True)
    with pytest.raises(ReadAgain):
        deciding.apply_decisions(call.event, call.id, seen, tell=True)
    assert count(Session) == count(Speaker) == 1


def test_what_nobody_has_read_is_not_applied(call) -> None:
    one, other = make_proposal(call), make_proposal(call)
    deciding.decide(call.event, call.id, [one.code], Decision.ACCEPT)
    seen = deciding.fingerprint(deciding.pending(call))
    deciding.decide(call.event, call.id, [other.code], Decision.REJECT)
    with pytest.raises(ReadAgain):
        deciding.apply_decisions(call.event, call.id, seen, tell=True)
    one.version += 1
    db.session.flush()
    deciding.decide(call.event, call.id, [other.code], None)
    with pytest.raises(ReadAgain):
        deciding.apply_decisions(call.event, call.id, seen, tell=True)


def test_everything_is_told_in_one_announcement(call) -> None:
    yes, no = make_proposal(call), make_proposal(call)
    deciding.decide(call.event, call.id, [yes.code], Decision.ACCEPT)
    deciding.decide(call.event, call.id, [no.code], Decision.REJECT)
    told, asked = [], []

    def note_told(_sender, proposals, tell):
        told.append(([one.state for one in proposals], tell))

    def note_asked(_sender, speaker, reason):
        asked.append((speaker.email, reason))

    with decisions_applied.connected_to(note_told), speaker_link_requested.connected_to(note_asked):
        assert apply_all(call) == deciding.Applied(1, 1)
    assert told == [([ProposalState.ACCEPTED, ProposalState.REJECTED], True)]
    assert [reason for _email, reason in asked] == ["confirm"]


def test_one_can_choose_not_to_tell(call) -> None:
    deciding.decide(call.event, call.id, [make_proposal(call).code], Decision.ACCEPT)
    asked = []

    def note_asked(_sender, speaker, reason):
        asked.append(speaker)

    with speaker_link_requested.connected_to(note_asked):
        apply_all(call, tell=False)
    assert asked == []


def test_a_rejected_proposal_can_be_accepted_later_and_an_accepted_one_is_not_decided_again(call) -> None:
    proposal = make_proposal(call)
    deciding.decide(call.event, call.id, [proposal.code], Decision.REJECT)
    apply_all(call)
    with pytest.raises(StepRefused):
        deciding.decide(call.event, call.id, [proposal.code], Decision.REJECT)
    deciding.decide(call.event, call.id, [proposal.code], Decision.ACCEPT)
    apply_all(call)
    assert (proposal.state, count(Session)) == (ProposalState.ACCEPTED, 1)
    with pytest.raises(AlreadyAccepted):
        deciding.decide(call.event, call.id, [proposal.code], Decision.REJECT)


@pytest.mark.parametrize("state", [ProposalState.DRAFT, ProposalState.WITHDRAWN])
def test_what_is_not_submitted_is_not_decided(call, state) -> None:
    with pytest.raises(StepRefused):
        deciding.decide(call.event, call.id, [make_proposal(call, state).code], Decision.ACCEPT)


def test_a_withdrawn_proposal_is_not_applied(call) -> None:
    proposal, other = make_proposal(call), make_proposal(call)
    deciding.decide(call.event, call.id, [proposal.code, other.code], Decision.ACCEPT)
    proposal.state = ProposalState.WITHDRAWN
    db.session.flush()
    assert apply_all(call) == deciding.Applied(1, 0)
    assert proposal.state is ProposalState.WITHDRAWN


def test_the_session_of_a_talk_that_comes_back_comes_back(call) -> None:
    proposal = make_proposal(call)
    deciding.decide(call.event, call.id, [proposal.code], Decision.ACCEPT)
    apply_all(call)
    session = db.session.scalars(sa.select(Session)).one()
    session.state, proposal.state = SessionState.WITHDRAWN, ProposalState.SUBMITTED
    db.session.flush()
    deciding.decide(call.event, call.id, [proposal.code], Decision.ACCEPT)
    apply_all(call)
    assert (session.state, count(Session), count(Speaker)) == (SessionState.ACCEPTED, 1, 1)


def test_the_best_are_accepted_and_the_others_rejected(call) -> None:
    criterion, account = make_criterion(call), make_reviewer(call.event)
    proposals = [make_proposal(call) for _ in range(4)]
    for one, points in zip(proposals, (9, 6, 3), strict=False):
        make_review(one, account, {criterion.id: points})
    assert deciding.decide_by_score(call.event, call.id, least=Fraction(6)) == deciding.Applied(2, 0)
    assert [one.decision for one in proposals] == [Decision.ACCEPT, Decision.ACCEPT, None, None]
    assert deciding.decide_by_score(call.event, call.id, top=1, reject_others=True) == deciding.Applied(1, 3)
    assert [one.decision for one in proposals] == [Decision.ACCEPT, *[Decision.REJECT] * 3]


def test_decisions_of_another_event_do_not_exist(call) -> None:
    other = make_proposal(make_call(call.event))
    with pytest.raises(Missing):
        deciding.decide(call.event, call.id, [other.code], Decision.ACCEPT)
    with pytest.raises(Missing):
        deciding.decide(make_event(), call.id, [], Decision.ACCEPT)


def test_accepted_pitches_are_laureates_and_no_sessions() -> None:
    event = make_event()
    call = make_call(event, kind=CallKind.PITCHES)
    db.session.refresh(call, ["event"])
    second, first, no = (make_proposal(call, title=title) for title in ("Zèbre", "Été", "Non"))
    make_person(first, PersonState.INVITED, given_name="Not", family_name="Yet")
    deciding.decide(event, call.id, [first.code, second.code], Decision.ACCEPT)
    deciding.decide(event, call.id, [no.code], Decision.REJECT)
    apply_all(call)
    found = laureates_of(call)
    assert ([one.title for one in found], count(Session)) == (["Été", "Zèbre"], 0)
    assert [len(one.people) for one in found] == [1, 1]
    version = version_of(found)
    deciding.take_back(event, call.id, second.code)
    assert [one.title for one in laureates_of(call)] == ["Été"]
    assert version_of(laureates_of(call)) != version
    with pytest.raises(StepRefused):
        deciding.take_back(event, call.id, second.code)


def test_laureates_are_published_and_taken_back() -> None:
    event = make_event()
    call, talks = make_call(event, kind=CallKind.INTERESTS), make_call(event)
    version = event.page_version
    laureates.publish(event, call.id)
    db.session.refresh(event)
    assert call.laureates_published_at is not None
    assert event.page_version == version + 1
    laureates.unpublish(event, call.id)
    assert call.laureates_published_at is None
    with pytest.raises(TalksHaveNoLaureates):
        laureates.publish(event, talks.id)


def test_decisions_are_counted_in_the_history_without_names(call) -> None:
    from congress.audit.models import AuditEntry

    proposal = make_proposal(call)
    deciding.decide(call.event, call.id, [proposal.code], Decision.ACCEPT)
    apply_all(call)
    rows = db.session.execute(sa.select(AuditEntry.action, AuditEntry.after)).all()
    noted = {row.action: row.after for row in rows}
    assert noted["decision.applied"] == {"accepted": 1, "rejected": 0, "told": True}
    assert noted["decision.noted"] == {"decision": "accept", "count": 1}
    assert db.session.scalars(sa.select(Proposal)).one().state is ProposalState.ACCEPTED
