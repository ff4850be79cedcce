"""What must be at Odoo for an order that is here, what is remembered of it, and what became of it. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from bmdesk.services.odoo.units.units_there import Base, ProductThere
from bmdesk.store.photos import MAX_PAPER
from bmdesk.texts import Failure, Text


class UnitsInDoubt(Failure):
    """A person must look at units of this order before they stand at Odoo. Params: `order`, `serials`."""

    code = "odoo.order_held_up"


class Stage(StrEnum):
    """How far an order is."""

    RESERVED = "reserved"
    """Sold; the units that are reserved here are reserved there."""
    PACKED = "packed"
    """Its parcel is closed: what is in it has left the house."""
    CANCELLED = "cancelled"
    """None of it is sold any more."""


class Billed(StrEnum):
    """How far the money of an order is booked there. Stored so."""

    NOT = ""
    """No invoice, as far as anybody here knows."""
    UNPAID = "unpaid"
    """Invoiced; nobody chose the journal that a payment of it goes through."""
    DONE = "done"
    """Invoiced, and what is to be paid there is, or is somebody's there."""


@dataclass(frozen=True, slots=True)
class AddressThere:
    """Where something is sent. `country`: ISO 3166 code of two letters; "" for what is not known."""

    name: str
    company: str
    street: str
    street2: str
    postcode: str
    city: str
    country: str
    phone: str


@dataclass(frozen=True, slots=True)
class CustomerThere:
    """Who bought. One person is one partner there, however often they come back."""

    customer_id: str
    name: str
    email: str
    phone: str
    address: AddressThere


@dataclass(frozen=True, slots=True)
class SerialThere:
    """A unit that a line is sold with."""

    unit_id: str
    identifier: str


@dataclass(frozen=True, slots=True)
class SaleLine:
    """A line of what was sold. `price` is of the whole line, in the order's currency, as it was paid. `serials`: as
    many as are reserved or packed, at most `quantity`; counted goods have none. `vat_scheme` is never empty. A line
    that is cancelled is sold no more; of one that is refunded all the money was given back after it had left. A line of
    `shipping` is what was paid for sending: there is nothing of it to be delivered.
    """

    line_id: str
    product: ProductThere
    title: str
    quantity: int
    price: Decimal
    vat_scheme: str
    serials: tuple[SerialThere, ...] = ()
    counted: bool = False
    cancelled: bool = False
    refunded: bool = False
    shipping: bool = False


@dataclass(frozen=True, slots=True)
class OrderThere:
    """One order as it must be there. `number`: as Back Market and the customer call it. `shipping` is where the parcel
    goes. `total` is the sum of the lines that are sold. `carrier` (in the marketplace's words) and `tracking` are ""
    before it is packed. `invoiced`: the invoice of it is made there. `wants_paper`: and nobody has given its PDF here.
    `given_back`: what of the money of lines that are not refunded was given back all the same.
    """

    order_id: str
    number: str
    market: str
    ordered_at: datetime
    customer: CustomerThere
    shipping: AddressThere
    currency: str
    total: Decimal
    lines: tuple[SaleLine, ...]
    payment_method: str
    stage: Stage
    packed_on: date | None = None
    carrier: str = ""
    tracking: str = ""
    invoiced: bool = False
    wants_paper: bool = False
    given_back: Decimal = Decimal(0)

    @property
    def is_whole(self) -> bool:
        """Whether all of it has left: an order that leaves in parts is invoiced with the last of them."""
        sold = [line for line in self.lines if not line.cancelled]
        goods = [line for line in sold if not line.shipping]
        return all(line.counted or len(line.serials) == line.quantity for line in goods)

    @property
    def is_owed(self) -> bool:
        """Whether the money of any line was not given back."""
        return not all(line.refunded for line in self.lines if not line.cancelled)


MOST_OF_A_PAPER = MAX_PAPER
"""Bytes of a PDF that is kept here."""


@dataclass(frozen=True, slots=True)
class Paper:
    """The PDF of an invoice, at most MOST_OF_A_PAPER bytes. `name`: of its file, plain."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SaleChoices:
    """Which records of Odoo are meant: taxes and fiscal positions by VAT scheme, carriers by the marketplace's words,
    journals by payment method. What nobody chose is absent; `OTHERS` of services.odoo.choices stands for the rest.
    """

    taxes: Mapping[str, int] = field(default_factory=dict)
    positions: Mapping[str, int] = field(default_factory=dict)
    carriers: Mapping[str, int] = field(default_factory=dict)
    journals: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OrderKnown:
    """What is remembered: ids there, of the partner by customer, the sale order by order, products by variant, lots by
    unit; and by order what both sides had when they last agreed.
    """

    partners: Mapping[str, int] = field(default_factory=dict)
    sales: Mapping[str, int] = field(default_factory=dict)
    products: Mapping[str, int] = field(default_factory=dict)
    lots: Mapping[str, int] = field(default_factory=dict)
    bases: Mapping[str, Base] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OrderRight:
    """All of it is there. `changed`: something was written. `notes`: what a person may want to know. `name`: what the
    sale order is called there ("S00012"), "" where that was not read. `sale_id` and `partner_id` are 0 where an order
    was cancelled that never came there. `told`: for the order's timeline, not told before. `paper`: its invoice's PDF,
    where that is wanted. `billed`: NOT too where nobody looked.
    """

    sale_id: int
    partner_id: int
    base: Base
    changed: bool
    notes: tuple[Text, ...] = ()
    name: str = ""
    told: tuple[Text, ...] = ()
    paper: Paper | None = None
    billed: Billed = Billed.NOT


@dataclass(frozen=True, slots=True)
class OrderWaits:
    """Something of it is not there yet that comes by itself: the lots of these units."""

    unit_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OrderDoubt:
    """A person must look before this order can be right; nothing was guessed. What was made already is said."""

    failure: Failure
    sale_id: int | None = None
    partner_id: int | None = None


OrderResult: TypeAlias = OrderRight | OrderWaits | OrderDoubt
