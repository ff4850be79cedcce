"""What a listing may offer now: the units and pieces there, what is sold, kept back, paused; and why.

Reads only; `due` names the units about which the gate must be asked before anything is offered. Who writes the
quantity to the marketplace is connectors.backmarket.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bmdesk.domain.stock import Count
from bmdesk.services.policies import Policies
from bmdesk.services.selling import listing_minimum
from bmdesk.store.engine import Connection
from bmdesk.store.queries import listings, orders, stock
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.store.queries.listings import ListingRow
from bmdesk.store.queries.stock import SkuStock

MOST = 500
"""SKUs asked for at once."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What one listing may offer. `count` is None for a listing without a SKU of ours."""

    quantity: int
    count: Count | None
    held: int = 0
    withheld: str = ""
    """Why nothing is offered: `unlinked`, `all_paused`, `paused`, `other_carries`, `minimum`."""


def counts(
    connection: Connection, policies: Policies, account: AccountRow, sku_ids: Iterable[str], now: datetime
) -> dict[str, tuple[Count, SkuStock]]:
    """What each of these SKUs' quantity is made of, in the pool of this account."""
    where = stock.pool(connection, account.company_id, account.id)
    found: dict[str, tuple[Count, SkuStock]] = {}
    wanted = sorted(set(sku_ids))
    for start in range(0, len(wanted), MOST):
        page = wanted[start : start + MOST]
        sold = orders.sold_pieces(connection, account.id, page)
        for sku_id, row in stock.skus(connection, where, page, now).items():
            # Counted pieces lie in no warehouse of their own: they are the first account's to sell, and only its.
            there = row.listable if row.pieces is None else (row.pieces if where.rest else 0)
            buffer = int(policies.settings.get(f"stock.buffer.{row.grade}", 0))
            found[sku_id] = Count(there, sold.get(sku_id, 0), buffer, row.leaving), row
    return found


def offers(
    connection: Connection,
    policies: Policies,
    account: AccountRow,
    rows: Sequence[ListingRow],
    now: datetime,
) -> Mapping[str, Offer]:
    """What each of these listings of one account may offer, by its id."""
    sku_ids = sorted({row.sku_id for row in rows if row.sku_id})
    known = counts(connection, policies, account, sku_ids, now)
    beside = _beside(connection, account, sku_ids)
    found = {row.id: _offer(account, row, known, beside) for row in rows}
    # What is online already stays so; what would go online needs all that a listing needs at least.
    waking = [row for row in rows if not row.quantity and found[row.id].quantity]
    for listing_id, lacks in listing_minimum.of_listings(connection, policies, account, waking).items():
        if lacks.keeps_back is not None:
            found[listing_id] = replace(found[listing_id], quantity=0, withheld="minimum")
    return found


def _beside(connection: Connection, account: AccountRow, sku_ids: Sequence[str]) -> Mapping[str, int]:
    """Pieces of each SKU that managed listings beside the carrying one still offer, as last read or sent."""
    found: dict[str, int] = {}
    for start in range(0, len(sku_ids), MOST):
        for row in listings.of_skus(connection, sku_ids[start : start + MOST]):
            if row.account_id != account.id or row.missing_since is not None or not row.sku_id:
                continue
            if row.manage_stock and not row.carries:
                found[row.sku_id] = found.get(row.sku_id, 0) + max(row.quantity, *row.sent, 0)
    return found


def _offer(
    account: AccountRow,
    row: ListingRow,
    known: Mapping[str, tuple[Count, SkuStock]],
    beside: Mapping[str, int],
) -> Offer:
    if row.sku_id is None or row.sku_id not in known:
        return Offer(0, None, withheld="unlinked")
    count, sku = known[row.sku_id]
    if account.listings_paused:
        return Offer(0, count, sku.held, "all_paused")
    if row.paused:
        return Offer(0, count, sku.held, "paused")
    if not row.carries:
        return Offer(0, count, sku.held, "other_carries")
    # Another listing of the SKU is on its way to zero: until that was read, its pieces are not offered twice.
    return Offer(max(0, count.quantity - beside.get(row.sku_id, 0)), count, sku.held)
