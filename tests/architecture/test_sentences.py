"""Sentences stand where the catalogue's tool finds them: those inside an f-string would stay English for ever."""

from __future__ import annotations

import ast

from tests.architecture.project import ROOT, project_files

TRANSLATORS = {"_", "_l", "gettext", "lazy_gettext", "ngettext", "pgettext"}


def hidden_sentences(source: str) -> list[str]:
    """Calls for a translation inside f-strings."""
    strings = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.JoinedStr)]
    calls = [node for string in strings for node in ast.walk(string) if isinstance(node, ast.Call)]
    return [ast.unparse(call) for call in calls if isinstance(call.func, ast.Name) and call.func.id in TRANSLATORS]


def test_no_sentence_hides_in_an_f_string() -> None:
    sources = {
        path: (ROOT / path).read_text(encoding="utf-8")
        for path in project_files(".py")
        if path.startswith("congress/")
    }
    assert {path: found for path, source in sources.items() if (found := hidden_sentences(source))} == {}


def test_a_hidden_sentence_is_found() -> None:
    assert hidden_sentences("""flash(f"{done} {_('Saved.')}")""") == ["_('Saved.')"]
    assert hidden_sentences("""flash(_("Saved."))""") == []
