"""What comes nearest to a piece that nobody has, and what would be earned with it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from bmdesk.domain.money import Money
from bmdesk.services.goods import catalog, units_actions
from bmdesk.services.orders import handling, order_view, substitutes
from bmdesk.services.orders.substitutes import Kind, converted
from bmdesk.services.rates import Rate
from bmdesk.store.queries import orders
from bmdesk.texts import render
from tests.desks import PHONE
from tests.markets import FIRST, OWNER, SECOND, Shop, imei
from tests.selling import PARCEL, pack

RED = "IP13-128-RED"


def missing(shop: Shop, sku: str = FIRST) -> str:
    """A sold piece without a unit; its line."""
    shop.offer(sku, quantity=1)
    shop.market.change(sku, quantity=1)
    shop.put("backmarket.orders", "by_hand")
    shop.put("orders.fee_percent", "10")
    number = shop.market.order(sku)
    shop.sync()
    (line,) = order_view.detail(shop.desk, order_view.find(shop.desk, str(number))).lines
    assert [one.code for one in line.conflicts] == ["no_unit"]
    return line.id


def in_red(shop: Shop, tmp_path: Path) -> str:
    """A unit of the same product and storage in another colour."""
    file = tmp_path / "red.csv"
    file.write_text(
        f"model_code,brand,model,category,storage,colour\n{RED},Apple,iPhone 13,phone,128 GB,Red\n"
    )
    catalog.import_catalog(shop.desk, file)
    return shop.ready(1, RED)[0]


def found(shop: Shop, line: str) -> list[tuple[Kind, str]]:
    return [(one.kind, one.unit_id) for one in substitutes.nearest(shop.desk, line)]


def test_a_better_grade_comes_first_and_says_what_it_earns(shop: Shop) -> None:
    line = missing(shop, SECOND)
    dear, cheap = shop.ready(2)
    units_actions.correct_cost(shop.desk, OWNER, dear, "400", "EUR")
    units_actions.correct_cost(shop.desk, OWNER, cheap, "300", "EUR")
    first, second = substitutes.nearest(shop.desk, line)
    assert [(one.unit_id, one.margin) for one in (first, second)] == [
        (cheap, Money(15_000, "EUR")),
        (dear, Money(5_000, "EUR")),
    ], "500 sold, a tenth is the marketplace's, the rest is what the unit cost"
    assert all(one.may_take and render(one.words) for one in (first, second))
    handling.assign(shop.desk, OWNER, line, cheap)
    assert found(shop, line) == [(Kind.BETTER_GRADE, dear)]


def test_a_cost_in_another_currency_is_taken_at_the_dated_rate_and_nothing_is_guessed(shop: Shop) -> None:
    line = missing(shop, SECOND)
    (unit,) = shop.ready(1)
    units_actions.correct_cost(shop.desk, OWNER, unit, "300", "GBP")
    (one,) = substitutes.nearest(shop.desk, line)
    assert (one.cost, one.margin) == (Money(30_000, "GBP"), None)
    shop.put("rate.GBP", "0.75")
    (one,) = substitutes.nearest(shop.desk, line)
    assert one.margin == Money(5_000, "EUR")


def test_another_colour_and_what_is_on_the_bench_are_named_but_only_the_first_can_be_taken(
    shop: Shop, tmp_path: Path
) -> None:
    line = missing(shop)
    red = in_red(shop, tmp_path)
    shop.bench.good(f"BMD:MODEL:{PHONE}", imei(99))
    kinds = [(one.kind, one.may_take) for one in substitutes.nearest(shop.desk, line)]
    assert kinds == [(Kind.OTHER_COLOUR, True), (Kind.INCOMING, False)]
    handling.assign(shop.desk, OWNER, line, red)


def test_another_colour_leaves_by_a_supervisors_word_only_where_it_was_chosen_for_the_line_before(
    shop: Shop, tmp_path: Path
) -> None:
    line = missing(shop)
    red = in_red(shop, tmp_path)
    shop.ready()
    order_id = shop.desk.read(lambda c: orders.line(c, line)).order_id  # type: ignore[union-attr]
    handling.accept(shop.desk, OWNER, order_id)
    shop.sync()
    number = order_view.detail(shop.desk, order_id).row.number
    taken = pack(shop, str(number), shop.units[red])
    assert [(one.code, one.may_override) for one in taken.refused] == [("other_model", False)]
    assert not pack(shop, "BMD:OVERRIDE:it is a nice red").ok

    handling.assign(shop.desk, OWNER, line, red)
    pack(shop, "BMD:NEXT", shop.units[red], "BMD:OVERRIDE:the customer agreed", "BMD:OP:OWNER")
    assert pack(shop, PARCEL, "BMD:CONFIRM").closed
    shop.sync()
    assert [one["new"] for one in shop.writes("identifier")] == [shop.units[red]]


@pytest.mark.parametrize(
    ("amount", "currency", "there"),
    [
        (Money(7_500, "GBP"), "EUR", Money(10_000, "EUR")),
        (Money(10_000, "EUR"), "JPY", Money(16_000, "JPY")),
        (Money(16_000, "JPY"), "GBP", Money(7_500, "GBP")),
        (Money(1, "EUR"), "SEK", None),
    ],
)
def test_money_is_converted_by_the_newest_rates(amount: Money, currency: str, there: Money | None) -> None:
    known = {
        "EUR": Rate(Decimal(1), None), "GBP": Rate(Decimal("0.75"), None), "JPY": Rate(Decimal(160), None),
    }  # fmt: skip
    assert converted(amount, currency, known) == there
