"""One HTTP client for one account: headers, limits, sizes, time; and the class of everything that can go wrong.

It knows nothing of listings or orders. A read is tried again here, at most twice; a write is sent once, whatever
happens: repeating it is the outbox's business. Whether a write may have happened is decided here (`AnswerLost`).
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Protocol

import httpx

from bmdesk.connectors.backmarket import answers
from bmdesk.connectors.backmarket.endpoint import Endpoint
from bmdesk.connectors.failures import (
    AnswerCutOff,
    AnswerLost,
    RemoteFailure,
    ServerTrouble,
    TooManyRequests,
    UnreadableAnswer,
)
from bmdesk.connectors.http import RETRY_PAUSES, Exchange, Timeouts, clock_ahead, receive
from bmdesk.domain.limits import Bucket
from bmdesk.texts import msg

log = logging.getLogger("bmdesk.backmarket")


class Pace(Protocol):
    """Who says when a request may go. Shared by all processes of an account."""

    def take(self, bucket: Bucket, lines: int = 0) -> None:
        """Returns when the request (or these SKU lines) may go; raises TooManyRequests where that is too far off."""

    def blocked(self, bucket: Bucket, seconds: float) -> None:
        """The remote answered 429: nothing of this bucket for so long."""


class NoPace:
    """No limits: for the connection test and for a remote on loopback in tests."""

    def take(self, bucket: Bucket, lines: int = 0) -> None:
        """Always at once."""

    def blocked(self, bucket: Bucket, seconds: float) -> None:
        """Nobody to tell."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the 2xx kind, its body parsed. Numbers with a fraction are Decimal."""

    status: int
    data: object
    request_id: str


