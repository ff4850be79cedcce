"""Hosts for what a simulator of good manners cannot show: raw bytes on a socket; and an endpoint to reach any host."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from bmdesk.connectors.backmarket.client import BackMarket
from bmdesk.connectors.backmarket.endpoint import Endpoint
from bmdesk.connectors.http import Timeouts
from bmdesk.domain.limits import Bucket
from bmdesk.domain.markets import Environment, Region

TOKEN = "dG9rZW4tb2YtYS10ZXN0"


def endpoint(url: str, region: Region = Region.EU, market: str = "fr-fr", token: str = TOKEN) -> Endpoint:
    return Endpoint(url, region, Environment.PREPROD, market, token, "Blue Phones", "it@blue.example")


# Hasty where the answer never comes; patient elsewhere, because a busy machine is no fault.
PATIENT = Timeouts(connect=10.0, read=20.0, total=40.0, settle=45.0)
HASTY = Timeouts(connect=10.0, read=0.4, total=0.8, settle=45.0)


@dataclass
class Notebook:
    """A pace without limits that writes down what it was asked and told."""

    taken: list[tuple[Bucket, int]] = field(default_factory=list)
    told: list[tuple[Bucket, float]] = field(default_factory=list)

    def take(self, bucket: Bucket, lines: int = 0) -> None:
        self.taken.append((bucket, lines))

    def blocked(self, bucket: Bucket, seconds: float) -> None:
        self.told.append((bucket, seconds))


def client(url: str, pace: Notebook | None = None, **options: object) -> BackMarket:
    settings: dict[str, object] = {"rest": lambda _: None, "timeouts": PATIENT, **options}
    return BackMarket(endpoint(url), pace or Notebook(), **settings)  # type: ignore[arg-type]


class RawHost:
    """Answers every connection with what `answer` writes to its socket, then closes it. `requests` is what came."""

    def __init__(self, answer: bytes | Callable[[socket.socket], None]) -> None:
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.requests: list[str] = []
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.closing = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        with contextlib.suppress(OSError):
            socket.create_connection(self._listener.getsockname(), 1).close()
        self._thread.join(5)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            with connection, contextlib.suppress(OSError):
                if self.closing.is_set():
                    return
                connection.settimeout(5)
                self.requests.append(_request(connection))
                if isinstance(self._answer, bytes):
                    connection.sendall(self._answer)
                else:
                    self._answer(connection)


def reply(body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    """A whole answer that closes its connection."""
    named = {"content-type": "application/json", "content-length": str(len(body)), "connection": "close"}
    named.update({name.replace("_", "-"): value for name, value in headers.items()})
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body


def _request(connection: socket.socket) -> str:
    read = b""
    while b"\r\n\r\n" not in read:
        piece = connection.recv(65536)
        read += piece
        # The end, or a TLS handshake that will find nobody to shake hands.
        if not piece or read.startswith(b"\x16"):
            return read.decode("latin-1")
    head, _, body = read.partition(b"\r\n\r\n")
    length = next(
        (
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        ),
        0,
    )
    while len(body) < length:
        body += connection.recv(65536)
    return (head + b"\r\n\r\n" + body).decode("latin-1")
