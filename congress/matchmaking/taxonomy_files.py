"""A taxonomy as a table: written for spreadsheets, and read back into a plan that says what would change.

A row with the id of a tag is that tag. Any other id (or none) is a new tag, unless one of the same name stands at
its place already; other rows may name it as their `parent`. Nothing is deleted, so an import twice changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from congress.core.errors import Malformed
from congress.core.languages import LANGUAGES
from congress.core.languages import gettext as _
from congress.core.spreadsheets import Table, csv_rows
from congress.core.text import one_line, search_key
from congress.matchmaking.setup_errors import SetupRefused
from congress.matchmaking.taxonomy import Taxonomy, Term

MAX_BYTES = 1024 * 1024
MAX_ROWS = 2000
LABEL_LENGTH = 120
MAX_SYNONYMS = 30
ID_LENGTH = 40
COLUMNS = ("id", "parent", "label_fr", "label_en", "synonyms_fr", "synonyms_en", "active")
YES = frozenset({"yes", "oui", "true", "1", "x"})
NO = frozenset({"no", "non", "false", "0"})
Label = dict[str, str]
Synonyms = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file. `is_active` is None where it says nothing: then it stays, and a new tag is active."""

    number: int
    key: str
    parent: str
    label: Label
    synonyms: Synonyms
    is_active: bool | None


@dataclass(frozen=True, slots=True)
class Planned:
    """What becomes of one row. `tag_id` is None for a new tag; `parent` is a tag's id, or the key of another row."""

    row: Row
    tag_id: int | None
    parent: int | str | None
    changes: tuple[str, ...]


@dataclass(slots=True)
class Plan:
    """What an import would do, parents before what stands below them; with errors it does nothing."""

    planned: list[Planned] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)
    digest: str = ""

    @property
    def new(self) -> list[Planned]:
        """Rows that become tags."""
        return [one for one in self.planned if one.tag_id is None]

    @property
    def changed(self) -> list[Planned]:
        """Tags that would be different."""
        return [one for one in self.planned if one.tag_id is not None and one.changes]

    @property
    def unchanged(self) -> int:
        """How many rows say what is so already."""
        return len(self.planned) - len(self.new) - len(self.changed)

    @property
    def can_be_applied(self) -> bool:
        """Whether there is something to do, and nothing wrong."""
        return not self.errors and bool(self.new or self.changed)


def table_of(tree: Taxonomy, title: str) -> Table:
    """The tree in the order of the page, one row for each tag."""
    rows = [
        (
            str(term.id),
            str(term.parent_id or ""),
            *(term.label.get(language, "") for language in LANGUAGES),
            *("; ".join(term.synonyms.get(language, ())) for language in LANGUAGES),
            "yes" if term.is_active else "no",
        )
        for term in tree
    ]
    return Table(title=title, headers=COLUMNS, rows=rows, widths=(8, 8, 36, 36, 40, 40, 8))


def read(content: bytes, tree: Taxonomy) -> Plan:
    """What a file would change in the tree. Raises `SetupRefused` for a file that is no such table at all."""
    rows, errors = _rows(content)
    plan = Plan(errors=errors)
    if not errors:
        _Matcher(tree, rows, plan).match()
    plan.errors.sort()
    said = [[one.row.key, one.tag_id, one.parent, list(one.changes), one.row.label] for one in plan.planned]
    plan.digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    return plan


class _Matcher:
    """Finds out which tag each row is, in the order of the tree, so that parents are known before their children."""

    def __init__(self, tree: Taxonomy, rows: Sequence[Row], plan: Plan) -> None:
        self._tree, self._rows, self._plan = tree, rows, plan
        self._by_key: Mapping[str, Row] = {row.key: row for row in rows if row.key}
        self._found: dict[int, int | None] = {}
        self._taken: set[tuple[object, str, str]] = set()

    def match(self) -> None:
        for row in self._in_order():
            parent = self._parent(row)
            tag = self._tag(row, parent)
            self._found[row.number] = tag.id if tag else None
            self._refuse_twin(row, parent)
            changes = _changes(row, tag, parent) if tag else ()
            self._plan.planned.append(Planned(row, tag.id if tag else None, parent, changes))
        self._refuse_twins_of_others()
        self._refuse_circles()

    def _in_order(self) -> list[Row]:
        """Parents first; rows in a circle, and rows whose parent is nowhere, are errors."""
        order: list[Row] = []
        waiting = list(self._rows)
        done: set[str] = set()
        while waiting:
            ready = [row for row in waiting if row.parent not in self._by_key or row.parent in done]
            if not ready:
                self._refuse(waiting, _("These tags stand below each other in a circle."))
                break
            order += ready
            done |= {row.key for row in ready}
            placed = {row.number for row in ready}
            waiting = [row for row in waiting if row.number not in placed]
        for row in filter(self._is_lost, order):
            self._refuse([row], _("There is no tag %(id)s that it could stand below.", id=row.parent))
        return [row for row in order if not self._is_lost(row)]

    def _is_lost(self, row: Row) -> bool:
        return bool(row.parent) and row.parent not in self._by_key and self._id_of(row.parent) is None

    def _parent(self, row: Row) -> int | str | None:
        if not row.parent:
            return None
        above = self._by_key.get(row.parent)
        if above is None:
            return self._id_of(row.parent)
        return self._found.get(above.number) or above.key

    def _tag(self, row: Row, parent: int | str | None) -> Term | None:
        """The tag with the row's id; else one of the same name at the same place that no other row means."""
        known = self._id_of(row.key)
        if known is not None:
            return self._tree.by_id[known]
        if isinstance(parent, str):
            return None
        wanted = _names(row.label)
        meant = {self._id_of(key) for key in self._by_key} | set(self._found.values())
        return next(
            (term for term in self._tree.children(parent) if term.id not in meant and _names(term.label) & wanted),
            None,
        )

    def _id_of(self, key: str) -> int | None:
        number = int(key) if key.isascii() and key.isdigit() else None
        return number if number is not None and number in self._tree else None

    def _refuse_twin(self, row: Row, parent: int | str | None) -> None:
        for language, name in _names(row.label):
            if (parent, language, name) in self._taken:
                self._refuse([row], _("There is a tag with this label at the same place already."))
                return
        self._taken |= {(parent, language, name) for language, name in _names(row.label)}

    def _refuse_twins_of_others(self) -> None:
        """Tags that the file does not name stay where they are, and keep their names."""
        meant = {one.tag_id for one in self._plan.planned}
        others = {
            (term.parent_id, *name) for term in self._tree if term.id not in meant for name in _names(term.label)
        }
        for one in self._plan.planned:
            if others & {(one.parent, *name) for name in _names(one.row.label)}:
                self._refuse([one.row], _("There is a tag with this label at the same place already."))

    def _refuse_circles(self) -> None:
        """Rows may be fine among themselves and make a circle with tags that the file does not name."""
        above: dict[object, object] = {term.id: term.parent_id for term in self._tree.by_id.values()}
        above |= {one.tag_id or one.row.key: one.parent for one in self._plan.planned}
        for one in self._plan.planned:
            seen: set[object] = {one.tag_id or one.row.key}
            at: object = one.parent
            while at is not None and at not in seen:
                seen.add(at)
                at = above.get(at)
            if at is not None:
                self._refuse([one.row], _("It would stand below itself."))

    def _refuse(self, rows: Sequence[Row], sentence: str) -> None:
        self._plan.errors += [(row.number, sentence) for row in rows]


