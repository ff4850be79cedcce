"""An Odoo for what a real one cannot show: versions 17 and 18, and a server or a network that misbehaves.

Written from notes on servers of those versions, not from their code: it knows logins, versions, rights and presence,
and whatever a test gives it as an answer. How Odoo itself works is asked of a real one (`databases`).
"""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

DATABASE, USER, PASSWORD, USER_ID = "shop", "bench", "pass-word-of-the-bench", 7
KEY = "d2e70d8cba4bffdb40cd7837ce0f6646bc799297"

Fault = Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """One execute_kw that was let in."""

    model: str
    method: str
    args: list[Any]
    kwargs: dict[str, Any]


class Raised(Exception):
    """What Odoo's own code raised. `name`: as its error envelope has it."""

    def __init__(self, name: str, message: str = "words in any language") -> None:
        super().__init__(name)
        self.name = name
        self.message = message


@dataclass
class FakeOdoo:
    """A running server. What it is may be changed at any time; `asked` is what came, `requests` counts all of it."""

    version: str = "18.0"
    logins: set[tuple[str, str]] = field(default_factory=lambda: {(USER, PASSWORD), (USER, KEY)})
    companies: dict[int, str] = field(default_factory=lambda: {1: "Blue Phones"})
    theirs: list[int] = field(default_factory=lambda: [1])
    absent: set[str] = field(default_factory=set)
    """Models, or `model.field`, that are not there."""
    denied: set[tuple[str, str]] = field(default_factory=set)
    keys: list[dict[str, object]] = field(default_factory=list)
    answers: dict[tuple[str, str], object] = field(default_factory=dict)
    """A value, or a Raised, by model and method."""
    faults: deque[Fault | None] = field(default_factory=deque)
    """What happens to the next requests; None: nothing."""
    tls: ssl.SSLContext | None = None
    asked: list[Asked] = field(default_factory=list)
    requests: int = 0

    def __enter__(self) -> Self:
        self._server = _Quiet(("127.0.0.1", 0), type("Handler", (_Handler,), {"odoo": self}))
        if self.tls is not None:
            self._server.socket = self.tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join(5)
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self._server.server_address[1]}"

    @property
    def major(self) -> int:
        return int("".join(sign for sign in self.version.partition(".")[0] if sign.isdigit()))

    def answer(self, service: str, method: str, args: list[Any]) -> object:
        """The result, or Raised."""
        if (service, method) == ("common", "version"):
            return {"server_version": self.version, "server_version_info": [self.major, 0, 0, "final", 0, ""]}
        if args[0] != DATABASE:
            raise Raised("psycopg2.OperationalError", f'FATAL: database "{args[0]}" does not exist')
        if (service, method) == ("common", "login"):
            return USER_ID if tuple(args[1:]) in self.logins else False
        if args[1] != USER_ID or (USER, args[2]) not in self.logins:
            raise Raised("odoo.exceptions.AccessDenied", "Access Denied")
        if method == "execute":
            return {"lang": "de_DE", "tz": "Europe/Berlin"}
        return self._executed(Asked(args[3], args[4], list(args[5]), dict(args[6])))

    def _executed(self, asked: Asked) -> object:
        self.asked.append(asked)
        context = asked.kwargs.get("context", {})
        if not set(context.get("allowed_company_ids", [])) <= set(self.theirs):
            raise Raised("odoo.exceptions.AccessError", "Access to unauthorized or invalid companies.")
        if (asked.model, asked.method) in self.answers:
            given = self.answers[asked.model, asked.method]
            if isinstance(given, Raised):
                raise given
            return given
        if asked.model in self.absent:
            raise Raised("odoo.exceptions.UserError", f"Object {asked.model} doesn't exist")
        return getattr(self, f"_{asked.method}", self._unknown)(asked)

    def _unknown(self, asked: Asked) -> object:
        raise Raised("builtins.AttributeError", f"'{asked.model}' object has no attribute '{asked.method}'")

    def _fields_get(self, asked: Asked) -> object:
        return {
            name: {"type": "char"} for name in asked.args[0] if f"{asked.model}.{name}" not in self.absent
        }

    def _check_access_rights(self, asked: Asked) -> object:
        assert asked.kwargs["raise_exception"] is False
        return (asked.model, asked.args[0]) not in self.denied

    def _has_access(self, asked: Asked) -> object:
        if self.major < 18:
            return self._unknown(asked)
        ids, operation = asked.args
        assert ids == []
        return (asked.model, operation) not in self.denied

    def _read(self, asked: Asked) -> object:
        if asked.model == "res.users" and asked.args[0] == [USER_ID]:
            return [{"id": USER_ID, "company_ids": self.theirs}]
        if asked.model == "res.company":
            return [
                {"id": one, "create_date": f"2024-01-{one:02} 10:00:00"}
                for one in asked.args[0]
                if one in self.companies
            ]
        return []

    def _search_read(self, asked: Asked) -> object:
        domain, fields = asked.args
        if asked.model == "res.company":
            return [{"id": one, "name": name} for one, name in self.companies.items() if one in domain[0][2]]
        if asked.model == "res.users.apikeys":
            if self.major < 18 and "expiration_date" in fields:
                raise Raised("builtins.ValueError", "Invalid field 'expiration_date'")
            return [{"id": number, **key} for number, key in enumerate(self.keys)]
        return []


