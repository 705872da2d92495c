"""Vendor the front end: fetch fixed npm packages, keep the few files needed, record licence and checksums.

`make vendor` rebuilds everything and refuses an archive that differs from the recorded one;
`python .ci/vendor.py --check` only compares the files with static/vendor/MANIFEST.json, without network.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import france_map

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / ".ci"
MANIFEST = ROOT / "static/vendor/MANIFEST.json"
VENDOR = "static/vendor"
FONT_FAMILY = "IBM Plex Sans"
FONT_WEIGHTS = (400, 500, 600, 700)
# As published by the font's packager, so that a browser fetches only the file whose letters are on the page.
FONT_RANGES = {
    "latin-ext": "U+0100-02BA, U+02BD-02C5, U+02C7-02CC, U+02CE-02D7, U+02DD-02FF, U+0304, U+0308, U+0329, "
    "U+1D00-1DBF, U+1E00-1E9F, U+1EF2-1EFF, U+2020, U+20A0-20AB, U+20AD-20C0, U+2113, U+2C60-2C7F, U+A720-A7FF",
    "latin": "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+0304, U+0308, U+0329, "
    "U+2000-206F, U+20AC, U+2122, U+2191, U+2193, U+2212, U+2215, U+FEFF, U+FFFD",
}


@dataclass(frozen=True)
class Package:
    """One npm package: what is copied (path in the archive -> name in `target`) and under which licence."""

    name: str
    version: str
    licence: str
    target: str
    files: dict[str, str] = field(default_factory=dict)


PACKAGES = [
    Package(
        "bootstrap",
        "5.3.8",
        "MIT",
        f"{VENDOR}/bootstrap-5.3.8",
        {
            "dist/css/bootstrap.min.css": "bootstrap.min.css",
            "dist/js/bootstrap.bundle.min.js": "bootstrap.bundle.min.js",
            "LICENSE": "LICENSE",
        },
    ),
    Package("bootstrap-icons", "1.13.1", "MIT", f"{VENDOR}/bootstrap-icons-1.13.1", {"LICENSE": "LICENSE"}),
    Package(
        "htmx.org",
        "2.0.11",
        "0BSD",
        f"{VENDOR}/htmx-2.0.11",
        {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "LICENSE"},
    ),
    Package(
        "zxing-wasm",
        "3.1.4",
        "MIT, with zxing-cpp (Apache-2.0) compiled in",
        f"{VENDOR}/zxing-wasm-3.1.4",
        {
            "dist/iife/reader/index.js": "zxing-reader.js",
            "dist/reader/zxing_reader.wasm": "zxing_reader.wasm",
            "LICENSE": "LICENSE",
        },
    ),
    Package(
        "@event-calendar/build",
        "5.10.1",
        "MIT, with Svelte (MIT) compiled in",
        f"{VENDOR}/event-calendar-5.10.1",
        {
            "dist/event-calendar.min.js": "event-calendar.min.js",
            "dist/event-calendar.min.css": "event-calendar.min.css",
        },
    ),
    Package(
        "@fontsource/ibm-plex-sans",
        "5.3.0",
        "OFL-1.1",
        "static/fonts/ibm-plex-sans-5.3.0",
        {
            "LICENSE": "LICENSE",
            **{
                f"files/ibm-plex-sans-{subset}-{weight}-normal.woff2": f"{subset}-{weight}.woff2"
                for subset in FONT_RANGES
                for weight in FONT_WEIGHTS
            },
        },
    ),
    Package("jvectormap-content", "0.2.0", "MIT", "congress/events"),
    Package(
        "axe-core",
        "4.14.1",
        "MPL-2.0",
        "tests/support/vendor/axe-core-4.14.1",
        {"axe.min.js": "axe.min.js", "LICENSE": "LICENSE", "LICENSE-3RD-PARTY.txt": "LICENSE-3RD-PARTY.txt"},
    ),
]


def sha256(path: Path) -> str:
    """The checksum of one file, as recorded in the manifest."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fetch(package: Package, workplace: Path) -> tuple[str, Path]:
    """Download one package and unpack it; return the archive's checksum and the unpacked folder."""
    spec = f"{package.name}@{package.version}"
    done = subprocess.run(
        ["npm", "pack", "--silent", spec], cwd=workplace, check=True, capture_output=True, text=True
    )
    archive = workplace / done.stdout.strip().splitlines()[-1]
    folder = workplace / package.target.replace("/", "_")
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")
    return sha256(archive), folder / "package"


