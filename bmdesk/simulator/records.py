"""What the seller's account at the marketplace holds: products, listings, orders, parcels of BackShip, tasks.

Records only: what happens to them is the world's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from bmdesk.simulator.customers import Customer
from bmdesk.simulator.markets import RATES, currency_of

LINE_STATE_OF_ORDER = {0: 0, 10: 8, 1: 1, 3: 2, 8: 7, 9: 3}
FINAL_LINES = frozenset({3, 4, 5, 6, 7})
TAKEN_BACK = {1: 4, 2: 5, 3: 6}
"""State of a line -> its state when it is cancelled, or refunded in full."""
SMARTPHONES, TABLETS, LAPTOPS, WATCHES, CONSOLES, HEADPHONES = 2, 4, 6, 8, 10, 12
"""The leaves of the category tree."""


@dataclass(slots=True)
class Product:
    product_id: str
    backmarket_id: int
    title: str
    ean: str
    category: int = SMARTPHONES
    brand: str = "Apple"
    new_price: Decimal = Decimal(999)
    """In euro; the highest allowed price of every market is made of it."""
    in_review: bool = False
    """Proposed by the seller: the marketplace has not said yet whether it will have it."""

    def highest(self, market: str) -> Decimal:
        return (self.new_price * RATES[currency_of(market)]).quantize(Decimal(1))


@dataclass(slots=True)
class Offer:
    """One listing in one market. Without a price it is not offered there."""

    price: Decimal | None = None
    asked: Decimal | None = None
    """What the seller asked for, where the BackPricer has moved the price."""
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    comment: str | None = None
    warranty_delay: int = 12
    publication_state: int | None = None
    """Set by hand: the marketplace keeps it so and does not say why."""


@dataclass(slots=True)
class Listing:
    id: str
    listing_id: int
    sku: str
    grade: str
    product: Product
    quantity: int = 0
    new_battery: bool = False
    shippings: list[dict[str, Any]] = field(default_factory=list)
    offers: dict[str, Offer] = field(default_factory=dict)

    def offer(self, market: str) -> Offer:
        """The offer to read: an empty one where there is none yet."""
        return self.offers.get(market) or Offer(max_price=self.highest(market))

    def offer_to_write(self, market: str) -> Offer:
        return self.offers.setdefault(market, Offer(max_price=self.highest(market)))

    def highest(self, market: str) -> Decimal:
        return self.product.highest(market)

    def highest_allowed(self, market: str) -> Decimal:
        """As set for the offer, else what follows from the product."""
        most = self.offer(market).max_price
        return self.highest(market) if most is None else most

    def publication_state(self, market: str) -> int:
        """2 online, 3 offline; the real one knows more reasons than these three."""
        offer = self.offer(market)
        if offer.publication_state is not None:
            return offer.publication_state
        if self.product.in_review:
            return 1
        if self.quantity <= 0 or offer.price is None:
            return 3
        return 3 if offer.max_price is not None and offer.price > offer.max_price else 2


@dataclass(slots=True)
class Proposal:
    """A product in review as its last row described it, and the listing that came with it."""

    product: Product
    fields: dict[str, str]
    sku: str
    grade: str
    changes: dict[str, Any]
    market: str


@dataclass(slots=True)
class Line:
    id: int
    listing: Listing
    sku: str
    quantity: int
    price: Decimal
    """The line's total, not the unit's price."""
    state: int
    condition_grade: str
    imei: str = ""
    serial_number: str = ""
    return_reason: int = 0
    return_message: str = ""
    canceled_by: str = ""
    delay: int = 48
    """Hours within which it was promised to leave."""
    refunded: Decimal = Decimal(0)
    """Given back in parts; a full refund moves the line instead."""


@dataclass(slots=True)
class Paper:
    """A document at an address of its own: a delivery note, or a label. `kind` is one of papers.KINDS."""

    kind: str = "pdf"
    edition: int = 1
    """Addresses of earlier editions have expired."""


@dataclass(slots=True)
class Invoice:
    name: str
    content: bytes
    at: datetime


@dataclass(slots=True)
class Order:
    order_id: int
    market: str
    state: int
    lines: list[Line]
    created: datetime
    modified: datetime
    customer: Customer
    paid: datetime | None = None
    shipped: datetime | None = None
    shipper: str = "DHL Express"
    tracking_number: str = ""
    tracking_url: str = ""
    vat_type: str = ""
    payment_method: str = "CARD"
    backship: bool = False
    delivery_note: Paper = field(default_factory=Paper)
    delivery: Delivery | None = None
    invoice: Invoice | None = None


@dataclass(slots=True)
class Delivery:
    """A parcel that BackShip sends: its label is there as soon as a line is accepted."""

    shipment_id: int
    lines: list[int]
    created: datetime
    carrier: str
    tracking_number: str
    tracking_url: str
    label: Paper = field(default_factory=Paper)
    requested: datetime | None = None
    """When the pick-up was asked for."""
    picked_up: datetime | None = None
    delivered: datetime | None = None
    pickup_cancelled: bool = False


@dataclass(slots=True)
class Task:
    task_id: int
    created: float
    due: float
    work: Callable[[], dict[str, Any]]
    result: dict[str, Any] = field(default_factory=dict)
    failure: str | None = None
    done: bool = False
