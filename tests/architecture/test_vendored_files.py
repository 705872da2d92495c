"""What others wrote is exactly what was fetched, under a licence that travels with it."""

from __future__ import annotations

import hashlib
import json
import re

import pytest

from tests.architecture.project import ROOT, project_files

MANIFEST = ROOT / "static/vendor/MANIFEST.json"
PACKAGES = json.loads(MANIFEST.read_text(encoding="utf-8"))["packages"]
RECORDED = {path: checksum for package in PACKAGES for path, checksum in package["files"].items()}
FOLDERS = ("static/vendor/", "static/fonts/", "tests/support/vendor/")


@pytest.mark.parametrize("path", sorted(RECORDED))
def test_a_vendored_file_is_what_was_recorded(path: str) -> None:
    assert hashlib.sha256((ROOT / path).read_bytes()).hexdigest() == RECORDED[path]


def test_every_file_in_a_vendored_folder_is_recorded() -> None:
    found = {path for path in project_files() if path.startswith(FOLDERS)}
    assert found - {"static/vendor/MANIFEST.json"} == {path for path in RECORDED if path.startswith(FOLDERS)}


def test_every_folder_names_its_version_and_carries_its_licence() -> None:
    folders = {path.rsplit("/", 1)[0]: package for package in PACKAGES for path in package["files"]}
    for folder, package in folders.items():
        if folder.startswith(FOLDERS):
            assert folder.endswith(f"-{package['version']}")
            assert package["licence"]
            assert f"{folder}/LICENSE" in RECORDED


def test_pages_name_vendored_files_that_exist() -> None:
    named = set()
    for path in project_files(".html", ".js", ".py", ".css"):
        if not path.startswith((*FOLDERS, "tests/")):
            text = (ROOT / path).read_text(encoding="utf-8")
            named |= set(re.findall(r"vendor/[\w.@-]+-\d[\w.]*/[\w.-]+\.\w+", text))
    assert named
    assert {name for name in named if f"static/{name}" not in RECORDED} == set()


def test_the_map_has_the_thirteen_regions_inside_its_frame() -> None:
    drawing = json.loads((ROOT / "congress/events/france_regions.json").read_text(encoding="utf-8"))
    _, _, width, height = map(float, drawing["viewBox"].split())
    expected = ["ARA", "BFC", "BRE", "COR", "CVL", "GES", "HDF", "IDF", "NAQ", "NOR", "OCC", "PAC", "PDL"]
    assert list(drawing["regions"]) == [f"FR-{code}" for code in expected]
    for region in drawing["regions"].values():
        assert 0 < region["label_x"] < width
        assert 0 < region["label_y"] < height
        assert re.fullmatch(r"(?:M[\d.]+ [\d.]+l[-\d. ]+z)+", region["path"])
