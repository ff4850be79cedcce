"""From a paid line to a reserved unit: chosen in the transaction that read it, given back, or said to be missing."""

from __future__ import annotations

from bmdesk.domain.orders import Handling
from bmdesk.services.orders import handling
from bmdesk.store.queries import allocations, order_progress, orders
from bmdesk.store.queries.orders import LineRow
from bmdesk.store.transaction import Row
from tests.markets import FIRST, OWNER, SECOND, Shop
from tests.selling import state


def handle(shop: Shop, how: str = "by_hand") -> None:
    shop.put("backmarket.orders", how)


def line(shop: Shop) -> LineRow:
    """The newest line."""
    rows = shop.desk.read(lambda c: [orders.line(c, x) for x in _ids(c)])
    assert rows[-1] is not None
    return rows[-1]


def _ids(connection: object) -> list[str]:
    from sqlalchemy import select

    from bmdesk.store.tables import orders as t

    return list(connection.execute(select(t.orderline.c.id).order_by(t.orderline.c.remote_id)).scalars())  # type: ignore[attr-defined]


def order(shop: Shop) -> Row:
    return shop.desk.read(lambda c: order_progress.order(c, line(shop).order_id))


def open_conflicts(shop: Shop) -> list[str]:
    found = shop.desk.read(lambda c: order_progress.conflicts(c, [line(shop).order_id]))
    return [one.code for one in found]


def test_a_paid_line_reserves_the_oldest_unit_in_the_moment_it_is_read(shop: Shop) -> None:
    oldest, other = shop.ready(2)
    shop.offer()
    handle(shop)
    shop.market.order(FIRST)
    shop.sync()

    assert (state(shop, oldest), state(shop, other)) == ("reserved", "ready")
    assert (line(shop).named, line(shop).state, order(shop)["state"]) == (1, "to_accept", "to_accept")
    assert shop.market.listing(FIRST)["quantity"] == 1, (
        "what is reserved is off the shelf, and not counted twice"
    )


def test_while_orders_are_only_read_nothing_is_reserved(shop: Shop) -> None:
    (unit,) = shop.ready(1)
    shop.offer()
    shop.market.order(FIRST)
    shop.sync()

    assert state(shop, unit) == "ready"
    assert not line(shop).ours


def test_an_order_without_a_unit_is_a_conflict_until_one_is_ready(shop: Shop) -> None:
    shop.offer(quantity=1)
    handle(shop)
    shop.market.order(FIRST)
    shop.sync()
    assert open_conflicts(shop) == ["no_unit"]
    assert order(shop)["conflicts"] == 1

    (unit,) = shop.ready(1)

    assert state(shop, unit) == "reserved", (
        "the next one goes to who waits, in the transaction that made it ready"
    )
    assert not open_conflicts(shop)
    assert order(shop)["conflicts"] == 0


def test_a_cancelled_line_gives_its_unit_back(shop: Shop) -> None:
    (unit,) = shop.ready(1)
    shop.offer()
    handle(shop)
    placed = shop.market.order(FIRST)
    shop.sync()
    shop.market.set_line_state(shop.market.order_state(placed)["lines"][0]["id"], 4)
    shop.sync()

    assert state(shop, unit) == "ready"
    assert (line(shop).named, order(shop)["state"]) == (0, "cancelled")
    assert not shop.desk.read(lambda c: allocations.of_lines(c, [line(shop).id]))


def test_a_worse_unit_never_stands_in(shop: Shop) -> None:
    (unit,) = shop.ready(1)
    shop.regrade(unit)
    shop.offer(SECOND)
    shop.offer(FIRST, 1)
    handle(shop)
    shop.market.order(FIRST)
    shop.sync()

    assert state(shop, unit) == "ready"
    assert open_conflicts(shop) == ["no_unit"]


def test_a_line_of_two_reserves_two_or_says_how_many_are_missing(shop: Shop) -> None:
    units_ = shop.ready(1)
    shop.offer(quantity=2)
    handle(shop)
    shop.market.order(FIRST, quantity=2)
    shop.sync()

    assert [state(shop, u) for u in units_] == ["reserved"]
    assert open_conflicts(shop) == ["no_unit"]
    units_ += shop.ready(1)
    assert [state(shop, u) for u in units_] == ["reserved", "reserved"]
    assert not open_conflicts(shop)


def test_automatic_accepts_what_is_reserved_and_says_so_once(shop: Shop) -> None:
    shop.ready(1)
    shop.offer()
    handle(shop, "automatic")
    placed = shop.market.order(FIRST)
    shop.sync()
    shop.sync()

    assert shop.market.order_state(placed)["lines"][0]["state"] == 2
    assert (line(shop).state, order(shop)["state"]) == ("accepted", "accepted")
    assert not shop.effects("pending", "parked", "uncertain", kind="accept")


def test_automatic_does_not_accept_what_has_no_unit(shop: Shop) -> None:
    shop.offer(quantity=1)
    handle(shop, "automatic")
    placed = shop.market.order(FIRST)
    shop.sync()

    assert shop.market.order_state(placed)["lines"][0]["state"] == 1
    assert open_conflicts(shop) == ["no_unit"]
    shop.ready(1)
    shop.sync()
    assert shop.market.order_state(placed)["lines"][0]["state"] == 2


def test_by_hand_reserves_and_accepts_nothing_by_itself(shop: Shop) -> None:
    shop.ready(1)
    shop.offer()
    handle(shop)
    placed = shop.market.order(FIRST)
    shop.sync()

    assert shop.market.order_state(placed)["lines"][0]["state"] == 1


def test_a_line_that_gives_back_a_better_unit_is_a_piece_of_its_own_goods_again(shop: Shop) -> None:
    better, _, good = shop.ready(3)
    shop.regrade(good)
    shop.offer(FIRST)
    shop.offer(SECOND)
    handle(shop)
    shop.market.order(SECOND)
    shop.sync()
    handling.assign(shop.desk, OWNER, line(shop).id, better)
    shop.sync()
    assert (shop.remote(FIRST), shop.remote(SECOND)) == (1, 1), "the order has the better one"

    handling.set_handling(shop.desk, OWNER, "default", Handling.READ)
    shop.sync()
    assert (state(shop, better), state(shop, good)) == ("ready", "ready")
    assert (shop.remote(FIRST), shop.remote(SECOND)) == (2, 0), "another tool sends what was bought"
