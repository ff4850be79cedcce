"""What must follow a change: services announce wants in domain terms, here they become effects in the outbox.

Every desk's transaction ends with `follow`: units that changed state, SKU or place want the stock of their SKUs, order
lines that got a unit or lost one that of what they sold; units whose history grew, orders that are not what they were,
and prices that were confirmed, stand at Odoo as they are now. So no service can forget it, and domain change and effect
commit together. Which effects a want means depends on the system of each active account; an effect holds identity, its
exporter reads the values when it sends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from bmdesk.domain.effects import (
    ContentOf,
    Kind,
    PricelistOf,
    PriceOf,
    SaleOf,
    StepOf,
    StockOf,
    UnitOf,
    Want,
    content_lane,
    create_lane,
    invoice_lane,
    order_lane,
    price_lane,
    stock_lane,
    unit_lane,
)
from bmdesk.domain.unit import State
from bmdesk.services.odoo import odoo_account
from bmdesk.services.odoo.prices import pricelists_wanted
from bmdesk.services.odoo.sales import orders_wanted
from bmdesk.store.queries import accounts, listings, order_progress, orders, outbox, stock, units
from bmdesk.store.queries.accounts import AccountRow
from bmdesk.store.queries.listings import ListingRow
from bmdesk.store.transaction import Row, Tx


def want(tx: Tx, *wants: Want) -> None:
    """Queue what these mean, in this transaction."""
    skus = {w.sku_id: w.lower for w in wants if isinstance(w, StockOf)}
    if skus:
        _stock(tx, skus)
    _at_odoo(tx, [w.unit_id for w in wants if isinstance(w, UnitOf)])
    orders_ = [w.order_id for w in wants if isinstance(w, SaleOf)]
    house = _odoo(tx) if orders_ else None
    if house is not None:
        orders_wanted.want(tx, house.id, orders_)
    lists = [w for w in wants if isinstance(w, PricelistOf)]
    if lists and (there := _odoo(tx)) is not None:
        pricelists_wanted.want(tx, there.id, lists)
    for one in wants:
        if isinstance(one, PriceOf):
            row = listings.listing(tx.connection, one.listing_id)
            lane = price_lane(row.id, one.market)
            outbox.want(
                tx,
                row.account_id,
                Kind.PRICE,
                key=f"{row.id}/{one.market}",
                lane=lane,
                listing_id=row.id,
                market=one.market,
            )
        elif isinstance(one, ContentOf):
            row = listings.listing(tx.connection, one.listing_id)
            outbox.want(
                tx,
                row.account_id,
                Kind.CONTENT,
                key=f"{row.id}/{one.market}",
                lane=content_lane(row.id, one.market),
                listing_id=row.id,
                market=one.market,
            )
        elif isinstance(one, StepOf):
            order = order_progress.order(tx.connection, one.order_id)
            key = one.step_id or one.order_id
            lane = order_lane(one.order_id)
            if one.kind is Kind.INVOICE:
                lane = invoice_lane(one.order_id)
            outbox.want(
                tx, order["account_id"], one.kind, key=key, lane=lane, order_id=one.order_id, urgent=True
            )


def want_listing(tx: Tx, rows: Iterable[ListingRow], *, urgent: bool = False) -> None:
    """Queue the stock of these very listings, linked to a SKU or not, as far as bmdesk manages it."""
    for row in rows:
        if row.manage_stock:
            lane = stock_lane(row.id)
            outbox.want(
                tx, row.account_id, Kind.STOCK, key=row.id, lane=lane, listing_id=row.id, urgent=urgent
            )


def released(tx: Tx, listing_id: str, unit_ids: Sequence[str]) -> None:
    """This listing was read without these units: what waits for no other listing counts for its SKU from now on."""
    freed = listings.release(tx, listing_id, unit_ids)
    skus = {sku for one in freed if (sku := units.unit(tx.connection, one).sku_id) is not None}
    want(tx, *(StockOf(sku_id) for sku_id in sorted(skus)))


def let_go(tx: Tx, listing_id: str) -> None:
    """A listing that is gone offers nothing, one handed back is not ours to lower: no unit waits for it."""
    released(tx, listing_id, listings.waiting_for(tx.connection, listing_id))


def follow(tx: Tx) -> None:
    """The end of each transaction: the stock follows the units that moved in it, and the lines that they stand for;
    Odoo follows the units that had something happen to them, the orders, and the prices.
    """
    told, tx.told = tx.told, set()
    _at_odoo(tx, told)
    _orders_at_odoo(tx)
    _prices_at_odoo(tx)
    if not tx.moved and not tx.named:
        return
    moved, tx.moved = tx.moved, {}
    named, tx.named = tx.named, {}
    if not accounts.sellers(tx.connection, tx.company):
        return
    skus: dict[str, bool] = {}
    for unit_id, before in moved.items():
        _compare(tx, before, _now(tx, unit_id), unit_id, skus)
    for line_id, more in named.items():
        # A unit of another grade may stand for a line: then another SKU than the unit's has a piece more or less.
        sku_id = _sold_by(tx, line_id) if more else None
        if sku_id is not None:
            skus.setdefault(sku_id, more < 0)
    if skus:
        _stock(tx, skus)


def _at_odoo(tx: Tx, unit_ids: Collection[str]) -> None:
    """An effect for each of these units, where the company works with an Odoo."""
    account = _odoo(tx) if unit_ids else None
    if account is None:
        return
    for unit_id in sorted(unit_ids):
        lane = unit_lane(unit_id)
        outbox.want(tx, account.id, Kind.UNIT, key=unit_id, lane=lane, unit_id=unit_id)


def _orders_at_odoo(tx: Tx) -> None:
    """An effect for each order that is not what it was, where the company works with an Odoo."""
    ids, tx.ordered = tx.ordered, set()
    lines, tx.ordered_lines = tx.ordered_lines, set()
    buyers, tx.buyers = tx.buyers, set()
    account = _odoo(tx) if ids or lines or buyers else None
    if account is not None:
        orders_wanted.follow(tx, account, ids, lines, buyers)


def _prices_at_odoo(tx: Tx) -> None:
    """An effect for each pricelist that is not what it was, where the company has its prices in an Odoo."""
    cells, tx.priced = tx.priced, set()
    relisted, tx.relisted = tx.relisted, set()
    agreed, tx.agreed = tx.agreed, set()
    account = _odoo(tx) if cells or relisted or agreed else None
    if account is not None:
        pricelists_wanted.follow(tx, account.id, cells, relisted, agreed)


def _odoo(tx: Tx) -> AccountRow | None:
    """The account of the company's Odoo, while it works with one."""
    account = odoo_account.of(tx.connection, tx.company)
    return account if account is not None and account.active else None


