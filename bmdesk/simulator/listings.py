"""GET and POST of listings, one at a time or by pages, in the market of the request."""

from __future__ import annotations

import re
import uuid
from decimal import Decimal, InvalidOperation
from typing import Any

from bmdesk.simulator import shipping_ways, wire
from bmdesk.simulator.answers import Answer, Call, Refused
from bmdesk.simulator.markets import currency_of, needs_currency
from bmdesk.simulator.records import Listing
from bmdesk.simulator.world import World

MOST_COMMENT = 500
LEAST_WARRANTY = 12
_MOST_QUANTITY = 2_147_483_647


def pages(world: World, call: Call) -> Answer:
    """GET /ws/listings, oldest listing first."""
    state = _whole(call, "publication_state")
    least, most = _whole(call, "min_quantity"), _whole(call, "max_quantity")
    found = list(world.listings.values())
    if least is not None:
        found = [one for one in found if one.quantity >= least]
    if most is not None:
        found = [one for one in found if one.quantity <= most]
    if state is not None:
        found = [one for one in found if one.publication_state(call.market) == state]
    try:
        frame, items = wire.page(world, call, found)
    except ValueError as error:
        raise Refused(400, f"page: {error}") from None
    frame["results"] = [wire.listing(world, one, call.market) for one in items]
    return Answer(200, frame)


def detail(world: World, call: Call) -> Answer:
    """GET /ws/listings/detail?sku= or listing_id= or id=."""
    query = call.query
    if query.get("id"):
        found = world.listings.get(query["id"].lower())
    elif query.get("listing_id"):
        found = world.find_by_number(_whole(call, "listing_id") or 0)
    elif query.get("sku"):
        found = world.find_by_sku(query["sku"])
    else:
        raise Refused(400, "one of id, listing_id or sku is needed")
    return _one(world, call, found)


def read(world: World, call: Call, reference: str) -> Answer:
    """GET /ws/listings/{uuid or number}."""
    return _one(world, call, find(world, reference))


def update(world: World, call: Call, reference: str) -> Answer:
    """POST /ws/listings/{uuid or number}: all fields are taken, or none."""
    one = find(world, reference)
    body = call.document()
    if one is None:
        raise Refused(404, "Listing not found", "not_found")
    if not world.limits.admits_lines(world.clock.seconds(), 1):
        raise Refused(429, "Too many SKU lines in the last hour", "rate_limited")
    changes = fields(body, call.market)
    allow(world, one.highest_allowed(call.market), changes)
    wanted = shipping_ways.asked(body, call.market, real=world.real)
    apply(world, one, changes, call.market, call.number)
    said = ship(world, one, wanted, call.market, call.number)
    answer = {**wire.listing(world, one, call.market), "shippings_response": said, "statuscode": 200}
    return Answer(200, answer)


def find(world: World, reference: str) -> Listing | None:
    """By what stands in the path: a uuid, or the old number. A Refused with 400 for anything else."""
    if re.fullmatch(r"\d{1,18}", reference, re.ASCII):
        return world.find_by_number(int(reference))
    try:
        return world.listings.get(str(uuid.UUID(reference)))
    except ValueError:
        raise Refused(400, f"{reference[:80]!r} is neither a uuid nor a number") from None


def fields(body: dict[str, Any], market: str) -> dict[str, Any]:
    """The fields to write, by the names of Listing and Offer; a Refused with 400 names the first that is wrong."""
    changes: dict[str, Any] = {}
    if body.get("currency") is not None and str(body["currency"]).upper() != currency_of(market):
        raise Refused(400, f"currency: {body['currency']} is not the currency of {market}")
    if "price" in body:
        if needs_currency(market) and not body.get("currency"):
            raise Refused(400, f"currency: required with a price in {market}")
        changes["price"] = price("price", body["price"], market)
    if "min_price" in body:
        least = body["min_price"]
        changes["min_price"] = None if least is None else price("min_price", least, market)
    if "comment" in body:
        comment = body["comment"]
        if comment is not None and (not isinstance(comment, str) or len(comment) > MOST_COMMENT):
            raise Refused(400, f"comment: a text of at most {MOST_COMMENT} characters")
        changes["comment"] = comment
    if "warranty_delay" in body:
        changes["warranty_delay"] = whole(
            "warranty_delay", body["warranty_delay"], least=LEAST_WARRANTY, most=120
        )
    if "quantity" in body:
        changes["quantity"] = whole("quantity", body["quantity"], least=0)
    return changes


def allow(world: World, most: Decimal, changes: dict[str, Any]) -> None:
    """A price above the highest allowed one is taken and keeps the listing offline; where `refuses_above_max` says so
    it is refused. So is a min_price above the price beside it, or from a seller without the BackPricer.
    """
    price, least = changes.get("price"), changes.get("min_price")
    if world.refuses_above_max and price is not None and price > most:
        raise Refused(400, f"price: above the maximum of {most}")
    if least is not None and not world.backpricer:
        raise Refused(400, "min_price: the BackPricer is not enabled in your seller configuration")
    if least is not None and price is not None and least > price:
        raise Refused(400, f"min_price: above the price of {price}")


def apply(world: World, one: Listing, changes: dict[str, Any], market: str, request: int) -> None:
    """Write them down, each with its own entry in the ledger. Quantity is common to all markets."""
    for name, value in changes.items():
        world.write(
            one,
            name,
            value,
            market=None if name in {"quantity", "grade", "new_battery"} else market,
            request=request,
        )


def ship(world: World, one: Listing, wanted: shipping_ways.Asked, market: str, request: int) -> list[str]:
    """Write the ways to ship of one market down; what the answer says of them."""
    if not wanted:
        return []
    ways, said = shipping_ways.told(one, wanted, market)
    world.write(one, "shippings", ways, market=None, request=request)
    return said


def price(name: str, value: object, market: str) -> Decimal:
    """A price above zero with at most as many decimals as the market's currency has, from text or number."""
    places = 0 if currency_of(market) == "JPY" else 2
    try:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise InvalidOperation
        amount = Decimal(str(value).strip())
        if not amount.is_finite() or amount <= 0 or amount >= 10**9 or amount != round(amount, places):
            raise InvalidOperation
    except InvalidOperation:
        most = "without decimals" if places == 0 else "with at most two decimals"
        raise Refused(400, f"{name}: a price above zero {most}") from None
    return round(amount, 2)


def whole(name: str, value: object, *, least: int, most: int = _MOST_QUANTITY) -> int:
    if (
        isinstance(value, bool)
        or not isinstance(value, int | str)
        or not re.fullmatch(r"\s*[+-]?\d{1,12}\s*", str(value))
    ):
        raise Refused(400, f"{name}: a whole number")
    if not least <= int(value) <= most:
        raise Refused(400, f"{name}: from {least} to {most}")
    return int(value)


def _one(world: World, call: Call, found: Listing | None) -> Answer:
    if found is None:
        raise Refused(404, "Listing not found", "not_found")
    return Answer(200, {**wire.listing(world, found, call.market), "statuscode": 200})


def _whole(call: Call, name: str) -> int | None:
    text = call.query.get(name)
    if text is None or text == "":
        return None
    try:
        return int(text)
    except ValueError:
        raise Refused(400, f"{name}: a whole number") from None
