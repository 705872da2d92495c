"""How large a form may be: in URL encoding with the bounds that Werkzeug only applies to multipart (bytes and number
of fields), and larger than usual where a view takes files.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import IO, Any, TypeVar

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

URL_ENCODED = "application/x-www-form-urlencoded"
FIELDS_BESIDE_A_FILE = 64 * 1024
_ATTRIBUTE = "__largest_file__"
View = TypeVar("View", bound=Callable[..., object])


def takes_files(largest: int) -> Callable[[View], View]:
    """Declare that a view takes a file of at most `largest` bytes; the whole platform's bound is in the settings."""

    def declare(view: View) -> View:
        setattr(view, _ATTRIBUTE, largest)
        return view

    return declare


def largest_body_of(view: Callable[..., object] | None) -> int | None:
    """How many bytes a view takes; None for as many as every view does.

    A little more than the file: one that is too large by a byte is refused by the form, in words.
    """
    largest: int | None = getattr(view, _ATTRIBUTE, None)
    return None if largest is None else largest + 2 * FIELDS_BESIDE_A_FILE


class BoundedFormParser(FormDataParser):
    """Counts before it parses, so that a body with 20,000 fields costs nothing."""

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> Any:
        """As Werkzeug's; raises `RequestEntityTooLarge`."""
        if mimetype == URL_ENCODED and self.max_form_memory_size is not None:
            body = stream.read(self.max_form_memory_size + 1)
            if len(body) > self.max_form_memory_size or body.count(b"&") >= (self.max_form_parts or len(body) + 1):
                raise RequestEntityTooLarge
            stream = io.BytesIO(body)
        return super().parse(stream, mimetype, content_length, options)
