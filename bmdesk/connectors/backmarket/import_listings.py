"""Listings as the marketplace shows them, into the store: page by page, in one market at a time.

Reading changes nothing there and switches nothing on here: it links by SKU, and where a managed value is not what both
sides last had, it wants the exporter to look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bmdesk.connectors.backmarket.client import BackMarket
from bmdesk.connectors.backmarket.paging import Scan, scan
from bmdesk.connectors.backmarket.reading import BadRecord
from bmdesk.connectors.backmarket.wire import Page
from bmdesk.connectors.backmarket.wire_listings import ListingWire
from bmdesk.connectors.base import KeepGoing
from bmdesk.domain.effects import EffectState, Fault, PriceOf, StockOf, price_lane, stock_lane
from bmdesk.domain.identifiers import sku_key
from bmdesk.domain.linking import OPEN
from bmdesk.domain.markets import currency_of
from bmdesk.domain.money import Money, NotMoney
from bmdesk.services import wants
from bmdesk.services.desk import Desk
from bmdesk.services.selling import linking
from bmdesk.services.selling.account_settings import LISTINGS
from bmdesk.store.kept import keep_text
from bmdesk.store.queries import feeds, listings, orders, outbox_lists
from bmdesk.store.queries.listings import ListingRow, MarketRow
from bmdesk.store.transaction import Row, Tx


@dataclass(frozen=True, slots=True)
class Reading:
    """How a pull ended, and how many listings it no longer found."""

    scan: Scan
    missing: int = 0


def pull(
    desk: Desk, client: BackMarket, account_id: str, market: str, width: int, keep_going: KeepGoing
) -> Reading:
    """All listings as this market sees them. Raises RemoteFailure; pages before that are kept."""
    started = desk.clock.now()

    def each(page: Page[ListingWire]) -> None:
        desk.write(lambda tx: save_page(tx, account_id, market, page.results, page.bad))

    done = scan(
        lambda number: client.listings_page(market, number),
        each,
        width=width,
        key=lambda wire: wire.id,
        keep_going=keep_going,
    )
    _adopt_lines(desk, account_id)
    missing = 0
    if done.complete:
        missing = desk.write(lambda tx: _mark_missing(tx, account_id, market, started))
    return Reading(done, missing)


def save_page(
    tx: Tx, account_id: str, market: str, wires: Sequence[ListingWire], bad: Sequence[BadRecord] = ()
) -> None:
    """Keep what these listings look like now (at most 500), link the new ones, want what is not as it should be."""
    for record in bad:
        orders.quarantine(tx, account_id, "listing", record.remote_id, keep_text(record.reason), record.raw)
    # One that could not be taken was known by its number or by its UUID, whichever could be read.
    taken = [name for wire in wires for name in (wire.id, str(wire.listing_id))]
    orders.release_quarantined(tx, account_id, "listing", taken)
    known = listings.by_remote(tx.connection, account_id, [wire.id for wire in wires])
    fresh = {wire.id: tx.new_id() for wire in wires if wire.id not in known}
    listings.add_many(tx, [_new_row(tx, account_id, fresh[w.id], w) for w in wires if w.id in fresh])
    listings.save_many(
        tx, [{"key_id": known[w.id].id, **_columns(tx, w, known[w.id])} for w in wires if w.id in known]
    )
    ids = {wire.id: fresh.get(wire.id) or known[wire.id].id for wire in wires}
    there = {
        row.listing_id: row
        for rows in listings.markets(tx.connection, [row.id for row in known.values()]).values()
        for row in rows
        if row.market == market
    }
    cells = [(ids[wire.id], wire) for wire in wires]
    listings.add_markets(
        tx,
        [
            {"listing_id": i, "market": market, "sent": [], **market_columns(tx, market, w)}
            for i, w in cells
            if i not in there
        ],
    )
    listings.save_markets(
        tx,
        [
            {"key_listing": i, "key_market": market, **market_columns(tx, market, w)}
            for i, w in cells
            if i in there
        ],
    )
    unlinked = [ids[wire.id] for wire in wires if wire.id in fresh or known[wire.id].link == OPEN]
    if unlinked:
        linking.link_new(tx, account_id, unlinked)
    _want_differences(
        tx, market, [(known[w.id], there.get(known[w.id].id), w) for w in wires if w.id in known]
    )


def _want_differences(
    tx: Tx, market: str, cells: Sequence[tuple[ListingRow, MarketRow | None, ListingWire]]
) -> None:
    """Where a managed value is not the one that both sides last had, and nothing is under way yet, look at it."""
    stock = [row for row, _, wire in cells if row.manage_stock and wire.quantity != row.base_quantity]
    prices = [
        row
        for row, cell, wire in cells
        if row.manage_price
        and cell is not None
        and cell.wanted_minor is not None
        and (
            wire.currency not in ("", cell.wanted_currency)
            or minor(wire.price, cell.wanted_currency) not in (cell.base_minor, cell.wanted_minor)
        )
    ]
    if not stock and not prices:
        return
    raised = {stock_lane(row.id) for row, _, wire in cells if (wire.quantity or 0) > row.quantity}
    raised |= {stock_lane(row.id) for row, _, _ in cells if row.missing_since is not None}
    busy = {
        one.lane
        for one in outbox_lists.unfinished(tx.connection, sorted({row.id for row in [*stock, *prices]}))
        # What a person must decide does not stand before lowering what somebody raised meanwhile.
        if one.state != EffectState.PARKED.value or one.fault == Fault.BY_HAND or one.lane not in raised
    }
    wants.want_listing(tx, [row for row in stock if stock_lane(row.id) not in busy])
    wants.want(
        tx,
        *(PriceOf(row.id, market) for row in prices if price_lane(row.id, market) not in busy),
    )


def _adopt_lines(desk: Desk, account_id: str) -> None:
    """Lines that waited for their listing come off its stock: a page in a transaction, so that scans get between."""
    found, after = desk.read(lambda c: orders.adoptable(c, account_id, ""))
    while found or after:
        if found:
            desk.write(lambda tx, page=found: _adopt(tx, page))  # type: ignore[misc]
        if not after:
            return
        found, after = desk.read(lambda c, a=after: orders.adoptable(c, account_id, a))  # type: ignore[misc]


def _adopt(tx: Tx, found: Mapping[str, str]) -> None:
    wants.want(tx, *(StockOf(sku_id, lower=True) for sku_id in orders.adopt(tx, found)))


def _mark_missing(tx: Tx, account_id: str, market: str, started: datetime) -> int:
    """What neither this complete pull nor the one before it showed is missing; how many are so since now.

    One pull alone cannot tell: a listing deleted between two pages pulls another one over the edge, and lowers the
    count by one, so that the list seems complete.
    """
    known = feeds.feed(tx.connection, account_id, LISTINGS, market)
    feeds.set_feed(tx, account_id, LISTINGS, market, cursor=started)
    if known is None or known.cursor is None:
        return 0
    return listings.mark_missing(tx, account_id, min(known.cursor, started))


def note_read(tx: Tx, listing_id: str, market: str, wire: ListingWire) -> None:
    """Keep what one listing looks like now, without wanting anything."""
    row = listings.listing(tx.connection, listing_id)
    listings.set_listing(tx, listing_id, **_columns(tx, wire, row))
    listings.set_market(tx, listing_id, market, **market_columns(tx, market, wire))


def _new_row(tx: Tx, account_id: str, listing_id: str, wire: ListingWire) -> Row:
    return {
        "id": listing_id,
        "account_id": account_id,
        "remote_id": wire.id,
        "first_read_at": tx.now,
        "sent": [],
        **_columns(tx, wire, None),
    }


def _columns(tx: Tx, wire: ListingWire, known: ListingRow | None) -> Row:
    quantity = wire.quantity if wire.quantity is not None else (known.quantity if known else 0)
    return {
        "listing_number": wire.listing_id,
        "product_number": wire.backmarket_id,
        "product_id": wire.product_id[:40],
        "sku_text": wire.sku,
        "sku_key": sku_key(wire.sku),
        "title": wire.title,
        "grade": wire.grade[:20],
        "new_battery": wire.new_battery,
        "quantity": quantity,
        "quantity_at": tx.now,
        "missing_since": None,
    }


def market_columns(tx: Tx, market: str, wire: ListingWire) -> Row:
    """A listing's values in one market as the columns of its row."""
    currency = wire.currency or currency_of(market)
    return {
        "price_minor": minor(wire.price, currency),
        "currency": currency,
        "min_minor": minor(wire.min_price, currency),
        "max_minor": minor(wire.max_price, currency),
        "comment": wire.comment,
        "warranty_months": wire.warranty_delay,
        "publication_state": wire.publication_state,
        "read_at": tx.now,
    }


def minor(amount: Decimal | None, currency: str) -> int | None:
    """The amount in minor units, None for none; more decimals than the currency has are no price of ours."""
    if amount is None:
        return None
    try:
        return Money.parse(f"{amount:f}", currency).minor
    except NotMoney:
        return None
