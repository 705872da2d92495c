"""One line of an iCalendar file: cleaned, escaped and folded, so that no value can become a property."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, urlsplit

MAX_OCTETS = 75
"""RFC 5545 §3.1: the length of a line on the wire, without its CRLF."""

WEB_SCHEMES = frozenset({"http", "https"})
CALL_SCHEMES = WEB_SCHEMES | {"tel", "sip", "sips", "xmpp"}

CONTINUATION = 0b1000_0000
"""The two high bits of every octet of a UTF-8 character but the first."""

_NONCHARACTERS = "".join(chr(plane * 0x10000 + low) for plane in range(17) for low in (0xFFFE, 0xFFFF))
# Some readers split lines wherever Unicode sees a break, so each of these counts as a newline here.
_BREAK = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_GAP = re.compile("[\t\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_UNSAFE = re.compile(f"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef{_NONCHARACTERS}]")
_PARAMETER = str.maketrans({'"': "'", "^": "^^"})


def paragraphs(value: str) -> str:
    """A TEXT value that keeps its line breaks (RFC 5545 §3.3.11)."""
    return _escaped(_UNSAFE.sub("", _BREAK.sub("\n", value)).strip())


def one_line(value: str) -> str:
    """A TEXT value of a single line."""
    return _escaped(plain(value))


def plain(value: str) -> str:
    """The value without controls, surrogates and line breaks; no-break spaces stay: French needs them."""
    return _GAP.sub(" ", _UNSAFE.sub("", value)).strip()


def text_list(values: Iterable[str]) -> str:
    """Several TEXT values, as CATEGORIES wants them; empty ones are left out."""
    return ",".join(filter(None, map(one_line, values)))


def parameter(value: str) -> str:
    """A quoted parameter value. A double quote cannot be written in one, and `^` is doubled (RFC 6868)."""
    return f'"{plain(value).translate(_PARAMETER)}"'


def uri(value: str, schemes: frozenset[str] = WEB_SCHEMES) -> str:
    """The address with everything that is not ASCII escaped, or nothing when its scheme is not allowed."""
    address = plain(value)
    try:
        scheme = urlsplit(address).scheme.lower()
    except ValueError:  # a broken IPv6 host
        return ""
    return quote(address, safe="!#$%&'()*+,/:;=?@[]~") if scheme in schemes else ""


def mail_address(value: str) -> str:
    """A calendar address. The parts of a mail address that a URI cannot hold are escaped (RFC 6068)."""
    address = plain(value)
    # Exchange and Google write the same for an organiser without an address: the property is required.
    return f"mailto:{quote(address, safe='@!$*+-._~')}" if address else "invalid:nomail"


def line(name: str, value: str, parameters: Mapping[str, str] | None = None) -> str:
    """A content line that is not yet folded. Parameter values arrive ready: a token, or from `parameter`."""
    written = "".join(f";{key}={what}" for key, what in (parameters or {}).items())
    return f"{name}{written}:{value}"


def fold(content: str) -> bytes:
    """The line as octets with CRLF, cut into pieces of at most 75 octets, never inside a character."""
    octets = content.encode()
    pieces = []
    start, room = 0, MAX_OCTETS
    while len(octets) - start > room:
        end = start + room
        while octets[end] & 0b1100_0000 == CONTINUATION:
            end -= 1
        pieces.append(octets[start:end])
        start, room = end, MAX_OCTETS - 1  # a continuation begins with a space
    pieces.append(octets[start:])
    return b"\r\n ".join(pieces) + b"\r\n"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def to_bytes(lines: Iterable[str]) -> bytes:
    """The file."""
    return b"".join(map(fold, lines))
