"""What people typed, made fit for a calendar file: no control character, no address that could do harm.

Escaping and folding are icalendar's work. It passes controls on as they are, and readers stumble over them.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

WEB_SCHEMES = frozenset({"http", "https"})
CALL_SCHEMES = WEB_SCHEMES | {"tel", "sip", "sips", "xmpp"}

_NONCHARACTERS = "".join(chr(plane * 0x10000 + low) for plane in range(17) for low in (0xFFFE, 0xFFFF))
# Some readers split lines wherever Unicode sees a break, so each of these counts as a newline here.
_BREAK = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_GAP = re.compile("[\t\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
# With them the byte order mark, which is invisible: icalendar drops it where a value begins and keeps it elsewhere.
_UNSAFE = re.compile(f"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff{_NONCHARACTERS}]")


def paragraphs(value: str) -> str:
    r"""The value with `\n` for every kind of line break, and without controls."""
    if value.replace("\n", " ").isprintable():  # most texts, and six times faster than to look for what is not
        return value.strip()
    return _UNSAFE.sub("", _BREAK.sub("\n", value)).strip()


def one_line(value: str) -> str:
    """The value without controls, surrogates and line breaks; no-break spaces stay: French needs them."""
    if value.isprintable():
        return value.strip()
    return _GAP.sub(" ", _UNSAFE.sub("", value)).strip()


def uri(value: str, schemes: frozenset[str] = WEB_SCHEMES) -> str:
    """The address with everything that is not ASCII escaped, or nothing when its scheme is not allowed."""
    address = one_line(value)
    try:
        scheme = urlsplit(address).scheme.lower()
    except ValueError:  # a broken IPv6 host
        return ""
    return quote(address, safe="!#$%&'()*+,/:;=?@[]~") if scheme in schemes else ""


def mail_address(value: str) -> str:
    """A calendar address. The parts of a mail address that a URI cannot hold are escaped (RFC 6068)."""
    address = one_line(value)
    # Exchange and Google write the same for an organiser without an address: the property is required.
    return f"mailto:{quote(address, safe='@!$*+-._~')}" if address else "invalid:nomail"
