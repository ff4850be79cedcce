"""A wire to a real Odoo that can be cut, slowed down and torn, and end at a web server that finds no Odoo: what a
network does, with nothing of ours in between.

It stands on a port of loopback and carries one JSON-RPC call after the other to the server and its answer back, so that
a story says at which call the trouble comes, and whether the server had done the work by then.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from http.client import HTTPConnection
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from bmdesk.connectors.odoo.transport import READS

_NO_LINGER = struct.pack("ii", 1, 0)
"""A socket that is closed so says RST to the other side, and not that it has finished."""


class Trouble(StrEnum):
    """What happens to one call."""

    BEFORE = "before"
    """The connection is reset before the server hears of it."""
    AFTER = "after"
    """The server has done it, and the connection is reset instead of its answer."""
    HALF = "half"
    """The same, after half of the answer."""


@dataclass(frozen=True, slots=True)
class Call:
    """`number`: of the calls so far, from 1; `write`: of those that change something, 0 for a read."""

    what: str
    number: int
    write: int


class Wire:
    """`url` is where it listens. `trouble` is asked at each call; `seconds` is how long each takes more. `gateway`: the
    status that a web server answers to each call, and passes none on; 0: none stands there.
    """

    def __init__(self, server: str) -> None:
        there = urlsplit(server)
        self._there = there.hostname or "", there.port or 80
        self.trouble: Callable[[Call], Trouble | None] = lambda call: None
        self.seconds = 0.0
        self.gateway = 0
        self.calls: list[str] = []
        self.writes = 0
        self.refused = 0
        """Calls that the gateway passed to nobody."""
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listening: socket.socket | None = None
        self._port = 0
        self.mend()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def cut(self) -> None:
        """From now on nobody listens there, and who was connected is torn off: as if Odoo were stopped."""
        listening, self._listening = self._listening, None
        if listening is not None:
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)  # wakes who waits in accept
            listening.close()
        with self._lock:
            torn, self._open = self._open, set()
        for one in torn:
            _tear(one)

    def mend(self) -> None:
        """It listens again, on the same port: as if Odoo were started again."""
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", self._port))
        listening.listen(16)
        self._port = listening.getsockname()[1]
        self._listening = listening
        threading.Thread(target=self._accept, args=(listening,), daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cut()

    # ---------------------------------------------------------------- each connection in a thread

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                here, _ = listening.accept()
            except OSError:
                return  # it was cut
            with self._lock:
                self._open.add(here)
            threading.Thread(target=self._carry, args=(here,), daemon=True).start()

    def _carry(self, here: socket.socket) -> None:
        with suppress(OSError), here.makefile("rb") as heard:
            while True:
                path, body = _request(heard)
                if not path:
                    break
                if self.gateway:
                    self.refused += 1
                    here.sendall(_page(self.gateway))
                    continue
                call = self._noted(body)
                trouble = self.trouble(call)
                if trouble is Trouble.BEFORE:
                    _tear(here)
                    break
                time.sleep(self.seconds)
                answer = self._asked(path, body)
                if trouble is not None:
                    here.sendall(answer[: len(answer) // 2 if trouble is Trouble.HALF else 0])
                    _tear(here)
                    break
                here.sendall(answer)
        with self._lock:
            self._open.discard(here)
        here.close()

    def _noted(self, body: bytes) -> Call:
        params = json.loads(body)["params"]
        what, is_write = f"{params['service']}.{params['method']}", False
        if params["service"] == "object":
            model, method = params["args"][3:5]
            what, is_write = f"{model}.{method}", method not in READS
        with self._lock:
            self.calls.append(what)
            self.writes += is_write
            return Call(what, len(self.calls), self.writes if is_write else 0)

    def _asked(self, path: str, body: bytes) -> bytes:
        """The whole answer, as it goes over the wire."""
        onward = HTTPConnection(*self._there, timeout=300)
        onward.request("POST", path, body, {"Content-Type": "application/json"})
        answer = onward.getresponse()
        words = answer.read()
        onward.close()
        head = f"HTTP/1.1 {answer.status} {answer.reason}\r\nContent-Length: {len(words)}\r\n"
        kept = [f"{name}: {answer.headers[name]}\r\n" for name in ("Content-Type", "Date")]
        return (head + "".join(kept) + "\r\n").encode() + words


def _request(heard: object) -> tuple[str, bytes]:
    """The path and the body of the next request; "" where there is none."""
    readline, read = heard.readline, heard.read  # type: ignore[attr-defined]
    path = readline().split()[1:2]
    length = 0
    while (line := readline().strip()) != b"":
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return (path[0].decode(), read(length)) if path else ("", b"")


def _page(status: int) -> bytes:
    """What a web server says of an Odoo that it does not reach."""
    words = f"<html><head><title>{status}</title></head><body><center>nginx</center></body></html>".encode()
    head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Type: text/html\r\n"
    return f"{head}Content-Length: {len(words)}\r\n\r\n".encode() + words


def _tear(one: socket.socket) -> None:
    with suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        one.shutdown(socket.SHUT_RD)  # wakes who reads from it
    one.close()
