"""A key used twice acts once."""

from __future__ import annotations

import pytest

from congress.core.idempotency import KeyReused, body_digest, once

pytestmark = pytest.mark.database


def test_the_second_use_repeats_the_first_result(session: None) -> None:
    calls: list[int] = []

    def produce() -> dict[str, int]:
        calls.append(1)
        return {"id": len(calls)}

    body = body_digest([("name", "Zoé")])
    assert once("key", "person /path", body, produce) == {"id": 1}
    assert once("key", "person /path", body, produce) == {"id": 1}
    assert calls == [1]


def test_another_body_is_refused(session: None) -> None:
    once("key", "person /path", body_digest([("name", "Zoé")]), dict)
    with pytest.raises(KeyReused):
        once("key", "person /path", body_digest([("name", "Eve")]), dict)


def test_another_person_or_path_has_its_own_keys(session: None) -> None:
    body = body_digest([])
    assert once("key", "one /path", body, lambda: {"id": 1}) == {"id": 1}
    assert once("key", "two /path", body, lambda: {"id": 2}) == {"id": 2}


def test_fields_cannot_run_into_each_other() -> None:
    assert body_digest([("a", "bc")]) != body_digest([("ab", "c")])
    assert body_digest([("a", "1"), ("b", "2")]) == body_digest([("b", "2"), ("a", "1")])
