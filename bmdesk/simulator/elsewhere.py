"""What the simulator knows little about: categories, competitors, and an empty answers for the rest."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from bmdesk.simulator.answers import Answer, Call, Refused
from bmdesk.simulator.markets import country_of, currency_of, money
from bmdesk.simulator.records import CONSOLES, HEADPHONES, LAPTOPS, SMARTPHONES, TABLETS, WATCHES
from bmdesk.simulator.world import World

_TREE = (
    (1, "Phones", ((SMARTPHONES, "Smartphones"),)),
    (3, "Tablets", ((TABLETS, "Tablets"),)),
    (5, "Computers", ((LAPTOPS, "Laptops"),)),
    (7, "Watches", ((WATCHES, "Smartwatches"),)),
    (9, "Gaming", ((CONSOLES, "Consoles"),)),
    (11, "Audio", ((HEADPHONES, "Headphones"),)),
)
_NO_MARKET_CODE = frozenset({"en-au"})
"""The contract's MarketCode knows no AU."""


def category_tree(_world: World, _call: Call) -> Answer:
    """GET /ws/category/tree."""
    return Answer(200, [_branch(*root) for root in _TREE])


def category(_world: World, _call: Call, category_id: str) -> Answer:
    """GET /ws/category/tree/{id}: the branch below this category."""
    for number, name, leaves in _TREE:
        if str(number) == category_id:
            return Answer(200, _branch(number, name, leaves))
        for leaf, leaf_name in leaves:
            if str(leaf) == category_id:
                return Answer(200, _leaf(leaf, leaf_name))
    raise Refused(404, "Category not found", "not_found")


def competitors(world: World, _call: Call, listing_id: str) -> Answer:
    """GET /ws/backbox/v1/competitors/{uuid}: one item for each market with a BackBox; 404 where there is none."""
    if not world.limits.admits_competitors(world.clock.seconds()):
        raise Refused(429, "Twice per second and token", "rate_limited")
    try:
        one = world.listings.get(str(uuid.UUID(listing_id)))
    except ValueError:
        raise Refused(422, "listingId is no uuid", "validation_error") from None
    boxes = []
    for market in [] if one is None else world.markets:
        if one is None or market in _NO_MARKET_CODE:
            continue
        offer = one.offer(market)
        set_by_hand = (one.id, market) in world.backboxes
        if offer.price is None or (not set_by_hand and one.publication_state(market) != 2):
            continue
        box = world.backboxes.get((one.id, market), _usual_box(one.listing_id, offer.price))
        if box is not None:
            boxes.append((market, offer.price, offer.min_price, *box))
    if one is None or not boxes:
        raise Refused(404, "", "not_found")
    items = []
    for market, price, least, winner, to_win in boxes:
        currency = currency_of(market)
        item: dict[str, Any] = {
            "market": country_of(market),
            "winner_price": _amount(winner, currency),
            "price_to_win": _amount(to_win, currency),
        }
        if not world.real or one.listing_id % 2:
            item |= {
                "listing_id": one.id,
                "product_id": one.product.product_id,
                "price": _amount(price, currency),
                "min_price": None if least is None else _amount(least, currency),
                "is_winning": price <= to_win,
            }
        items.append(item)
    return Answer(200, items)


def _usual_box(number: int, price: Decimal) -> tuple[Decimal, Decimal]:
    """Winner's price and price to win: every second listing wins its own."""
    if number % 2 == 0:
        return price, price
    return price * Decimal("0.97"), price * Decimal("0.96")


def _amount(amount: Decimal, currency: str) -> dict[str, str]:
    return {"amount": money(amount, currency), "currency": currency}


def empty_page(_world: World, _call: Call) -> Answer:
    return Answer(200, {"count": 0, "next": None, "previous": None, "results": []})


def no_care_folders(world: World, _call: Call) -> Answer:
    """The contract's `next` is a text here; live servers send null."""
    nothing = None if world.real else ""
    return Answer(200, {"count": 0, "next": nothing, "previous": nothing, "results": []})


def backbox_data(world: World, call: Call) -> Answer:
    """GET /ws/listings_bi, twice an hour for each market."""
    if not world.limits.admits_bi(world.clock.seconds(), call.market):
        raise Refused(429, "Too many calls", "rate_limited")
    return empty_page(world, call)


def empty_cursor_page(_world: World, _call: Call) -> Answer:
    return Answer(200, {"next": None, "results": []})


def empty_list(_world: World, _call: Call, *_: str) -> Answer:
    return Answer(200, [])


def nothing_there(_world: World, _call: Call, *_: str) -> Answer:
    """There are no buyback orders, deliveries or care folders, so none has this number."""
    raise Refused(404, "Not found", "not_found")


def _branch(number: int, name: str, leaves: tuple[tuple[int, str], ...]) -> dict[str, Any]:
    return _node(number, name, [_leaf(*leaf) for leaf in leaves], [])


def _leaf(number: int, name: str) -> dict[str, Any]:
    colour = {
        "field": "color",
        "field_name": "Colour",
        "type": 3,
        "allowed_values": "Black,White,Blue,Red",
        "required": True,
    }
    return _node(number, name, [], [colour])


def _node(
    number: int, name: str, below: list[dict[str, Any]], attributes: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "category_id": number,
        "category_name": name,
        "marketplace_category_id": 100 + number,
        "is_leaf": not below,
        "childrens": below,
        "attributes": attributes,
    }
