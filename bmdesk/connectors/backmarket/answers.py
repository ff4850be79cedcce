"""What an answer means before anybody reads its content: fine, or which failure.

Four envelopes of errors, web pages of the edge, truncated bodies. For a write everything that leaves open whether it
happened is `AnswerLost`; a refusal by 4xx surely did not happen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import httpx

from bmdesk.connectors.failures import (
    AnswerCutOff,
    AnswerLost,
    BotChallenge,
    Firewall,
    GoneAtRemote,
    NoAnswer,
    NotMerchant,
    NotTheApi,
    Rejected,
    RemoteFailure,
    ServerTrouble,
    TokenRefused,
    TooManyRequests,
    UnreadableAnswer,
    plain,
)
from bmdesk.connectors.http import MAX_BODY, TooLarge, not_connected, seconds_to_wait, was_sent
from bmdesk.texts import msg

PAUSE_AFTER_429 = 10.0  # the edge blocks for so long; no Retry-After is documented


class Unparsed:
    """Stands for a body that is no JSON."""


@dataclass(frozen=True, slots=True)
class Call:
    """What was asked, as far as a failure has to say it."""

    what: str
    host: str
    is_write: bool
    settle: float
    region: str
    environment: str
    any_body: bool = False
    """The contract answers this with plain words, or none: a status of the 2xx kind says it all."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that came in full."""

    status: int
    data: object  # parsed JSON, or Unparsed
    is_page: bool
    request_id: str
    cf_ray: str
    retry_after: float | None

    @classmethod
    def of(cls, status: int, headers: Mapping[str, str], raw: bytes) -> Reply:
        """Reads status, headers and body; never raises."""
        data = _parse(raw)
        start = raw[:200].lstrip().lower()
        is_page = isinstance(data, Unparsed) and (
            "html" in headers.get("content-type", "").lower() or start.startswith((b"<!doctype", b"<html"))
        )
        status = _inner_status(data, status)
        request_id = _request_id(data) or plain(headers.get("x-request-id", ""), 80)
        retry_after = seconds_to_wait(headers.get("retry-after", ""))
        ray = plain(headers.get("cf-ray", ""), 80)
        return cls(status, data, is_page, request_id, ray, retry_after)


@dataclass(frozen=True, slots=True)
class Problem:
    """What an error envelope says."""

    code: str = ""
    reason: str = ""
    field: str = ""


