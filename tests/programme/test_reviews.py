"""Reviewing: who may review what, until when, and what they see of each other."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from congress.core import clock
from congress.core.errors import Missing
from congress.events.enums import Role
from congress.extensions import db
from congress.programme.enums import PersonState, ProposalState
from congress.programme.errors import ChangedMeanwhile, NotAReviewer, OwnProposal, ReviewsClosed
from congress.programme.models import Review, ReviewAssignment, ReviewScore
from congress.programme.personal_data import erase_reviews, export_reviews
from congress.programme.review_figures import best, reviewers_of, table_of, work_of
from congress.programme.review_list import Filters, narrowed, next_of, reviewable
from congress.programme.services import assigning, criteria
from congress.programme.services.reviewing import other_reviews, review_of, save_review
from tests.factories.events import make_event
from tests.factories.people import make_account
from tests.factories.programme import make_track
from tests.factories.proposals import make_call, make_person, make_proposal
from tests.factories.reviews import make_criterion, make_review, make_reviewer

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("session", "now")]


def codes(lines) -> list[str]:
    return [line.proposal.code for line in lines]


def test_a_review_is_written_and_changed() -> None:
    event = make_event()
    call = make_call(event)
    first, second = make_criterion(call), make_criterion(call)
    proposal, account = make_proposal(call), make_reviewer(event)
    save_review(event, account, proposal.code, {first.id: 7, second.id: 0}, "Good.", abstained=False)
    save_review(event, account, proposal.code, {first.id: 8, second.id: 1}, "Better.", abstained=False)
    review = review_of(proposal, account)
    assert (review.comment, {one.criterion_id: one.points for one in review.scores}) == (
        "Better.",
        {first.id: 8, second.id: 1},
    )
    save_review(event, account, proposal.code, {first.id: 8, second.id: 1}, "", abstained=True)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ReviewScore)) == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Review)) == 1


def test_points_belong_to_the_criteria_that_there_are() -> None:
    event = make_event()
    call = make_call(event)
    criterion = make_criterion(call)
    proposal, account = make_proposal(call), make_reviewer(event)
    foreign = make_criterion(make_call(event))
    for points in ({}, {criterion.id: 3, foreign.id: 4}, {foreign.id: 4}):
        with pytest.raises(ChangedMeanwhile):
            save_review(event, account, proposal.code, points, "", abstained=False)


def test_own_proposals_are_neither_listed_nor_reviewed() -> None:
    event = make_event()
    call = make_call(event)
    account = make_reviewer(event, email="grace@example.org")
    own = make_proposal(call, email="GRACE@example.org")
    joined, declined, other = make_proposal(call), make_proposal(call), make_proposal(call)
    make_person(joined, PersonState.INVITED, email="grace@example.org")
    make_person(declined, PersonState.DECLINED, email="grace@example.org")
    assert sorted(codes(reviewable(event, account))) == sorted([declined.code, other.code])
    for one in (own, joined):
        with pytest.raises(OwnProposal):
            save_review(event, account, one.code, {}, "", abstained=True)


@pytest.mark.parametrize("state", [ProposalState.DRAFT, ProposalState.WITHDRAWN])
def test_drafts_and_withdrawn_ones_do_not_exist_for_reviewers(state: ProposalState) -> None:
    event = make_event()
    proposal, account = make_proposal(make_call(event), state), make_reviewer(event)
    assert reviewable(event, account) == []
    with pytest.raises(Missing):
        save_review(event, account, proposal.code, {}, "", abstained=True)


def test_a_proposal_of_another_event_does_not_exist() -> None:
    event, other = make_event(), make_event()
    proposal, account = make_proposal(make_call(other)), make_reviewer(event)
    with pytest.raises(Missing):
        save_review(event, account, proposal.code, {}, "", abstained=True)


def test_reviews_close_at_their_time_and_with_the_decision() -> None:
    event = make_event()
    call = make_call(event, reviews_close_at=clock.now() + dt.timedelta(hours=1))
    proposal, account = make_proposal(call), make_reviewer(event)
    save_review(event, account, proposal.code, {}, "One.", abstained=False)
    with clock.held_at(call.reviews_close_at), pytest.raises(ReviewsClosed):
        save_review(event, account, proposal.code, {}, "Two.", abstained=False)
    proposal.state = ProposalState.REJECTED
    db.session.flush()
    with pytest.raises(ReviewsClosed):
        save_review(event, account, proposal.code, {}, "Two.", abstained=False)
    assert [line.is_open for line in reviewable(event, account)] == [False]
    assert reviewable(event, make_reviewer(event)) == []
    assert review_of(proposal, account).comment == "One."


def test_only_assigned_proposals_where_the_call_says_so() -> None:
    event = make_event()
    call = make_call(event, only_assigned=True)
    mine, other = make_proposal(call), make_proposal(call)
    account = make_reviewer(event)
    assigning.assign(event, call.id, mine.code, [account.id])
    assert codes(reviewable(event, account)) == [mine.code]
    with pytest.raises(Missing):
        save_review(event, account, other.code, {}, "", abstained=True)
    assigning.assign(event, call.id, mine.code, [])
    assert reviewable(event, account) == []


def test_the_least_reviewed_comes_next() -> None:
    event = make_event()
    call = make_call(event)
    proposals = [make_proposal(call) for _ in range(4)]
    account, colleague = make_reviewer(event), make_reviewer(event)
    for one in proposals[:3]:
        make_review(one, colleague)
    lines = reviewable(event, account)
    assert next_of(lines).proposal.code == proposals[3].code
    assert next_of(lines, after=proposals[3].code).proposal.code != proposals[3].code
    make_review(proposals[3], account)
    todo = narrowed(reviewable(event, account), Filters())
    assert sorted(codes(todo)) == sorted(one.code for one in proposals[:3])
    assert codes(narrowed(reviewable(event, account), Filters.of({"show": "done"}))) == [proposals[3].code]


def test_the_list_is_searched_without_accents_and_narrowed() -> None:
    event = make_event()
    call, track = make_call(event), make_track(event)
    wanted = make_proposal(call, title="Énergie et cœur", track_id=track.id)
    make_proposal(make_call(event), abstract="Something else")
    lines = reviewable(event, make_reviewer(event))
    for arguments in ({"q": "energie COEUR"}, {"track": str(track.id)}, {"call": call.slug}, {"q": wanted.code}):
        assert codes(narrowed(lines, Filters.of(arguments))) == [wanted.code]
    assert narrowed(lines, Filters.of({"q": "hopper"})) == []


def test_others_are_read_apart_and_erased_accounts_stay_as_facts() -> None:
    event = make_event()
    proposal = make_proposal(make_call(event))
    account, colleague = make_reviewer(event), make_reviewer(event)
    make_review(proposal, account)
    theirs, nobodys = make_review(proposal, colleague), make_review(proposal, None)
    assert [one.id for one in other_reviews(proposal, account)] == [theirs.id, nobodys.id]


def test_an_erased_reviewer_leaves_anonymous_reviews_and_no_assignment() -> None:
    event, other = make_event(), make_event()
    call, account = make_call(event), make_reviewer(event)
    proposal, elsewhere = make_proposal(call), make_proposal(make_call(other))
    criterion = make_criterion(call)
    make_review(proposal, account, {criterion.id: 5}, comment="Mine.")
    make_review(elsewhere, account)
    assigning.assign(event, call.id, proposal.code, [account.id])
    assert [one["comment"] for one in export_reviews(account.email_key)["reviews"]] == ["Mine.", ""]
    assert erase_reviews(account.email_key, event.id) == {"reviews": 1}
    assert db.session.scalars(sa.select(ReviewAssignment)).all() == []
    assert db.session.scalars(sa.select(Review.account_id).order_by(Review.id)).all() == [None, account.id]
    assert table_of(call)[0].summary.score == 5
    assert erase_reviews(account.email_key) == {"reviews": 1}
    assert export_reviews(account.email_key) == {"reviews": []}


def test_scores_extremes_and_order_of_the_table() -> None:
    event = make_event()
    call = make_call(event)
    first, second = make_criterion(call, 1), make_criterion(call, 3)
    low, none, high = make_proposal(call), make_proposal(call), make_proposal(call)
    people = [make_reviewer(event) for _ in range(3)]
    for account, points in zip(people, (10, 8, 2), strict=True):
        make_review(high, account, {first.id: points, second.id: points})
    make_review(low, people[0], {first.id: 10, second.id: 2})
    make_review(none, people[0])
    rows = table_of(call)
    assert [row.proposal.id for row in rows] == [high.id, low.id, none.id]
    assert [row.summary.score for row in rows] == [8, 4, None]
    assert (rows[0].summary.lowest, rows[0].summary.highest) == (2, 10)
    assert [row.proposal.id for row in best(rows, top=1)] == [high.id]
    assert [row.proposal.id for row in best(rows, least=4)] == [high.id, low.id]
    assert best(rows, top=0) == []


def test_ties_with_the_last_of_the_best_are_in() -> None:
    event = make_event()
    call = make_call(event)
    criterion, account = make_criterion(call), make_reviewer(event)
    proposals = [make_proposal(call) for _ in range(3)]
    for one, points in zip(proposals, (9, 5, 5), strict=True):
        make_review(one, account, {criterion.id: points})
    assert len(best(table_of(call), top=2)) == 3


def test_what_each_reviewer_has_done() -> None:
    event = make_event()
    call = make_call(event)
    one, two = make_proposal(call), make_proposal(call)
    account, gone = make_reviewer(event), make_account()
    make_reviewer(event, Role.PROGRAMME)
    assigning.assign(event, call.id, one.code, [account.id])
    make_review(one, account)
    make_review(two, gone)
    work = {each.account.id if each.account else None: each for each in work_of(event, call)}
    assert (work[account.id].assigned, work[account.id].done, work[account.id].abstained) == (1, 1, 1)
    assert (work[None].assigned, work[None].done) == (0, 1)
    assert len(reviewers_of(event)) == 2


def test_only_reviewers_are_assigned_and_never_to_their_own() -> None:
    event = make_event()
    call = make_call(event)
    account = make_reviewer(event, email="grace@example.org")
    own, other = make_proposal(call, email="grace@example.org"), make_proposal(call)
    with pytest.raises(OwnProposal):
        assigning.assign(event, call.id, own.code, [account.id])
    with pytest.raises(NotAReviewer):
        assigning.assign(event, call.id, other.code, [make_account().id])
    with pytest.raises(NotAReviewer):
        assigning.distribute(event, call.id, 1, [make_reviewer(make_event()).id])


def test_work_is_distributed_evenly_and_the_same_way_each_time() -> None:
    event = make_event()
    call = make_call(event)
    people = [make_reviewer(event, email=f"r{number}@example.org") for number in range(4)]
    proposals = [make_proposal(call, email=f"r{number % 8}@example.org") for number in range(10)]
    make_proposal(call, ProposalState.DRAFT)
    ids = [one.id for one in people]
    assert assigning.distribute(event, call.id, 2, ids) == 20
    rows = db.session.execute(sa.select(ReviewAssignment.proposal_id, ReviewAssignment.account_id)).all()
    own = {proposals[number].id: number % 8 for number in range(10)}
    assert all(own[proposal] >= 4 or people[own[proposal]].id != account for proposal, account in rows)
    loads = [sum(account == one for _proposal, account in rows) for one in ids]
    assert loads == [5, 5, 5, 5]
    assert assigning.distribute(event, call.id, 2, ids) == 0
    assert assigning.distribute(event, call.id, 3, ids) == 10


def test_balance_is_found_where_choosing_greedily_misses_it() -> None:
    given = {proposal: frozenset() for proposal in range(1, 7)}
    conflicts = {proposal: {1} for proposal in (4, 5, 6)}
    added = assigning.balanced(given, conflicts, [1, 2], 1)
    assert sorted(sum(one in people for people in added.values()) for one in (1, 2)) == [3, 3]
    assert assigning.balanced(given, conflicts, [1, 2], 1) == added
    assert assigning.balanced(given, conflicts, [2, 1], 5) == {
        key: {1, 2} - conflicts.get(key, set()) for key in given
    }


def test_a_criterion_with_points_goes_only_knowingly() -> None:
    event = make_event()
    call = make_call(event)
    used, unused = make_criterion(call), make_criterion(call)
    make_review(make_proposal(call), make_reviewer(event), {used.id: 5})
    with pytest.raises(ChangedMeanwhile):
        criteria.remove_criterion(event, call.id, used.id, 0)
    criteria.remove_criterion(event, call.id, unused.id, 0)
    criteria.remove_criterion(event, call.id, used.id, 1)
    assert criteria.criteria_of(call) == []
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ReviewScore)) == 0


def test_criteria_are_added_changed_and_put_in_order() -> None:
    event = make_event()
    call = make_call(event)
    values = {"name": {"fr": "Clarté"}, "help": {}, "weight": 2}
    one = criteria.add_criterion(event, call.id, values)
    two = criteria.add_criterion(event, call.id, values | {"name": {"fr": "Intérêt"}})
    criteria.move_criterion(event, call.id, two.id, -1)
    assert [each.id for each in criteria.criteria_of(call)] == [two.id, one.id]
    criteria.change_criterion(event, call.id, one.id, values | {"weight": 5})
    assert one.weight == 5
    with pytest.raises(Missing):
        criteria.change_criterion(event, make_call(event).id, one.id, values)
    with pytest.raises(Missing):
        criteria.add_criterion(make_event(), call.id, values)


def test_a_review_by_somebody_who_became_one_of_the_people_is_not_counted() -> None:
    """Leaving the proposal, reviewing it and joining it again gains nothing; being invited takes nothing away."""
    event = make_event()
    call = make_call(event)
    criterion = make_criterion(call)
    proposal, judge = make_proposal(call), make_reviewer(event)
    author, asked = make_reviewer(event), make_reviewer(event)
    for account, points in ((judge, 2), (author, 10), (asked, 4)):
        make_review(proposal, account, {criterion.id: points})
    make_person(proposal, email=author.email, email_key=author.email_key)
    make_person(proposal, PersonState.INVITED, email=asked.email, email_key=asked.email_key)
    (row,) = table_of(call)
    assert (row.summary.score, row.summary.reviews) == (3, 2)
    assert [one.account_id for one in other_reviews(proposal, None)] == [judge.id, asked.id]
