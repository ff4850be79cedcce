"""The simulator on the wire: uvicorn on loopback, and the faults that only a socket can have."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
import sys
import threading
import time
from email.utils import format_datetime
from typing import Any

import uvicorn
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from bmdesk.simulator import control, faults, marketplace
from bmdesk.simulator.answers import Answer
from bmdesk.simulator.world import World

_MOST_BODY = 16 * 1024 * 1024


class _Protocol(H11Protocol):
    """Lets the application reach the connection itself: to cut it, or to send less than it announced."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)


class Server:
    """One marketplace on 127.0.0.1, in a thread of its own."""

    def __init__(self, world: World, port: int = 0) -> None:
        self.world = world
        # Said to be TCP, because asyncio sets TCP_NODELAY only then; without it every answer waits 40 ms for an ACK.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            if sys.platform != "win32":
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._socket.bind(("127.0.0.1", port))
            self._socket.listen(256)
        except OSError:
            self._socket.close()
            raise
        self.port = int(self._socket.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        config = uvicorn.Config(
            self._application,
            http=_Protocol,
            ws="none",
            lifespan="off",
            loop="asyncio",
            log_config=None,
            log_level="error",
            interface="asgi3",
            proxy_headers=False,
            access_log=False,
            date_header=False,
            server_header=False,
            timeout_keep_alive=75,
        )
        self._server = uvicorn.Server(config)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="simulator", daemon=True)
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("the simulator did not start")
            time.sleep(0.002)

    def close(self) -> None:
        """Cut every connection and stop; returns when the thread has ended."""
        self._server.should_exit = True
        if self._loop is not None and self._thread.is_alive():
            with contextlib.suppress(RuntimeError):  # the loop closed in this very moment
                self._loop.call_soon_threadsafe(self._cut_all)
        self._thread.join(10)
        self._socket.close()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        await self._server.serve(sockets=[self._socket])

    def _cut_all(self) -> None:
        if self._ended is not None:
            self._ended.set()
        for connection in list(self._server.server_state.connections):
            connection.transport.abort()

    # ------------------------------------------------------------ one request

    async def _application(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            if request.url.path.startswith("/__"):
                await _send(
                    send, self._behind_the_curtain(request.method, request.url.path, await _body(request))
                )
            else:
                await self._call(request, scope, receive, send)
        except ClientDisconnect:
            pass
        except _TooMuch:
            await _send(
                send, Answer(413, {"error": "the body is too large"}, headers={"connection": "close"})
            )

    async def _call(self, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        world = self.world
        query = scope["query_string"].decode("latin-1")
        headers = {name.lower(): value for name, value in request.headers.items()}
        with world.lock:
            arrival = marketplace.arrive(world, request.method, request.url.path, query, headers, self.url)
        body = await _body(request)
        if world.latency:
            await self._pause(world.latency)  # whoever hangs up meanwhile is served all the same
        if arrival.stopped is not None:
            await self._answer(send, arrival, arrival.stopped)
            return
        what = arrival.fault
        transport = scope["state"]["transport"]
        if what in faults.BEFORE and what not in faults.SILENT:
            await self._answer(send, arrival, marketplace.spoiled(world, arrival, what))
            return
        answer: Answer | None = None
        with world.lock:
            if what == "late":
                world.do_later(world.late_seconds, lambda: marketplace.perform(world, arrival, body))
            elif what not in faults.BEFORE:
                answer = marketplace.perform(world, arrival, body)
        if answer is None or what in faults.SILENT:
            if what in {"reset", "reset-after"}:
                _reset(transport)
            await _hold(receive, world.timeout_hold)
            transport.abort()
            await _hold(receive, 5)
            return
        await self._answer_after(send, receive, transport, arrival, answer)

    async def _answer_after(
        self, send: Send, receive: Receive, transport: Any, arrival: marketplace.Arrival, answer: Answer
    ) -> None:
        """What was asked is done; the answer goes out as it is, or as its fault leaves it."""
        world, what = self.world, arrival.fault
        if what == "500-after":
            answer = marketplace.spoiled(world, arrival, "500")
        elif what in {"unknown-fields", "nulls"} and answer.text is None:
            answer.document = faults.mangle(what, answer.document)
        elif what == "malformed":
            half = answer.payload()[: max(1, len(answer.payload()) // 2)].decode("utf-8", "ignore")
            answer = Answer(answer.status, text=half + "<<", content_type=answer.content_type)
        elif what == "truncated":
            head = self._headers(arrival, answer)
            lines = b"".join(name + b": " + value + b"\r\n" for name, value in head)
            payload = answer.payload()
            transport.write(
                b"HTTP/1.1 %d OK\r\n%s\r\n%s" % (answer.status, lines, payload[: len(payload) // 2])
            )
            transport.close()
            await _hold(receive, 5)
            return
        elif what == "slow":
            await self._drip(send, receive, transport, arrival, answer)
            return
        await self._answer(send, arrival, answer)

    async def _answer(self, send: Send, arrival: marketplace.Arrival, answer: Answer) -> None:
        await _send(send, answer, self._headers(arrival, answer))

    async def _drip(
        self, send: Send, receive: Receive, transport: Any, arrival: marketplace.Arrival, answer: Answer
    ) -> None:
        """Byte by byte, as long as anybody listens."""
        headers, payload = self._headers(arrival, answer), answer.payload()
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        for at in range(len(payload)):
            if transport.is_closing():
                await _hold(receive, 5)
                return
            await send({"type": "http.response.body", "body": payload[at : at + 1], "more_body": True})
            await self._pause(self.world.slow_seconds / len(payload))
        await send({"type": "http.response.body"})

    def _headers(self, arrival: marketplace.Arrival, answer: Answer) -> list[tuple[bytes, bytes]]:
        """The head of the answer, written into the ledger with it."""
        arrival.entry["status"] = answer.status
        named = {
            "date": format_datetime(self.world.clock.now(), usegmt=True),
            "content-type": answer.content_type,
            "content-length": str(len(answer.payload())),
            "cf-ray": f"{arrival.entry['n']:016x}-SIM",
            **answer.headers,
        }
        return [(name.encode(), value.encode()) for name, value in named.items()]

    async def _pause(self, seconds: float) -> None:
        """Sleep, but not beyond the end of the server."""
        assert self._ended is not None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._ended.wait()

    def _behind_the_curtain(self, method: str, path: str, body: bytes) -> Answer:
        """`/__control`, `/__ledger`, `/__state`: neither counted nor broken by faults."""
        world = self.world
        with world.lock:
            if (method, path) == ("GET", "/__ledger"):
                return Answer(200, world.ledger.document())
            if (method, path) == ("GET", "/__state"):
                world.settle()
                return Answer(200, control.state_of(world))
            if (method, path) != ("POST", "/__control"):
                return Answer(404, {"error": "there are POST /__control, GET /__ledger and GET /__state"})
            try:
                return Answer(200, {"ok": True, **control.obey(world, json.loads(body))})
            except (ValueError, RecursionError) as error:
                return Answer(400, {"error": str(error)})


class _TooMuch(Exception):
    pass


async def _body(request: Request) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > _MOST_BODY:
            raise _TooMuch
        parts.append(part)
    return b"".join(parts)


async def _send(send: Send, answer: Answer, headers: list[tuple[bytes, bytes]] | None = None) -> None:
    payload = answer.payload()
    if headers is None:
        plain = {"content-type": answer.content_type, "content-length": str(len(payload)), **answer.headers}
        headers = [(name.encode(), value.encode()) for name, value in plain.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": payload})


async def _hold(receive: Receive, seconds: float) -> None:
    """Wait until the caller hangs up, at most so long. Uvicorn complains of a call that ends unanswered before that."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass


def _reset(transport: Any) -> None:
    """Close with RST instead of FIN: the caller sees a connection reset."""
    linger = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    transport.abort()
