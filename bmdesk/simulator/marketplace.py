"""The way of a call through the marketplace: edge, token, merchant, market, handler; and the answer when one stops it.

No socket here: the server brings the parts of a request and carries the answer, or a fault, to the wire.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from bmdesk.simulator import (
    backbox,
    batches,
    categories,
    deliveries,
    elsewhere,
    listings,
    orders,
    papers,
    refunds,
)
from bmdesk.simulator.answers import (
    HTML_BAD_GATEWAY,
    HTML_BLOCK,
    HTML_TOO_MANY,
    Answer,
    Call,
    Refused,
    error,
    html,
)
from bmdesk.simulator.world import World

ROUTES: tuple[tuple[str, str, Callable[..., Answer]], ...] = (
    ("GET", "/ws/listings", listings.pages),
    ("POST", "/ws/listings", batches.submit),
    ("GET", "/ws/listings/detail", listings.detail),
    ("GET", "/ws/listings/{}", listings.read),
    ("POST", "/ws/listings/{}", listings.update),
    ("GET", "/ws/tasks/{}", batches.status),
    ("GET", "/ws/orders", orders.pages),
    ("GET", "/ws/orders/{}", orders.read),
    ("POST", "/ws/orders/{}", orders.update),
    ("POST", "/ws/orders/{}/invoice", orders.invoice),
    ("PATCH", "/ws/orderlines/{}", orders.identify),
    ("GET", "/ws/category/tree", categories.tree),
    ("GET", "/ws/category/tree/{}", categories.branch),
    ("GET", "/ws/backbox/v1/competitors/{}", backbox.competitors),
    ("GET", "/ws/listings_bi", elsewhere.backbox_data),
    ("GET", "/ws/sav", elsewhere.no_care_folders),
    ("GET", "/ws/sav/{}", elsewhere.nothing_there),
    ("POST", "/ws/sav/refund", refunds.refund),
    ("POST", "/ws/sav/{}/problem", elsewhere.nothing_there),
    ("POST", "/ws/sav/{}/msg", elsewhere.nothing_there),
    ("POST", "/ws/sav/{}/item-transfer", elsewhere.nothing_there),
    ("GET", "/ws/shipping/v1/deliveries", deliveries.pages),
    ("GET", "/ws/shipping/v1/deliveries/{}", deliveries.read),
    ("GET", "/ws/shipping/v1/returns", elsewhere.empty_page),
    ("GET", "/ws/shipping/v1/returns/{}", elsewhere.nothing_there),
    ("GET", "/ws/buyback/v1/orders", elsewhere.empty_page),
    ("GET", "/ws/buyback/v1/orders/pending-reply", elsewhere.empty_page),
    ("GET", "/ws/buyback/v1/orders/suspend-reasons", elsewhere.empty_list),
    ("GET", "/ws/buyback/v1/orders/{}", elsewhere.nothing_there),
    ("GET", "/ws/buyback/v1/orders/{}/messages", elsewhere.nothing_there),
    ("POST", "/ws/buyback/v1/orders/{}/messages", elsewhere.nothing_there),
    ("PUT", "/ws/buyback/v1/orders/{}/suspend", elsewhere.nothing_there),
    ("PUT", "/ws/buyback/v1/orders/{}/validate", elsewhere.nothing_there),
    ("GET", "/ws/buyback/v1/orders/{}/counter-offers/reasons", elsewhere.nothing_there),
    ("PUT", "/ws/buyback/v2/orders/{}/counter-offers", elsewhere.nothing_there),
    ("GET", "/ws/buyback/v1/listings", elsewhere.empty_cursor_page),
    ("GET", "/ws/buyback/v1/listings/{}", elsewhere.nothing_there),
    ("PUT", "/ws/buyback/v1/listings/{}", elsewhere.nothing_there),
    ("GET", "/ws/buyback/v1/competitors/{}", elsewhere.empty_list),
)
"""Every path and method of the contract."""

_PATTERNS = [
    (method, re.compile(re.escape(path).replace(re.escape("{}"), "([^/]+)") + r"\Z"), handler)
    for method, path, handler in ROUTES
]
_SELLER = re.compile(r"BM-[^;]+-[^;]+;\s*[^@\s;]+@[^@\s;]+")
_MARKET = re.compile(r"[a-z]{2}-[a-z]{2}")


@dataclass(slots=True)
class Arrival:
    """A request at the edge: written into the ledger, counted, and what became of it there."""

    entry: dict[str, Any]
    path: str
    headers: dict[str, str]
    fault: str | None
    stopped: Answer | None
    base: str

    @property
    def request_id(self) -> str:
        return f"00000000-0000-4000-8000-{self.entry['n']:012d}"


def arrive(world: World, method: str, path: str, query: str, headers: dict[str, str], base: str) -> Arrival:
    """Count the call and choose its fault. `stopped` is the edge's answer when it may not come in."""
    world.settle()
    path = path.rstrip("/") or "/"
    now = world.clock.seconds()
    entry = world.ledger.request(now, method, path, query, headers.get("accept-language"))
    arrival = Arrival(entry, path, headers, None, None, base)
    if not papers.is_paper(path) and not world.limits.admits(now, path):
        arrival.stopped = too_many(world, arrival)
        return arrival
    arrival.fault = entry["fault"] = world.faults.strike(method, path)
    return arrival