def copy_files(package: Package, unpacked: Path) -> list[str]:
    """Replace the target folder of a package by the chosen files."""
    target = ROOT / package.target
    if package.files:
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
    for source, name in package.files.items():
        shutil.copyfile(unpacked / source, target / name)
    return [f"{package.target}/{name}" for name in package.files.values()]


def write_sprite(unpacked: Path, target: str) -> str:
    """Combine the chosen icons into one file of <symbol>s, so that a page fetches one icon file."""
    symbols = []
    for name in (HERE / "icons.txt").read_text(encoding="utf-8").split():
        drawing = (unpacked / "icons" / f"{name}.svg").read_text(encoding="utf-8")
        body = re.sub(r"\s*\n\s*", "", drawing.split(">", 1)[1].rsplit("</svg>", 1)[0])
        symbols.append(f'<symbol id="{name}" viewBox="0 0 16 16" fill="currentColor">{body}</symbol>')
    sprite = '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
    (ROOT / target / "sprite.svg").write_text(sprite, encoding="utf-8")
    return f"{target}/sprite.svg"


def write_font_faces(target: str) -> str:
    """The @font-face rules of the one family, weight by weight, with the browser's font until it has come."""
    folder = target.removeprefix("static/")
    rules = [
        f"""@font-face {{
  font-family: "{FONT_FAMILY}";
  font-style: normal;
  font-weight: {weight};
  font-display: swap;
  src: url("../{folder}/{subset}-{weight}.woff2") format("woff2");
  unicode-range: {ranges};
}}
"""
        for weight in FONT_WEIGHTS
        for subset, ranges in FONT_RANGES.items()
    ]
    note = "/* Written by .ci/vendor.py: change it there. */\n\n"
    path = ROOT / "static/css/fonts.css"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(note + "\n".join(rules), encoding="utf-8")
    return "static/css/fonts.css"


def derived_files(package: Package, unpacked: Path) -> list[str]:
    """What is computed from a package rather than copied out of it."""
    match package.name:
        case "bootstrap-icons":
            return [write_sprite(unpacked, package.target)]
        case "@fontsource/ibm-plex-sans":
            return [write_font_faces(package.target)]
        case "jvectormap-content":
            path = f"{package.target}/france_regions.json"
            france_map.write(unpacked / "fr_regions_2016-mill.js", ROOT / path)
            return [path]
        case "zxing-wasm":
            return add_licences(package.target, {"LICENSE-zxing-cpp": "Apache-2.0.txt"})
        case "@event-calendar/build":
            # Its archive names the licence and leaves out the text.
            own = {"LICENSE": "MIT-event-calendar.txt", "LICENSE-svelte": "MIT-svelte.txt"}
            return add_licences(package.target, own)
    return []


def add_licences(target: str, texts: dict[str, str]) -> list[str]:
    """Licence texts that an archive should carry and does not: name in `target` -> file of `licences`."""
    for name, text in texts.items():
        shutil.copyfile(HERE / "licences" / text, ROOT / target / name)
    return [f"{target}/{name}" for name in texts]


def recorded() -> dict[str, dict[str, object]]:
    """The manifest by package, empty before the first run."""
    if not MANIFEST.exists():
        return {}
    return {entry["name"]: entry for entry in json.loads(MANIFEST.read_text(encoding="utf-8"))["packages"]}


def rebuild() -> None:
    """Fetch every package again and write the files and the manifest."""
    before = recorded()
    entries = []
    with tempfile.TemporaryDirectory() as workplace:
        for package in PACKAGES:
            archive_sum, unpacked = fetch(package, Path(workplace))
            known = before.get(package.name, {})
            if known.get("version") == package.version and known["archive_sha256"] != archive_sum:
                sys.exit(f"{package.name} {package.version} is not the archive that was recorded: nothing written")
            paths = copy_files(package, unpacked) + derived_files(package, unpacked)
            entries.append(
                {
                    "name": package.name,
                    "version": package.version,
                    "licence": package.licence,
                    "archive_sha256": archive_sum,
                    "files": {path: sha256(ROOT / path) for path in sorted(paths)},
                }
            )
    MANIFEST.write_text(json.dumps({"packages": entries}, indent=2) + "\n", encoding="utf-8")
    print(f"{len(entries)} packages, {sum(len(entry['files']) for entry in entries)} files")


def differences() -> list[str]:
    """Files that are missing or are not what the manifest says."""
    wrong = []
    for entry in recorded().values():
        for path, expected in entry["files"].items():
            if not (ROOT / path).exists():
                wrong.append(f"{path} is missing")
            elif sha256(ROOT / path) != expected:
                wrong.append(f"{path} was changed")
    return wrong


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        sys.exit("\n".join(differences()) or None)
    rebuild()
