"""A picture from outside becomes one of ours: checked by its header, decoded, drawn anew, without its metadata."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass

from PIL import Image, ImageOps

from congress.core.languages import lazy_gettext as _l
from congress.events.errors import PictureRefused

FORMATS = ("PNG", "JPEG", "WEBP")
MAX_BYTES = 2 * 1024 * 1024
MAX_SIDE = 4000
KEPT_SIDE = 800
BROKEN = (
    *(OSError, EOFError, ValueError, SyntaxError, TypeError, LookupError, ArithmeticError, struct.error, zlib.error),
    *(Image.DecompressionBombError, Image.DecompressionBombWarning),
)
"""What the library raises, here and there, on a file that is not what it says."""


@dataclass(frozen=True, slots=True)
class Logo:
    """What is kept: the new file, its extension and its size in pixels."""

    content: bytes
    extension: str
    width: int
    height: int


def redraw(content: bytes) -> Logo:
    """The picture as a clean PNG (from PNG) or WebP; `PictureRefused` says in words what is wrong."""
    if len(content) > MAX_BYTES:
        raise PictureRefused(_l("The file is larger than 2 MB. Please send a smaller one."))
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            _check_header(picture)
            return _encode(picture, picture.format or "")
    except BROKEN as error:
        raise PictureRefused from error


def _check_header(picture: Image.Image) -> None:
    if max(picture.size) > MAX_SIDE:
        raise PictureRefused(_l("The picture has more than 4,000 pixels on one side. Please send a smaller one."))
    if getattr(picture, "is_animated", False):
        raise PictureRefused(_l("The picture is animated. Please send a still one."))


def _encode(picture: Image.Image, source: str) -> Logo:
    upright = ImageOps.exif_transpose(picture)
    mode = "RGBA" if upright.has_transparency_data else "RGB"
    drawn = upright.convert(mode)
    drawn.thumbnail((KEPT_SIDE, KEPT_SIDE))
    clean = Image.new(mode, drawn.size)
    clean.paste(drawn)
    stream = io.BytesIO()
    if source == "PNG":
        clean.save(stream, "PNG", optimize=True)
    else:
        clean.save(stream, "WEBP", quality=90, method=4)
    return Logo(stream.getvalue(), "png" if source == "PNG" else "webp", clean.width, clean.height)
