"""What a person does with orders: accept, take over, name a unit, cancel, refund; and what is refused in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bmdesk.domain.money import Money
from bmdesk.domain.orders import Handling
from bmdesk.services import settings
from bmdesk.services.desk import Actor
from bmdesk.services.grading.refusals import NotAllowed
from bmdesk.services.orders import handling, history_import, order_refusals, substitutes
from bmdesk.texts import render
from tests import retold
from tests.markets import FIRST, OWNER, SECOND, Shop
from tests.selling import detail, state


@retold.step
def sold(shop: Shop, count: int = 1, how: str = "by_hand", quantity: int = 1) -> tuple[int, list[str]]:
    """So many units, one order read; its number and the units."""
    made = shop.ready(count) if count else []
    shop.offer(quantity=0 if count else 1)
    settings.put(shop.desk, "backmarket.orders", how)
    number = int(shop.market.order(FIRST, quantity))
    shop.sync()
    return number, made


def remote(shop: Shop, number: int) -> list[int]:
    return [line["state"] for line in shop.market.order_state(number)["lines"]]


def test_a_person_accepts_and_the_marketplace_hears_it_once(shop: Shop) -> None:
    number, _ = sold(shop)
    done = handling.accept(shop.desk, OWNER, detail(shop, number).row.id)
    assert (done.count, done.waits) == (1, ())
    shop.sync()
    shop.sync()
    assert remote(shop, number) == [2]
    with pytest.raises(order_refusals.NothingToAccept):
        handling.accept(shop.desk, OWNER, detail(shop, number).row.id)


def test_what_has_no_unit_is_not_accepted_and_says_why(shop: Shop) -> None:
    number, _ = sold(shop, 0)
    done = handling.accept(shop.desk, OWNER, detail(shop, number).row.id)
    assert (done.count, [one.code for one in done.waits]) == (0, ["conflict.no_unit.title"])
    shop.sync()
    assert remote(shop, number) == [1]


def test_while_orders_are_only_read_a_person_changes_nothing(shop: Shop) -> None:
    number, _ = sold(shop, how="read")
    found = detail(shop, number)
    with pytest.raises(order_refusals.OnlyRead):
        handling.accept(shop.desk, OWNER, found.row.id)
    with pytest.raises(order_refusals.OnlyRead):
        handling.cancel(shop.desk, OWNER, found.lines[0].id, "stock")
    assert not shop.effects(kind="accept")


def test_switching_shows_the_open_lines_and_a_person_takes_them_over(shop: Shop) -> None:
    number, (unit,) = sold(shop, how="read")
    (line,) = handling.open_lines(shop.desk)
    assert (line.order_number, line.suggested) == (number, True)
    handling.set_handling(shop.desk, OWNER, "default", Handling.AUTOMATIC)
    assert state(shop, unit) == "ready", "switching alone takes nothing over"
    handling.take_over(shop.desk, OWNER, "default", [line.line_id])
    assert state(shop, unit) == "reserved"
    shop.sync()
    assert remote(shop, number) == [2]
    assert not handling.open_lines(shop.desk)


def test_switched_off_what_is_not_packed_is_given_back_and_on_again_nothing_is_taken_by_itself(
    shop: Shop,
) -> None:
    number, (unit,) = sold(shop)
    handling.set_handling(shop.desk, OWNER, "default", Handling.READ)
    assert state(shop, unit) == "ready"
    shop.sync()
    assert shop.remote() == 0, "the piece comes off the quantity as an open line again"
    handling.set_handling(shop.desk, OWNER, "default", Handling.AUTOMATIC)
    shop.sync()
    assert (state(shop, unit), remote(shop, number)) == ("ready", [1])
    assert [one.order_number for one in handling.open_lines(shop.desk)] == [number]


def test_a_person_chooses_another_unit_and_the_first_is_for_sale_again(shop: Shop) -> None:
    number, (oldest, other) = sold(shop, 2)
    (line,) = detail(shop, number).lines
    handling.assign(shop.desk, OWNER, line.id, other)
    assert (state(shop, oldest), state(shop, other)) == ("ready", "reserved")
    with pytest.raises(order_refusals.UnitNotFree):
        shop.hold(oldest)
        handling.assign(shop.desk, OWNER, line.id, oldest)


def test_a_unit_below_what_was_sold_is_not_assigned(shop: Shop) -> None:
    number, (_, worse) = sold(shop, 2)
    shop.regrade(worse)
    (line,) = detail(shop, number).lines
    with pytest.raises(order_refusals.UnitTooBad):
        handling.assign(shop.desk, OWNER, line.id, worse)


def test_not_this_unit_means_it_is_looked_at_and_another_goes(shop: Shop) -> None:
    number, (first, second) = sold(shop, 2)
    (line,) = detail(shop, number).lines
    handling.unassign(shop.desk, OWNER, line.id, first, "scratch on the back")
    assert (state(shop, first), state(shop, second)) == ("held", "reserved")


def test_a_cancelled_line_says_before_what_it_costs_and_gives_its_unit_back(shop: Shop) -> None:
    number, (unit,) = sold(shop)
    (line,) = detail(shop, number).lines
    assert "100.0 %" in render(handling.effect_of_cancel(shop.desk, line.id))
    handling.cancel(shop.desk, OWNER, line.id, "stock", "Sorry")
    with pytest.raises(order_refusals.AskedAlready):
        handling.cancel(shop.desk, OWNER, line.id, "stock")
    shop.sync()
    assert remote(shop, number) == [4]
    assert state(shop, unit) == "ready"
    found = detail(shop, number)
    assert (found.row.state.value, [step.state for step in found.lines[0].steps]) == ("cancelled", ["done"])


def test_an_asked_cancel_keeps_the_line_from_being_accepted(shop: Shop) -> None:
    number, _ = sold(shop)
    (line,) = detail(shop, number).lines
    handling.cancel(shop.desk, OWNER, line.id, "stock")
    done = handling.accept(shop.desk, OWNER, detail(shop, number).row.id)
    assert done.count == 0
    (step,) = detail(shop, number).lines[0].steps
    handling.withdraw(shop.desk, OWNER, step.id)
    assert handling.accept(shop.desk, OWNER, detail(shop, number).row.id).count == 1
    shop.sync()
    assert remote(shop, number) == [2]


def test_an_accepted_line_is_refunded_before_it_ships(shop: Shop) -> None:
    number, (unit,) = sold(shop, how="automatic")
    assert remote(shop, number) == [2]
    (line,) = detail(shop, number).lines
    handling.refund(shop.desk, OWNER, line.id, "withdrawal")
    shop.sync()
    assert (remote(shop, number), state(shop, unit)) == ([5], "ready")


def test_a_part_of_the_money_is_given_back_after_shipping_only_and_never_more_than_there_is(
    shop: Shop,
) -> None:
    number, _ = sold(shop, how="automatic")
    (line,) = detail(shop, number).lines
    with pytest.raises(order_refusals.NotInThatState):
        handling.refund(shop.desk, OWNER, line.id, "other", Money(1000, "EUR"))
    shop.market.set_line_state(line.number, 3)
    shop.sync()
    with pytest.raises(order_refusals.BadAmount):
        handling.refund(shop.desk, OWNER, line.id, "other", Money(10_000_000, "EUR"))
    with pytest.raises(order_refusals.BadAmount):
        handling.refund(shop.desk, OWNER, line.id, "other", Money(1000, "GBP"))
    handling.refund(shop.desk, OWNER, line.id, "other", Money(1000, "EUR"))
    shop.sync()
    (line,) = detail(shop, number).lines
    assert (line.refunded, line.remote_state) == (Money(1000, "EUR"), 3)


@pytest.mark.slow
def test_the_nearest_substitutes_say_what_each_would_earn(shop: Shop) -> None:
    shop.offer(quantity=1)
    settings.put(shop.desk, "backmarket.orders", "by_hand")
    settings.put(shop.desk, "orders.fee_percent", "10")
    number = int(shop.market.order(FIRST))
    shop.sync()
    (line,) = detail(shop, number).lines
    assert substitutes.nearest(shop.desk, line.id) == []
    shop.offer(SECOND, quantity=1)
    worse = int(shop.market.order(SECOND))
    shop.sync()
    (unit,) = shop.ready(1)  # goes to the first order, which asked for exactly this
    assert state(shop, unit) == "reserved"
    (second,) = detail(shop, worse).lines
    (other,) = shop.ready(1)
    (found,) = substitutes.nearest(shop.desk, second.id)
    assert (found.kind.value, found.unit_id, found.grade, found.may_take) == (
        "better_grade",
        other,
        "EXCELLENT",
        True,
    )
    handling.assign(shop.desk, OWNER, second.id, found.unit_id)
    assert detail(shop, worse).row.conflicts == 0


@pytest.mark.slow
def test_money_is_given_back_and_older_orders_are_read_only_by_who_may(shop: Shop) -> None:
    number, _ = sold(shop, how="automatic")
    (line,) = detail(shop, number).lines
    week = timedelta(days=7)
    pia = Actor("PIA", "packer", "bench-1")
    for refused in (
        lambda: handling.refund(shop.desk, pia, line.id, "withdrawal"),
        lambda: handling.cancel(shop.desk, pia, line.id, "withdrawal"),
        lambda: history_import.start(shop.desk, pia, shop.account, shop.clock.now() - week, shop.clock.now()),
    ):
        with pytest.raises(NotAllowed):
            refused()
    started = history_import.start(shop.desk, OWNER, shop.account, shop.clock.now() - week, shop.clock.now())
    for step in (history_import.pause, history_import.resume, history_import.cancel):
        with pytest.raises(NotAllowed):
            step(shop.desk, pia, started.id)
