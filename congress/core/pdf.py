"""PDF documents, drawn by WeasyPrint in child processes from a template and plain values.

A child keeps the web process small and the door fast. It has no database and no network: templates come from
`templates/documents`, fonts from our own files, pictures as `data:` only. A document that takes too long is given
up and its child is replaced.
"""

from __future__ import annotations

import ctypes.util
import multiprocessing
import os
import resource
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from congress.core import qr
from congress.core.errors import Unavailable
from congress.core.languages import lazy_gettext as _l

if TYPE_CHECKING:
    from jinja2 import Environment

Result = TypeVar("Result")
ROOT = Path(__file__).parent.parent.parent
SECONDS_PER_DOCUMENT = 20
SECONDS_PER_JOIN = 120
MEMORY_LIMIT = 2 * 1024**3
DOCUMENTS_PER_CHILD = 40
LOWEST_PRIORITY = 19
SYSTEM_LIBRARIES = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")


class PdfUnavailable(Unavailable):
    """The system libraries are missing."""

    sentence = _l(
        "PDF documents are not available on this server. Its administrator can install them with: "
        "apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    )


class PdfBusy(Unavailable):
    """A document took too long, or too many were asked for at once."""

    sentence = _l("Documents are being prepared for others right now. Please try again in a moment.")


@lru_cache(maxsize=1)
def is_available() -> bool:
    """Whether the libraries that WeasyPrint loads are on this machine."""
    return all(ctypes.util.find_library(name) for name in SYSTEM_LIBRARIES)


class PdfPool:
    """Child processes that draw documents; they start when the first document is asked for."""

    def __init__(self, processes: int, *, waiting: int, documents_per_child: int = DOCUMENTS_PER_CHILD) -> None:
        """`processes` draw at a time; `waiting` callers at most wait, so that documents never take every thread.

        A child ends after `documents_per_child`, and its memory goes with it.
        """
        self._processes, self._documents_per_child = processes, documents_per_child
        self._waiting = threading.BoundedSemaphore(waiting)
        self._lock = threading.Lock()
        self._executor: ProcessPoolExecutor | None = None

    def draw(self, template: str, values: Mapping[str, Any], seconds: float = SECONDS_PER_DOCUMENT) -> bytes:
        """Draw one document and wait for it, `seconds` at most; `PdfBusy` when too many wait already."""
        if not self._waiting.acquire(blocking=False):
            raise PdfBusy
        try:
            return self._result(self._submit(template, values), seconds)
        finally:
            self._waiting.release()

    def draw_all(self, template: str, parts: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
        """Draw many parts in order, as many at a time as there are processes, never holding more than needed."""
        pending: list[Future[bytes]] = []
        for values in parts:
            pending.append(self._submit(template, values))
            if len(pending) > self._processes:
                yield self._result(pending.pop(0))
        while pending:
            yield self._result(pending.pop(0))

    def join(self, parts: Sequence[Path], whole: Path) -> None:
        """Make one file of many, in a child too: the memory that this takes goes with the child."""
        self._result(self._run(join_here, [str(part) for part in parts], str(whole)), SECONDS_PER_JOIN)

    def close(self) -> None:
        """End the children."""
        with self._lock:
            executor, self._executor = self._executor, None
        if executor is not None:
            for process in list((executor._processes or {}).values()):  # noqa: SLF001 (no public way to kill one)
                process.kill()
            executor.shutdown(wait=False, cancel_futures=True)

    def _submit(self, template: str, values: Mapping[str, Any]) -> Future[bytes]:
        return self._run(draw_here, template, dict(values))

    def _run(self, work: Callable[..., Result], *arguments: Any) -> Future[Result]:
        if not is_available():
            raise PdfUnavailable
        with self._lock:
            if self._executor is None:
                self._executor = ProcessPoolExecutor(
                    self._processes,
                    mp_context=multiprocessing.get_context("spawn"),
                    initializer=_limit_child,
                    max_tasks_per_child=self._documents_per_child,
                )
            return self._executor.submit(work, *arguments)

    def _result(self, future: Future[Result], seconds: float = SECONDS_PER_DOCUMENT) -> Result:
        try:
            return future.result(timeout=seconds)
        except (TimeoutError, BrokenProcessPool) as error:
            self.close()
            raise PdfBusy from error


single_documents = PdfPool(1, waiting=3)
"""For one ticket or badge at a time."""
print_runs = PdfPool(2, waiting=1)
"""For many badges: two processes."""
long_documents = PdfPool(1, waiting=2, documents_per_child=1)
"""For whole programmes: one takes up to a gigabyte while it is drawn."""


def draw_here(template: str, values: dict[str, Any]) -> bytes:
    """Draw a document in this process: `templates/documents/<template>.html` with `<template>.css`."""
    from weasyprint import CSS, HTML  # noqa: PLC0415 (heavy: only children load it)

    fonts = _font_configuration()
    fetcher = _own_files_only()
    html = _environment().get_template(f"{template}.html").render(**values)
    styles = [
        CSS(string=_font_faces(), font_config=fonts, url_fetcher=fetcher),
        CSS(string=_source(f"{template}.css"), font_config=fonts, url_fetcher=fetcher),
    ]
    document = HTML(string=html, url_fetcher=fetcher, base_url="data:,")
    return bytes(document.write_pdf(stylesheets=styles, font_config=fonts) or b"")


def join_here(parts: list[str], whole: str) -> None:
    """Join files in this process."""
    import pikepdf  # noqa: PLC0415 (heavy: only children load it)

    with pikepdf.new() as joined:
        for part in parts:
            with pikepdf.open(part) as opened:
                joined.pages.extend(opened.pages)
        joined.save(whole)


def _limit_child() -> None:
    """Bound the memory, and give way to whoever answers people: a document can wait."""
    os.nice(LOWEST_PRIORITY)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 (heavy: only children load it)

    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates" / "documents"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["qr"] = qr.picture
    return environment


@lru_cache(maxsize=8)
def _source(name: str) -> str:
    return (ROOT / "templates" / "documents" / name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _font_configuration() -> Any:
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 (heavy: only children load it)

    return FontConfiguration()


@lru_cache(maxsize=1)
def _font_faces() -> str:
    folder = next((ROOT / "static" / "fonts").glob("ibm-plex-sans-*"))
    faces = (
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; src: url("font:{folder.name}/{file}") }}'
        for family, prefix in (("Plex", "latin"), ("Plex Ext", "latin-ext"))
        for weight in (400, 600)
        for file in (f"{prefix}-{weight}.woff2",)
    )
    return "\n".join(faces)


def _own_files_only() -> Any:
    """A fetcher that knows `data:` and our fonts, and refuses everything else, whatever the document asks for."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415 (heavy: only children load it)

    fonts = ROOT / "static" / "fonts"

    class OwnFilesOnly(URLFetcher):
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if url.startswith("font:"):
                path = (fonts / url.removeprefix("font:")).resolve()
                if path.is_relative_to(fonts):
                    return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": "font/woff2"})
            if url.startswith("data:"):
                return super().fetch(url, headers)
            msg = "documents fetch nothing"
            raise ValueError(msg)

    return OwnFilesOnly(allowed_protocols=("data",))
