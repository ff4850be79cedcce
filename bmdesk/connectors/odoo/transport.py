"""The one way to an Odoo: a model, a method, its arguments. Everything that can go wrong has its class.

`JsonRpcTransport` is odoorpc's protocol (/jsonrpc, Odoo 17 to 19) over a connection of ours, for TLS, proxies, sizes
and time. Odoo 20 drops /jsonrpc; /json/2 will be another class of this Protocol. odoorpc's records are never used: they
write one field at a time. It is imported when the first account is opened, not at start-up.
"""

from __future__ import annotations

import io
import logging
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING, Protocol, TypeVar

import httpx

from bmdesk.connectors.failures import AnswerCutOff, RemoteFailure, ServerTrouble
from bmdesk.connectors.http import RETRY_PAUSES, Exchange, clock_ahead, receive
from bmdesk.connectors.odoo import answers
from bmdesk.connectors.odoo.endpoint import BadOdooEndpoint, OdooEndpoint
from bmdesk.connectors.odoo.failures import KeyRefused, NotAnOdoo, PasswordRefused
from bmdesk.connectors.odoo.versions import ServerVersion
from bmdesk.texts import msg

if TYPE_CHECKING:
    from urllib.request import Request

    from odoorpc import ODOO

log = logging.getLogger("bmdesk.odoo")

_Result = TypeVar("_Result")

READS = frozenset(
    {
        "check_access_rights", "check_object_reference", "context_get", "default_get", "exists", "fields_get",
        "formatted_read_group", "get_external_id", "get_metadata", "get_wkhtmltopdf_state", "has_access", "name_search",
        "read", "read_group", "search", "search_count", "search_read",
    }
)  # fmt: skip
"""Methods that change nothing. Every other one is a write, so that a lost answer to it is never taken for nothing."""


class OdooTransport(Protocol):
    """A database of an Odoo, as one user and in one company. Raises RemoteFailure and nothing else of the network."""

    @property
    def endpoint(self) -> OdooEndpoint: ...

    @property
    def skew(self) -> timedelta | None:
        """How far our clock is ahead of the server's, as far as it was seen."""
        ...

    def version(self) -> ServerVersion:
        """What the server says it is; needs no login."""
        ...

    def login(self) -> int:
        """The user's id. Raises PasswordRefused, KeyRefused, NoSuchDatabase."""
        ...

    def call(
        self,
        model: str,
        method: str,
        args: Sequence[object] = (),
        kwargs: Mapping[str, object] | None = None,
    ) -> object:
        """The method's result. Logs in first where nobody did.

        The context is that of the account: language en_US, its company alone; what `kwargs` brings as context joins it
        and cannot change the company. A read is tried again, at most twice. A write is sent once; AnswerLost: it may
        have happened; every other RemoteFailure: it did not.
        """
        ...

    def close(self) -> None:
        """Give the connection back."""
        ...


