"""Public pages rendered once per version: the same bytes for everybody, validated without building them again."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import format_datetime

from flask import Response, current_app, request
from werkzeug.http import parse_date

from congress.core import clock

MAX_ENTRIES = 512
MAX_BYTES = 48 * 1024 * 1024
MIN_GZIP_BYTES = 600
BUILD_LOCKS = 32
FOR_EVERYBODY = {"Cache-Control": "public, max-age=0, must-revalidate"}


@dataclass(frozen=True, slots=True)
class Built:
    """What a builder made. `fresh_until`: when time alone will change it; `changed_at`: its last real change."""

    body: str | bytes
    fresh_until: dt.datetime | None = None
    changed_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class CachedBody:
    """One representation of a page."""

    version: str
    fresh_until: dt.datetime | None
    changed_at: dt.datetime | None
    tag: str
    plain: bytes
    gzipped: bytes | None

    @property
    def size(self) -> int:
        """Bytes in memory."""
        return len(self.plain) + len(self.gzipped or b"")

    def is_current(self, version: str) -> bool:
        """Whether it still shows what a new one would."""
        return self.version == version and (self.fresh_until is None or clock.now() < self.fresh_until)


Builder = Callable[[], str | bytes | Built]


class PageCache:
    """A bounded cache in the memory of one process; keys are addresses that exist, never what a visitor invents.

    Several at once who want the same new version wait for one of them to build it.
    """

    def __init__(self, max_entries: int = MAX_ENTRIES, max_bytes: int = MAX_BYTES) -> None:
        self._entries: OrderedDict[str, CachedBody] = OrderedDict()
        self._lock = threading.Lock()
        self._building = [threading.Lock() for _ in range(BUILD_LOCKS)]
        self._max, self._max_bytes, self._bytes = max_entries, max_bytes, 0

    def get(self, key: str, version: str, build: Builder) -> CachedBody:
        """The body for `key` at `version`, built when it is not there yet."""
        entry = self.find(key, version)
        if entry is None:
            with self._building[hash(key) % BUILD_LOCKS]:
                entry = self.find(key, version) or self.keep(key, as_cached(version, build()))
        return entry

    def find(self, key: str, version: str) -> CachedBody | None:
        """What is kept for `key`, when it is still right."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None or not entry.is_current(version):
                return None
            self._entries.move_to_end(key)
            return entry

    def keep(self, key: str, entry: CachedBody) -> CachedBody:
        """Keep it, and forget what nobody asked for in a long time."""
        with self._lock:
            earlier = self._entries.pop(key, None)
            self._bytes += entry.size - (earlier.size if earlier else 0)
            self._entries[key] = entry
            while len(self._entries) > self._max or (self._bytes > self._max_bytes and len(self._entries) > 1):
                self._bytes -= self._entries.popitem(last=False)[1].size
        return entry

    def clear(self) -> None:
        """Forget everything; for tests."""
        with self._lock:
            self._entries.clear()
            self._bytes = 0


def as_cached(version: str, built: str | bytes | Built, tag: str = "") -> CachedBody:
    """A body with its entity tag: weak, and by default made from the bytes, so that every process gives the same."""
    made = built if isinstance(built, Built) else Built(built)
    plain = made.body.encode() if isinstance(made.body, str) else made.body
    tag = tag or weak_tag(plain)
    gzipped = gzip.compress(plain, 6, mtime=0) if len(plain) > MIN_GZIP_BYTES else None
    return CachedBody(version, made.fresh_until, made.changed_at, tag, plain, gzipped)


def weak_tag(content: bytes) -> str:
    """An entity tag for what is the same to its readers, compressed or not (RFC 9110 §8.8.1)."""
    return f'W/"{hashlib.sha256(content).hexdigest()[:24]}"'


def page_cache() -> PageCache:
    """The cache of this application."""
    cache: PageCache = current_app.extensions["page_cache"]
    return cache


def cached_response(
    key: str,
    version: str,
    build: Builder,
    content_type: str = "text/html; charset=utf-8",
    headers: Mapping[str, str] = FOR_EVERYBODY,
) -> Response:
    """Answer with the cached body, or 304 when the caller has it."""
    return conditional_response(page_cache().get(key, version, build), content_type, headers)


def conditional_response(entry: CachedBody, content_type: str, headers: Mapping[str, str]) -> Response:
    """The body, compressed for those who can read it, or 304 when the caller has it (RFC 9110 §13.2.2)."""
    sent = {**headers, "ETag": entry.tag, "Vary": "Accept-Encoding"}
    if entry.changed_at is not None:
        sent["Last-Modified"] = format_datetime(entry.changed_at, usegmt=True)
    if caller_has(entry.tag, entry.changed_at):
        return Response(status=304, headers=sent)
    body = entry.plain
    if entry.gzipped and request.accept_encodings["gzip"]:
        body = entry.gzipped
        sent["Content-Encoding"] = "gzip"
    return Response(body, headers=sent, content_type=content_type)


def caller_has(tag: str, changed_at: dt.datetime | None) -> bool:
    """Whether the caller's copy is still right: by its tag, else by its date."""
    tags = request.headers.get("If-None-Match")
    if tags is not None:
        return tag.removeprefix("W/") in tags or tags.strip() == "*"
    since = parse_date(request.headers.get("If-Modified-Since"))
    return since is not None and changed_at is not None and changed_at.replace(microsecond=0) <= since