# ---------------------------------------------------------------- what a network does to an answer


def reset(request: BaseHTTPRequestHandler) -> None:
    """The connection ends without a word."""
    request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.close_connection = True
    socket.close(request.connection.detach())


def hang(request: BaseHTTPRequestHandler) -> None:
    """Nothing, until the other side is tired of it."""
    request.connection.settimeout(10)
    request.connection.recv(1)


def drip(request: BaseHTTPRequestHandler) -> None:
    """One byte after the other, for ever."""
    _head(request, 200, length=10**6)
    end = threading.Event()
    for _ in range(200):
        request.wfile.write(b" ")
        request.wfile.flush()
        end.wait(0.05)


def cut_off(request: BaseHTTPRequestHandler) -> None:
    """Half an answer."""
    _head(request, 200, length=1000)
    request.wfile.write(b'{"jsonrpc": "2.0", "resu')
    request.close_connection = True


def too_large(request: BaseHTTPRequestHandler) -> None:
    """More than anybody asked for."""
    _head(request, 200, length=30 * 2**20)
    for _ in range(30):
        request.wfile.write(b" " * 2**20)


def says(
    status: int, body: bytes = b"<html>Bad Gateway</html>", kind: str = "text/html", **headers: str
) -> Fault:
    """Whatever stands before Odoo answers in its place."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        _head(request, status, len(body), kind, **headers)
        request.wfile.write(body)

    return answer


def _head(
    request: BaseHTTPRequestHandler, status: int, length: int, kind: str = "application/json", **more: str
) -> None:
    request.send_response(status)
    request.send_header("Content-Type", kind)
    request.send_header("Content-Length", str(length))
    for name, value in more.items():
        request.send_header(name.replace("_", "-"), value)
    request.end_headers()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what half of these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    odoo: FakeOdoo
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body go out apart, and each pair would wait 40 ms

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        self.odoo.requests += 1
        fault = self.odoo.faults.popleft() if self.odoo.faults else None
        if fault is not None:
            fault(self)
            return
        call = json.loads(raw)
        assert self.path.endswith("/jsonrpc")
        params = call["params"]
        reply: dict[str, object] = {"jsonrpc": "2.0", "id": call["id"]}
        try:
            reply["result"] = self.odoo.answer(params["service"], params["method"], params["args"])
        except Raised as error:
            data = {"name": error.name, "message": error.message, "debug": f"Traceback\n{params['args']}"}
            code = 200 if self.odoo.major < 19 else 0
            reply["error"] = {"code": code, "message": "Odoo Server Error", "data": data}
        body = json.dumps(reply).encode()
        _head(self, 200, len(body), Set_Cookie="session_id=0123456789abcdef; Path=/")
        self.wfile.write(body)

    def log_message(self, *_args: object, **_more: object) -> None:
        """Nobody reads it."""
