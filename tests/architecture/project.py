"""The files of the project, for tests that read them."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def _listed() -> tuple[str, ...]:
    """What git keeps, or would keep once added."""
    command = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return tuple(sorted({path for path in done.stdout.split("\0") if path and (ROOT / path).is_file()}))


def project_files(*suffixes: str) -> list[str]:
    """Paths relative to the root, those that end in one of the suffixes or all."""
    return [path for path in _listed() if not suffixes or path.endswith(suffixes)]