class JsonRpcTransport:
    """`OdooTransport` by /jsonrpc. Any thread may call. Raises BadOdooEndpoint where the CA file cannot be read."""

    def __init__(
        self,
        endpoint: OdooEndpoint,
        *,
        width: int = 1,
        rest: Callable[[float], None] = time.sleep,
        retry_pauses: tuple[float, ...] = RETRY_PAUSES,
        observe: Callable[[Exchange], None] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.endpoint = endpoint
        self._rest = rest
        self._retry_pauses = retry_pauses
        self._observe = observe
        self._wire = _Wire(endpoint, width, now)
        self._odoo = _odoo(endpoint, self._wire)
        self._user: int | None = None

    @property
    def skew(self) -> timedelta | None:
        return self._wire.skew

    def version(self) -> ServerVersion:
        asked = answers.Call(self.endpoint, "version", is_write=False, at_login=True)
        params = {"service": "common", "method": "version", "args": []}
        told = self._read(asked, lambda: self._odoo.json("/jsonrpc", params).get("result"))
        if not isinstance(told, dict) or not isinstance(told.get("server_version"), str):
            raise asked.made(NotAnOdoo, detail=msg("remote.wrong_shape", where="server_version"))
        return ServerVersion.read(told)

    def login(self) -> int:
        asked = answers.Call(self.endpoint, "login", is_write=False, at_login=True)
        self._read(asked, self._log_in)
        self._user = int(self._odoo.env.uid)
        return self._user

    def call(
        self,
        model: str,
        method: str,
        args: Sequence[object] = (),
        kwargs: Mapping[str, object] | None = None,
    ) -> object:
        if self._user is None:
            self.login()
        given = dict(kwargs or {})
        given["context"] = self._context(given.get("context"))
        asked = answers.Call(self.endpoint, f"{model}.{method}", is_write=method not in READS, model=model)

        def send() -> object:
            result: object = self._odoo.execute_kw(model, method, list(args), given)
            return result

        return self._once(asked, send) if asked.is_write else self._read(asked, send)

    def close(self) -> None:
        self._odoo.logout()
        self._wire.close()

    def _context(self, given: object) -> dict[str, object]:
        company = self.endpoint.company
        ours = {} if company is None else {"allowed_company_ids": [company]}
        return {"lang": "en_US", **(given if isinstance(given, Mapping) else {}), **ours}

    def _log_in(self) -> None:
        self._odoo.login(self.endpoint.database, self.endpoint.user, self.endpoint.secret)

    # ---------------------------------------------------------------- one try

    def _read(self, asked: answers.Call, send: Callable[[], _Result]) -> _Result:
        for pause in self._retry_pauses:
            try:
                return self._once(asked, send)
            except (ServerTrouble, AnswerCutOff):
                self._rest(pause)
        return self._once(asked, send)

    def _once(self, asked: answers.Call, send: Callable[[], _Result]) -> _Result:
        begun = time.monotonic()
        fault = ""
        try:
            return self._classed(asked, send)
        except RemoteFailure as failure:
            fault = str(failure.fault)
            raise
        finally:
            self._tell(Exchange("CALL", asked.what, self._wire.status, time.monotonic() - begun, "", fault))

    def _classed(self, asked: answers.Call, send: Callable[[], _Result]) -> _Result:
        from odoorpc.error import RPCError

        self._wire.begin()
        try:
            return send()
        except _NotRpc as odd:
            raise answers.refusal_of(odd.status, odd.headers, asked) from None
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise answers.failure_of(error, asked) from error
        except RPCError as error:
            if asked.at_login and not error.info:
                refused = KeyRefused if self.endpoint.has_key else PasswordRefused
                raise asked.made(refused, user=self.endpoint.user, database=self.endpoint.database) from None
            # Odoo's traceback may hold customers: what a person needs of it is in the failure.
            raise answers.raised_there(error.info, asked) from None
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            # odoorpc takes for granted that an answer is JSON-RPC. Where none came, the mistake is ours.
            if self._wire.answer is None:
                raise
            raise answers.unreadable(self._wire.answer, asked) from None

    def _tell(self, exchange: Exchange) -> None:
        milliseconds = round(exchange.seconds * 1000)
        log.info(
            "%s %s %d ms %s", exchange.path, exchange.status or "-", milliseconds, exchange.fault or "ok"
        )
        if self._observe is not None:
            self._observe(exchange)


class _NotRpc(Exception):
    """An answer with another status than Odoo's RPC has."""

    def __init__(self, status: int, headers: httpx.Headers) -> None:
        super().__init__(status)
        self.status = status
        self.headers = headers


class _Wire:
    """What odoorpc takes for urllib's opener: its requests go out by httpx."""

    def __init__(self, endpoint: OdooEndpoint, width: int, now: Callable[[], datetime]) -> None:
        self.skew: timedelta | None = None
        self._total = endpoint.timeouts.total
        self._now = now
        self._here = threading.local()
        self._http = httpx.Client(
            follow_redirects=False,
            trust_env=not endpoint.address.on_loopback,
            proxy=endpoint.proxy or None,
            verify=_trust(endpoint),
            timeout=httpx.Timeout(endpoint.timeouts.read, connect=endpoint.timeouts.connect),
            limits=httpx.Limits(max_connections=max(1, width), max_keepalive_connections=max(1, width)),
            # Each call brings its own login: a session's cookie would be one secret more.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            headers={"User-Agent": "bmdesk"},
        )

    def begin(self) -> None:
        """Forget the answer to this thread's last request."""
        self._here.answer, self._here.status = None, 0

    @property
    def answer(self) -> bytes | None:
        """What came for this thread's request with status 200."""
        found: bytes | None = getattr(self._here, "answer", None)
        return found

    @property
    def status(self) -> int:
        return int(getattr(self._here, "status", 0))

    def open(self, request: Request, timeout: float | None = None) -> io.BytesIO:
        """As urllib's. `timeout` is odoorpc's idea; the endpoint's hold."""
        self.begin()
        body = request.data
        if not isinstance(body, bytes):
            raise TypeError("odoorpc sends JSON")
        sent = self._http.build_request(
            "POST", request.full_url, content=body, headers={"Content-Type": "application/json"}
        )
        head, raw = receive(self._http, sent, time.monotonic(), self._total)
        self._here.status = head.status_code
        ahead = clock_ahead(head.headers.get("date", ""), self._now())
        self.skew = self.skew if ahead is None else ahead
        if head.status_code != 200:
            raise _NotRpc(head.status_code, head.headers)
        self._here.answer = raw
        return io.BytesIO(raw)

    def close(self) -> None:
        self._http.close()


def _trust(endpoint: OdooEndpoint) -> ssl.SSLContext | bool:
    if not endpoint.url.startswith("https:") or not endpoint.verify:
        return False
    if not endpoint.ca_file:
        return True
    trusted = httpx.create_ssl_context()
    try:
        trusted.load_verify_locations(endpoint.ca_file)
    except OSError as error:  # ssl.SSLError is one: a file without certificates
        reason = msg("odoo.endpoint.bad_ca_file", file=endpoint.ca_file)
        raise BadOdooEndpoint(reason=reason) from error
    return trusted


def _odoo(endpoint: OdooEndpoint, wire: _Wire) -> ODOO:
    import odoorpc

    _silence()
    address = endpoint.address
    secure = address.scheme == "https"
    return odoorpc.ODOO(
        f"[{address.name}]" if ":" in address.name else address.name,
        protocol="jsonrpc+ssl" if secure else "jsonrpc",
        port=address.port or (443 if secure else 80),
        timeout=None,
        version="17.0",  # it would ask the server otherwise, and takes all versions from 10 on alike
        opener=wire,
    )


def _silence() -> None:
    """odoorpc writes every call into its DEBUG log, password and customers included: that log is off, whoever turns
    logging on."""
    for name in ("odoorpc", "odoorpc.rpc.jsonrpclib"):
        logging.getLogger(name).disabled = True