def perform(world: World, arrival: Arrival, body: bytes) -> Answer:
    """What the marketplace does with the call, and says."""
    world.settle()
    entry, headers = arrival.entry, arrival.headers
    if papers.is_paper(arrival.path):
        entry["token"] = "authorization" in headers
        return papers.serve(world, entry["method"], arrival.path, entry["query"])
    agent = headers.get("user-agent", "")
    if not (agent if world.real else _SELLER.fullmatch(agent)):
        return html(403, HTML_BLOCK)
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic" or not token.strip() or world.token not in {None, token.strip()}:
        return _error(world, arrival, Refused(401, "Invalid token", "unauthorized"))
    if not world.merchant:
        return _error(world, arrival, Refused(403, "Authenticated user is not a merchant", "forbidden"))
    try:
        call = Call(
            number=entry["n"],
            method=entry["method"],
            path=arrival.path,
            query=dict(parse_qsl(entry["query"])),
            market=_market(world, headers.get("accept-language")),
            content_type=headers.get("content-type", ""),
            body=body,
            base=arrival.base,
            request_id=arrival.request_id,
        )
        handler, parts = _handler(call)
        _races(world, call, parts)
        return handler(world, call, *parts)
    except Refused as refused:
        return _error(world, arrival, refused)


def spoiled(world: World, arrival: Arrival, what: str) -> Answer:
    """The answer of a fault that keeps the call from having any effect, or hides that it had one."""
    if what == "502":
        return html(502, HTML_BAD_GATEWAY)
    if what == "403":
        return html(403, HTML_BLOCK)
    if what == "bot":
        challenge = {"code": "bot-need-challenge", "message": "Challenge needed"}
        return Answer(403, {"errors": [challenge], "requestId": arrival.request_id})
    if what == "401":
        return _error(world, arrival, Refused(401, "Invalid token", "unauthorized"))
    if what == "429":
        return too_many(world, arrival)
    return _error(world, arrival, Refused(500, "Internal server error", "internal_error"))


def too_many(world: World, arrival: Arrival) -> Answer:
    """429 of the edge: JSON by the contract, a page in real life; Retry-After only where the test wants one."""
    refused = Refused(429, "Too many requests", "rate_limited")
    answer = html(429, HTML_TOO_MANY) if world.real else _error(world, arrival, refused)
    if world.retry_after is not None:
        answer.headers["retry-after"] = str(world.retry_after)
    return answer


def _market(world: World, header: str | None) -> str:
    if not header:
        return world.primary
    market = header.strip().lower() if world.real else header
    if not _MARKET.fullmatch(market) or market not in world.markets:
        raise Refused(400, f"Accept-Language: no market {header[:40]!r} here", "unknown_market")
    return market


def _races(world: World, call: Call, parts: tuple[str, ...]) -> None:
    """Somebody is faster than this call."""
    for trap, step_in in list(world.races):
        if trap.strikes(call.method, call.path):
            step_in(parts[0] if parts else "")


def _handler(call: Call) -> tuple[Callable[..., Answer], tuple[str, ...]]:
    known = False
    for method, pattern, handler in _PATTERNS:
        found = pattern.match(call.path)
        if found is None:
            continue
        if method == call.method:
            return handler, found.groups()
        known = True
    raise (
        Refused(405, "Method not allowed", "method_not_allowed")
        if known
        else Refused(404, "Not found", "not_found")
    )


def _error(world: World, arrival: Arrival, refused: Refused) -> Answer:
    envelope = _envelope(world, arrival.entry["method"], arrival.path, refused.status)
    return error(envelope, refused.status, refused.message, refused.code, arrival.request_id)


def _envelope(world: World, method: str, path: str, status: int) -> str:
    """Which of the contract's envelopes this endpoint uses for this status."""
    if path == "/ws/category/tree":
        return "V2"
    if method == "POST" and path.startswith("/ws/listings") and status == 400:
        return "text"
    if path.startswith(("/ws/buyback/", "/ws/shipping/", "/ws/listings_bi")):
        return "V3"
    if path.startswith("/ws/backbox/") and status == 404:
        return "nothing"
    if world.real and status == 400 and path.startswith(("/ws/orders", "/ws/orderlines")):
        return "bare"
    return "V1"
