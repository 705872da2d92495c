"""A list of profiles as a table, CSV or XLSX: its columns, and what each row says, with refusals in words."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from python_calamine import CalamineError, CalamineWorkbook

from congress.core.errors import Malformed
from congress.core.languages import LANGUAGES, ngettext, speaking
from congress.core.languages import gettext as _
from congress.core.languages import lazy_gettext as _l
from congress.core.spreadsheets import Table, csv_rows
from congress.core.text import has_forbidden_characters, has_noncharacters, one_line, paragraphs, search_key
from congress.matchmaking import words
from congress.matchmaking.countries import country_of
from congress.matchmaking.enums import OpportunityKind, OrganisationType
from congress.matchmaking.errors import PeopleFileRefused
from congress.matchmaking.models.profiles import PITCH_LENGTH, TITLE_LENGTH
from congress.matchmaking.taxonomy import PATH, Taxonomy
from congress.programme.words import LANGUAGES as SPOKEN

MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED = 60 * 1024 * 1024
"""A workbook is a ZIP archive: what is larger unpacked is no list of people."""

MAX_ROWS = 3000
ZIP_START = b"PK\x03\x04"
WISHES = tuple(kind.value for kind in OpportunityKind)
COLUMNS = (
    "reference",
    "email",
    "type",
    "country",
    "languages",
    "pitch",
    *(f"{kind}_{part}" for kind in WISHES for part in ("title", "tags")),
)
"""The names of the columns; the same in both languages, so that any file can be read anywhere."""

_SEPARATORS = re.compile(r"[;|]")


@dataclass(frozen=True, slots=True)
class Entry:
    """What one row says; a column that the file does not have, or an empty cell, is None: that stays as it is."""

    row: int
    reference: str
    email: str
    type: OrganisationType | None = None
    country: str | None = None
    languages: tuple[str, ...] | None = None
    pitch: str | None = None
    wishes: tuple[tuple[OpportunityKind, str, frozenset[int]], ...] = ()


@dataclass(slots=True)
class Contents:
    """The rows of a file, and what is wrong with some."""

    entries: list[Entry] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)


def template() -> Table:
    """An empty table with the columns."""
    return Table(_("Profiles"), COLUMNS, [], (14, 30, 16, 12, 14, 50, *[30] * (2 * len(WISHES))))


def read(content: bytes, taxonomy: Taxonomy) -> Contents:
    """What a file says. Raises `PeopleFileRefused` for a file that is no list of profiles at all."""
    if len(content) > MAX_BYTES:
        raise PeopleFileRefused(_l("The file is larger than 5 MB."))
    rows = _rows(content)
    header = [one_line(name).lower() for name in rows[0]] if rows else []
    unknown = sorted({name for name in header if name and name not in COLUMNS})
    if not {"reference", "email"} & set(header):
        raise PeopleFileRefused(_l("The first row has to name the columns, with “reference” or “email” among them."))
    contents = Contents()
    if unknown or len(set(header)) != len(header):
        contents.errors.append((1, _("Unknown columns: %(names)s", names=", ".join(unknown) or _("twice the same"))))
        return contents
    filled = [(number, cells) for number, cells in enumerate(rows[1:], 2) if any(cell.strip() for cell in cells)]
    if not filled:
        raise PeopleFileRefused(_l("There is nobody in this file."))
    if len(filled) > MAX_ROWS:
        raise PeopleFileRefused(_l("There are more than 3,000 rows in this file. Please send it in parts."))
    tags = _tags(taxonomy)
    for number, cells in filled:
        try:
            contents.entries.append(_entry(number, dict(zip(header, cells, strict=False)), tags))
        except ValueError as error:
            contents.errors.append((number, str(error)))
    return contents


def _rows(content: bytes) -> Sequence[Sequence[str]]:
    if not content.startswith(ZIP_START):
        try:
            return csv_rows(content)
        except Malformed as error:
            raise PeopleFileRefused from error
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(one.file_size for one in archive.infolist()) > MAX_UNPACKED:
                raise PeopleFileRefused(_l("The file is larger than 5 MB."))
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        return [[_text(cell) for cell in row] for row in sheet.to_python(nrows=MAX_ROWS * 2)]
    except (zipfile.BadZipFile, CalamineError) as error:
        raise PeopleFileRefused from error


def _text(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _entry(number: int, cells: Mapping[str, str], tags: Mapping[str, frozenset[int]]) -> Entry:
    if any(has_forbidden_characters(cell) or has_noncharacters(cell) for cell in cells.values()):
        raise ValueError(_("There are characters in it that nothing can hold."))
    values = {name: one_line(cell) for name, cell in cells.items()}
    pitch = paragraphs(cells.get("pitch", ""))
    if len(pitch) > PITCH_LENGTH:
        raise ValueError(
            ngettext(
                "The presentation has %(num)s character; at most %(most)s are possible.",
                "The presentation has %(num)s characters; at most %(most)s are possible.",
                len(pitch),
                most=PITCH_LENGTH,
            )
        )
    if not values.get("reference") and not values.get("email"):
        raise ValueError(_("Neither a reference nor an e-mail address."))
    return Entry(
        number,
        values.get("reference", ""),
        values.get("email", ""),
        type=_type(values["type"]) if values.get("type") else None,
        country=_country(values["country"]) if values.get("country") else None,
        languages=_languages(values["languages"]) if values.get("languages") else None,
        pitch=pitch or None,
        wishes=tuple(wish for kind in OpportunityKind for wish in _wish(kind, values, tags)),
    )


def _type(text: str) -> OrganisationType:
    found = _types().get(search_key(text))
    if found is None:
        known = ", ".join(one.value for one in OrganisationType)
        raise ValueError(_("“%(text)s” is no kind of organisation: %(known)s.", text=text[:60], known=known))
    return found


@lru_cache(maxsize=1)
def _types() -> dict[str, OrganisationType]:
    """By value, and by name in both languages."""
    found = {one.value: one for one in OrganisationType}
    for language in LANGUAGES:
        with speaking(language):
            found |= {search_key(str(words.TYPES[one])): one for one in OrganisationType}
    return found


def _country(text: str) -> str:
    found = country_of(text)
    if found is None:
        raise ValueError(_("“%(text)s” is no country. Write its name, or two letters like FR.", text=text[:60]))
    return found


def _languages(text: str) -> tuple[str, ...]:
    asked = [part.strip().lower() for part in re.split(r"[,;|\s]+", text) if part.strip()]
    for code in asked:
        if code not in SPOKEN:
            raise ValueError(
                _("“%(text)s” is no language: %(known)s.", text=code[:20], known=", ".join(sorted(SPOKEN)))
            )
    return tuple(code for code in SPOKEN if code in asked)


def _wish(
    kind: OpportunityKind, values: Mapping[str, str], tags: Mapping[str, frozenset[int]]
) -> list[tuple[OpportunityKind, str, frozenset[int]]]:
    title, labels = values.get(f"{kind.value}_title", ""), values.get(f"{kind.value}_tags", "")
    if not title and not labels:
        return []
    if not title:
        raise ValueError(_("There are tags in %(column)s, but no title beside them.", column=f"{kind.value}_tags"))
    if len(title) > TITLE_LENGTH:
        raise ValueError(_("The title in %(column)s is longer than 160 characters.", column=f"{kind.value}_title"))
    return [(kind, title, frozenset(_tag(part, tags) for part in _SEPARATORS.split(labels) if part.strip()))]


def _tag(text: str, tags: Mapping[str, frozenset[int]]) -> int:
    found = tags.get(_key(text), frozenset())
    if len(found) > 1:
        raise ValueError(_("There are several tags “%(text)s”. Write its whole path: A > B.", text=text.strip()[:60]))
    if not found:
        raise ValueError(_("There is no active tag “%(text)s”.", text=text.strip()[:60]))
    return next(iter(found))


def _tags(taxonomy: Taxonomy) -> dict[str, frozenset[int]]:
    """The active tags by label, by synonym and by path, in both languages."""
    found: dict[str, frozenset[int]] = {}
    for term in taxonomy:
        if not term.is_active:
            continue
        names = {*term.words(), *(taxonomy.path(term.id, language) for language in LANGUAGES)}
        for key in {_key(name) for name in names}:
            found[key] = found.get(key, frozenset()) | {term.id}
    return found


def _key(text: str) -> str:
    return " ".join(search_key(text.replace(PATH.strip(), " > ").replace(">", " > ")).split())
