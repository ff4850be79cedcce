"""What the hand behind the curtain can do: make listings, sell, change, hold the clock, break the line.

The same functions serve tests in Python and `POST /__control`; none of them counts as a call of the API.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import InvalidOperation
from typing import Any

from bmdesk.simulator import backbox, categories, faults, happenings, proposals
from bmdesk.simulator.clock import set_by_words
from bmdesk.simulator.markets import GRADES, REGIONS, currency_of
from bmdesk.simulator.records import SMARTPHONES, Listing
from bmdesk.simulator.references import listing_of, market_of, price_of, written
from bmdesk.simulator.world import World

_COMMON = ("quantity", "grade", "new_battery")
_OF_A_MARKET = ("price", "min_price", "max_price", "comment", "warranty_delay", "publication_state")


def add_product(
    world: World,
    *,
    title: str,
    product_id: str = "",
    ean: str = "",
    category: int = SMARTPHONES,
    brand: str = "Apple",
    new_price: object = 999,
) -> dict[str, Any]:
    """A product of the marketplace's catalogue; {product_id, backmarket_id, title, ean}."""
    product = world.add_product(
        title=title,
        product_id=product_id,
        ean=ean,
        category=category,
        brand=brand,
        new_price=price_of(new_price),
    )
    return {
        "product_id": product.product_id,
        "backmarket_id": product.backmarket_id,
        "title": product.title,
        "ean": product.ean,
    }


def add_listing(
    world: World,
    *,
    sku: str,
    title: str = "",
    grade: str = "GOOD",
    quantity: int = 0,
    product_id: str = "",
    ean: str = "",
    new_price: object = 999,
    category: int = SMARTPHONES,
    new_battery: bool = False,
    prices: Mapping[str, object] | None = None,
    market: str | None = None,
    **offer: Any,
) -> dict[str, Any]:
    """A listing that was there before anybody called.

    `prices` gives a price for each market; `price`, `min_price`, `max_price`, `comment`, `warranty_delay` and a
    `publication_state` that nobody explains go to `market`, or to every market of `prices`, or to the primary one.
    """
    if grade not in GRADES:
        raise ValueError(f"no grade is called {grade!r}; there are {', '.join(GRADES)}")
    if unknown := set(offer) - set(_OF_A_MARKET):
        raise ValueError(f"a listing has no {', '.join(sorted(unknown))}")
    product = world.find_product(product_id=product_id, ean=ean) if product_id or ean else None
    if product is None:
        product = world.add_product(
            title=title or f"Product of {sku}",
            product_id=product_id,
            ean=ean,
            category=category,
            new_price=price_of(new_price),
        )
    wanted = {market_of(world, name): price_of(value) for name, value in (prices or {}).items()}
    for name in ("price", "min_price", "max_price"):
        if offer.get(name) is not None:
            offer[name] = price_of(offer[name])
    listing = world.add_listing(sku, product, grade, int(quantity), new_battery=new_battery)
    for name, price in wanted.items():
        listing.offer_to_write(name).price = price
    for name in [market_of(world, market)] if market else list(wanted) or [world.primary]:
        for field, value in offer.items():
            setattr(listing.offer_to_write(name), field, value)
    return state_of_listing(listing)


def change(world: World, listing: object, *, market: str | None = None, **fields: Any) -> dict[str, Any]:
    """Somebody changed a listing at the marketplace, or another tool did: quantity, price, comment, grade ..."""
    one = listing_of(world, listing)
    if unknown := set(fields) - set(_COMMON) - set(_OF_A_MARKET):
        raise ValueError(f"a listing has no {', '.join(sorted(unknown))}")
    for name, value in fields.items():
        where = None if name in _COMMON else market_of(world, market)
        target: Any = one if where is None else one.offer_to_write(where)
        old = getattr(target, name)
        setattr(target, name, price_of(value) if name.endswith("price") and value is not None else value)
        world.record("change", None, listing=one, market=where, field=name, old=old, new=value)
    return state_of_listing(one)


