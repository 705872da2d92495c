"""vdirsyncer and khal as somebody uses them: one subscribes to a feed over http, the other lists what it brought."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

VDIRSYNCER = """\
[general]
status_path = "{folder}/status/"
[pair feed]
a = "here"
b = "there"
collections = null
conflict_resolution = "b wins"
[storage here]
type = "filesystem"
path = "{folder}/calendar/"
fileext = ".ics"
[storage there]
type = "http"
url = "{url}"
"""
KHAL = """\
[calendars]
[[feed]]
path = {folder}/calendar/
type = calendar
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = {zone}
default_timezone = {zone}
[sqlite]
path = {folder}/khal.db
"""
PATIENCE = 60


@dataclass(frozen=True)
class Listed:
    """One line of khal; times are local to the subscriber."""

    starts: str
    ends: str
    status: str
    title: str
    location: str


class Subscriber:
    """A calendar on disk that follows one feed."""

    def __init__(self, folder: Path, url: str, zone: str) -> None:
        self.folder = folder
        (folder / "calendar").mkdir()
        (folder / "vdirsyncer.conf").write_text(VDIRSYNCER.format(folder=folder, url=url), encoding="utf-8")
        (folder / "khal.conf").write_text(KHAL.format(folder=folder, zone=zone), encoding="utf-8")
        self._run("vdirsyncer", "-c", "vdirsyncer.conf", "discover")

    def sync(self) -> None:
        """Fetch the feed; a failure raises."""
        self._run("vdirsyncer", "-c", "vdirsyncer.conf", "sync")

    def files(self) -> int:
        """How many entries there are on disk: vdirsyncer names them by their content, khal shows each of them."""
        return len(list((self.folder / "calendar").glob("*.ics")))

    def listed(self, first_day: str, days: int) -> list[Listed]:
        """What khal shows from this day on, in the order of time."""
        shape = "{start}\t{end}\t{status}\t{title}\t{location}"
        command = ("khal", "-c", "khal.conf", "list", "--once", "--day-format", "", "--format", shape)
        lines = self._run(*command, first_day, f"{days}d").splitlines()
        return [Listed(*(part.strip() for part in line.split("\t"))) for line in lines if "\t" in line]

    def _run(self, program: str, *arguments: str) -> str:
        command = [str(Path(sys.executable).parent / program), *arguments]
        environ = os.environ | {"HOME": str(self.folder), "NO_PROXY": "127.0.0.1", "COLUMNS": "1000"}
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=environ,
            check=False,
            capture_output=True,
            text=True,
            input="y\n" * 9,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, f"{program}: {done.stdout}\n{done.stderr}"
        return done.stdout
