"""Single values of a file, checked: a refusal is a `ValueError` with a sentence."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterable
from itertools import islice
from typing import TypeVar
from zoneinfo import ZoneInfo

from congress.core.languages import gettext as _
from congress.core.links import is_web_address
from congress.core.text import has_forbidden_characters, has_noncharacters, one_line, paragraphs
from congress.programme.models import TITLE_LENGTH

NAME_LENGTH = 200
TEXT_LENGTH = 20_000
ADDRESS_LENGTH = 1_000
MAX_SPEAKERS, MAX_LINKS = 50, 20
"""Of one session, as by hand."""
LONGEST = dt.timedelta(hours=24)
YEARS = range(1970, 2200)
"""What is further away is no time of an event, and at its ends no arithmetic with time zones works."""
Kept = TypeVar("Kept")
_CODE = re.compile("[A-Z0-9]{2,12}")
_DURATION = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d\d)")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,4})?")


def line(value: object, length: int = NAME_LENGTH) -> str:
    """One line of text; too long is refused."""
    text = one_line(_fit(value))
    if len(text) > length:
        raise ValueError(_("“%(text)s…” is longer than %(length)s characters.", text=text[:40], length=length))
    return text


def text(value: object) -> str:
    """Paragraphs; too long is refused."""
    kept = paragraphs(_fit(value))
    if len(kept) > TEXT_LENGTH:
        raise ValueError(_("A text is longer than %(length)s characters.", length=TEXT_LENGTH))
    return kept


def few(found: Iterable[Kept], most: int) -> tuple[Kept, ...]:
    """All of them, when one session may have so many speakers or links."""
    kept = tuple(islice(found, most + 1))
    if len(kept) > most:
        raise ValueError(_("A session can have %(number)s speakers or links at most.", number=most))
    return kept


def address(value: object) -> str:
    """A complete address that a page may link to; empty for none."""
    url = str(value or "").strip()
    if url and not (is_web_address(url) and len(url) <= ADDRESS_LENGTH):
        raise ValueError(_("“%(text)s” is not an address that starts with https://.", text=url[:60]))
    return url


def title(value: object) -> str:
    """A title: a session has one."""
    found = line(value, TITLE_LENGTH)
    if not found:
        raise ValueError(_("The title is missing."))
    return found


def guid(value: object) -> str | None:
    """A UUID in its canonical form; None for none."""
    written = str(value or "").strip()
    if not written:
        return None
    try:
        return str(uuid.UUID(written))
    except ValueError as error:
        raise ValueError(_("“%(text)s” is not a UUID.", text=written[:40])) from error


def code(value: object) -> str | None:
    """A code that can be ours too; others are left aside."""
    written = str(value or "").strip()
    return written if _CODE.fullmatch(written) else None


def language(value: object) -> str | None:
    """A language tag, in small letters."""
    written = str(value or "").strip()
    return written.lower() if _LANGUAGE.fullmatch(written) else None


def moment(value: object, zone: str) -> dt.datetime:
    """An instant, from ISO 8601 with an offset, or from a local time of the event."""
    written = str(value or "").strip()
    try:
        found = dt.datetime.fromisoformat(written)
    except ValueError:
        found = None
    if found is None or found.year not in YEARS:
        raise ValueError(_("“%(text)s” is not a time like 2027-03-10 14:30.", text=written[:40]))
    if found.tzinfo is None:
        found = _local(found, zone)
    return found.astimezone(dt.UTC)


def duration(value: object) -> dt.timedelta:
    """`01:30`, or days, hours and minutes `1:02:30`."""
    found = _DURATION.fullmatch(str(value or "").strip())
    if not found:
        raise ValueError(_("“%(text)s” is not a duration like 01:30.", text=str(value)[:40]))
    return dt.timedelta(days=int(found[1] or 0), hours=int(found[2]), minutes=int(found[3]))


def check_order(starts: dt.datetime, ends: dt.datetime) -> None:
    """A slot ends after it starts and lasts a day at most."""
    if ends <= starts:
        raise ValueError(_("The end must be after the start."))
    if ends - starts > LONGEST:
        raise ValueError(_("One slot may last 24 hours at most."))


def _fit(value: object) -> str:
    text = str(value or "")
    if has_forbidden_characters(text) or has_noncharacters(text):
        raise ValueError(_("A text has characters that no page can show."))
    return text


def _local(naive: dt.datetime, zone: str) -> dt.datetime:
    local = naive.replace(tzinfo=ZoneInfo(zone))
    if local.astimezone(dt.UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != naive:
        raise ValueError(_("This time does not exist: clocks are moved forward that night."))
    return local
