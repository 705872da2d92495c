"""Templates and style sheets only name icons and files that exist, and nothing that the content policy refuses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if path.relative_to(ROOT / "templates").parts[0] not in {"mails", "documents"}]
STYLES = sorted((ROOT / "static/css").glob("*.css"))
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
# A block of JSON is data, which the policy does not look at.
REFUSED = re.compile(
    r"""<style|<script(?![^>]*\b(?:src=|type="application/(?:ld\+)?json"))|\sstyle=|\son[a-z]+=["']|javascript:""",
    re.IGNORECASE,
)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _source(path: Path) -> str:
    return COMMENT.sub("", path.read_text(encoding="utf-8"))


def test_icons_are_in_the_sprite() -> None:
    sprite = next((ROOT / "static/vendor").glob("bootstrap-icons-*/sprite.svg")).read_text(encoding="utf-8")
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    named = {
        (_name(path), icon)
        for path in PAGES
        for icon in re.findall(r"""(?:\bicon\(|\bicon_name=|\bfact\()['"]([\w-]+)['"]""", _source(path))
    }
    assert named
    assert {use for use in named if use[1] not in drawn} == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_what_is_imported_is_used(path: Path) -> None:
    source = _source(path)
    imports = re.findall(r"\{%-? *from [^%]+? import ([^%]+?)(?: with context)? *-?%\}", source)
    names = [name.split(" as ")[-1].strip() for one in imports for name in one.split(",")]
    assert [name for name in names if len(re.findall(rf"\b{name}\b", source)) == 1] == []


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_assets_exist(path: Path) -> None:
    named = re.findall(r"""\basset\(['"]([^'"]+)['"]\)""", _source(path))
    assert [file for file in named if not (ROOT / "static" / file).is_file()] == []


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_no_inline_script_or_style(path: Path) -> None:
    assert REFUSED.findall(_source(path)) == []


@pytest.mark.parametrize("path", STYLES, ids=_name)
def test_style_sheets_name_files_of_ours(path: Path) -> None:
    addresses = re.findall(r"""url\(["']?([^"')]+)""", path.read_text(encoding="utf-8"))
    assert [one for one in addresses if not (path.parent / one).resolve().is_file()] == []


@pytest.mark.parametrize(
    "markup",
    ["<script>x</script>", "<p style='x'>", '<p onclick="x">', '<a href="javascript:x">', "<style>p {}</style>"],
)
def test_what_the_policy_refuses_is_recognised(markup: str) -> None:
    assert len(REFUSED.findall(markup)) == 1
