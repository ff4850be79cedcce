"""Who wins the BackBox of a listing in each market: set by hand, or fought out with other sellers of the same goods."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from decimal import ROUND_DOWN, Decimal
from typing import Any

from bmdesk.simulator.answers import Answer, Call, Refused
from bmdesk.simulator.markets import CONDITIONS, country_of, currency_of, money
from bmdesk.simulator.records import Listing
from bmdesk.simulator.references import listing_of, market_of, price_of
from bmdesk.simulator.world import World

_NO_MARKET_CODE = frozenset({"en-au"})
"""The contract's MarketCode knows no AU."""

_BEATS = Decimal("0.99")
"""With such a share of the cheapest rival's price one wins."""


def competitors(world: World, _call: Call, listing_id: str) -> Answer:
    """GET /ws/backbox/v1/competitors/{uuid}: one item for each market with a BackBox; 404 where there is none.

    Where several of the account's own listings compete for one BackBox, each has an item.
    """
    if not world.limits.admits_competitors(world.clock.seconds()):
        raise Refused(429, "Twice per second and token", "rate_limited")
    try:
        one = world.listings.get(str(uuid.UUID(listing_id)))
    except ValueError:
        raise Refused(422, "listingId is no uuid", "validation_error") from None
    items = [item for market in world.markets for item in _of_market(world, one, market)] if one else []
    if not items:
        raise Refused(404, "", "not_found")
    return Answer(200, items)


def set_box(world: World, listing: object, market: str, winner: object = None, to_win: object = None) -> None:
    """The BackBox of a listing in a market; without prices there is none."""
    one = listing_of(world, listing)
    prices = None if winner is None else (price_of(winner), price_of(winner if to_win is None else to_win))
    world.backboxes[one.id, market_of(world, market)] = prices


def set_rivals(world: World, listing: object, market: str | None = None, prices: object = ()) -> int:
    """Other sellers offer what this listing sells in this market at these prices (one, or a list); how many they are.

    From then on who wins follows from the prices: the account's own, too. Without prices they have all left.
    """
    one = listing_of(world, listing)
    given = prices if isinstance(prices, list | tuple) else [prices]
    world.rivals[_goods(one, market_of(world, market))] = [price_of(price) for price in given]
    return len(given)


def _of_market(world: World, one: Listing, market: str) -> Iterator[dict[str, Any]]:
    if market in _NO_MARKET_CODE:
        return
    price = one.offer(market).price
    by_hand = (one.id, market) in world.backboxes
    if price is None or (not by_hand and one.publication_state(market) != 2):
        return
    rivals = world.rivals.get(_goods(one, market))
    if by_hand or rivals is None:
        box = world.backboxes.get((one.id, market), _usual_box(one.listing_id, price))
        if box is not None:
            yield _item(world, one, market, *box, wins=price <= box[1])
        return
    own = sorted(_competing(world, one, market), key=lambda each: (each[1], each[0].listing_id))
    first, lowest = own[0]
    if rivals:
        cheapest = min(rivals)
        beats = (cheapest * _BEATS).quantize(
            Decimal(1) if currency_of(market) == "JPY" else Decimal("0.01"), ROUND_DOWN
        )
    else:
        cheapest = beats = lowest
    wins = lowest <= beats
    for each, _ in own:
        yield _item(
            world, each, market, lowest if wins else cheapest, beats, wins=wins and each.id == first.id
        )


def _goods(one: Listing, market: str) -> tuple[str, int, str]:
    """What competes: the same product in the same condition, whatever the grade is called."""
    return one.product.product_id, CONDITIONS[one.grade], market


def _competing(world: World, one: Listing, market: str) -> Iterator[tuple[Listing, Decimal]]:
    for each in world.listings.values():
        price = each.offer(market).price
        same = _goods(each, market) == _goods(one, market)
        if price is not None and same and each.publication_state(market) == 2:
            yield each, price


def _item(
    world: World, one: Listing, market: str, winner: Decimal, to_win: Decimal, *, wins: bool
) -> dict[str, Any]:
    """Of every second listing live servers say less than the contract asks for."""
    currency, offer = currency_of(market), one.offer(market)
    item: dict[str, Any] = {
        "market": country_of(market),
        "winner_price": _amount(winner, currency),
        "price_to_win": _amount(to_win, currency),
    }
    if world.real and one.listing_id % 2 == 0:
        return item
    return item | {
        "listing_id": one.id,
        "product_id": one.product.product_id,
        "price": _amount(offer.price or Decimal(0), currency),
        "min_price": None if offer.min_price is None else _amount(offer.min_price, currency),
        "is_winning": wins,
    }


def _usual_box(number: int, price: Decimal) -> tuple[Decimal, Decimal]:
    """Winner's price and price to win: every second listing wins its own."""
    if number % 2 == 0:
        return price, price
    return price * Decimal("0.97"), price * Decimal("0.96")


def _amount(amount: Decimal, currency: str) -> dict[str, str]:
    return {"amount": money(amount, currency), "currency": currency}