def write_again(
    world: World,
    *,
    listing: object,
    price: object,
    market: str | None = None,
    every: float = 60,
    times: int = 10,
) -> int:
    """Another tool holds this price for its own: now, and then every so many seconds, it writes it wherever it finds
    another one. It looks so many times.
    """
    one, where, wanted = listing_of(world, listing), market_of(world, market), price_of(price)

    def look(left: int) -> None:
        if one.offer(where).price != wanted:
            change(world, one.id, market=where, price=wanted)
        if left > 1:
            world.do_later(every, lambda: look(left - 1))

    look(int(times))
    return int(times)


def move_price(world: World, *, listing: object, price: object, market: str | None = None) -> dict[str, Any]:
    """The BackPricer moves a price by itself: between the seller's min_price and the price that the seller asked."""
    one, where, wanted = listing_of(world, listing), market_of(world, market), price_of(price)
    offer = one.offer_to_write(where)
    asked = offer.asked if offer.asked is not None else offer.price
    if not world.backpricer or offer.min_price is None or asked is None:
        raise ValueError("the BackPricer moves no price without a min_price")
    if not offer.min_price <= wanted <= asked:
        raise ValueError(f"the BackPricer stays between {offer.min_price} and {asked}")
    old, offer.asked, offer.price = offer.price, asked, wanted
    world.record("backpricer", None, listing=one, market=where, old=old, new=wanted)
    return state_of_listing(one)


def lose_tasks(world: World, value: object) -> int:
    """The marketplace knows nothing of its tasks any more, and works none of them off; how many there were."""
    lost = len(world.tasks) if value else 0
    if value:
        world.tasks.clear()
    return lost


def state_of_listing(one: Listing) -> dict[str, Any]:
    """All that is known of a listing, every market that has an offer included."""
    return {
        "id": one.id,
        "listing_id": one.listing_id,
        "sku": one.sku,
        "title": one.product.title,
        "grade": one.grade,
        "quantity": one.quantity,
        "new_battery": one.new_battery,
        "product_id": one.product.product_id,
        "backmarket_id": one.product.backmarket_id,
        "ean": one.product.ean,
        "shippings": one.shippings,
        "markets": {
            market: {
                "price": written(offer.price, market),
                "currency": currency_of(market),
                "min_price": written(offer.min_price, market),
                "max_price": written(offer.max_price, market),
                "comment": offer.comment,
                "warranty_delay": offer.warranty_delay,
                "publication_state": one.publication_state(market),
            }
            for market, offer in one.offers.items()
        },
    }


def state_of(world: World) -> dict[str, Any]:
    """What `GET /__state` answers."""
    return {
        "clock": world.clock.now().isoformat(),
        "region": world.region,
        "mode": "real" if world.real else "strict",
        "listings": [state_of_listing(one) for one in world.listings.values()],
        "orders": [happenings.state_of_order(one) for one in world.orders.values()],
        "proposals": [proposals.state(one) for one in world.proposals.values()],
        "tasks": [
            {"task_id": one.task_id, "done": one.done, "failure": one.failure, "result": one.result}
            for one in world.tasks.values()
        ],
    }


def obey(world: World, document: object) -> dict[str, Any]:
    """Do what `POST /__control` says, key by key in its order; ValueError in words where one is wrong."""
    if not isinstance(document, dict):
        raise ValueError("control takes a JSON object")
    if unknown := [key for key in document if key not in _ORDERS]:
        raise ValueError(f"control knows no {', '.join(map(repr, unknown))}; it knows {', '.join(_ORDERS)}")
    answer: dict[str, Any] = {}
    for key, value in document.items():
        try:
            answer[key] = _ORDERS[key](world, value)
        except (TypeError, ValueError, KeyError, AttributeError, InvalidOperation) as error:
            raise ValueError(f"{key}: {error}") from None
    world.settle()
    return answer


def _fault(world: World, value: Any) -> int:
    wanted = value if isinstance(value, list) else [value]
    made = [
        faults.make(one["what"], one.get("where", "* *"), one.get("times"), int(one.get("skip", 0)))
        if isinstance(one, dict)
        else faults.parse(str(one))
        for one in wanted
    ]
    for fault in made:
        world.faults.add(fault)
    return len(made)


def _clear(world: World, _value: Any) -> bool:
    world.faults.clear()
    return True


