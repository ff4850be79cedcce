"""Orders on their way to Odoo, through the outbox and the engine. Where Odoo would be somebody keeps books
(tests/bookkeeper): what is proven here is what is sent when, with what remembered, and what becomes of each answer.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bmdesk.connectors.base import Later, Parked
from bmdesk.connectors.failures import AnswerLost
from bmdesk.domain.effects import Fault
from bmdesk.services import privacy
from bmdesk.services.odoo.sales.orders_there import (
    OrderDoubt,
    OrderKnown,
    OrderResult,
    OrderRight,
    OrderThere,
    OrderWaits,
)
from bmdesk.services.syncing import outbox
from bmdesk.store.queries import odoo, order_progress
from bmdesk.store.queries.outbox import EffectRow
from bmdesk.store.tables.odoo import odoo_record
from bmdesk.sync.dry_run import dry_run
from bmdesk.texts import Failure
from tests.bookkeeper import BookedShop, booked
from tests.markets import OWNER, Shop
from tests.selling import bought, cancelled, detail, lines, open_conflicts, packed, selling, state, there


class Unclear(Failure):
    """Params: order. Borrows the words of another failure."""

    code = "odoo.sale_of_another"


@pytest.fixture
def house(shop: Shop) -> BookedShop:
    return booked(shop)


def sale(house: BookedShop) -> EffectRow:
    """What is unfinished of the one order; else what was done last."""
    found = house.effects(kind="sale")
    unfinished = [one for one in found if one.state not in ("done", "cancelled")]
    done = [one for one in found if one.state == "done"]
    return (unfinished or sorted(done, key=lambda one: one.ended_at or one.created_at))[-1]


def doubt(order: OrderThere, known: OrderKnown) -> OrderResult:
    return OrderDoubt(Unclear(order=order.number), sale_id=12, partner_id=7)


def ready_order(house: BookedShop, **books: object) -> tuple[str, int]:
    """A unit and an order that is accepted and was sent to books that are so."""
    (unit,) = selling(house)
    for name, value in books.items():
        setattr(house.books, name, value)
    number = bought(house)
    house.sync()
    return unit, number


# ---------------------------------------------------------------- the ordinary way


def test_an_order_goes_after_its_units_and_follows_what_happens_to_it(house: BookedShop) -> None:
    unit, number = ready_order(house)
    assert house.books.stages == ["reserved"] and house.books.sales == {str(number): 12}
    shown = detail(house, number).odoo
    assert shown is not None and (shown.name, shown.words.code) == ("S00012", "order.odoo.stands")
    assert "order.event.at_odoo" in [one.what.code for one in detail(house, number).timeline]

    packed(house, unit)
    house.sync()
    house.advance(minutes=1)
    house.sync()
    order, known = house.books.given[-1]
    assert order.stage == "packed"
    assert known.sales == {order.order_id: 12} and known.partners == {order.customer.customer_id: 7}
    assert known.bases[order.order_id]["stage"] in ("reserved", "packed"), "given back as it was kept"
    assert house.books.sales == {str(number): 12} and sale(house).state == "done"
    assert [one.what.code for one in detail(house, number).timeline].count("order.event.at_odoo") == 1


def test_what_a_person_chose_there_goes_along(house: BookedShop) -> None:
    chosen = {"margin": (5, "Margin"), "*": (9, "Bank")}
    house.desk.write(lambda tx: odoo.choose(tx, "tax", {"margin": chosen["margin"]}))
    house.desk.write(lambda tx: odoo.choose(tx, "journal", {"*": chosen["*"]}))
    house.desk.write(lambda tx: odoo.choose(tx, "location", {"MAIN": (8, "WH/Stock")}))
    ready_order(house)
    by_warehouse, choices = house.books.opened[0]
    assert by_warehouse == {"MAIN": 8}
    assert (choices.taxes, choices.journals, choices.carriers) == ({"margin": 5}, {"*": 9}, {})


def test_the_queue_names_an_order_by_its_number(house: BookedShop) -> None:
    _, number = ready_order(house)
    (row,) = [one for one in outbox.listed(house.desk).rows if one.kind_code == "sale"]
    assert (row.goods, row.order, row.kind.code) == (f"#{number}", number, "effect.kind.sale")
    assert "sync.wrote_sale" in house.log_codes()


def test_a_dry_run_shows_the_order_and_sends_nothing(house: BookedShop) -> None:
    _, number = ready_order(house, answer=lambda order, known: OrderWaits(()))
    house.books.given.clear()
    run = dry_run(house.desk, house.opening)
    assert [(one.kind.value, one.new) for one in run.writes] == [("sale", f"#{number} reserved")]
    assert not house.books.given and run.complete


# ---------------------------------------------------------------- waiting


def test_an_order_whose_units_are_not_there_asks_for_them_and_burns_no_attempt(house: BookedShop) -> None:
    unit, number = ready_order(house)
    house.books.lots.clear()
    packed(house, unit)
    house.books.answer = lambda order, known: OrderWaits((unit,))
    house.arriving.refuses = Later(house.clock.now() + timedelta(minutes=1), Unclear(order="-"))
    house.tick()
    waits = sale(house)
    assert (waits.state, waits.attempts) == ("pending", 0)
    assert [one.key for one in house.effects("pending", kind="unit")] == [unit]
    shown = detail(house, number).odoo
    assert shown is not None and shown.words.code == "order.odoo.waits_of" and shown.why is not None
    assert house.units[unit] in str(shown.why.params)

    house.books.answer = lambda order, known: None
    house.arriving.refuses = None
    house.advance(minutes=2)
    house.sync()
    assert sale(house).state == "done" and house.books.stages[-1] == "packed"


def test_a_unit_that_a_person_must_look_at_is_not_asked_for_again_and_again(house: BookedShop) -> None:
    house.arriving.refuses = Parked(Fault.REJECTED, Unclear(order="-"))
    _, number = ready_order(house)
    house.sync()
    known = {one.id: one.state for one in house.effects(kind="unit")}
    assert "parked" in known.values()
    house.advance(minutes=31)
    house.sync()
    assert {one.id: one.state for one in house.effects(kind="unit")} == known
    shown = detail(house, number).odoo
    assert shown is not None and shown.why is not None and shown.why.code == "odoo.order_held_up.happened"


# ---------------------------------------------------------------- doubts


def test_a_doubt_is_shown_with_the_order_and_holds_up_nothing_else(house: BookedShop) -> None:
    unit, number = ready_order(house, answer=doubt)
    assert sale(house).state == "parked"
    assert open_conflicts(house, number) == [], "Back Market has no part in it"
    shown = detail(house, number).odoo
    assert shown is not None and shown.words.code == "order.odoo.doubt_of"
    assert shown.why is not None and shown.why.code == "odoo.sale_of_another.happened"
    assert not detail(house, number).effects

    packed(house, unit)
    house.sync()
    assert [one["state"] for one in there(house, number)] == [3] and state(house, unit) == "shipped"
    house.books.answer = lambda order, known: None
    assert outbox.retry(house.desk, OWNER, [sale(house).id]).done
    house.sync()
    assert sale(house).state == "done" and house.books.given[-1][1].sales, (
        "what the doubt named is remembered"
    )


def test_one_sale_order_is_never_two_orders_of_ours(house: BookedShop) -> None:
    selling(house, 2)
    house.books.answer = lambda order, known: OrderRight(12, 7, {}, changed=True)
    first, second = bought(house), bought(house)
    house.sync()
    states = {one.order_id: one.state for one in house.effects(kind="sale")}
    assert states[lines(house, first)[0].order_id] == "done"
    assert states[lines(house, second)[0].order_id] == "parked"
    shown = detail(house, second).odoo
    assert shown is not None and shown.why is not None and shown.why.code == "odoo.sale_of_another.happened"


def test_two_customers_may_be_one_partner_there(house: BookedShop) -> None:
    counted = iter(range(12, 20))
    selling(house, 2)
    house.books.answer = lambda order, known: OrderRight(next(counted), 7, {}, changed=True)
    bought(house, customer={"last_name": "One", "email": "one@example.com"})
    bought(house, customer={"last_name": "Two", "email": "two@example.com"})
    house.sync()
    assert {one.state for one in house.effects(kind="sale")} == {"done"}


# ---------------------------------------------------------------- lost answers and cancelled orders


def test_a_lost_answer_is_looked_at_again_and_there_is_one_sale_order(house: BookedShop) -> None:
    _, number = ready_order(house, lost=AnswerLost(remote="Odoo"))
    assert sale(house).state == "uncertain"
    house.advance(minutes=3)
    house.sync()
    assert sale(house).state == "done" and house.books.sales == {str(number): 12}


def test_what_is_cancelled_before_it_went_is_never_made_there(house: BookedShop) -> None:
    _, number = ready_order(house, answer=lambda order, known: OrderWaits(()))
    house.books.given.clear()
    cancelled(house, number)
    house.advance(minutes=2)
    house.sync()
    assert not house.books.given and not house.effects("pending", "parked", kind="sale")


def test_what_may_be_there_is_cancelled_there(house: BookedShop) -> None:
    _, number = ready_order(house, lost=AnswerLost(remote="Odoo"))
    house.books.answer = lambda order, known: OrderRight(0, 0, {}, changed=False)
    cancelled(house, number)
    house.advance(hours=1)
    house.sync()
    assert house.books.stages[-1] == "cancelled" and sale(house).state == "done"
    assert detail(house, number).odoo is None, "it turned out that it never came there"


def test_a_line_that_another_tool_sees_to_from_now_on_is_sold_by_us_no_more(house: BookedShop) -> None:
    _, number = ready_order(house)
    (line,) = lines(house, number)
    house.desk.write(lambda tx: order_progress.set_line(tx, line.id, ours=False))
    house.sync()
    order, _ = house.books.given[-1]
    assert (order.stage, [one.cancelled for one in order.lines]) == ("cancelled", [True])


def test_what_both_sides_had_names_nobody_after_the_buyer_was_erased(house: BookedShop) -> None:
    unit, number = ready_order(
        house, answer=lambda order, known: OrderRight(12, 7, {"to": order.shipping.name}, True, name="S00012")
    )
    shown = detail(house, number)
    assert shown.shipping is not None and shown.customer_id is not None
    name = shown.shipping.name
    packed(house, unit)
    house.sync()
    house.sync()
    assert name in kept(house)
    privacy.erase(house.desk, OWNER, shown.customer_id)
    assert name not in kept(house)
    house.books.given.clear()
    house.sync()
    assert not house.books.given


def kept(house: BookedShop) -> str:
    """All that is remembered of records there."""
    return house.desk.read(lambda c: str(c.execute(select(odoo_record)).all()))
