"""The seller's account at the marketplace: products, listings, orders, tasks, and what happens to them by themselves.

It knows no HTTP. Everything that changes is written to the ledger. Callers hold the lock.
"""

from __future__ import annotations

import random
import threading
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bmdesk.simulator.buyers import Buyers
from bmdesk.simulator.clock import Clock
from bmdesk.simulator.customers import Customer, Customers
from bmdesk.simulator.faults import Fault, Faults
from bmdesk.simulator.ledger import Ledger
from bmdesk.simulator.limits import Limits
from bmdesk.simulator.markets import REGIONS, currency_of, markets_of, money
from bmdesk.simulator.records import (
    FINAL_LINES,
    LINE_STATE_OF_ORDER,
    SMARTPHONES,
    TAKEN_BACK,
    Delivery,
    Line,
    Listing,
    Offer,
    Order,
    Product,
    Proposal,
    Task,
)
from bmdesk.simulator.shippers import parcel_number
from bmdesk.simulator.tree import Category, standard

__all__ = ["Listing", "Offer", "Order", "Product", "World"]


class World:
    """One merchant's account. `real` sends what live servers send instead of what the contract says."""

    def __init__(self, *, seed: int = 1, real: bool = False) -> None:
        self.lock = threading.RLock()
        self.clock = Clock()
        self.ledger = Ledger()
        self.limits = Limits()
        self.faults = Faults()
        self.seed = seed
        self.random = random.Random(seed)
        self.customers = Customers(seed)
        self.buyers = Buyers(seed)
        self.real = real
        self.region = "EU"
        self.primary_market: str | None = None
        self.merchant = True
        self.token: str | None = None
        self.known_products_only = False
        self.retry_after: int | None = None
        self.latency = 0.0
        self.timeout_hold = 60.0
        self.late_seconds = 20.0
        self.slow_seconds = 3.0
        self.task_seconds = 300.0
        self.task_failure: str | None = None
        self.listings: dict[str, Listing] = {}
        self.products: dict[str, Product] = {}
        self.orders: dict[int, Order] = {}
        self.tasks: dict[int, Task] = {}
        self.proposals: dict[str, Proposal] = {}
        """Products in review, by EAN."""
        self.refuses_above_max = False
        self.backpricer = True
        """Whether the seller may give a min_price; the marketplace then moves prices when it is told to."""
        self.tree: list[Category] = standard()
        self.backboxes: dict[tuple[str, str], tuple[Decimal, Decimal] | None] = {}
        self.rivals: dict[tuple[str, int, str], list[Decimal]] = {}
        """Prices of other sellers, by product, condition and market."""
        self.races: list[tuple[Fault, Callable[[str], None]]] = []
        """Which calls somebody overtakes, and what is done then; told the name in the call's address."""
        self._by_sku: dict[str, Listing] = {}
        self._by_number: dict[int, Listing] = {}
        self._by_product_number: dict[int, Product] = {}
        self._by_ean: dict[str, Product] = {}
        self._lines: dict[int, tuple[Order, Line]] = {}
        self._shipments: dict[int, Order] = {}
        self._later: list[tuple[float, Callable[[], object]]] = []
        self._numbers = {
            "listing": 1_000_000,
            "product": 100_000,
            "order": 40_000_000,
            "line": 50_000_000,
            "task": 7_000,
            "shipment": 600_000,
        }

    # ------------------------------------------------------------ reading

    @property
    def markets(self) -> tuple[str, ...]:
        return markets_of(self.region, real=self.real)

    @property
    def primary(self) -> str:
        """The market that answers where a call names none."""
        return self.primary_market or REGIONS[self.region][0]

    def find_listing(self, reference: object) -> Listing | None:
        """By uuid, number or SKU (whatever its case)."""
        text = str(reference).strip()
        found = self.listings.get(text.lower()) or self._by_sku.get(text.lower())
        return found or (self._by_number.get(int(text)) if text.isascii() and text.isdigit() else None)

    def find_by_sku(self, sku: str) -> Listing | None:
        return self._by_sku.get(sku.strip().lower())

    def find_by_number(self, number: int) -> Listing | None:
        return self._by_number.get(number)

    def find_product(self, *, product_id: str = "", ean: str = "") -> Product | None:
        if product_id:
            number = int(product_id) if product_id.isascii() and product_id.isdigit() else None
            return (
                self._by_product_number.get(number)
                if number is not None
                else self.products.get(product_id.lower())
            )
        return self._by_ean.get(ean)

    def find_line(self, line_id: int) -> tuple[Order, Line] | None:
        return self._lines.get(line_id)

    def order_of_shipment(self, shipment_id: int) -> Order | None:
        return self._shipments.get(shipment_id)

    # ------------------------------------------------------------ making

    def add_product(
        self,
        *,
        title: str,
        product_id: str = "",
        ean: str = "",
        category: int = SMARTPHONES,
        brand: str = "Apple",
        new_price: Decimal = Decimal(999),
    ) -> Product:
        product = Product(
            product_id.lower() or self.new_uuid(),
            self._next("product"),
            title,
            ean,
            category,
            brand,
            new_price,
        )
        self.products[product.product_id] = product
        self._by_product_number[product.backmarket_id] = product
        if ean:
            self._by_ean[ean] = product
        return product

    def know_ean(self, product: Product) -> None:
        """From now on the product is found by its EAN."""
        self._by_ean[product.ean] = product

    def add_listing(
        self, sku: str, product: Product, grade: str, quantity: int = 0, *, new_battery: bool = False
    ) -> Listing:
        """ValueError when the SKU is taken: it is unique whatever its case."""
        if not sku.strip() or self.find_by_sku(sku):
            raise ValueError(f"the SKU {sku!r} is empty or taken")
        listing = Listing(
            self.new_uuid(), self._next("listing"), sku.strip(), grade, product, quantity, new_battery
        )
        self.listings[listing.id] = listing
        self._by_sku[listing.sku.lower()] = listing
        self._by_number[listing.listing_id] = listing
        return listing

    def remove_listing(self, listing: Listing) -> None:
        del self.listings[listing.id], self._by_sku[listing.sku.lower()], self._by_number[listing.listing_id]

    def write(
        self, listing: Listing, field_: str, value: Any, *, market: str | None, request: int | None
    ) -> None:
        """Set one field and say so in the ledger, also when the value stays what it was. No market: common field."""
        target: Any = listing if market is None else listing.offer_to_write(market)
        old = getattr(target, field_)
        if field_ == "price" and market is not None:
            target.asked = value
        setattr(target, field_, value)
        self.record(field_, request, listing=listing, market=market, old=old, new=value)

    def record(self, kind: str, request: int | None, *, listing: Listing | None = None, **facts: Any) -> None:
        if listing is not None:
            facts = {"listing": listing.id, "listing_id": listing.listing_id, "sku": listing.sku, **facts}
        facts = {key: str(value) if isinstance(value, Decimal) else value for key, value in facts.items()}
        self.ledger.effect(self.clock.seconds(), kind, request, **facts)

    def new_uuid(self) -> str:
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def _next(self, what: str) -> int:
        self._numbers[what] += 1
        return self._numbers[what]

    # ------------------------------------------------------------ orders come in by themselves

    def place_order(
        self,
        items: list[tuple[Listing, int]],
        *,
        market: str,
        state: int = 1,
        at: datetime | None = None,
        customer: Customer | None = None,
        delay: int = 48,
        payment: str = "CARD",
        backship: bool = False,
    ) -> Order:
        """A customer buys. The quantity falls at once, also while the order is unpaid or not yet visible.

        `delay`: hours within which it must leave; `backship`: the marketplace makes the label once it is accepted.
        """
        created = at or self.clock.now()
        number = self._next("order")
        lines = [self._line(listing, quantity, market, state, delay) for listing, quantity in items]
        order = Order(
            number,
            market,
            state,
            lines,
            created,
            created,
            customer or self.customers.buys(market),
            payment_method=payment,
            backship=backship,
        )
        if state in {1, 3, 9}:
            order.paid = created
        if state == 9:
            order.shipped = created + timedelta(hours=4)
            order.tracking_number = f"SIM{number}"
        self.orders[number] = order
        self._labels(order)
        self.record("order", None, order=number, market=market, new=state)
        for line in lines:
            self._lines[line.id] = (order, line)
            old = line.listing.quantity
            line.listing.quantity = max(0, old - line.quantity)
            self.record(
                "sale",
                None,
                listing=line.listing,
                order=number,
                market=market,
                old=old,
                new=line.listing.quantity,
            )
        return order

    def _line(self, listing: Listing, quantity: int, market: str, state: int, delay: int) -> Line:
        price = (listing.offer(market).price or listing.highest(market) / 2) * quantity
        return Line(
            self._next("line"),
            listing,
            listing.sku,
            quantity,
            price,
            LINE_STATE_OF_ORDER[state],
            listing.grade,
            delay=delay,
        )

    def set_order_state(self, order: Order, state: int) -> None:
        """The marketplace moves an order (payment came, or failed); its lines follow unless they are final."""
        old, order.state = order.state, state
        order.modified = self.clock.now()
        if state in {1, 3, 9} and order.paid is None:
            order.paid = order.modified
        for line in order.lines:
            if line.state not in FINAL_LINES:
                line.state = LINE_STATE_OF_ORDER[state]
        self._labels(order)
        self.record("order_state", None, order=order.order_id, market=order.market, old=old, new=state)

    def set_line_state(
        self, order: Order, line: Line, state: int, *, request: int | None = None, **facts: Any
    ) -> None:
        """One line moves; the order's own state follows from its lines. `facts` stand with it in the ledger."""
        old, line.state = line.state, state
        order.modified = self.clock.now()
        states = {each.state for each in order.lines}
        if states <= FINAL_LINES:
            order.state = 9
        elif 1 not in states and 2 in states:
            order.state = 3
        kind = {2: "accept", 3: "ship", 4: "cancel", 5: "refund", 6: "refund"}.get(state, "line_state")
        if request is None:
            kind = "line_state"
        self.record(
            kind,
            request,
            listing=line.listing,
            order=order.order_id,
            line=line.id,
            market=order.market,
            old=old,
            new=state,
            **facts,
        )
        self._labels(order)

    def take_back(
        self,
        order: Order,
        line: Line,
        amount: Decimal | None = None,
        *,
        request: int | None = None,
        **facts: Any,
    ) -> None:
        """All that is left of the line's money goes back, and it moves; or a smaller amount, and no state tells."""
        currency = currency_of(order.market)
        left = line.price - line.refunded
        given = left if amount is None else min(amount, left)
        if given >= left:
            state = TAKEN_BACK[line.state]
            self.set_line_state(order, line, state, request=request, amount=money(left, currency), **facts)
            return
        line.refunded += given
        order.modified = self.clock.now()
        self.record(
            "refund_part" if request is None else "refund", request, listing=line.listing, order=order.order_id,
            line=line.id, market=order.market, old=line.state, new=line.state, amount=money(given, currency), **facts,
        )  # fmt: skip

    def _labels(self, order: Order) -> None:
        """BackShip makes one label for an order, as soon as the first of its lines is accepted."""
        accepted = [line.id for line in order.lines if line.state == 2]
        if not order.backship or not accepted:
            return
        if order.delivery is None:
            country = order.customer.country
            number = parcel_number(self.random, country)
            made = Delivery(
                self._next("shipment"),
                [],
                self.clock.now(),
                "Chronopost" if country == "FR" else "DHL Express",
                number,
                f"https://track.example/{number}",
            )
            self._shipments[made.shipment_id] = order
            order.delivery = made
            self.record("label", None, order=order.order_id, market=order.market, new=number)
        order.delivery.lines += [line for line in accepted if line not in order.delivery.lines]

    # ------------------------------------------------------------ time passes

    def add_task(self, work: Callable[[], dict[str, Any]]) -> Task:
        """The batch is worked off when the simulated clock says so."""
        now = self.clock.seconds()
        task = Task(self._next("task"), now, now + self.task_seconds, work, failure=self.task_failure)
        self.tasks[task.task_id] = task
        self.settle()
        return task

    def do_later(self, seconds: float, work: Callable[[], object]) -> None:
        self._later.append((self.clock.seconds() + seconds, work))

    def settle(self) -> None:
        """Do what has come due by now: batches, and effects of calls whose callers gave up."""
        now = self.clock.seconds()
        due = sorted((item for item in self._later if item[0] <= now), key=lambda item: item[0])
        self._later = [item for item in self._later if item[0] > now]
        for _, work in due:
            work()
        self.buyers.come(self, now)
        for task in self.tasks.values():
            if not task.done and task.due <= now:
                task.done = True
                if task.failure is None:
                    task.result = task.work()
