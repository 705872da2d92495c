"""JSON from outside: bounded in depth, in the size of its numbers, and without duplicate keys."""

from __future__ import annotations

import json
import re
from typing import Any

from flask.json.provider import DefaultJSONProvider

from congress.core.errors import Malformed
from congress.core.text import has_forbidden_characters

MAX_DEPTH = 32
MAX_INTEGER = 2**63 - 1
_BRACKETS = re.compile(r"[\[\]{}]")
MAX_DIGITS = 20


class StrictJSONProvider(DefaultJSONProvider):
    """Turns everything that would break further inside into `Malformed`."""

    sort_keys = False

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        return strict_loads(s, **kwargs)


def strict_loads(source: str | bytes, **kwargs: Any) -> Any:
    """The value of a JSON text. `Malformed` for what would break further inside, `ValueError` for what is no JSON."""
    text = source.decode("utf-8") if isinstance(source, bytes) else source
    _check_depth(text)
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_constant=_no_constant,
            **kwargs,
        )
    except RecursionError as error:
        raise Malformed from error


def _check_depth(text: str) -> None:
    depth = 0
    for bracket in _BRACKETS.findall(text):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_DEPTH:
            raise Malformed


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed
    for key, value in pairs:
        if has_forbidden_characters(key) or (isinstance(value, str) and has_forbidden_characters(value)):
            raise Malformed
    return found


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS or abs(int(digits)) > MAX_INTEGER:
        raise Malformed
    return int(digits)


def _no_constant(_name: str) -> None:
    raise Malformed
