"""An order, its lines and its customer. Everything is derived from the lines: state 9 of an order does not mean that it
was shipped.

Who bought and where it goes never gets into a note, a log or a representation; `raw` holds the whole record for those
who may keep it, and is never shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from bmdesk.connectors.backmarket.reading import SMALL, Drift, Reader
from bmdesk.connectors.backmarket.wire import Nameless
from bmdesk.domain.customers import Person
from bmdesk.texts import msg

_MOST_LINES = 500
_STATES = frozenset({None, *range(10)})


@dataclass(frozen=True, slots=True)
class LineWire:
    """`price` is the total of the line for all its pieces. `sku` is what the API calls `listing`."""

    id: int
    sku: str
    listing_id: int | None
    product_id: int | None
    product: str
    brand: str
    quantity: int | None
    state: int | None
    created: datetime | None
    price: Decimal | None
    shipping_price: Decimal | None
    currency: str
    condition: int | None
    imei: str
    serial_number: str
    fee: Decimal | None
    return_reason: int | None
    shipping_delay_hours: int | None


@dataclass(frozen=True, slots=True)
class OrderWire:
    """`price` is the sum of the lines without shipping. Dates are aware UTC; one without a zone was taken as UTC.

    `market` is the locale that the API calls `country_code`, as sent: it may be one that no table knows yet.
    """

    order_id: int
    state: int | None
    created: datetime | None
    modified: datetime | None
    paid: datetime | None
    shipped: datetime | None
    expected_dispatch_date: datetime | None
    market: str
    currency: str
    price: Decimal | None
    shipping_price: Decimal | None
    shipper: str
    tracking_number: str
    is_backship: bool
    payment_method: str
    lines: tuple[LineWire, ...]
    raw: Mapping[str, object] = field(repr=False, compare=False, hash=False)
    shipping: Person = field(default=Person(), repr=False)
    """Where the parcel goes; empty where the order does not say."""
    billing: Person = field(default=Person(), repr=False)
    delivery_note: str = field(default="", repr=False)
    """A signed address that expires within days, so it is a secret; not checked here."""


def read_order(raw: Mapping[str, object], drift: set[Drift]) -> OrderWire:
    """Raises Nameless without an order id, and where a line has no id of its own: a piece not counted oversells."""
    fields = Reader(raw, "order", drift)
    fields.ignore(
        "shipping_address", "billing_address", "tracking_url", "shipper_display", "paypal_reference", "psp_reference",
        "installment_payment", "sales_taxes", "date_bill_provided", "customer_id_number",
    )  # fmt: skip
    order_id = fields.whole("order_id", least=1)
    if order_id is None:
        raise Nameless("", msg("wire.order_without_id"))
    given = raw.get("orderlines")
    if (
        not isinstance(given, list)
        or len(given) > _MOST_LINES
        or not all(isinstance(entry, dict) for entry in given)
    ):
        raise Nameless(str(order_id), msg("wire.order_without_lines", order=str(order_id)))
    order = OrderWire(
        order_id=order_id,
        state=fields.whole("state", most=SMALL),
        created=fields.moment("date_creation"),
        modified=fields.moment("date_modification"),
        paid=fields.moment("date_payment", nullable=True, optional=True),
        shipped=fields.moment("date_shipping", nullable=True, optional=True),
        expected_dispatch_date=fields.moment("expected_dispatch_date", nullable=True, optional=True),
        market=fields.locale("country_code"),
        currency=fields.currency(),
        price=fields.amount("price", zero=True),
        shipping_price=fields.amount("shipping_price", zero=True),
        shipper=fields.text("shipper", 100, nullable=True, optional=True),
        tracking_number=fields.text("tracking_number", 200, nullable=True),
        is_backship=fields.flag("is_backship"),
        payment_method=fields.text("payment_method", 40, nullable=True, optional=True),
        lines=tuple(_line(entry, order_id, drift) for entry in fields.records("orderlines")),
        raw=raw,
        shipping=_person(raw, "shipping_address", drift),
        billing=_person(raw, "billing_address", drift),
        delivery_note=fields.text("delivery_note", 2000, nullable=True, optional=True),
    )
    fields.finish()
    if len({line.id for line in order.lines}) < len(order.lines):
        raise Nameless(str(order_id), msg("wire.line_without_id", order=str(order_id)))
    return order


def _line(raw: Mapping[str, object], order_id: int, drift: set[Drift]) -> LineWire:
    fields = Reader(raw, "order.line", drift)
    fields.ignore("return_message", "backcare", "backcare_price", "sales_taxes", "shipper", "canceled_by")
    line_id = fields.whole("id", least=1)
    if line_id is None:
        raise Nameless(str(order_id), msg("wire.line_without_id", order=str(order_id)))
    line = LineWire(
        id=line_id,
        sku=fields.text("listing", 200),
        listing_id=fields.whole("listing_id"),
        product_id=fields.whole("product_id"),
        product=fields.text("product", 500),
        brand=fields.text("brand", 100, nullable=True),
        quantity=fields.whole("quantity", least=0, most=SMALL),
        state=fields.whole("state", most=SMALL),
        created=fields.moment("date_creation"),
        price=fields.amount("price", zero=True),
        shipping_price=fields.amount("shipping_price", zero=True),
        currency=fields.currency(),
        condition=fields.whole("condition", nullable=True, most=SMALL),
        imei=fields.text("imei", 40, nullable=True),
        serial_number=fields.text("serial_number", 80, nullable=True),
        fee=fields.amount("orderline_fee", nullable=True, zero=True),
        return_reason=fields.whole("return_reason", nullable=True),
        shipping_delay_hours=fields.whole("shipping_delay", nullable=True, least=0),
    )
    if line.state not in _STATES:  # it waits until somebody knows what it means
        fields.odd("state", "a state of the contract", "another number")
    fields.finish()
    return line


def _person(raw: Mapping[str, object], key: str, drift: set[Drift]) -> Person:
    """The contract and the live servers do not agree on the names of the keys: both are read."""
    given = raw.get(key)
    if not isinstance(given, dict):
        if given is not None:
            drift.add(Drift(f"order.{key}", "object", "something else"))
        return Person()
    fields = Reader(given, f"order.{key}", drift)

    def text(limit: int, name: str) -> str:
        return " ".join(fields.text(name, limit, nullable=True, optional=True).split())

    fields.ignore(
        "id", "customer_id_number", "first_name_pronunciation", "last_name_pronunciation", "gender",
        "firstName", "lastName", "postalCode", "phoneNumber",
    )  # fmt: skip
    country, state = text(40, "country").upper(), text(60, "state")
    person = Person(
        first_name=text(100, "first_name") or text(100, "firstName"),
        last_name=text(100, "last_name") or text(100, "lastName"),
        company=text(200, "company"),
        street=text(300, "street"),
        street2=text(300, "street2"),
        postcode=text(20, "postal_code") or text(20, "postalCode"),
        # Where addresses have a state, it stands behind the city on the label.
        city=", ".join(part for part in (text(130, "city"), state) if part),
        country=country if len(country) == 2 else "",
        phone=text(40, "phone") or text(40, "phoneNumber"),
        email=text(200, "email"),
    )
    fields.finish()
    return person
