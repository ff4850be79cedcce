"""What is asked about prices before they are sent: how much each matters, and which can go in a CSV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from bmdesk.store.tables import listings as t

_L, _M = t.listing.c, t.listing_market.c


@dataclass(frozen=True, slots=True)
class Sending:
    """A price as it was last read and as it is wanted, and whose it is. Amounts in the minor unit."""

    listing_id: str
    market: str
    sku_text: str
    sku_key: str
    quantity: int
    manage_price: bool
    manage_content: bool
    price_minor: int | None
    currency: str
    wanted_minor: int | None
    wanted_currency: str
    wanted_min_minor: int | None
    written_at: datetime | None


_SENDING = select(
    *(_M.listing_id, _M.market, _L.sku_text, _L.sku_key, _L.quantity, _L.manage_price, _L.manage_content),
    *(_M.price_minor, _M.currency, _M.wanted_minor, _M.wanted_currency, _M.wanted_min_minor, _M.written_at),
).select_from(t.listing_market.join(t.listing, _L.id == _M.listing_id))


def sending(connection: Connection, listing_ids: Sequence[str]) -> dict[tuple[str, str], Sending]:
    """The prices of these listings (at most 500), by listing and market."""
    found = (
        Sending(*tuple(row)) for row in connection.execute(_SENDING.where(_M.listing_id.in_(listing_ids)))
    )
    return {(one.listing_id, one.market): one for one in found}


def shared_skus(connection: Connection, account_id: str) -> set[str]:
    """SKUs (case-folded) that several listings of the account bear: by its SKU none of them can be named."""
    query = select(_L.sku_key).where(_L.account_id == account_id).group_by(_L.sku_key)
    return set(connection.execute(query.having(func.count() > 1)).scalars())
