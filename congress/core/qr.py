"""QR codes: one SVG path in a page, a 1-bit picture in a PDF (WeasyPrint takes 20 ms for the path, 1 ms for it)."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import qrcode
from qrcode.util import QRData

QUIET_ZONE = 4
PIXELS = 4
MASK = 2
ALPHANUMERIC: Literal[2] = 2
BYTES: Literal[4] = 4
"""Encoding modes of ISO/IEC 18004, as the library numbers them."""
_ALPHANUMERIC = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


@dataclass(frozen=True, slots=True)
class QrDrawing:
    """`path` is the `d` of an SVG path of dark modules; `size` the side in modules, quiet zone included."""

    path: str
    size: int


@lru_cache(maxsize=256)
def draw(text: str) -> QrDrawing:
    """The code of `text` at level M, as a path."""
    rows = _code(text).get_matrix()
    return QrDrawing("".join(_row_path(y, row) for y, row in enumerate(rows)), len(rows))


def picture(text: str) -> str:
    """The code of `text` at level M as a `data:` address of a PNG, `PIXELS` to a module."""
    from PIL import Image  # noqa: PLC0415 (only documents need it)

    rows = _code(text).get_matrix()
    side = len(rows)
    image = Image.new("1", (side, side), 1)
    image.putdata([0 if dark else 1 for row in rows for dark in row])
    buffer = io.BytesIO()
    image.resize((side * PIXELS, side * PIXELS), Image.Resampling.NEAREST).save(buffer, "PNG", compress_level=1)
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def _code(text: str) -> qrcode.QRCode[Any]:
    """The modules of `text`, in alphanumeric mode when its characters allow it.

    The mask is fixed: a payload is random, so that no mask is better than another, and trying all eight takes
    six times as long.
    """
    mode: Literal[2, 4] = ALPHANUMERIC if set(text) <= _ALPHANUMERIC else BYTES
    code: qrcode.QRCode[Any] = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_M, border=QUIET_ZONE, mask_pattern=MASK
    )
    code.add_data(QRData(text.encode(), mode=mode))
    code.make(fit=True)
    return code


def _row_path(y: int, row: list[bool]) -> str:
    """The runs of dark modules of one row, each as a rectangle of height 1."""
    parts: list[str] = []
    start: int | None = None
    for x, dark in enumerate([*row, False]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            parts.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
            start = None
    return "".join(parts)
