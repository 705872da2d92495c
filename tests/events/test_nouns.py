"""Addresses from names, colours that stay readable, pictures that are safe to serve."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from congress.core.colours import contrast, luminance, readable_on
from congress.events import palette, slugs
from congress.events.errors import PictureRefused
from congress.events.logos import KEPT_SIDE, redraw


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Grand Est 2027", "grand-est-2027"),
        ("L’Œuvre d'Île-de-France", "l-oeuvre-d-ile-de-france"),
        ("New", "new-1"),
        ("生物", "page"),
        ("a" * 300, "a" * 75),
    ],
)
def test_an_address_is_suggested_from_the_name(name, slug):
    assert slugs.suggest(name) == slug
    assert slugs.is_slug(slug)


@pytest.mark.parametrize("slug", ["new", "Grand", "a--b", "-a", "a_b", "é", "a/b", "a" * 81, "", "a.b"])
def test_other_addresses_are_refused(slug):
    assert not slugs.is_slug(slug)


colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(colours)
def test_text_is_readable_on_every_colour_in_both_themes(colour):
    for shown in (colour, palette.in_the_dark(colour)):
        assert contrast(readable_on(shown), shown) >= 4.5


@given(colours)
def test_no_colour_dazzles_in_the_dark(colour):
    assert luminance(palette.in_the_dark(colour)) <= palette.GLARE


def picture(format, size=(40, 30), mode="RGB", **options):
    stream = io.BytesIO()
    Image.new(mode, size, (200, 30, 40, 120)[: len(mode)]).save(stream, format, **options)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("format", "mode", "extension"), [("PNG", "RGBA", "png"), ("JPEG", "RGB", "webp"), ("WEBP", "RGB", "webp")]
)
def test_a_picture_is_drawn_anew(format, mode, extension):
    logo = redraw(picture(format, mode=mode))
    assert (logo.extension, logo.width, logo.height) == (extension, 40, 30)
    assert Image.open(io.BytesIO(logo.content)).format == extension.upper()


def test_a_large_picture_becomes_smaller():
    logo = redraw(picture("PNG", (1600, 400)))
    assert (logo.width, logo.height) == (KEPT_SIDE, 200)


def test_metadata_do_not_stay_and_the_picture_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "a secret place"
    exif.get_ifd(0x8825)[1] = "N"
    logo = redraw(picture("JPEG", (40, 30), exif=exif))
    kept = Image.open(io.BytesIO(logo.content))
    assert (logo.width, logo.height) == (30, 40)
    assert not kept.getexif()
    assert b"secret" not in logo.content


def frames(format):
    stream = io.BytesIO()
    first, second = Image.new("RGB", (9, 9), (1, 2, 3)), Image.new("RGB", (9, 9), (200, 2, 3))
    first.save(stream, format, save_all=True, append_images=[second], duration=50)
    return stream.getvalue()


def huge():
    """The header of a PNG of 30,000 x 30,000 pixels, without its pixels."""
    import struct
    import zlib

    body = b"IHDR" + struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))
    return b"\x89PNG\r\n\x1a\n" + chunk + b"\0\0\0\0IDAT\x35\xaf\x06\x1e"


HARMFUL = {
    "nothing": b"",
    "text": b"<html><script>alert(1)</script></html>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    "gif": b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04",
    "animated webp": frames("WEBP"),
    "animated png": frames("PNG"),
    "30,000 pixels": huge(),
    "4,001 pixels": picture("PNG", (4001, 1)),
    "cut off": picture("PNG", (300, 300))[:200],
    "wrong magic": b"\x89PNG\r\n\x1a\n" + b"%!PS-Adobe-3.0" * 20,
    "2 MB": picture("PNG") + b"\0" * (2 * 1024 * 1024),
}


@pytest.mark.parametrize("content", HARMFUL.values(), ids=HARMFUL)
def test_whatever_else_it_is_is_refused(content):
    with pytest.raises(PictureRefused):
        redraw(content)
