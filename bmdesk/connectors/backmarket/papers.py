"""Fetches the papers of orders: delivery notes and labels, from addresses that Back Market gave.

The address comes from outside: https only (or the very host of the account, where that is on this machine), never
followed elsewhere, never given our token, never logged. What comes must be a PDF of a sane size, in a sane time.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from urllib.parse import urljoin, urlsplit

import httpx

from bmdesk.connectors.backmarket.endpoint import Endpoint
from bmdesk.connectors.base import KeepGoing
from bmdesk.services.desk import Desk
from bmdesk.services.orders import documents
from bmdesk.store.photos import MAX_PAPER, Blob, NotAPaper
from bmdesk.store.queries import documents as rows
from bmdesk.store.queries.documents import Wanted
from bmdesk.texts import Failure

_AT_ONCE = 50
_CONNECT, _READ, _TOTAL = 10.0, 20.0, 60.0
_EXPIRED = frozenset({401, 403, 404, 410})


class PaperRefused(Failure):
    """The address is none that papers are fetched from. No params: it is a secret."""

    code = "document.bad_address"


class PaperExpired(Failure):
    """The address does not work any more. Params: `status`."""

    code = "document.expired"


class PaperElsewhere(Failure):
    """The address leads to another one, which is not followed. Params: `status`."""

    code = "document.redirected"


class PaperNotReached(Failure):
    """The host could not be reached, failed, or took too long. Params: `status` (0: no answer)."""

    code = "document.not_reached"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one round brought. `failed` ones stay, with their reasons."""

    kept: int
    failed: int


def fetch_due(
    desk: Desk,
    endpoint: Endpoint,
    account_id: str,
    keep_going: KeepGoing,
    now: Callable[[], float] = time.monotonic,
) -> Fetched:
    """Fetch what is due, a page of it. Never raises for what a remote does; raises StoreFull."""
    due = desk.read(lambda c: rows.due(c, account_id, desk.clock.now(), _AT_ONCE))
    kept = failed = 0
    if not due:
        return Fetched(0, 0)
    with _client(endpoint) as http:
        for one in due:
            if not keep_going():
                break
            name = f"{one.row.kind.replace('_', '-')}-{one.order_number}.pdf"
            try:
                blob = desk.photos.keep_paper(name, fetch(http, endpoint, one.row.url, name, now))
            except (PaperRefused, PaperExpired, PaperElsewhere, NotAPaper, PaperNotReached) as why:
                failed += 1
                _failed(desk, one, why)
            else:
                kept += 1
                _kept(desk, one, blob, name)
    return Fetched(kept, failed)


def fetch(
    http: httpx.Client, endpoint: Endpoint, url: str, name: str, now: Callable[[], float] = time.monotonic
) -> bytes:
    """The content of one paper. `name` is only for the words.

    Raises PaperRefused, PaperExpired, PaperElsewhere, PaperNotReached, NotAPaper.
    """
    begun = now()
    status = 0
    try:
        with http.stream("GET", safe_address(endpoint, url)) as answer:
            status = answer.status_code
            if status in _EXPIRED:
                raise PaperExpired(status=status)
            if 300 <= status < 400:
                raise PaperElsewhere(status=status)
            if status != 200:
                raise PaperNotReached(status=status)
            content = bytearray()
            for piece in answer.iter_bytes():
                content += piece
                if len(content) > MAX_PAPER or not content[:4] == b"%PDF"[: len(content)]:
                    raise NotAPaper(name=name, limit_mb=MAX_PAPER // 2**20)
                if now() - begun > _TOTAL:
                    raise PaperNotReached(status=status)
            return bytes(content)
    except (httpx.HTTPError, httpx.InvalidURL):
        raise PaperNotReached(status=status) from None  # its words hold the address


def safe_address(endpoint: Endpoint, url: str) -> str:
    """The whole address, where it is one that may be asked: https, or the account's own host on this machine.

    Raises PaperRefused.
    """
    try:
        whole = urljoin(endpoint.base + "/", url.strip())
        parts, own = urlsplit(whole), urlsplit(endpoint.base)
        place = parts.scheme, parts.hostname, parts.port
        is_own = endpoint.on_loopback and place == (own.scheme, own.hostname, own.port)
    except ValueError:
        raise PaperRefused from None
    secure = parts.scheme == "https" and bool(parts.hostname)
    if "@" in parts.netloc or not whole.isprintable() or not (secure or is_own):
        raise PaperRefused
    return whole


def _client(endpoint: Endpoint) -> httpx.Client:
    return httpx.Client(
        follow_redirects=False,
        # What runs on this machine is never behind a proxy.
        trust_env=not endpoint.on_loopback,
        verify=_certificates(trust_env=not endpoint.on_loopback),
        timeout=httpx.Timeout(_READ, connect=_CONNECT),
        headers={"User-Agent": endpoint.user_agent, "Accept": "application/pdf"},
    )


@cache
def _certificates(*, trust_env: bool) -> ssl.SSLContext:
    """Whom to trust. Read once: reading all certificates costs more than many a paper."""
    return httpx.create_ssl_context(trust_env=trust_env)


def _kept(desk: Desk, one: Wanted, blob: Blob, name: str) -> None:
    desk.write(lambda tx: documents.kept(tx, one.row.id, blob, name))


def _failed(desk: Desk, one: Wanted, why: Failure) -> None:
    # A host that does not answer may answer later; all else only another address can change.
    again = isinstance(why, PaperNotReached)
    desk.write(lambda tx: documents.not_fetched(tx, one.row, why, again=again))