def failure_of(error: httpx.TransportError, call: Call) -> RemoteFailure:
    """The failure of a request that got no full answer."""
    sent = was_sent(error)
    if sent and call.is_write:
        return AnswerLost(after=call.settle, host=call.host, what=call.what)
    if isinstance(error, TooLarge):
        too_large = msg("remote.too_large", megabytes=MAX_BODY // 2**20)
        return UnreadableAnswer(host=call.host, what=call.what, detail=too_large)
    if sent:
        if isinstance(error, httpx.TimeoutException):
            return NoAnswer(host=call.host, what=call.what)
        return cut_off(call)
    kind, detail = not_connected(error)
    return kind(host=call.host, what=call.what, detail=detail)


def cut_off(call: Call) -> RemoteFailure:
    """The answer broke off, or its compression is broken."""
    if call.is_write:
        return AnswerLost(after=call.settle, host=call.host, what=call.what)
    return AnswerCutOff(host=call.host, what=call.what)


def refusal(reply: Reply, call: Call) -> RemoteFailure | None:
    """The failure that this answer is; None for JSON of the 2xx kind."""
    status = reply.status
    problem = read_problem(reply.data)
    reason: object = problem.reason or msg("remote.no_reason")
    ids = {"request_id": reply.request_id, "cf_ray": reply.cf_ray, "status": status}
    about: dict[str, object] = {"host": call.host, "what": call.what, **ids}
    if status == 401:
        return _made(TokenRefused, about, region=call.region, environment=call.environment)
    if status == 403:
        if problem.code == "bot-need-challenge":
            return _made(BotChallenge, about)
        if isinstance(reply.data, Unparsed):
            return _made(Firewall, about)
        return _made(NotMerchant, about, reason=reason)
    if status == 429:
        return _made(TooManyRequests, about, after=reply.retry_after or PAUSE_AFTER_429)
    if status in {404, 410}:
        if reply.is_page:
            return _made(NotTheApi, about, detail=msg("remote.web_page"))
        return _made(GoneAtRemote, about)
    if 300 <= status < 400 and not call.is_write:
        return _made(NotTheApi, about, detail=msg("remote.redirected"))
    if 400 <= status < 500 and status != 408:
        return _made(Rejected, about, reason=reason, field=problem.field)
    if 200 <= status < 300 and (
        not isinstance(reply.data, Unparsed) or (call.any_body and not reply.is_page)
    ):
        return None
    if call.is_write:
        # A 500 and an answer without sense come from a call that has ended; a gateway gives up while it still runs.
        ended = status == 500 or 200 <= status < 300
        return _made(AnswerLost, about, after=None if ended else call.settle)
    if status >= 500 or status == 408:
        return _made(ServerTrouble, about, detail=problem.reason, after=reply.retry_after)
    if reply.is_page:
        return _made(NotTheApi, about, detail=msg("remote.web_page"))
    return _made(UnreadableAnswer, about, detail=msg("remote.not_json"))


def read_problem(data: object) -> Problem:
    """Code, reason and field of any of the envelopes; empty where there is none."""
    if isinstance(data, str):
        return Problem(reason=plain(data))
    if not isinstance(data, dict):
        return Problem()
    found = [*_entries(data)]
    if not found:
        return Problem(reason=plain(data.get("title") or "") if isinstance(data.get("title"), str) else "")
    reasons = list(dict.fromkeys(entry.reason for entry in found if entry.reason))
    return Problem(
        code=next((entry.code for entry in found if entry.code), ""),
        reason=plain("; ".join(reasons)),
        field=next((entry.field for entry in found if entry.field), ""),
    )


# ---------------------------------------------------------------- parts


def _made(kind: type[RemoteFailure], about: dict[str, object], **more: object) -> RemoteFailure:
    return kind(**{**about, **more})  # type: ignore[arg-type]


def _entries(data: Mapping[str, object]) -> Iterator[Problem]:
    """The details first, because "invalid request" above them helps nobody."""
    errors = data.get("errors")
    if isinstance(errors, list):
        for entry in errors[:20]:
            yield _entry(entry)
    elif isinstance(errors, dict):
        yield from _by_field(errors)
    if "error" in data:
        yield _entry(data["error"])
    for key in ("detail", "message", "bodymessage"):
        if isinstance(data.get(key), str | dict):
            yield _entry(data[key])
    envelope = {
        "errors", "error", "detail", "message", "bodymessage", "requestId", "status", "statuscode", "title", "type",
        "instance",
    }  # fmt: skip
    yield from _by_field({key: value for key, value in data.items() if key not in envelope})


def _by_field(fields: Mapping[str, object]) -> Iterator[Problem]:
    """`{"price": ["too low"]}` as the framework below the API writes it."""
    for name, words in list(fields.items())[:20]:
        said = [word for word in (words if isinstance(words, list) else [words]) if isinstance(word, str)]
        if said:
            yield Problem(reason=plain(f"{name}: {', '.join(said)}"), field=plain(name, 60))


def _entry(entry: object) -> Problem:
    if isinstance(entry, str):
        return Problem(reason=plain(entry))
    if not isinstance(entry, dict):
        return Problem()
    words = next(
        (
            entry[key]
            for key in ("detail", "message", "title")
            if isinstance(entry.get(key), str) and entry[key]
        ),
        "",
    )
    field = next((entry[key] for key in ("target", "field") if isinstance(entry.get(key), str)), "")
    code = entry.get("code")
    reason = plain(words)
    if field and field not in reason:
        reason = f"{plain(field, 60)}: {reason}"
    return Problem(plain(code, 80) if isinstance(code, str) else "", reason, plain(field, 60))


def _parse(raw: bytes) -> object:
    try:
        # A float would make 0.1 + 0.2 of somebody's price.
        return json.loads(raw, parse_float=Decimal, parse_constant=lambda _: None)
    except (ValueError, ArithmeticError, RecursionError):
        return Unparsed()


def _inner_status(data: object, status: int) -> int:
    """Older endpoints say 200 outside and the truth in `statuscode`."""
    inner = data.get("statuscode") if isinstance(data, dict) else None
    if status != 200 or not isinstance(inner, int | str):
        return status
    said = inner if isinstance(inner, int) else int(inner) if len(inner) == 3 and inner.isdecimal() else 0
    return said if 400 <= said < 600 else status


def _request_id(data: object) -> str:
    found = data.get("requestId") if isinstance(data, dict) else None
    return plain(found, 80) if isinstance(found, str | int) else ""
