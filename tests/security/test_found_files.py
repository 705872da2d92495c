"""What a hostile round found in files from outside."""

from __future__ import annotations

import io
import struct

import pytest
from PIL import Image

from congress.events.errors import PictureRefused
from congress.events.logos import redraw


def png_with_exif(exif: bytes) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (20, 10)).save(stream, "PNG", exif=exif)
    return stream.getvalue()


def test_a_picture_with_broken_metadata_is_refused_in_words():
    """D02: turning it upright writes its metadata anew; here the width is said to be a text."""
    width = struct.pack(">HHII", 0x0100, 2, 51, 38)
    turned = struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0)
    exif = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 2) + width + turned + bytes(4) + b"x" * 60
    with pytest.raises(PictureRefused):
        redraw(png_with_exif(exif))
