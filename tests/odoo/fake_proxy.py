"""An HTTP proxy on loopback: passes plain requests on, and refuses tunnels."""

from __future__ import annotations

import threading
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit


class FakeProxy:
    """`passed` are the addresses it was asked for. `wants`: the Proxy-Authorization it insists on."""

    def __init__(self, wants: str = "") -> None:
        passed: list[str] = []
        self.passed = passed

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if wants and self.headers.get("Proxy-Authorization") != wants:
                    self.send_error(407)
                    return
                passed.append(self.path)
                there = urlsplit(self.path)
                onward = HTTPConnection(there.hostname or "", there.port, timeout=10)
                onward.request("POST", there.path, body, {"Content-Type": self.headers["Content-Type"]})
                answer = onward.getresponse()
                words = answer.read()
                onward.close()
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.headers["Content-Type"])
                self.send_header("Content-Length", str(len(words)))
                self.end_headers()
                self.wfile.write(words)

            def do_CONNECT(self) -> None:
                passed.append(self.path)
                self.send_error(403)

            def log_message(self, *_args: object, **_more: object) -> None:
                """Nobody reads it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join(5)
        self._server.server_close()
