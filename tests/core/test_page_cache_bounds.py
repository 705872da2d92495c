"""What is kept of pages is bounded by number and by size, and the oldest goes first."""

from __future__ import annotations

from congress.core.page_cache import CachedBody, PageCache


def body(version: str, size: int) -> CachedBody:
    return CachedBody(version, None, None, "tag", b"x" * size, None)


def test_large_bodies_leave_when_there_are_too_many_bytes() -> None:
    cache = PageCache(max_entries=10, max_bytes=100)
    for name in "abc":
        cache.keep(name, body("1", 40))
    assert [cache.find(name, "1") is not None for name in "abc"] == [False, True, True]
    cache.keep("b", body("2", 60))
    assert [cache.find(name, version) is not None for name, version in (("b", "2"), ("c", "1"))] == [True, True]


def test_one_body_is_kept_however_large() -> None:
    cache = PageCache(max_entries=10, max_bytes=100)
    cache.keep("a", body("1", 10))
    cache.keep("b", body("1", 500))
    assert (cache.find("a", "1"), cache.find("b", "1") is not None) == (None, True)
    cache.clear()
    cache.keep("a", body("1", 90))
    assert cache.find("a", "1") is not None


def test_the_one_that_was_asked_for_longest_ago_leaves_first() -> None:
    cache = PageCache(max_entries=2)
    for name in "ab":
        cache.keep(name, body("1", 1))
    cache.find("a", "1")
    cache.keep("c", body("1", 1))
    assert [cache.find(name, "1") is not None for name in "abc"] == [True, False, True]
