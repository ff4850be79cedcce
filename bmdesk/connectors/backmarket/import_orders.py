"""Orders, read only: their lines come off the quantity, so they are read before any stock is written.

The first reading takes all unfinished orders and those of the last month; what was final by then never counts. Later
ones ask since the cursor minus an overlap, and the cursor moves only after a complete scan. Customers are not read.

The list never shows an order that nobody paid in the end, so those that wait for money are asked after one by one:
else their pieces would come off the quantity for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from bmdesk.connectors.backmarket.client import BackMarket
from bmdesk.connectors.backmarket.import_listings import minor
from bmdesk.connectors.backmarket.paging import Scan, scan
from bmdesk.connectors.backmarket.reading import BadRecord
from bmdesk.connectors.backmarket.wire import Page
from bmdesk.connectors.backmarket.wire_orders import LineWire, OrderWire
from bmdesk.connectors.base import KeepGoing
from bmdesk.connectors.failures import RemoteFailure
from bmdesk.domain.effects import Fault, StockOf
from bmdesk.domain.identifiers import sku_key
from bmdesk.domain.stock import FINISHED_STATES
from bmdesk.services import counted, sold, wants
from bmdesk.services.account_settings import ORDERS
from bmdesk.services.desk import Desk
from bmdesk.store.kept import keep_text
from bmdesk.store.queries import accounts, feeds, listings, orders
from bmdesk.store.queries.orders import LineRow
from bmdesk.store.transaction import Row, Tx

OVERLAP = timedelta(minutes=10)
FIRST_DAYS = timedelta(days=30)
_UNFINISHED = (10, 1, 3)

ASK_UNPAID = timedelta(minutes=30)
_MOST_UNPAID = 50


def pull(desk: Desk, client: BackMarket, account_id: str, width: int, keep_going: KeepGoing) -> list[Scan]:
    """All orders that changed since the last complete reading. Raises RemoteFailure; pages before that are kept."""
    known = desk.read(lambda c: feeds.feed(c, account_id, ORDERS, ""))
    account = desk.read(lambda c: accounts.account(c, account_id))
    began = desk.clock.now()
    skews: list[timedelta] = []
    first = account.orders_since is None
    asks: list[tuple[int | None, datetime | None]]
    if first or known is None or known.cursor is None:
        asks = [(state, None) for state in _UNFINISHED] + [(None, began - FIRST_DAYS)]
    else:
        asks = [(None, known.cursor - OVERLAP)]
    since = account.orders_since

    def each(page: Page[OrderWire]) -> None:
        if not skews:  # nobody knows it before the first answer
            skews.append(client.skew or timedelta(0))
        desk.write(lambda tx: save_page(tx, account_id, since, page.results, page.bad))

    done = []
    for state, modified_since in asks:
        done.append(
            scan(
                lambda number, s=state, m=modified_since: client.orders_page(  # type: ignore[misc]
                    number, state=s, modified_since=m
                ),
                each,
                width=width,
                key=lambda wire: wire.order_id,
                keep_going=keep_going,
            )
        )
        if not done[-1].complete:
            return done

    # The remote compares with its own clock: a cursor that is ahead of it would skip what is ordered until then.
    started = min(began, began - skews[0])

    def finish(tx: Tx) -> None:
        feeds.set_feed(tx, account_id, ORDERS, "", cursor=started)
        if first:
            accounts.set_account(tx, account_id, orders_since=started)
        counted.lower_shipped(tx, account_id)

    desk.write(finish)
    _ask_unpaid(desk, client, account_id, keep_going)
    return done


def _ask_unpaid(desk: Desk, client: BackMarket, account_id: str, keep_going: KeepGoing) -> None:
    since = desk.read(lambda c: accounts.account(c, account_id)).orders_since
    before = desk.clock.now() - ASK_UNPAID
    for number in desk.read(lambda c: orders.unpaid(c, account_id, before, _MOST_UNPAID)):
        if not keep_going():
            return
        try:
            wire = client.order(number)
        except RemoteFailure as failure:
            # One order that cannot be shown must not stop all stock; the list itself was complete.
            if failure.fault in (Fault.AUTH, Fault.OFFLINE, Fault.RATE_LIMITED):
                return
            desk.write(lambda tx, n=number: orders.note_asked(tx, account_id, n))  # type: ignore[misc]
            continue
        desk.write(lambda tx, w=wire: save_page(tx, account_id, since, [w]))  # type: ignore[misc]


def save_page(
    tx: Tx,
    account_id: str,
    since: datetime | None,
    wires: Sequence[OrderWire],
    bad: Sequence[BadRecord] = (),
) -> None:
    """Keep these orders (at most 50) and their lines, and want the stock of every SKU that they touch.

    `since`: when the account's first complete reading began; None while it has not ended.
    """
    for record in bad:
        orders.quarantine(tx, account_id, "order", record.remote_id, keep_text(record.reason), record.raw)
    ids = _save_orders(tx, account_id, wires)
    orders.release_quarantined(tx, account_id, "order", [str(wire.order_id) for wire in wires])
    # A number is a line's own, whatever two orders say.
    lines: dict[int, tuple[OrderWire, LineWire]] = {}
    for wire in wires:
        for line in wire.lines:
            lines.setdefault(line.id, (wire, line))
    known = orders.lines(tx.connection, account_id, list(lines))
    numbers = [line.listing_id for _, line in lines.values() if line.listing_id is not None]
    listed = orders.listing_numbers(tx.connection, account_id, numbers)
    new: list[Row] = []
    changed: list[Row] = []
    told: list[str] = []
    for order, line in lines.values():
        before = known.get(line.id)
        values = _line_columns(tx, order, line, listed, before)
        values["counts"] = _counts(order, values["remote_state"], since, before)
        if before is None:
            key = {"id": tx.new_id(), "order_id": ids[order.order_id], "account_id": account_id}
            new.append({**key, "remote_id": line.id, "named": 0, "first_read_at": tx.now, **values})
            told.append(key["id"])
        elif any(getattr(before, name) != value for name, value in values.items() if name != "changed_at"):
            changed.append({"key_id": before.id, **values})
            # A new title of a line that was shipped long ago says nothing of a unit that is here now.
            if any(getattr(before, name) != values[name] for name in ("remote_state", "imei", "serial")):
                told.append(before.id)
    orders.add_lines(tx, new)
    orders.save_lines(tx, changed)
    for line_id in told:
        sold.match(tx, line_id)
    touched = [*(row["id"] for row in new), *(row["key_id"] for row in changed)]
    for begin in range(0, len(touched), 500):
        counted.lower_shipped(tx, account_id, touched[begin : begin + 500])
    _want_stock(tx, [*new, *changed])


def _save_orders(tx: Tx, account_id: str, wires: Sequence[OrderWire]) -> dict[int, str]:
    known = orders.orders(tx.connection, account_id, [wire.order_id for wire in wires])
    ids = {n: row["id"] for n, row in known.items()} | {
        wire.order_id: tx.new_id() for wire in wires if wire.order_id not in known
    }
    fresh = {wire.order_id: wire for wire in wires if wire.order_id not in known}
    orders.add_orders(
        tx,
        [
            {"id": ids[n], "account_id": account_id, "remote_id": n, **_order_columns(tx, w, None)}
            for n, w in fresh.items()
        ],
    )
    orders.save_orders(
        tx,
        [
            {"key_id": ids[w.order_id], **_order_columns(tx, w, known[w.order_id])}
            for w in wires
            if w.order_id in known
        ],
    )
    return ids


def _order_columns(tx: Tx, wire: OrderWire, before: Row | None) -> Row:
    read = {
        "market": wire.market,
        "remote_state": wire.state,
        "currency": wire.currency,
        "price_minor": minor(wire.price, wire.currency) if wire.currency else None,
        "created_at": wire.created,
        "modified_at": wire.modified,
        "paid_at": wire.paid,
        "read_at": tx.now,
    }
    said = _said(read, before)
    return said | {"remote_state": said["remote_state"] or 0}


def _said(read: Row, before: Row | None) -> Row:
    """What an answer leaves out is what it was."""
    return read if before is None else {k: before[k] if v in (None, "") else v for k, v in read.items()}


def _line_columns(
    tx: Tx, order: OrderWire, line: LineWire, listed: dict[int, str], before: LineRow | None
) -> Row:
    currency = line.currency or order.currency
    read = {
        "listing_number": line.listing_id,
        "sku_text": line.sku,
        "sku_key": sku_key(line.sku)[:200],
        "title": line.product,
        "condition": line.condition,
        "quantity": line.quantity,
        "remote_state": line.state,
        "price_minor": minor(line.price, currency) if currency else None,
        "imei": line.imei[:40],
        "serial": line.serial_number[:40],
        "listing_id": listed.get(line.listing_id) if line.listing_id is not None else None,
        "changed_at": tx.now,
    }
    said = _said(read, asdict(before) if before else None)
    # A line that does not say how many is at least one: counting none would sell it again.
    quantity = said["quantity"] if said["quantity"] is not None else 1
    return said | {"quantity": quantity, "remote_state": said["remote_state"] or 0}


def _counts(order: OrderWire, state: int, since: datetime | None, before: LineRow | None) -> bool:
    """Whether the line's pieces came off the stock that we count."""
    finished = state in FINISHED_STATES
    if since is None:  # the first reading, or one that was broken off: final now is final then
        return not finished
    if before is not None:
        return before.counts
    # The first reading saw every unfinished order; one that it did not see was final by then.
    return not (finished and order.created is not None and order.created < since)


def _want_stock(tx: Tx, rows: Sequence[Row]) -> None:
    skus: set[str] = set()
    for row in rows:
        sku_id = listings.sku_sold(tx.connection, tx.company, row["listing_id"], row["sku_key"])
        if sku_id is not None:
            skus.add(sku_id)
    wants.want(tx, *(StockOf(sku_id, lower=True) for sku_id in sorted(skus)))
