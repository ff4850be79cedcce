"""What an answer of Odoo means: its result, or which failure.

A refusal is told by the name of Odoo's exception alone: every version writes its words anew, in the user's language,
and the numbers differ too. An exception that is known rolled its transaction back. One that is not may come from what
runs after the commit, so a write that ends by it is unclear.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from bmdesk.connectors.addresses import bare_address
from bmdesk.connectors.failures import (
    AnswerCutOff,
    AnswerLost,
    CertificateRefused,
    ConnectionRefused,
    NoAnswer,
    RemoteFailure,
    TooManyRequests,
    plain,
)
from bmdesk.connectors.http import MAX_BODY, TooLarge, not_connected, seconds_to_wait, was_sent
from bmdesk.connectors.odoo.endpoint import OdooEndpoint
from bmdesk.connectors.odoo.failures import (
    GatewayRefused,
    LetOut,
    NobodyBehind,
    NoSuchDatabase,
    NotAllowed,
    NotAnOdoo,
    OdooBusy,
    OdooCertificate,
    OdooRefusedConnection,
    OdooRejected,
    OdooTrouble,
    OdooUnclear,
    OdooUnreadable,
    ProxyTrouble,
    RecordGone,
    UnknownThere,
)
from bmdesk.texts import Text, msg

_PAUSE_AFTER_429 = 10.0

_NOBODY_BEHIND = {502, 503, 504}
"""What a web server says that passes calls on to an Odoo, and got no answer there."""

# Odoo itself tries such a transaction again, up to five times, before it gives up.
_CONFLICTS = {
    "psycopg2.errors.SerializationFailure",
    "psycopg2.errors.DeadlockDetected",
    "psycopg2.errors.LockNotAvailable",
    "psycopg2.errors.InFailedSqlTransaction",
    "odoo.exceptions.LockError",
    "odoo.exceptions.ConcurrencyError",
}
_UNKNOWN = {"builtins.ValueError", "builtins.AttributeError", "builtins.KeyError", "builtins.TypeError"}


@dataclass(frozen=True, slots=True)
class Call:
    """What was asked, as far as a failure has to say it. `what`: model and method."""

    endpoint: OdooEndpoint
    what: str
    is_write: bool
    model: str = ""
    at_login: bool = False

    @property
    def about(self) -> dict[str, object]:
        return {"remote": "Odoo", "host": self.endpoint.host, "what": self.what}

    def lost(self, after: float | None) -> AnswerLost:
        return AnswerLost(after=after, **self.about)  # type: ignore[arg-type]

    def made(self, kind: type[RemoteFailure], **more: object) -> RemoteFailure:
        return kind(**{**self.about, **more})  # type: ignore[arg-type]


def failure_of(error: httpx.TransportError | httpx.DecodingError, call: Call) -> RemoteFailure:
    """The failure of a request that got no full answer."""
    if isinstance(error, httpx.ProxyError):
        return _proxy(call, plain(error, 200))
    if isinstance(error, httpx.DecodingError):
        return call.lost(None) if call.is_write else call.made(AnswerCutOff)
    if was_sent(error):
        if call.is_write:
            return call.lost(call.endpoint.timeouts.settle)
        if isinstance(error, TooLarge):
            return call.made(OdooUnreadable, detail=msg("remote.too_large", megabytes=MAX_BODY // 2**20))
        return call.made(NoAnswer if isinstance(error, httpx.TimeoutException) else AnswerCutOff)
    kind, detail = not_connected(error)
    if call.endpoint.proxy and kind is not CertificateRefused:
        return _proxy(call, detail)  # the proxy is all that this machine connects to
    own = {CertificateRefused: OdooCertificate, ConnectionRefused: OdooRefusedConnection}
    return call.made(own.get(kind, kind), detail=detail)


def refusal_of(status: int, headers: httpx.Headers, call: Call) -> RemoteFailure:
    """The failure of an answer that is not from Odoo's RPC: that one is always 200."""
    if status == 407:
        return _proxy(call, msg("odoo.answered_status", status=status))
    if status in {401, 403}:
        return call.made(GatewayRefused, status=status)
    after = seconds_to_wait(headers.get("retry-after", ""))
    if status == 429:
        return call.made(TooManyRequests, status=status, after=after or _PAUSE_AFTER_429)
    if status == 413:
        return call.made(OdooRejected, status=status, reason=msg("odoo.too_large_to_send"))
    if 300 <= status < 400:
        return call.made(NotAnOdoo, status=status, detail=_redirected(headers.get("location", "")))
    if 400 <= status < 500 and status != 408:
        return call.made(NotAnOdoo, status=status, detail=msg("odoo.answered_status", status=status))
    if call.is_write:
        return call.made(AnswerLost, status=status, after=call.endpoint.timeouts.settle)
    if status in _NOBODY_BEHIND:
        return call.made(NobodyBehind, status=status, after=after)
    if status >= 500 or status == 408:
        detail = msg("odoo.answered_status", status=status)
        return call.made(OdooTrouble, status=status, detail=detail, after=after)
    return call.made(NotAnOdoo, status=status, detail=msg("odoo.answered_status", status=status))


def _redirected(location: str) -> Text:
    """Where it leads is said, and nobody goes there: the password would go along."""
    try:
        found = urlsplit(location[:500])
    except ValueError:
        return msg("remote.redirected")
    place = bare_address(f"{found.scheme}://{found.netloc}")
    return msg("remote.redirected") if place is None else msg("odoo.redirected", place=str(place))


def unreadable(raw: bytes, call: Call) -> RemoteFailure:
    """The failure of an answer with status 200 that is not JSON-RPC."""
    is_page = raw[:200].lstrip().lower().startswith((b"<!doctype", b"<html"))
    if call.is_write:
        # A page with 200 is of a portal or a proxy; Odoo never saw the call, or has ended it.
        return call.lost(call.endpoint.timeouts.settle if is_page else None)
    detail = msg("remote.web_page") if is_page else msg("remote.not_json")
    if is_page or call.at_login:
        return call.made(NotAnOdoo, detail=detail)
    return call.made(OdooUnreadable, detail=detail)


def raised_there(info: object, call: Call) -> RemoteFailure:
    """The failure that Odoo's error envelope is. By the exception's name alone."""
    data = info.get("data") if isinstance(info, dict) else None
    data = data if isinstance(data, dict) else {}
    name = str(data.get("name") or "")
    words: object = plain(data.get("message") or "") or msg("remote.no_reason")
    endpoint = call.endpoint
    if name == "odoo.exceptions.AccessDenied":
        return call.made(LetOut, user=endpoint.user)
    if name == "odoo.exceptions.AccessError":
        return call.made(NotAllowed, model=call.model, reason=words)
    if name == "odoo.exceptions.MissingError":
        return call.made(RecordGone, detail=words)
    if name in _CONFLICTS:
        return call.made(OdooBusy)
    if call.at_login and name == "psycopg2.OperationalError":
        return call.made(NoSuchDatabase, database=endpoint.database)
    if name in _UNKNOWN:
        return call.made(UnknownThere, detail=words)
    if name.startswith("odoo.exceptions."):
        return call.made(OdooRejected, reason=words)
    shown = msg("odoo.raised", name=plain(name, 80), words=words) if name else words
    # The status of the answer, so that one odd call is not taken for a remote that nobody reaches.
    return call.made(OdooUnclear if call.is_write else OdooTrouble, detail=shown, status=200)


def _proxy(call: Call, detail: object) -> RemoteFailure:
    return call.made(ProxyTrouble, proxy=call.endpoint.proxy_host or msg("odoo.system_proxy"), detail=detail)
