"""QR codes: one SVG path in a page, a 1-bit picture in a PDF (WeasyPrint takes 20 ms for the path, 1 ms for it)."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import dataclass
from functools import lru_cache

from congress.core import qr_matrix

QUIET_ZONE = 4
PIXELS = 4
DARK = re.compile("1+")


@dataclass(frozen=True, slots=True)
class QrDrawing:
    """`path` is the `d` of an SVG path of dark modules; `size` the side in modules, quiet zone included."""

    path: str
    size: int


@lru_cache(maxsize=256)
def draw(text: str) -> QrDrawing:
    """The code of `text` at level M, as a path."""
    rows = _rows(text)
    return QrDrawing("".join(_row_path(y, row) for y, row in enumerate(rows)), len(rows))


def picture(text: str) -> str:
    """The code of `text` at level M as a `data:` address of a PNG, `PIXELS` to a module."""
    from PIL import Image  # noqa: PLC0415 (only documents need it)

    rows = _rows(text)
    side = len(rows)
    image = Image.new("1", (side, side), 1)
    image.putdata([dark == "0" for row in rows for dark in row])
    buffer = io.BytesIO()
    image.resize((side * PIXELS, side * PIXELS), Image.Resampling.NEAREST).save(buffer, "PNG", compress_level=1)
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def _rows(text: str) -> list[str]:
    """Rows of "0" and "1" with the quiet zone."""
    edge = "0" * QUIET_ZONE
    side = [edge + row + edge for row in qr_matrix.rows(text)]
    empty = ["0" * len(side[0])] * QUIET_ZONE
    return [*empty, *side, *empty]


def _row_path(y: int, row: str) -> str:
    """The runs of dark modules of one row, each as a rectangle of height 1."""
    runs = (run.span() for run in DARK.finditer(row))
    return "".join(f"M{start} {y}h{end - start}v1h-{end - start}z" for start, end in runs)
