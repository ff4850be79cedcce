"""Orders, read only: their lines come off the quantity, so they are read before any stock is written.

The first reading takes all unfinished orders and those of the last month; what was final by then never counts. Later
ones ask since the cursor minus an overlap, and the cursor moves only after a complete scan.

The list never shows an order that nobody paid in the end, so those that wait for money are asked after one by one:
else their pieces would come off the quantity for ever.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from bmdesk.connectors.backmarket.client import BackMarket
from bmdesk.connectors.backmarket.paging import Scan, scan
from bmdesk.connectors.backmarket.price_read import minor
from bmdesk.connectors.backmarket.reading import BadRecord
from bmdesk.connectors.backmarket.wire import Page
from bmdesk.connectors.backmarket.wire_orders import LineWire, OrderWire
from bmdesk.connectors.base import KeepGoing
from bmdesk.connectors.failures import RemoteFailure
from bmdesk.domain.effects import Fault, StockOf
from bmdesk.domain.identifiers import sku_key
from bmdesk.domain.oddities import LineFacts
from bmdesk.domain.orders import Handling, Remote, condition_grade, line_state, order_state
from bmdesk.domain.stock import FINISHED_STATES
from bmdesk.services import wants
from bmdesk.services.desk import Desk
from bmdesk.services.goods import counted
from bmdesk.services.orders import customer_matching, documents, fulfilment, order_oddities
from bmdesk.services.orders.documents import Note
from bmdesk.services.orders.order_oddities import NewLine, NewTracking
from bmdesk.services.policies import Policies
from bmdesk.services.selling import account_settings, sold
from bmdesk.services.selling.account_settings import ORDERS
from bmdesk.store.kept import keep_text
from bmdesk.store.queries import accounts, erasing, feeds, listings, orders
from bmdesk.store.queries.orders import LineRow
from bmdesk.store.transaction import Row, Tx

OVERLAP = timedelta(minutes=10)
FIRST_DAYS = timedelta(days=30)
UNFINISHED_STATES = (10, 1, 3)

_NOT_PAID = 8
_WAITS = frozenset({Remote.NEW, Remote.PENDING, Remote.ON_HOLD})

ASK_UNPAID = timedelta(minutes=30)
_MOST_UNPAID = 50


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of the orders of a reading."""

    seen: int = 0
    new: int = 0
    updated: int = 0
    quarantined: int = 0

    def __add__(self, other: Saved) -> Saved:
        return Saved(
            self.seen + other.seen,
            self.new + other.new,
            self.updated + other.updated,
            self.quarantined + other.quarantined,
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """How reading orders ended: list by list, and what became of them all."""

    scans: tuple[Scan, ...]
    saved: Saved


def pull(desk: Desk, client: BackMarket, account_id: str, width: int, keep_going: KeepGoing) -> Reading:
    """All orders that changed since the last complete reading. Raises RemoteFailure; pages before that are kept."""
    known = desk.read(lambda c: feeds.feed(c, account_id, ORDERS, ""))
    account = desk.read(lambda c: accounts.account(c, account_id))
    began = desk.clock.now()
    skews: list[timedelta] = []
    first = account.orders_since is None
    asks: list[tuple[int | None, datetime | None]]
    if first or known is None or known.cursor is None:
        asks = [(state, None) for state in UNFINISHED_STATES] + [(None, began - FIRST_DAYS)]
    else:
        asks = [(None, known.cursor - OVERLAP)]
    saver = Saver(desk, account_id)
    met: set[str] = set()  # a first reading's lists overlap: an order counts once, however often it is kept

    def each(page: Page[OrderWire]) -> None:
        if not skews:  # nobody knows it before the first answer
            skews.append(client.skew or timedelta(0))
        saver.save(page.results, page.bad)
        good = [str(one.order_id) for one in page.results]
        bad = [one.remote_id for one in page.bad if one.remote_id]
        bad_again = len(met.intersection(bad))
        saver.saved += Saved(-len(met.intersection(good)) - bad_again, quarantined=-bad_again)
        met.update(good, bad)

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
            return Reading(tuple(done), saver.saved)

    # The remote compares with its own clock: a cursor that is ahead of it would skip what is ordered until then.
    started = min(began, began - skews[0])

    def finish(tx: Tx) -> None:
        feeds.set_feed(tx, account_id, ORDERS, "", cursor=started)
        if first:
            accounts.set_account(tx, account_id, orders_since=started)
        counted.lower_shipped(tx, account_id)

    desk.write(finish)
    unpaid = desk.read(lambda c: orders.unpaid(c, account_id, desk.clock.now() - ASK_UNPAID, _MOST_UNPAID))
    read_one_by_one(saver, client, unpaid, keep_going)
    return Reading(tuple(done), saver.saved)


class Saver:
    """Keeps what is read of one account's orders, a page in a transaction, and counts."""

    def __init__(self, desk: Desk, account_id: str) -> None:
        self.desk, self.account_id, self.saved = desk, account_id, Saved()

    def save(
        self,
        wires: Sequence[OrderWire],
        bad: Sequence[BadRecord] = (),
        also: Callable[[Tx, Saved], None] = lambda _tx, _saved: None,
    ) -> Saved:
        """Keep these orders (at most 50); `also` is part of the same transaction."""

        def work(tx: Tx) -> Saved:
            since = accounts.account(tx.connection, self.account_id).orders_since
            saved = save_page(tx, self.desk.policies(tx.connection), self.account_id, since, wires, bad)
            also(tx, saved)
            return saved

        done = self.desk.write(work)
        self.saved += done
        return done


def read_one_by_one(saver: Saver, client: BackMarket, numbers: Sequence[int], keep_going: KeepGoing) -> None:
    """Ask for each of these orders. One that cannot be shown stops no other; a remote that is not there does."""
    for number in numbers:
        if not keep_going():
            return
        try:
            wire = client.order(number)
        except RemoteFailure as failure:
            if failure.fault in (Fault.AUTH, Fault.OFFLINE, Fault.RATE_LIMITED):
                return
            saver.desk.write(lambda tx, n=number: orders.note_asked(tx, saver.account_id, n))  # type: ignore[misc]
            continue
        saver.save([wire])


def save_page(
    tx: Tx,
    policies: Policies,
    account_id: str,
    since: datetime | None,
    wires: Sequence[OrderWire],
    bad: Sequence[BadRecord] = (),
) -> Saved:
    """Keep these orders (at most 50) and their lines, bring them to where they are now, and want the stock of every SKU
    that they touch.

    `since`: when the account's first complete reading began; None while it has not ended.
    """
    for record in bad:
        raw = None if erasing.is_erased(tx.connection, account_id, record.remote_id) else record.raw
        orders.quarantine(tx, account_id, "order", record.remote_id, keep_text(record.reason), raw)
    before_them = orders.orders(tx.connection, account_id, [wire.order_id for wire in wires])
    ids, others = _save_orders(tx, account_id, wires, before_them)
    orders.release_quarantined(tx, account_id, "order", [str(wire.order_id) for wire in wires])
    customer_matching.identify_all(tx, {ids[wire.order_id]: (wire.shipping, wire.billing) for wire in wires})
    # A number is a line's own, whatever two orders say.
    lines: dict[int, tuple[OrderWire, LineWire]] = {}
    for wire in wires:
        for line in wire.lines:
            lines.setdefault(line.id, (wire, line))
    known = orders.lines(tx.connection, account_id, list(lines))
    numbers = [line.listing_id for _, line in lines.values() if line.listing_id is not None]
    listed = orders.listing_numbers(tx.connection, account_id, numbers)
    ours = _handed_over(tx, account_id, list(listed.values()))
    documents.want_notes(tx, {ids[wire.order_id]: _note(wire) for wire in wires})
    new: list[Row] = []
    changed: list[Row] = []
    told: list[str] = []
    looked_at: list[NewLine] = []
    final: Counter[int] = Counter()
    for order, line in lines.values():
        before = known.get(line.id)
        values = _line_columns(tx, order, line, listed, before)
        values["counts"] = _counts(order, values["remote_state"], since, before)
        if before is None:
            values["ours"] = values["counts"] and values["listing_id"] in ours
            key = {"id": tx.new_id(), "order_id": ids[order.order_id], "account_id": account_id}
            # What is not ours is settled with this: the history of years stands where it is as it comes in.
            stands = line_state(values["remote_state"], order_state=order.state or 0).value
            row = {"remote_id": line.id, "named": 0, "first_read_at": tx.now, "state": stands}
            new.append({**key, **row, **values})
            if values["counts"]:
                told.append(key["id"])
            else:
                final[order.order_id] += 1
            looked_at.append(_looked_at(key["order_id"], key["id"], line, values))
        elif any(getattr(before, name) != value for name, value in values.items() if name != "changed_at"):
            changed.append({"key_id": before.id, **values})
            others.add(order.order_id)
            if (before.imei, before.serial) != (values["imei"], values["serial"]):
                looked_at.append(_looked_at(before.order_id, before.id, line, values))
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
    # What is new and was final before we counted has nothing that could go on: most of a history.
    moving = [w.order_id for w in wires if w.order_id in before_them or final[w.order_id] < len(w.lines)]
    fulfilment.settle(tx, policies, [ids[n] for n in moving], {row.id: row for row in known.values()})
    _want_stock(tx, [*new, *changed])
    order_oddities.tell(tx, account_id, _new_tracking(ids, wires, before_them), looked_at)
    return Saved(len(wires) + len(bad), len(ids) - len(before_them), len(others & set(before_them)), len(bad))


def _looked_at(order_id: str, line_id: str, line: LineWire, values: Row) -> NewLine:
    facts = LineFacts(values["imei"], values["serial"], line.brand, values["condition"], values["quantity"])
    return NewLine(order_id, line_id, facts)


def _new_tracking(
    ids: Mapping[int, str], wires: Sequence[OrderWire], before: Mapping[int, Row]
) -> list[NewTracking]:
    return [
        NewTracking(ids[wire.order_id], wire.tracking_number)
        for wire in wires
        if wire.tracking_number
        and (wire.order_id not in before or before[wire.order_id]["tracking_number"] != wire.tracking_number)
    ]


def _note(wire: OrderWire) -> Note:
    open_ = any(line.state not in FINISHED_STATES for line in wire.lines)
    return Note(wire.delivery_note, open_, wire.created)


def _handed_over(tx: Tx, account_id: str, listing_ids: Sequence[str]) -> set[str]:
    """Which of these listings' new lines are bmdesk's to fulfil: none while orders are only read."""
    name = accounts.account(tx.connection, account_id).name
    if account_settings.handling(tx.connection, tx.company, name) is Handling.READ:
        return set()
    return listings.handed_over(tx.connection, listing_ids)


def _save_orders(
    tx: Tx, account_id: str, wires: Sequence[OrderWire], known: Mapping[int, Row]
) -> tuple[dict[int, str], set[int]]:
    """Their ids by number, and the numbers of those that were known and look different now."""
    ids = {n: row["id"] for n, row in known.items()} | {
        wire.order_id: tx.new_id() for wire in wires if wire.order_id not in known
    }
    fresh = {wire.order_id: wire for wire in wires if wire.order_id not in known}
    orders.add_orders(
        tx,
        [
            {
                "id": ids[n],
                "account_id": account_id,
                "remote_id": n,
                "state": _stands(w),
                **_order_columns(tx, w, None),
            }
            for n, w in fresh.items()
        ],
    )
    again = [(w, _order_columns(tx, w, known[w.order_id])) for w in wires if w.order_id in known]
    others = {
        w.order_id
        for w, values in again
        if any(known[w.order_id][name] != value for name, value in values.items() if name != "read_at")
    }
    other = [{"key_id": ids[w.order_id], **values} for w, values in again if w.order_id in others]
    orders.save_orders(tx, other)
    # Each reading goes back a while: what is as it was stirs nothing that follows orders.
    orders.note_read(tx, [ids[w.order_id] for w, _ in again if w.order_id not in others])
    return ids, others


def _stands(wire: OrderWire) -> str:
    states = [line_state(line.state or 0, order_state=wire.state or 0) for line in wire.lines]
    return order_state(states).value


def _order_columns(tx: Tx, wire: OrderWire, before: Row | None) -> Row:
    read = {
        "market": wire.market,
        "remote_state": wire.state,
        "currency": wire.currency,
        "price_minor": minor(wire.price, wire.currency) if wire.currency else None,
        "shipping_minor": minor(wire.shipping_price, wire.currency) if wire.currency else None,
        "payment_method": wire.payment_method,
        "created_at": wire.created,
        "modified_at": wire.modified,
        "paid_at": wire.paid,
        "dispatch_at": wire.expected_dispatch_date,
        "shipped_at": wire.shipped,
        "shipper": wire.shipper,
        "tracking_number": wire.tracking_number,
        "is_backship": wire.is_backship,
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
        "grade": condition_grade(line.condition),
        "product_number": line.product_id,
        "quantity": line.quantity,
        "remote_state": line.state,
        "price_minor": minor(line.price, currency) if currency else None,
        "shipping_minor": minor(line.shipping_price, currency) if currency else None,
        "fee_minor": minor(line.fee, currency) if currency else None,
        "delay_hours": line.shipping_delay_hours,
        "imei": line.imei[:40],
        "serial": line.serial_number[:40],
        "listing_id": listed.get(line.listing_id) if line.listing_id is not None else None,
        "changed_at": tx.now,
    }
    said = _said(read, asdict(before) if before else None)
    # A line that does not say how many is at least one: counting none would sell it again.
    quantity = said["quantity"] if said["quantity"] is not None else 1
    state = said["remote_state"] or 0
    if order.state == _NOT_PAID and state in _WAITS:  # whatever its lines say: nobody will ever pay
        state = Remote.UNPAID
    return said | {"quantity": quantity, "remote_state": state}


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
        if not row["counts"]:  # it never came off the stock that we count, and never will
            continue
        sku_id = listings.sku_sold(tx.connection, tx.company, row["listing_id"], row["sku_key"])
        if sku_id is not None:
            skus.add(sku_id)
    wants.want(tx, *(StockOf(sku_id, lower=True) for sku_id in sorted(skus)))