class Transport:
    """Sends requests of one account. `rest` waits between the tries of a read."""

    def __init__(
        self,
        endpoint: Endpoint,
        pace: Pace,
        *,
        width: int = 1,
        rest: Callable[[float], None] = time.sleep,
        timeouts: Timeouts | None = None,
        observe: Callable[[Exchange], None] | None = None,
        retry_pauses: tuple[float, ...] = RETRY_PAUSES,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.endpoint = endpoint
        self._now = now
        self.skew: timedelta | None = None
        self._pace = pace
        self._rest = rest
        self._timeouts = timeouts or Timeouts()
        self._observe = observe
        self._retry_pauses = retry_pauses
        secure = endpoint.base.startswith("https:")
        self._http = httpx.Client(
            base_url=endpoint.base,
            http2=False,
            follow_redirects=False,
            # The simulator on this machine is never behind a proxy. Without https there is nothing to verify, and
            # reading all certificates costs more than many a request.
            trust_env=not endpoint.on_loopback,
            verify=secure,
            timeout=httpx.Timeout(self._timeouts.read, connect=self._timeouts.connect),
            limits=httpx.Limits(max_connections=max(1, width), max_keepalive_connections=max(1, width)),
            headers={
                "Authorization": f"Basic {endpoint.token}",
                "User-Agent": endpoint.user_agent,
                "Accept": "application/json",
            },
        )

    def get(
        self,
        path: str,
        *,
        market: str = "",
        query: Mapping[str, str] | None = None,
        bucket: Bucket = Bucket.REQUESTS,
    ) -> Answer:
        """Read. Raises a RemoteFailure, never AnswerLost."""
        for pause in self._retry_pauses:
            try:
                return self._once("GET", path, market, query, None, bucket, 0)
            except (ServerTrouble, AnswerCutOff):
                self._rest(pause)
        return self._once("GET", path, market, query, None, bucket, 0)

    def post(
        self,
        path: str,
        body: Mapping[str, object],
        *,
        market: str = "",
        bucket: Bucket = Bucket.REQUESTS,
        lines: int = 0,
        any_body: bool = False,
    ) -> Answer:
        """Write, once. AnswerLost: it may have happened; every other RemoteFailure: it did not.

        `any_body`: the answer need not be JSON.
        """
        return self._once("POST", path, market, None, body, bucket, lines, any_body=any_body)

    def upload(self, path: str, field: str, name: str, content: bytes, kind: str) -> Answer:
        """Write one file as a form's field, once; like `post` with any answer. `kind`: its media type."""
        return self._once(
            "POST",
            path,
            "",
            None,
            None,
            Bucket.REQUESTS,
            0,
            any_body=True,
            file=(field, (name, content, kind)),
        )

    def patch(self, path: str, body: Mapping[str, object]) -> Answer:
        """Write, once; like `post`."""
        return self._once("PATCH", path, "", None, body, Bucket.REQUESTS, 0)

    def lost(self, what: str, request_id: str = "") -> AnswerLost:
        """For an answer to a write that came and cannot be understood: the call itself has ended over there."""
        return AnswerLost(host=self.endpoint.host, what=what, request_id=request_id)

    def unreadable(self, what: str, where: str, request_id: str = "") -> UnreadableAnswer:
        """For an answer to a read that is JSON, but not the contract's."""
        detail = msg("remote.wrong_shape", where=where)
        return UnreadableAnswer(host=self.endpoint.host, what=what, detail=detail, request_id=request_id)

    def close(self) -> None:
        self._http.close()

    # ---------------------------------------------------------------- one try

    def _once(
        self,
        method: str,
        path: str,
        market: str,
        query: Mapping[str, str] | None,
        body: Mapping[str, object] | None,
        bucket: Bucket,
        lines: int,
        *,
        any_body: bool = False,
        file: tuple[str, tuple[str, bytes, str]] | None = None,
    ) -> Answer:
        if not path.startswith("/ws/"):
            raise ValueError(path)
        # Lines first: they may be refused for an hour, and a request that was counted must go out now. Every request
        # counts as one, whatever narrower limit it has besides.
        if lines:
            self._pace.take(Bucket.LINES, lines)
        if bucket is not Bucket.REQUESTS:
            self._pace.take(bucket)
        self._pace.take(Bucket.REQUESTS)
        headers = {"Accept-Language": market or self.endpoint.primary_market}
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body, ensure_ascii=False).encode()
        request = self._http.build_request(
            method,
            path,
            params=query,
            headers=headers,
            content=content,
            files=dict([file]) if file is not None else None,
        )
        call = answers.Call(
            what=f"{method} {path}",
            host=self.endpoint.host,
            is_write=method != "GET",
            settle=self._timeouts.settle,
            region=str(self.endpoint.region),
            environment=str(self.endpoint.environment),
            any_body=any_body,
        )
        shown = path + (f"?page={query['page']}" if query and "page" in query else "")
        begun = time.monotonic()
        status, request_id, fault = 0, "", ""
        try:
            try:
                head, raw = self._receive(request, begun)
            except httpx.TransportError as error:
                raise answers.failure_of(error, call) from error
            except httpx.DecodingError as error:
                raise answers.cut_off(call) from error
            status = head.status_code
            reply = answers.Reply.of(status, head.headers, raw)
            request_id = reply.request_id
            ahead = clock_ahead(head.headers.get("date", ""), self._now())
            self.skew = self.skew if ahead is None else ahead
            refused = answers.refusal(reply, call)
            if refused is not None:
                raise refused
            return Answer(status, reply.data, request_id)
        except RemoteFailure as failure:
            fault = str(failure.fault)
            request_id = request_id or failure.request_id
            if isinstance(failure, TooManyRequests):
                # The answer does not say which limit it was, and the edge's block holds for everything.
                for held_up in dict.fromkeys((*((Bucket.LINES,) if lines else ()), bucket, Bucket.REQUESTS)):
                    self._pace.blocked(held_up, failure.after or answers.PAUSE_AFTER_429)
            raise
        finally:
            exchange = Exchange(method, shown, status, time.monotonic() - begun, request_id, fault)
            self._tell(exchange)

    def _receive(self, request: httpx.Request, begun: float) -> tuple[httpx.Response, bytes]:
        return receive(self._http, request, begun, self._timeouts.total)

    def _tell(self, exchange: Exchange) -> None:
        log.info(
            "%s %s %s %d ms %s %s",
            exchange.method,
            exchange.path,
            exchange.status or "-",
            round(exchange.seconds * 1000),
            exchange.request_id or "-",
            exchange.fault or "ok",
        )
        if self._observe is not None:
            self._observe(exchange)


def amount_text(amount: Decimal) -> str:
    """An amount as the API takes it: plain digits, never an exponent."""
    return f"{amount:f}"
