"""The prices of a listing that is yet to be made: kept with its effect, as confirmed, until the listing is there.

A listing that is not there has no market rows to hold them. They are set when a preview is confirmed, or right before
the listing is sent; whoever sends or adopts it reads them here and works out nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bmdesk.domain.money import Money
from bmdesk.services.prices.suggesting import MarketPrice
from bmdesk.store.engine import Connection
from bmdesk.store.queries import outbox_calls
from bmdesk.store.transaction import Row


def to_keep(priced: Sequence[MarketPrice], *, shown: bool) -> Row:
    """These prices as an effect keeps them. `shown`: a person confirmed exactly these."""
    return {
        "prices": {
            one.market: [one.money.minor, one.money.currency] for one in priced if one.money is not None
        },
        "minimums": {one.market: one.minimum.minor for one in priced if one.minimum is not None},
        "shown": shown,
    }


def kept(connection: Connection, account_id: str, sku_id: str) -> Row | None:
    """What is kept for the next listing of this SKU, or None: an effect that was cancelled hands it on."""
    found: Row | None = outbox_calls.prices_to_make(connection, account_id, sku_id)
    return found


def prices(change: Row | None) -> dict[str, Money]:
    """The kept prices by market."""
    found: dict[str, list[Any]] = (change or {}).get("prices", {})
    return {where: Money(int(minor), str(currency)) for where, (minor, currency) in found.items()}


def minimums(change: Row | None) -> dict[str, int]:
    """How low the marketplace may go from each of them, by market, in their minor unit."""
    return {where: int(minor) for where, minor in (change or {}).get("minimums", {}).items()}


def were_shown(change: Row | None) -> bool:
    """Whether a person confirmed them in a preview."""
    return bool((change or {}).get("shown"))
