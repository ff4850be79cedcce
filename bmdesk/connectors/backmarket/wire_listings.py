"""A listing as one market sees it. Quantity is common to all markets; price, comment and warranty are this market's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bmdesk.connectors.backmarket.reading import SMALL, Drift, Reader, clean
from bmdesk.connectors.backmarket.wire import Nameless
from bmdesk.domain.identifiers import sku_key
from bmdesk.domain.listing_shipping import MOST_WAYS, Ways
from bmdesk.domain.money import Money
from bmdesk.texts import msg

# The deprecated `state` beside `grade`.
_GRADE_OF_STATE = {9: "PREMIUM", 0: "EXCELLENT", 1: "VERY_GOOD", 2: "GOOD", 3: "FAIR", 4: "STALLONE"}

_LONGEST_ID, _LONGEST_SKU = 40, 200


@dataclass(frozen=True, slots=True)
class ShippingWire:
    """One shipping option of a listing."""

    market: str
    shipper: str
    delay_hours: int | None
    price: Decimal | None


@dataclass(frozen=True, slots=True)
class ListingWire:
    """`id` is the UUID; `listing_id`, `backmarket_id` are the integers that orders carry. None: not said.

    A price of zero is no price. `publication_state`: 2 online, 3 offline, the others are unexplained.
    """

    id: str
    listing_id: int | None
    backmarket_id: int | None
    product_id: str
    sku: str
    title: str
    grade: str
    quantity: int | None
    publication_state: int | None
    price: Decimal | None
    currency: str
    min_price: Decimal | None
    max_price: Decimal | None
    comment: str
    warranty_delay: int | None
    new_battery: bool
    shippings: tuple[ShippingWire, ...]
    shipping_said: tuple[str, ...] = ()
    """What the marketplace says of ways to ship that were just written."""


def read_listing(raw: Mapping[str, object], drift: set[Drift]) -> ListingWire:
    """Raises Nameless without an id, and for an id or SKU too long to be kept: cut, it could be another's."""
    fields = Reader(raw, "listing", drift)
    fields.ignore("statuscode", "shippings_response", "snowden")
    name = fields.text("id", 64)
    listing_id = fields.whole("listing_id")
    if not name:
        raise Nameless(str(listing_id or ""), msg("wire.listing_without_id", sku=fields.text("sku", 200)))
    if len(name) > _LONGEST_ID:
        raise Nameless(str(listing_id or ""), msg("wire.listing_id_too_long", id=name))
    sku = fields.text("sku", _LONGEST_SKU + 1)
    if max(len(sku), len(sku_key(sku))) > _LONGEST_SKU:
        raise Nameless(name, msg("wire.listing_sku_too_long", sku=sku[:80], most=_LONGEST_SKU))
    listing = ListingWire(
        id=name,
        listing_id=listing_id,
        backmarket_id=fields.whole("backmarket_id"),
        product_id=fields.text("product_id", 64, nullable=True),
        sku=sku,
        title=fields.text("title", 500),
        grade=_grade(fields),
        quantity=fields.whole("quantity", least=0, most=SMALL),
        publication_state=fields.whole("publication_state", most=SMALL),
        price=fields.amount("price"),
        currency=fields.currency(),
        min_price=fields.amount("min_price", nullable=True),
        max_price=fields.amount("max_price"),
        comment=fields.text("comment", 2000, nullable=True),
        warranty_delay=fields.whole("warranty_delay", most=SMALL),
        new_battery=fields.flag("new_battery"),
        shippings=tuple(_shipping(entry, drift) for entry in fields.records("shippings")),
        shipping_said=_said(raw.get("shippings_response")),
    )
    fields.finish()
    return listing


def shipping_columns(ways: Ways, before: int, currency: str) -> dict[str, object]:
    """The fields that write up to three ways to ship; null takes one of those away that stood there `before`."""
    body: dict[str, object] = {}
    for at in range(1, MOST_WAYS + 1):
        if at <= len(ways):
            way = ways[at - 1]
            body[f"shipper_{at}"] = way.shipper
            body[f"shipping_price_{at}"] = f"{Money(way.price, currency).amount:f}"
            body[f"shipping_delay_{at}"] = way.hours
        elif at <= before:
            body |= {f"shipper_{at}": None, f"shipping_price_{at}": None, f"shipping_delay_{at}": None}
    return body


def _grade(fields: Reader) -> str:
    state = fields.whole("state")
    grade = fields.text("grade", 40).upper()
    if not grade and state is not None:
        grade = _GRADE_OF_STATE.get(state, "")
    if grade and grade not in _GRADE_OF_STATE.values():
        fields.odd("grade", "one of the contract's", "another")
    return grade


def _said(answer: object) -> tuple[str, ...]:
    found = answer if isinstance(answer, list) else []
    return tuple(clean(one, 300) for one in found[:10] if isinstance(one, str))


def _shipping(raw: Mapping[str, object], drift: set[Drift]) -> ShippingWire:
    fields = Reader(raw, "listing.shippings", drift)
    fields.ignore("shipper_display")
    shipping = ShippingWire(
        market=fields.locale("country_code"),
        shipper=fields.text("shipper", 100),
        delay_hours=fields.whole("shipping_delay", least=0),
        price=fields.amount("shipping_price", zero=True),
    )
    fields.finish()
    return shipping
