"""The second process: keeps a number of connections busy and tells how long each request took.

Run as `python -m tests.benchmarks.load`, with a plan as JSON on standard input; answers JSON. It holds as little
Python as possible between two requests, because it shares the machine with what it measures.
"""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

TIMEOUT = 60
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
COOKIE = re.compile(rb"\r\nset-cookie: *([^;\r]+)", re.IGNORECASE)
LOCATION = re.compile(rb"\r\nlocation: *([^\r]+)", re.IGNORECASE)
HIDDEN = re.compile(rb'name="(csrf_token|idempotency_key)"[^>]*value="([^"]*)"')


@dataclass
class Answer:
    """What came back; `seconds` from the first byte sent to the last received."""

    status: int
    head: bytes
    body: bytes
    seconds: float


class Connection:
    """One keep-alive connection to the server."""

    def __init__(self, port: int) -> None:
        self._address = ("127.0.0.1", port)
        self._host = f"127.0.0.1:{port}"
        self._socket: socket.socket | None = None

    def send(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Answer:
        """Send one request and read its answer."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self._host}", *(f"{k}: {v}" for k, v in headers.items())]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        raw = "\r\n".join([*lines, "", ""]).encode() + body
        started = time.perf_counter()
        if self._socket is None:
            self._socket = socket.create_connection(self._address, TIMEOUT)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(raw)
        status, head, content = self._read()
        return Answer(status, head, content, time.perf_counter() - started)

    def _read(self) -> tuple[int, bytes, bytes]:
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, content = data.partition(b"\r\n\r\n")
        status = int(head[9:12])
        found = LENGTH.search(head)
        length = int(found.group(1)) if found and status not in {204, 304} else 0
        while len(content) < length:
            content += self._more()
        if b"connection: close" in head.lower():
            self.close()
        return status, head, content

    def _more(self) -> bytes:
        part = self._socket.recv(65536) if self._socket else b""
        if not part:
            raise ConnectionError
        return part

    def close(self) -> None:
        """End the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


@dataclass
class Tally:
    """What all clients saw together."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    marks: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, seconds: float, status: int, mark: str = "") -> None:
        """Count one piece of work."""
        with self.lock:
            self.seconds.append(seconds)
            self.statuses[str(status)] = self.statuses.get(str(status), 0) + 1
            if mark:
                self.marks[mark] = self.marks.get(mark, 0) + 1


def send_requests(plan: dict[str, Any], mine: list[Any], tally: Tally) -> None:
    """Send prepared requests, one after the other; `mark` counts the answers that contain a word."""
    connection = Connection(plan["port"])
    for method, path, headers, body in mine:
        answer = connection.send(method, path, headers, body.encode())
        mark = next((word for word in plan.get("words", ()) if word.encode() in answer.body), "")
        tally.add(answer.seconds, answer.status, mark)
    connection.close()


def register(plan: dict[str, Any], mine: list[Any], tally: Tally) -> None:
    """Each piece: open the form, send it, open the page that it leads to; each with its own browser."""
    connection = Connection(plan["port"])
    for path, data in mine:
        started = time.perf_counter()
        form = connection.send("GET", path, {})
        cookie = COOKIE.search(form.head)
        headers = {"Cookie": cookie.group(1).decode() if cookie else "", "Accept-Language": "fr"}
        hidden = {name.decode(): value.decode() for name, value in HIDDEN.findall(form.body)}
        sent = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
        answer = connection.send("POST", path, sent, urlencode({**hidden, **data}).encode())
        status = answer.status
        location = LOCATION.search(answer.head)
        if location:
            target = re.sub(r"^https?://[^/]+", "", location.group(1).decode())
            status = connection.send("GET", target, headers).status
        tally.add(time.perf_counter() - started, answer.status, "registered" if location and status == 200 else "")
    connection.close()


WORK = {"send": send_requests, "register": register}


def main() -> None:
    """Run the plan of standard input."""
    plan = json.load(sys.stdin)
    clients: int = plan["clients"]
    tally = Tally()
    work = WORK[plan["work"]]
    shares = [plan["pieces"][number::clients] for number in range(clients)]
    threads = [threading.Thread(target=work, args=(plan, share, tally)) for share in shares if share]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall = time.perf_counter() - started
    json.dump({"wall": wall, "seconds": tally.seconds, "statuses": tally.statuses, "marks": tally.marks}, sys.stdout)


if __name__ == "__main__":
    main()
