"""Public pages rendered once per version: the same bytes for everybody, validated without building them again."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, current_app, request

MAX_ENTRIES = 512
MIN_GZIP_BYTES = 600


@dataclass(frozen=True, slots=True)
class CachedBody:
    """One representation of a page."""

    version: str
    etag: str
    plain: bytes
    gzipped: bytes


class PageCache:
    """A bounded cache in the memory of one process; keys are addresses that exist, never what a visitor invents."""

    def __init__(self, max_entries: int = MAX_ENTRIES) -> None:
        self._entries: OrderedDict[str, CachedBody] = OrderedDict()
        self._lock = threading.Lock()
        self._max = max_entries

    def get(self, key: str, version: str, build: Callable[[], str | bytes]) -> CachedBody:
        """The body for `key` at `version`, built when it is not there yet."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None and entry.version == version:
                self._entries.move_to_end(key)
                return entry
        built = build()
        plain = built.encode() if isinstance(built, str) else built
        etag = hashlib.sha256(plain).hexdigest()[:24]
        entry = CachedBody(version, etag, plain, gzip.compress(plain, 6, mtime=0))
        with self._lock:
            self._entries[key] = entry
            while len(self._entries) > self._max:
                self._entries.popitem(last=False)
        return entry

    def clear(self) -> None:
        """Forget everything; for tests."""
        with self._lock:
            self._entries.clear()


def page_cache() -> PageCache:
    """The cache of this application."""
    cache: PageCache = current_app.extensions["page_cache"]
    return cache


def cached_response(
    key: str,
    version: str,
    build: Callable[[], str | bytes],
    content_type: str = "text/html; charset=utf-8",
) -> Response:
    """Answer with the cached body, or 304 when the caller has it.

    The entity tag is weak and covers the body, so that a restart or another process gives the same one.
    """
    entry = page_cache().get(key, version, build)
    tag = f'W/"{entry.etag}"'
    headers = {"ETag": tag, "Cache-Control": "public, max-age=0, must-revalidate", "Vary": "Accept-Encoding"}
    if entry.etag in request.headers.get("If-None-Match", ""):
        return Response(status=304, headers=headers)
    body = entry.plain
    if len(body) > MIN_GZIP_BYTES and "gzip" in request.headers.get("Accept-Encoding", ""):
        body = entry.gzipped
        headers["Content-Encoding"] = "gzip"
    return Response(body, headers=headers, content_type=content_type)