def _rows(content: bytes) -> tuple[list[Row], list[tuple[int, str]]]:
    if len(content) > MAX_BYTES:
        raise SetupRefused(_("The file is larger than 1 MB."))
    try:
        lines = csv_rows(content)
    except Malformed as error:
        raise SetupRefused(error.sentence) from error
    header = [name.lower() for name in lines[0]] if lines else []
    if not {"label_fr", "label_en"} & set(header) or len(set(header)) != len(header) or set(header) - set(COLUMNS):
        raise SetupRefused(_("The first row has to name the columns: %(names)s.", names=", ".join(COLUMNS)))
    filled = [(number, cells) for number, cells in enumerate(lines[1:], start=2) if any(cells)]
    if not filled:
        raise SetupRefused(_("There is no tag in this file."))
    if len(filled) > MAX_ROWS:
        raise SetupRefused(_("The file has more than %(count)s rows.", count=MAX_ROWS))
    rows: list[Row] = []
    errors: list[tuple[int, str]] = []
    for number, cells in filled:
        values = dict(zip(header, cells, strict=False))
        row = _row(number, values)
        errors += [(number, sentence) for sentence in _problems(row, values, rows)]
        rows.append(row)
    return rows, errors


def _row(number: int, values: Mapping[str, str]) -> Row:
    label = {language: one_line(values.get(f"label_{language}", "")) for language in LANGUAGES}
    synonyms = {language: _listed(values.get(f"synonyms_{language}", "")) for language in LANGUAGES}
    return Row(
        number=number,
        key=values.get("id", ""),
        parent=values.get("parent", ""),
        label={language: text for language, text in label.items() if text},
        synonyms={language: words for language, words in synonyms.items() if words},
        is_active=values["active"].casefold() in YES if values.get("active") else None,
    )


def _problems(row: Row, values: Mapping[str, str], before: Sequence[Row]) -> list[str]:
    found = []
    if not row.label:
        found.append(_("The label is missing."))
    words = [*row.label.values(), *(word for words in row.synonyms.values() for word in words)]
    if any(len(word) > LABEL_LENGTH for word in words):
        found.append(_("A label or synonym has more than %(count)s characters.", count=LABEL_LENGTH))
    if any(len(words) > MAX_SYNONYMS for words in row.synonyms.values()):
        found.append(_("There are more than %(count)s synonyms.", count=MAX_SYNONYMS))
    if values.get("active", "").casefold() not in YES | NO | {""}:
        found.append(_("“active” has to be yes or no."))
    if max(len(row.key), len(row.parent)) > ID_LENGTH:
        found.append(_("An id has more than %(count)s characters.", count=ID_LENGTH))
    if row.key and any(one.key == row.key for one in before):
        found.append(_("An earlier row has the id %(id)s already.", id=row.key))
    return found


def _listed(text: str) -> list[str]:
    return [word for part in text.split(";") if (word := one_line(part))]


def _names(label: Mapping[str, str]) -> set[tuple[str, str]]:
    return {(language, search_key(text)) for language, text in label.items()}


def _changes(row: Row, tag: Term, parent: int | str | None) -> tuple[str, ...]:
    synonyms = {language: list(words) for language, words in tag.synonyms.items() if words}
    different = {
        "label": row.label != dict(tag.label),
        "synonyms": row.synonyms != synonyms,
        "parent": parent != tag.parent_id,
        "active": row.is_active not in (None, tag.is_active),
    }
    return tuple(name for name, is_so in different.items() if is_so)
