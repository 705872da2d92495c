"""What is written last in a unit of work."""

from __future__ import annotations

import pytest

from congress.core import transactions
from congress.core.transactions import before_commit, commit_on_success


@pytest.fixture
def written():
    return []


def test_each_row_is_written_once_at_the_end_and_in_order(app, written):
    with app.app_context(), commit_on_success():
        before_commit(written.append, [3, 1])
        before_commit(written.append, [2, 3])
        assert written == []
    assert written == [[1, 2, 3]]


def test_nothing_is_written_of_what_failed_or_was_undone(app, written):
    def fail():
        with app.app_context(), commit_on_success():
            before_commit(written.append, [1])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with app.app_context(), commit_on_success():
        before_commit(written.append, [2])
        transactions.rollback()
    assert written == []


def test_nothing_is_written_for_nobody(app, written):
    with app.app_context(), commit_on_success():
        before_commit(written.append, [])
    before_commit(written.append, [])
    assert written == []


def test_outside_of_a_unit_of_work_it_is_written_at_once(written):
    before_commit(written.append, iter([2, 1, 2]))
    assert written == [[1, 2]]
