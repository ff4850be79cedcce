"""HTTP as every connector uses it: time and size have an end, and who was not reached is told from who did not answer.

Knows no remote system: what an answer means is said by each connector.
"""

from __future__ import annotations

import errno
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from bmdesk.connectors.failures import (
    CertificateRefused,
    ConnectionRefused,
    NameNotFound,
    Unreachable,
    plain,
)
from bmdesk.domain.effects import SURELY_ENDED
from bmdesk.texts import msg

MAX_BODY = 20 * 1024 * 1024

RETRY_PAUSES = (0.5, 2.0)
"""Seconds of rest before a read is tried again. A write never is."""

_LONGEST_PAUSE = 3600.0


class TooLarge(httpx.TransportError):
    """An answer beyond the size that any honest page has."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. `total` ends an answer that drips; `settle` is when a call surely has ended at the remote."""

    connect: float = 10.0
    read: float = 30.0
    total: float = 60.0
    settle: float = SURELY_ENDED.total_seconds()


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer as a log may show it: no token, no body, no values of the query but the page."""

    method: str
    path: str
    status: int  # 0: no answer
    seconds: float
    request_id: str
    fault: str  # "" where all went well


def receive(
    client: httpx.Client, request: httpx.Request, begun: float, total: float
) -> tuple[httpx.Response, bytes]:
    """The whole answer, unless it is too large or drips until `total` seconds after `begun` (monotonic clock).

    Raises httpx.TransportError (TooLarge among them) and httpx.DecodingError.
    """
    response = client.send(request, stream=True)
    try:
        pieces: list[bytes] = []
        size = 0
        for piece in response.iter_bytes():
            size += len(piece)
            if size > MAX_BODY:
                raise TooLarge(f"more than {MAX_BODY} bytes", request=request)
            if time.monotonic() - begun > total:
                raise httpx.ReadTimeout("the answer drips", request=request)
            pieces.append(piece)
        return response, b"".join(pieces)
    finally:
        response.close()


def was_sent(error: httpx.TransportError) -> bool:
    """Whether anything of the request may have reached the remote."""
    return not isinstance(
        error,
        httpx.ConnectError
        | httpx.ConnectTimeout
        | httpx.PoolTimeout
        | httpx.ProxyError
        | httpx.UnsupportedProtocol,
    )


def not_connected(error: httpx.TransportError) -> tuple[type[Unreachable], object]:
    """Why nothing was sent: the class of it, and a detail for people."""
    causes = list(_causes(error))
    detail: object = plain(error, 200) or msg("remote.slow_connection")
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return CertificateRefused, detail
    # EAI_AGAIN is a resolver that nobody answers: no network, and not a wrong name.
    if any(isinstance(cause, socket.gaierror) and cause.errno != socket.EAI_AGAIN for cause in causes):
        return NameNotFound, detail
    if any(isinstance(cause, OSError) and cause.errno == errno.ECONNREFUSED for cause in causes):
        return ConnectionRefused, detail
    return Unreachable, detail


def clock_ahead(date: str, now: datetime) -> timedelta | None:
    """How far `now` is ahead of a remote's Date header, which has whole seconds; None without a readable one."""
    try:
        there = parsedate_to_datetime(date)
    except (ValueError, TypeError):
        return None
    return now - (there if there.tzinfo else there.replace(tzinfo=UTC))


def seconds_to_wait(retry_after: str) -> float | None:
    """Retry-After as seconds or as a date, within reason."""
    try:
        wait = float(retry_after)
    except ValueError:
        try:
            wait = (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            return None
    return min(max(wait, 1.0), _LONGEST_PAUSE) if wait == wait else None


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    for _ in range(10):
        if seen is None:
            return
        yield seen
        seen = seen.__cause__ or seen.__context__
