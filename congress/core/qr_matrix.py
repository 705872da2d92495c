"""The modules of a QR code (ISO/IEC 18004) at level M with one fixed mask, ten times as fast as the library.

What depends on the version only - function patterns, the order of the data modules, the mask along that order - is
taken from the library once. A test compares the result with the library's for texts of all lengths.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any, Literal

import qrcode
from qrcode import base, util

MASK = 2
LEVEL = qrcode.constants.ERROR_CORRECT_M
ALPHANUMERIC: Literal[2] = 2
BYTES: Literal[4] = 4
_VALUES = {char: value for value, char in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")}
FIRST_WITH_VERSION = 7
_PADDING = b"\xec\x11"


@dataclass(frozen=True, slots=True)
class _Version:
    """One size of code. `pick` takes the modules, row by row, from the function patterns followed by the data."""

    number: int
    size: int
    blocks: Sequence[tuple[int, int]]
    patterns: str
    pick: Any
    data_bits: int
    mask: int

    @property
    def capacity(self) -> int:
        """How many bytes of data it holds."""
        return sum(length for length, _ in self.blocks)


def rows(text: str) -> list[str]:
    """The modules of `text` as rows of "0" and "1", without quiet zone."""
    version, data = _encode(text)
    bits = int.from_bytes(_with_correction(version, data), "big") << version.data_bits % 8
    modules = version.patterns + format(bits ^ version.mask, f"0{version.data_bits}b")
    whole = "".join(version.pick(modules))
    return [whole[start : start + version.size] for start in range(0, len(whole), version.size)]


def _encode(text: str) -> tuple[_Version, bytes]:
    """The smallest version that holds `text`, and its data codewords."""
    mode: Literal[2, 4]
    if text and _VALUES.keys() >= set(text):
        mode, length, (content, width) = ALPHANUMERIC, len(text), _alphanumeric(text)
    else:
        raw = text.encode()
        mode, length, content, width = BYTES, len(raw), int.from_bytes(raw, "big"), 8 * len(raw)
    for number in range(1, 41):
        counter = util.length_in_bits(mode, number)
        used = 4 + counter + width
        version = _version(number)
        if used <= 8 * version.capacity:
            bits = (((mode << counter) | length) << width) | content
            free = 8 * version.capacity - used
            end = min(4, free)
            end += -(used + end) % 8
            data = (bits << end).to_bytes((used + end) // 8, "big")
            return version, data + (_PADDING * version.capacity)[: version.capacity - len(data)]
    raise ValueError("too long for a QR code")


def _alphanumeric(text: str) -> tuple[int, int]:
    """Two characters in 11 bits, a last single one in 6."""
    content = 0
    for first, second in zip(text[::2], text[1::2], strict=False):
        content = (content << 11) | (_VALUES[first] * 45 + _VALUES[second])
    width = 11 * (len(text) // 2)
    if len(text) % 2:
        return (content << 6) | _VALUES[text[-1]], width + 6
    return content, width


def _with_correction(version: _Version, data: bytes) -> bytes:
    """Data and Reed-Solomon codewords, block by block, interleaved."""
    blocks: list[bytes] = []
    corrections: list[bytes] = []
    start = 0
    for length, correction in version.blocks:
        block = data[start : start + length]
        start += length
        blocks.append(block)
        corrections.append(_remainder(block, correction))
    return _interleaved(blocks) + _interleaved(corrections)


def _interleaved(blocks: Sequence[bytes]) -> bytes:
    longest = max(map(len, blocks))
    return bytes(block[at] for at in range(longest) for block in blocks if at < len(block))


def _remainder(block: bytes, length: int) -> bytes:
    """The remainder of the division by the generator polynomial, a byte at a time."""
    table, shift, kept = _divisions(length), 8 * (length - 1), (1 << 8 * (length - 1)) - 1
    register = 0
    for byte in block:
        register = ((register & kept) << 8) ^ table[byte ^ (register >> shift)]
    return register.to_bytes(length, "big")


@lru_cache
def _divisions(length: int) -> list[int]:
    """What each leading byte subtracts."""
    generator = base.Polynomial([1], 0)
    for power in range(length):
        generator = generator * base.Polynomial([1, base.gexp(power)], 0)
    logs = [base.glog(generator[at]) for at in range(1, length + 1)]
    table = [0]
    for byte in range(1, 256):
        log = base.glog(byte)
        table.append(int.from_bytes(bytes(base.gexp(log + one) for one in logs), "big"))
    return table


@lru_cache
def _version(number: int) -> _Version:
    blocks = [(block.data_count, block.total_count - block.data_count) for block in base.rs_blocks(number, LEVEL)]
    grid = _function_patterns(number)
    size = len(grid)
    fixed = {
        (row, column): dark
        for row in range(size)
        for column in range(size)
        if (dark := grid[row][column]) is not None
    }
    order = [place for place in _zigzag(size) if place not in fixed]
    places = {place: at for at, place in enumerate([*fixed, *order])}
    is_masked = util.mask_func(MASK)
    mask = "".join("1" if is_masked(row, column) else "0" for row, column in order)
    return _Version(
        number=number,
        size=size,
        blocks=blocks,
        patterns="".join("1" if dark else "0" for dark in fixed.values()),
        pick=itemgetter(*(places[row, column] for row in range(size) for column in range(size))),
        data_bits=len(order),
        mask=int(mask, 2),
    )


def _function_patterns(number: int) -> list[list[bool | None]]:
    """Finders, timing, alignment, format and version; None where data goes."""
    code: Any = qrcode.QRCode(version=number, error_correction=LEVEL, mask_pattern=MASK)
    size = code.modules_count = 17 + 4 * number
    code.modules = [[None] * size for _ in range(size)]
    for row, column in ((0, 0), (size - 7, 0), (0, size - 7)):
        code.setup_position_probe_pattern(row, column)
    code.setup_position_adjust_pattern()
    code.setup_timing_pattern()
    code.setup_type_info(False, MASK)
    if number >= FIRST_WITH_VERSION:
        code.setup_type_number(False)
    grid: list[list[bool | None]] = code.modules
    return grid


def _zigzag(size: int) -> list[tuple[int, int]]:
    """The order in which data fills the places: two columns at a time, up and down, without the timing column."""
    places: list[tuple[int, int]] = []
    upwards = True
    for right in [*range(size - 1, 6, -2), 5, 3, 1]:
        lines = range(size - 1, -1, -1) if upwards else range(size)
        places += [(row, column) for row in lines for column in (right, right - 1)]
        upwards = not upwards
    return places
