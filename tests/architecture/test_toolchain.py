"""The toolchain holds what it promises: locks without addresses, no trace of a machine, contracts in force."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.project import ROOT, project_files

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = {name: (ROOT / f".ci/requirements-{name}.lock").read_text(encoding="utf-8") for name in ("run", "test")}
CONTRACTS = {contract["id"]: contract for contract in PYPROJECT["tool"]["importlinter"]["contracts"]}
# core serves all, api speaks for all, translations is data.
NOT_FEATURES = {"core", "api", "translations"}

# Put together here, so that this file does not name them either.
HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("jsdelivr", "net"),
        ("unpkg", "com"),
        ("deb", "debian", "org"),
        ("archive", "ubuntu", "com"),
        ("fonts", "googleapis", "com"),
    )
]
MACHINE_PATH = re.compile(r"(?<![\w.~%}-])/(?:home|root|Users|work|tmp)/\w")
SKIPPED = ("static/vendor/", "static/fonts/", "tests/support/vendor/", ".ci/licences/")


def pins(lock: str) -> dict[str, str]:
    """Name to version of a lock file."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock, re.MULTILINE))


def own_texts() -> list[tuple[str, str]]:
    """Every text file that this project wrote itself."""
    found = []
    for path in project_files():
        if not path.startswith(SKIPPED):
            content = (ROOT / path).read_bytes()
            if b"\0" not in content:
                found.append((path, content.decode("utf-8")))
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_pins_and_hashes_and_nothing_else(name: str) -> None:
    pin = re.compile(r"[a-z0-9-]+==[\w.]+(?: ; [\w .'<>=!()]+)? \\")
    hash_line = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")
    odd = [line for line in LOCKS[name].splitlines() if not (pin.fullmatch(line) or hash_line.fullmatch(line))]
    assert odd == []


def test_the_lock_of_the_readers_has_versions_and_hashes_and_no_address() -> None:
    lock = json.loads((ROOT / ".ci/readers/package-lock.json").read_text(encoding="utf-8"))
    wanted = json.loads((ROOT / ".ci/readers/package.json").read_text(encoding="utf-8"))["dependencies"]
    packages = {path.removeprefix("node_modules/"): one for path, one in lock["packages"].items() if path}
    assert {name: packages[name]["version"] for name in wanted} == wanted
    assert {"resolved", "hasInstallScript"} & {key for one in packages.values() for key in one} == set()
    assert [name for name, one in packages.items() if not one["integrity"].startswith("sha512-")] == []


def test_the_tests_run_on_what_production_runs_on() -> None:
    run, test = pins(LOCKS["run"]), pins(LOCKS["test"])
    assert {name: test.get(name) for name in run} == run


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_follows_the_project_file(name: str) -> None:
    wanted = list(PYPROJECT["project"]["dependencies"])
    if name == "test":
        wanted += PYPROJECT["project"]["optional-dependencies"]["test"]
    locked = pins(LOCKS[name])
    for requirement in wanted:
        package, version = re.fullmatch(r"([\w-]+)(?:\[\w+\])?==([\w.]+)", requirement).groups()
        assert locked[package.lower()] == version


def test_no_registry_is_named() -> None:
    named = [(path, host) for path, text in own_texts() for host in HOSTS if host in text]
    assert named == []


def test_no_machine_path_is_named() -> None:
    named = [(path, found.group()) for path, text in own_texts() for found in MACHINE_PATH.finditer(text)]
    assert named == []


def test_every_feature_is_under_the_contracts() -> None:
    packages = {path.parent.name for path in (ROOT / "congress").glob("*/__init__.py")}
    features = {f"congress.{name}" for name in packages - NOT_FEATURES}
    assert set(CONTRACTS["inside-a-feature"]["containers"]) == features
    assert set(CONTRACTS["rules-know-no-web"]["source_modules"]) == features


def test_every_module_of_the_contract_is_there() -> None:
    listed = {name for layer in CONTRACTS["inside-a-feature"]["layers"] for name in re.findall(r"\w+", layer)}
    there = {path.stem for path in (ROOT / "congress").glob("*/*")}
    assert listed - there == set()


VIOLATIONS = {
    "upwards": ("congress/core/clock.py", "import congress.events.models", "layers"),
    "an unlisted package": ("congress/utils.py", "", "layers"),
    "an unlisted module": ("congress/events/helpers.py", "", "inside-a-feature"),
    "models that read": ("congress/audit/models.py", "import congress.audit.queries", "inside-a-feature"),
    "the web in a rule": ("congress/audit/queries.py", "import flask", "rules-know-no-web"),
    "a form in a rule": ("congress/registration/services.py", "import wtforms", "rules-know-no-web"),
}


@pytest.mark.parametrize("name", VIOLATIONS)
def test_a_contract_fails_when_it_is_violated(name: str, tmp_path: Path) -> None:
    path, line, contract = VIOLATIONS[name]
    shutil.copytree(ROOT / "congress", tmp_path / "congress", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / path).open("a", encoding="utf-8") as module:
        module.write(f"\n{line}\n")
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", "--contract", contract]
    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert (done.returncode, "0 kept, 1 broken" in done.stdout) == (1, True), done.stdout
