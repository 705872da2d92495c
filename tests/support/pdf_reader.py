"""Reading a PDF back: its pages, its text, and every QR code on them."""

from __future__ import annotations

import pypdfium2
import zxingcpp


def page_count(content: bytes) -> int:
    """How many pages there are."""
    return len(pypdfium2.PdfDocument(content))


def text_of(content: bytes) -> str:
    """The text of all pages."""
    document = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def codes_of(content: bytes, dpi: int = 200) -> list[str]:
    """The text of every QR code, page by page, as a scanner at `dpi` reads it."""
    found: list[str] = []
    for page in pypdfium2.PdfDocument(content):
        image = page.render(scale=dpi / 72, grayscale=True).to_pil()
        found += [code.text for code in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)]
    return found


def page_sizes_mm(content: bytes) -> set[tuple[int, int]]:
    """The page sizes that occur, rounded to millimetres."""
    document = pypdfium2.PdfDocument(content)
    return {tuple(round(side / 72 * 25.4) for side in page.get_size()) for page in document}  # type: ignore[misc]