def _each(make: Callable[..., Any]) -> Callable[[World, Any], Any]:
    """One dictionary, or a list of them."""

    def run(world: World, value: Any) -> Any:
        if isinstance(value, list):
            return [make(world, **one) for one in value]
        return make(world, **value)

    return run


def _of_orders(make: Callable[[World, object], Any]) -> Callable[[World, Any], Any]:
    """The number of one order, or a list of them."""

    def run(world: World, value: Any) -> Any:
        return [make(world, one) for one in value] if isinstance(value, list) else make(world, value)

    return run


def _number(name: str) -> Callable[[World, Any], Any]:
    def run(world: World, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise ValueError("a number, zero or more")
        setattr(world, name, value)
        return value

    return run


def _kept(name: str, *kinds: type) -> Callable[[World, Any], Any]:
    def run(world: World, value: Any) -> Any:
        if type(value) not in kinds:
            raise ValueError(f"{' or '.join(kind.__name__ for kind in kinds)}, not {value!r}")
        setattr(world, name, value)
        return value

    return run


def _latency(world: World, value: Any) -> Any:
    _number("latency")(world, value)
    world.latency = value / 1000
    return value


def _clock(world: World, value: Any) -> str:
    set_by_words(world.clock, value)
    return world.clock.now().isoformat()


def _region(world: World, value: Any) -> Any:
    if value not in REGIONS:
        raise ValueError(f"one of {', '.join(REGIONS)}")
    world.region, world.primary_market = value, None
    return value


def _primary(world: World, value: Any) -> str:
    world.primary_market = market_of(world, value)
    return world.primary


def _limits(world: World, value: Any) -> bool:
    world.limits.on = bool(value)
    return world.limits.on


def _race(world: World, then: Any = None, **facts: Any) -> int:
    """`then` is what else control knows: {"cancel": {"order": 1}}."""
    if then is None:
        return happenings.race(world, **facts)
    if not isinstance(then, dict) or not set(then) <= set(_ORDERS):
        raise ValueError("then takes what control takes")
    return happenings.race(world, then=lambda: obey(world, then), **facts)


def _remove(world: World, value: Any) -> bool:
    world.remove_listing(listing_of(world, value))
    return True


_ORDERS: dict[str, Callable[[World, Any], Any]] = {
    "fault": _fault,
    "clear": _clear,
    "clock": _clock,
    "latency": _latency,
    "task_seconds": _number("task_seconds"),
    "task_failure": _kept("task_failure", str, type(None)),
    "timeout_hold": _number("timeout_hold"),
    "late_seconds": _number("late_seconds"),
    "slow_seconds": _number("slow_seconds"),
    "retry_after": _kept("retry_after", int, type(None)),
    "limits": _limits,
    "merchant": _kept("merchant", bool),
    "token": _kept("token", str, type(None)),
    "known_products_only": _kept("known_products_only", bool),
    "region": _region,
    "primary": _primary,
    "product": _each(add_product),
    "listing": _each(add_listing),
    "remove": _remove,
    "change": _each(change),
    "order": _each(happenings.place_order),
    "order_state": _each(happenings.set_order_state),
    "line_state": _each(happenings.set_line_state),
    "buy": happenings.buy,
    "orders_per_minute": happenings.orders_per_minute,
    "trouble": happenings.share("trouble"),
    "backship": happenings.share("backship"),
    "pay": _of_orders(happenings.pay),
    "cancel": _each(happenings.cancel),
    "refund": _each(happenings.refund),
    "accept": _each(happenings.accept),
    "ship": _each(happenings.ship),
    "pick_up": _of_orders(happenings.pick_up),
    "deliver": _of_orders(happenings.deliver),
    "pickup_day": _each(happenings.pickup_day),
    "paper": _each(happenings.paper),
    "race": _each(_race),
    "backbox": _each(backbox.set_box),
    "rivals": _each(backbox.set_rivals),
    "write_again": _each(write_again),
    "refuses_above_max": _kept("refuses_above_max", bool),
    "backpricer": _kept("backpricer", bool),
    "move_price": _each(move_price),
    "lose_tasks": lose_tasks,
    "attribute": _each(categories.set_attribute),
    "drop_category": categories.drop,
    "approve": proposals.approve,
    "reject": proposals.reject,
}
