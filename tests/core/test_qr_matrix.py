"""Our QR codes are the library's, module by module, and readers read them."""

from __future__ import annotations

import random

import pytest
import qrcode
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

from congress.core import qr_matrix

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 $%*+-./:"


def by_the_library(text: str) -> list[str]:
    mode = MODE_ALPHA_NUM if set(text) <= set(LETTERS) else MODE_8BIT_BYTE
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, mask_pattern=qr_matrix.MASK, border=0)
    code.add_data(QRData(text.encode(), mode=mode), optimize=0)
    code.make(fit=True)
    return ["".join("1" if dark else "0" for dark in row) for row in code.get_matrix()]


@pytest.mark.parametrize("length", [1, 2, 13, 14, 15, 20, 38, 61, 90, 122, 124, 125, 154, 178, 262, 400, 700])
@pytest.mark.parametrize("kind", ["alphanumeric", "address", "accents"])
def test_the_same_modules_as_the_library(length: int, kind: str) -> None:
    chance = random.Random(length)
    alphabet = {"alphanumeric": LETTERS, "address": "abc/:.?=_-XYZ019", "accents": "éàü漢x"}[kind]
    text = "".join(chance.choice(alphabet) for _ in range(length))
    assert qr_matrix.rows(text) == by_the_library(text)


def test_what_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        qr_matrix.rows("a" * 3000)


def test_a_reader_reads_it() -> None:
    import zxingcpp
    from PIL import Image

    text = "".join(random.Random(1).choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(125))
    rows = qr_matrix.rows(text)
    assert len(rows) == 41
    image = Image.new("L", (49, 49), 255)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark == "1":
                image.putpixel((x + 4, y + 4), 0)
    (found,) = zxingcpp.read_barcodes(image.resize((392, 392), Image.Resampling.NEAREST))
    assert found.text == text
