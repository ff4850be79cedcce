"""Pages of records, and the small records: competitors. Listings, tasks, orders and categories have modules of their
own (`wire_listings`, `wire_tasks`, `wire_orders`, `wire_categories`).

Frozen values as the marketplace means them; nothing of bmdesk's own grades, SKUs or stock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from bmdesk.connectors.backmarket.reading import BadRecord, Drift, Reader
from bmdesk.texts import Text, msg

T = TypeVar("T")


class Nameless(Exception):
    """A record has no identity; the reason is for a person."""

    def __init__(self, remote_id: str, reason: Text) -> None:
        super().__init__(str(reason))
        self.remote_id = remote_id
        self.reason = reason


class NotAPage(Exception):
    """A list was expected and something else came."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list. `count` is the whole list's, None where the answer has none."""

    results: tuple[T, ...]
    bad: tuple[BadRecord, ...]
    count: int | None
    has_next: bool
    drift: tuple[Drift, ...]


@dataclass(frozen=True, slots=True)
class CompetitorWire:
    """A listing x market that competes for one BackBox. `market` is the two-letter code.

    `is_winning` is None where the answer does not say.
    """

    listing_id: str
    product_id: str
    market: str
    price: Decimal | None
    currency: str
    min_price: Decimal | None
    price_to_win: Decimal | None
    winner_price: Decimal | None
    is_winning: bool | None


def read_page(data: object, read: Callable[[Mapping[str, object], set[Drift]], T], noun: str) -> Page[T]:
    """Every record that has its identity; the others become BadRecords. Raises NotAPage."""
    if not isinstance(data, dict) or not isinstance(data.get("results"), list):
        raise NotAPage
    drift: set[Drift] = set()
    envelope = Reader(data, f"{noun}s", drift)
    envelope.ignore("results", "next", "previous", "statuscode")
    count = envelope.whole("count", least=0)
    envelope.finish()
    results: list[T] = []
    bad: list[BadRecord] = []
    for index, raw in enumerate(data["results"]):
        try:
            if not isinstance(raw, dict):
                raise Nameless("", msg("wire.no_object"))
            results.append(read(raw, drift))
        except Nameless as nameless:
            bad.append(BadRecord(nameless.remote_id, index, nameless.reason, raw))
    return Page(tuple(results), tuple(bad), count, has_next(data.get("next")), tuple(sorted(drift)))


def has_next(value: object) -> bool:
    """`next` in every form seen: an absolute or relative address, a boolean, null, empty."""
    if isinstance(value, str):
        return value.strip().lower() not in {"", "null", "none", "false"}
    return bool(value)


def read_competitors(data: object) -> tuple[CompetitorWire, ...]:
    """The competitors of one listing; entries without a market say nothing and are left out. Raises NotAPage."""
    if isinstance(data, dict) and isinstance(data.get("results"), list):
        data = data["results"]
    if not isinstance(data, list):
        raise NotAPage
    found = [_competitor(raw) for raw in data if isinstance(raw, dict)]
    return tuple(one for one in found if one.market)


def _competitor(raw: Mapping[str, object]) -> CompetitorWire:
    fields = Reader(raw, "competitor", set())
    price, currency = fields.money("price")
    to_win, to_win_currency = fields.money("price_to_win")
    winner, winner_currency = fields.money("winner_price", nullable=True)
    return CompetitorWire(
        listing_id=fields.text("listing_id", 64),
        product_id=fields.text("product_id", 64),
        market=fields.text("market", 5).upper(),
        price=price,
        currency=currency or to_win_currency or winner_currency,
        min_price=fields.money("min_price", nullable=True)[0],
        price_to_win=to_win,
        winner_price=winner,
        is_winning=None if raw.get("is_winning") is None else fields.flag("is_winning"),
    )
