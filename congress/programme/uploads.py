"""Files from outside: what they are is read from their content, and only kinds that people exchange are kept.

A file of ours is only ever served as an attachment, in a sandbox, under the media type that was found here.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from PIL import Image

from congress.core import text
from congress.programme.errors import FileRefused

FOLDER = "uploads"
MAX_BYTES = 20 * 1024 * 1024
MAX_SIDE = 12_000
MAX_PARTS = 20_000
NAME_LENGTH = 120
PDF_WITHIN = 1024
OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN = "application/vnd.oasis.opendocument"
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "docx": f"{OFFICE}.wordprocessingml.document",
    "pptx": f"{OFFICE}.presentationml.presentation",
    "xlsx": f"{OFFICE}.spreadsheetml.sheet",
    "odt": f"{OPEN}.text",
    "odp": f"{OPEN}.presentation",
    "ods": f"{OPEN}.spreadsheet",
    "txt": "text/plain; charset=utf-8",
    "md": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}
PICTURES = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}
OFFICE_FOLDERS = {"word": "docx", "ppt": "pptx", "xl": "xlsx"}
OPEN_TYPES = {MEDIA_TYPES[kind].encode(): kind for kind in ("odt", "odp", "ods")}
TEXTS = frozenset({"txt", "md", "csv"})
ALIASES = {"jpeg": "jpg", "jpe": "jpg", "text": "txt"}
ACCEPT = ",".join(f".{extension}" for extension in [*MEDIA_TYPES, "jpeg"])
"""For the `accept` attribute: a help for choosing, not a check."""

BROKEN = (
    *(OSError, EOFError, ValueError, SyntaxError, TypeError, LookupError, ArithmeticError, RuntimeError),
    *(struct.error, zlib.error, zipfile.BadZipFile, NotImplementedError),
    *(Image.DecompressionBombError, Image.DecompressionBombWarning),
)
"""What the libraries raise, here and there, on a file that is not what it says."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A checked file: its content, what it really is, and what it is called when somebody saves it."""

    content: bytes
    extension: str
    file_name: str

    @property
    def media_type(self) -> str:
        """The media type of its kind."""
        return MEDIA_TYPES[self.extension]


def checked(content: bytes, file_name: str) -> Upload:
    """The file when it is of a kind that is kept; `FileRefused` says in words what is wrong with it."""
    if not content:
        raise FileRefused(FileRefused.empty)
    if len(content) > MAX_BYTES:
        raise FileRefused(FileRefused.too_large)
    try:
        found = _kind(content, _extension(file_name))
    except BROKEN as error:
        raise FileRefused from error
    if found is None:
        raise FileRefused
    return Upload(content, found, _clean_name(file_name, found))


def _kind(content: bytes, said: str) -> str | None:
    if b"%PDF-" in content[:PDF_WITHIN]:
        return "pdf"
    if content.startswith(b"PK\x03\x04"):
        return _office_kind(content)
    if said in TEXTS:
        return said if _is_text(content) else None
    return _picture_kind(content)


def _picture_kind(content: bytes) -> str | None:
    with Image.open(io.BytesIO(content), formats=tuple(PICTURES)) as picture:
        if max(picture.size) > MAX_SIDE:
            raise FileRefused(FileRefused.too_wide)
        picture.verify()
        return PICTURES[picture.format or ""]


def _office_kind(content: bytes) -> str | None:
    """Documents are archives: of the two families that office programs write, and without macros."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        if len(names) > MAX_PARTS:
            return None
        if any(name.casefold().endswith("vbaproject.bin") for name in names):
            raise FileRefused(FileRefused.has_macros)
        if "mimetype" in names:
            with archive.open("mimetype") as part:
                return OPEN_TYPES.get(part.read(200).strip())
    if "[Content_Types].xml" not in names:
        return None
    folders = {name.partition("/")[0] for name in names}
    return next((kind for folder, kind in OFFICE_FOLDERS.items() if folder in folders), None)


def _is_text(content: bytes) -> bool:
    written = content.decode("utf-8-sig")
    return not text.has_forbidden_characters(written) and not text.has_control_characters(written)


def _extension(file_name: str) -> str:
    said = PurePosixPath(file_name.replace("\\", "/")).suffix[1:].casefold()
    return ALIASES.get(said, said)


def _clean_name(file_name: str, extension: str) -> str:
    """The last part of what it was called, without what file systems and headers stumble over."""
    last = text.one_line(file_name.replace("\\", "/").rsplit("/", 1)[-1])
    stem = last.rpartition(".")[0] or last
    kept = "".join(char for char in stem if char not in '<>:"|?*;%').strip(". ")
    return f"{kept[:NAME_LENGTH].strip() or 'file'}.{extension}"
