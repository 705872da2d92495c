"""Keep the catalogues of messages in step with the code.

python .ci/translations.py update    extract, merge into every messages.po, compile
python .ci/translations.py check     fail when a message has no French, or French that breaks its placeholders
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = ROOT / "congress/translations"
KEYWORDS = ["lazy_gettext", "_l", "gettext_noop"]
LINE = 110
PLACEHOLDER = re.compile(r"%(?:\((\w+)\)[sd]|[sd])")


def extract() -> Catalog:
    """Every message that the code and the templates contain now."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "messages.pot"
        keywords = [part for word in KEYWORDS for part in ("-k", word)]
        command = [sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract", "-F", ".babel.cfg"]
        options = ["--no-location", "--sort-output", "--project=congress", "-o", str(template)]
        subprocess.run([*command, *keywords, *options, "congress", "templates"], cwd=ROOT, check=True)
        return read_po(io.BytesIO(template.read_bytes()))


def catalogues() -> list[Path]:
    """The translated catalogues; English is in the code itself."""
    return sorted(CATALOGUES.glob("*/LC_MESSAGES/messages.po"))


def read(path: Path) -> Catalog:
    """One catalogue, its language taken from its folder."""
    return read_po(io.BytesIO(path.read_bytes()), locale=path.parts[-3])


def texts(value: str | tuple[str, ...] | list[str]) -> list[str]:
    """Singular and plural alike, as a list."""
    return [value] if isinstance(value, str) else list(value)


def faults(wanted: Message, found: Message | None) -> list[str]:
    """What is wrong with the translation of one message."""
    translated = texts(found.string) if found else []
    if not translated or not all(translated):
        return ["is not translated"]
    if found.fuzzy:
        return ["is marked fuzzy"]
    # A singular may say "one" where the plural counts, so the plural form decides.
    expected = set(PLACEHOLDER.findall(texts(wanted.id)[-1]))
    return [] if set(PLACEHOLDER.findall(translated[-1])) == expected else ["has other placeholders"]


def check() -> int:
    """Print every fault and return how many there are."""
    template = [message for message in extract() if message.id]
    count = 0
    for path in catalogues():
        catalogue = read(path)
        for message in template:
            for fault in faults(message, catalogue.get(message.id, message.context)):
                count += 1
                print(f"{path.relative_to(ROOT)}: {texts(message.id)[0]!r} {fault}")
    if not catalogues():
        print("There is no catalogue at all.")
        return 1
    return count


def update() -> None:
    """Merge what the code says now into every catalogue, without guessing, and compile."""
    template = extract()
    for path in catalogues():
        catalogue = read(path)
        dates = catalogue.creation_date, catalogue.revision_date
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        catalogue.creation_date, catalogue.revision_date = dates
        with path.open("wb") as target:
            write_po(target, catalogue, width=LINE, sort_output=True)
        compile_command = [sys.executable, "-m", "babel.messages.frontend", "--quiet", "compile"]
        subprocess.run([*compile_command, "-i", str(path), "-o", str(path.with_suffix(".mo"))], check=True)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["check"]:
            sys.exit(1 if check() else 0)
        case ["update"]:
            update()
        case _:
            sys.exit(__doc__)
