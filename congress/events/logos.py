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
    too_wide = _l("The picture has more than 4,000 pixels on one side. Please send a smaller one.")
    return redraw_within(content, MAX_SIDE, too_wide)


def redraw_within(content: bytes, max_side: int, too_wide: object) -> Logo:
    """The same for pictures of another size; `too_wide` is the sentence for one with too many pixels."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            if max(picture.size) > max_side:
                raise PictureRefused(too_wide)
            if getattr(picture, "is_animated", False):
                raise PictureRefused(_l("The picture is animated. Please send a still one."))
            # A JPEG can be decoded at a fraction of its size, which costs a fraction of the memory.
            picture.draft("RGB", (2 * KEPT_SIDE, 2 * KEPT_SIDE))
            return _encode(picture, picture.format or "")
    except BROKEN as error:
        raise PictureRefused from error


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
