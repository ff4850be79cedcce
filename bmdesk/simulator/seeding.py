"""The goods and orders that an account starts with, the same for the same seed. All of it is made up."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from bmdesk.simulator.markets import GRADES, RATES, currency_of
from bmdesk.simulator.records import Order, Product
from bmdesk.simulator.shippers import parcel_number
from bmdesk.simulator.world import World

_PHONES = (
    ("iPhone 11", "IP11", 689), ("iPhone 12", "IP12", 809), ("iPhone 13", "IP13", 909), ("iPhone 14", "IP14", 1019),
    ("iPhone 12 Pro", "IP12P", 1159), ("iPhone SE (2022)", "IPSE3", 529), ("Galaxy S21", "GS21", 849),
    ("Galaxy S22", "GS22", 859), ("Pixel 7", "PX7", 649),
)  # fmt: skip
_SHOPS = ("fr-fr", "de-de", "en-gb", "es-es")
_UNFINISHED = timedelta(days=4)
"""Older orders have ended one way or another."""
_SIZES, _COLOURS = (64, 128, 256), ("Black", "White", "Blue", "Red")
_COMMENT = "Fully functional. Few small or very light scratches or signs of wear."


def seed(world: World, *, listings: int, orders: int) -> None:
    """Fill the account. One listing in sixteen is dearer than allowed, one in eleven has no stock."""
    products: list[Product] = []
    shops = [market for market in world.markets if market in _SHOPS] or list(world.markets)
    grades = list(GRADES)
    for number in range(listings):
        at = number // len(grades)
        name, short, new = _PHONES[at % len(_PHONES)]
        size = _SIZES[at // len(_PHONES) % len(_SIZES)]
        colour = _COLOURS[at // len(_PHONES) // len(_SIZES) % len(_COLOURS)]
        series = at // (len(_PHONES) * len(_SIZES) * len(_COLOURS))
        if number % len(grades) == 0:
            title = f"{name} {size}GB - {colour} - Unlocked"
            brand = "Apple" if name.startswith("iPhone") else name.split()[0].replace("Galaxy", "Samsung")
            products.append(world.add_product(title=title, brand=brand, new_price=Decimal(new)))
        grade = grades[number % len(grades)]
        sku = f"{short}-{size:03d}-{colour[:3].upper()}-{grade.replace('_', '')}" + (
            f"-{series}" if series else ""
        )
        listing = world.add_listing(sku, products[-1], grade)
        listing.quantity = 0 if number % 11 == 10 else world.random.randint(1, 12)
        share = Decimal(world.random.randint(45, 75)) / 100
        for market in shops:
            offer = listing.offer_to_write(market)
            factor = Decimal("1.6") if number % 16 == 15 else Decimal(1)
            offer.price = (new * share * factor * RATES[currency_of(market)]).quantize(Decimal(1)) - Decimal(
                "0.01"
            )
            offer.comment = _COMMENT
    _orders(world, orders, shops)


def _orders(world: World, orders: int, shops: list[str]) -> None:
    buyable = list(world.listings.values())
    if not buyable:
        return
    for number in range(orders):
        listing = world.random.choice(buyable)
        market = world.random.choice(shops)
        age = timedelta(hours=2 * (orders - number))
        state = 9 if age > _UNFINISHED else (1, 3, 9, 9)[number % 4]
        at = world.clock.now() - age
        placed = world.place_order(
            [(listing, 2 if number % 9 == 8 else 1)], market=market, state=state, at=at
        )
        if state == 9:
            _end(world, placed, number)


def _end(world: World, order: Order, number: int) -> None:
    """How it went: most were shipped, one in twelve came back, one in twenty-four never left."""
    line = order.lines[0]
    if number % 24 == 21:
        line.state, line.canceled_by = (5, "Client") if number // 24 % 3 == 0 else (4, "Merchant")
        order.shipped, order.tracking_number = None, ""
        return
    line.state = 6 if number % 12 == 11 else 3
    line.return_reason = 25 if line.state == 6 else 0
    order.tracking_number = parcel_number(world.random, order.customer.country)
    if line.quantity == 1:
        line.imei = _imei(line.id)


def _imei(number: int) -> str:
    body = f"0010{number % 10**10:010d}"
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(body))
    return body + str(-sum(each // 10 + each % 10 for each in doubled) % 10)
