"""Small pieces: a function fits on a screen, a file in a head."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.project import ROOT, project_files

FUNCTION_LINES = 40
COMMON_FUNCTION_LINES = 30
COMMON_SHARE = 0.95
MODULE_LINES = 300
TEMPLATE_LINES = 150


def function_lengths(path: Path) -> dict[str, int]:
    """Lines of each function of a module from `def` to its end, its docstring and decorators not counted."""
    lengths = {}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = node.body[0] if ast.get_docstring(node, clean=False) else None
            told = docstring.end_lineno - docstring.lineno + 1 if docstring else 0
            lengths[f"{path.name}:{node.lineno} {node.name}"] = node.end_lineno - node.lineno + 1 - told
    return lengths


def modules() -> list[Path]:
    return [ROOT / path for path in project_files(".py") if path.startswith("congress/") or path == "config.py"]


def line_count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_functions_are_short() -> None:
    lengths = {name: length for path in modules() for name, length in function_lengths(path).items()}
    assert {name: length for name, length in lengths.items() if length > FUNCTION_LINES} == {}
    short = sum(length < COMMON_FUNCTION_LINES for length in lengths.values())
    assert short / len(lengths) >= COMMON_SHARE


def test_modules_are_short() -> None:
    counts = {str(path.relative_to(ROOT)): line_count(path) for path in modules()}
    assert {path: count for path, count in counts.items() if count > MODULE_LINES} == {}


def test_templates_are_short() -> None:
    counts = {path: line_count(ROOT / path) for path in project_files() if path.startswith("templates/")}
    assert {path: count for path, count in counts.items() if count > TEMPLATE_LINES} == {}


def test_a_long_function_is_seen(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text('def f():\n    """Said."""\n' + "    x = 1\n" * FUNCTION_LINES, encoding="utf-8")
    assert function_lengths(module) == {"module.py:1 f": FUNCTION_LINES + 1}
