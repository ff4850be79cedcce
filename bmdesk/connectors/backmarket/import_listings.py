"""Listings as the marketplace shows them, into the store: page by page, in one market at a time.

Reading changes nothing there and switches nothing on here: it links by SKU, and where a managed value is not what both
sides last had, it wants the exporter to look.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bmdesk.connectors.backmarket.client import BackMarket
from bmdesk.connectors.backmarket.paging import Scan, scan
from bmdesk.connectors.backmarket.price_read import is_ours, minor, note_writer, standing_of
from bmdesk.connectors.backmarket.reading import BadRecord
from bmdesk.connectors.backmarket.wire import Page
from bmdesk.connectors.backmarket.wire_listings import ListingWire
from bmdesk.connectors.base import KeepGoing
from bmdesk.domain.effects import EffectState, Fault, PriceOf, StockOf, price_lane, stock_lane
from bmdesk.domain.identifiers import sku_key
from bmdesk.domain.linking import OPEN
from bmdesk.domain.listing_shipping import Way, Ways
from bmdesk.domain.markets import currency_of
from bmdesk.domain.price_standing import Standing
from bmdesk.services import wants
from bmdesk.services.desk import Desk
from bmdesk.services.selling import account_settings, linking, proposals_sent
from bmdesk.services.selling.account_settings import LISTINGS
from bmdesk.services.selling.proposals_sent import ReadBack
from bmdesk.store.kept import keep_text
from bmdesk.store.queries import accounts, feeds, listings, orders, outbox_lists
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
    proposals_sent.read_back(
        tx, account_id, [ReadBack(ids[w.id], sku_key(w.sku), w.product_id, w.quantity) for w in wires]
    )
    _want_differences(
        tx, market, [(known[w.id], there.get(known[w.id].id), w) for w in wires if w.id in known]
    )


def _want_differences(
    tx: Tx, market: str, cells: Sequence[tuple[ListingRow, MarketRow | None, ListingWire]]
) -> None:
    """Where a managed value is not the one that both sides last had, and nothing is under way yet, look at it."""
    _want_prices(tx, market, cells)
    stock = [row for row, _, wire in cells if row.manage_stock and wire.quantity != row.base_quantity]
    if not stock:
        return
    raised = {stock_lane(row.id) for row, _, wire in cells if (wire.quantity or 0) > row.quantity}
    raised |= {stock_lane(row.id) for row, _, _ in cells if row.missing_since is not None}
    # What a person must decide does not stand before lowering what somebody raised meanwhile.
    busy = _busy(tx, stock, raised)
    wants.want_listing(tx, [row for row in stock if stock_lane(row.id) not in busy])


def _want_prices(
    tx: Tx, market: str, cells: Sequence[tuple[ListingRow, MarketRow | None, ListingWire]]
) -> None:
    """The same of prices; that somebody else wrote one is remembered until it is over. `cells`: as they stood before
    this reading.
    """
    mine = [(row, cell, wire) for row, cell, wire in cells if cell is not None and is_ours(row, cell)]
    if not mine:
        return
    name = accounts.account(tx.connection, mine[0][0].account_id).name
    backpricer = account_settings.backpricer(tx.connection, tx.company, name)
    differ: list[ListingRow] = []
    over: set[str] = set()
    for row, cell, wire in mine:
        found = standing_of(cell, wire, backpricer=backpricer)
        if note_writer(tx, cell, found, wire):
            over.add(price_lane(row.id, market))
            differ.append(row)
        elif found is Standing.FOREIGN or (found is Standing.KNOWN and not _is_base(cell, wire)):
            differ.append(row)
    # What somebody else's price held up goes on once that price is gone.
    busy = _busy(tx, differ, over)
    wants.want(tx, *(PriceOf(row.id, market) for row in differ if price_lane(row.id, market) not in busy))


def _is_base(cell: MarketRow, wire: ListingWire) -> bool:
    """Whether it is the last price that both sides had, while another is wanted: that one has its own effect."""
    price = minor(wire.price, cell.wanted_currency)
    same = wire.currency in ("", cell.wanted_currency)
    return same and cell.base_minor != cell.wanted_minor and price in {cell.base_minor, cell.wanted_minor}


def _busy(tx: Tx, rows: Sequence[ListingRow], again: Collection[str]) -> set[str]:
    """Lanes in which something is under way or stands parked; not those of `again` where it is only parked, unless a
    person put it aside.
    """
    found = outbox_lists.unfinished(tx.connection, sorted({row.id for row in rows})) if rows else []
    return {
        one.lane
        for one in found
        if one.state != EffectState.PARKED.value or one.fault == Fault.BY_HAND or one.lane not in again
    }


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
    """Keep what one listing looks like now; a price that somebody else wrote is noticed, of stock nothing is wanted."""
    row = listings.listing(tx.connection, listing_id)
    cell = listings.market(tx.connection, listing_id, market)
    listings.set_listing(tx, listing_id, **_columns(tx, wire, row))
    listings.set_market(tx, listing_id, market, **market_columns(tx, market, wire))
    _want_prices(tx, market, [(row, cell, wire)])


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
    if known is not None and known.missing_since is not None:
        tx.relisted.add(known.id)  # it is there again, and so are its prices
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
        "shippings": [way.kept() for way in ways_of(wire, market, currency)],
    }


def ways_of(wire: ListingWire, market: str, currency: str) -> Ways:
    """The ways to ship that this listing has in this market; those of its category are not told."""
    return tuple(
        Way(one.shipper, minor(one.price, currency) or 0, one.delay_hours or 0)
        for one in wire.shippings
        if one.market in ("", market)
    )