def _now(tx: Tx, unit_id: str) -> Row | None:
    return units.placing(tx.connection, unit_id)


def _sold_by(tx: Tx, line_id: str) -> str | None:
    line = orders.line(tx.connection, line_id)
    assert line is not None, "a line is never deleted"
    return listings.sku_sold(tx.connection, tx.company, line.listing_id, line.sku_key)


def _compare(tx: Tx, before: Row | None, after: Row | None, unit_id: str, skus: dict[str, bool]) -> None:
    """Note which SKUs lost (True) or won this unit."""
    was = before["sku_id"] if before and before["state"] == State.READY.value else None
    now = after["sku_id"] if after and after["state"] == State.READY.value else None
    place = ((before or {}).get("location_id"), (after or {}).get("location_id"))
    if was is not None and (was != now or place[0] != place[1]):
        skus[was] = True
    if now is not None and (was != now or place[0] != place[1]):
        skus.setdefault(now, False)
    old, new = (before or {}).get("sku_id"), (after or {}).get("sku_id")
    if old is not None and old != new:
        # Its old listing may still offer it: it counts elsewhere only after that was read lower, whenever that is.
        _leave(tx, unit_id, listings.of_sku(tx.connection, old))
    elif old is not None and place[0] != place[1]:
        _moved_between_pools(tx, unit_id, old, place)


def _leave(tx: Tx, unit_id: str, rows: Iterable[ListingRow]) -> None:
    """The unit leaves these listings: it waits until those that bmdesk manages were read without it."""
    offering = [row for row in rows if row.manage_stock]
    listings.hold_back(tx, unit_id, [row.id for row in offering])
    want_listing(tx, offering, urgent=True)


def _moved_between_pools(tx: Tx, unit_id: str, sku_id: str, place: tuple[object, object]) -> None:
    """Put into a warehouse that another account sells from: the first account's listing must be read lower before."""
    sellers = accounts.sellers(tx.connection, tx.company)
    if len(sellers) < 2:
        return
    for account in sellers:
        pool = stock.pool(tx.connection, tx.company, account.id)
        if [stock.is_inside(tx.connection, pool, at) for at in place] == [True, False]:
            _leave(tx, unit_id, listings.of_sku(tx.connection, sku_id, account.id))


def _stock(tx: Tx, skus: Mapping[str, bool]) -> None:
    """An effect for every managed listing of these SKUs; where an account makes missing listings, one for making it."""
    creating = [a for a in accounts.sellers(tx.connection, tx.company) if a.active and a.creates]
    for page in _pages(sorted(skus)):
        rows = listings.of_skus(tx.connection, page)
        for row in rows:
            want_listing(tx, [row], urgent=skus[row.sku_id or ""])
        for account in creating:
            listed = {row.sku_id for row in rows if row.account_id == account.id}
            for sku_id in page:
                if sku_id not in listed and not skus[sku_id]:
                    lane = create_lane(sku_id)
                    outbox.want(tx, account.id, Kind.CREATE, key=sku_id, lane=lane, sku_id=sku_id)


def _pages(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start : start + 500] for start in range(0, len(ids), 500))
