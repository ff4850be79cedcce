"""The price that wins a BackBox: what it would leave over, taken above the floor and never below, and given back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update

from bmdesk.domain.listing_reasons import Aspect
from bmdesk.domain.money import Money
from bmdesk.services.grading.refusals import NotAllowed
from bmdesk.services.prices import choosing, winning
from bmdesk.services.prices.simulation import Why
from bmdesk.services.prices.winning import Prospect
from bmdesk.services.selling import backbox
from bmdesk.store.tables import units as unit_tables
from bmdesk.store.transaction import Tx
from bmdesk.sync import market_reading
from tests.markets import FIRST, OWNER, Shop


def prospect(shop: Shop, market: str = "fr-fr") -> Prospect:
    page = backbox.listed(shop.desk, shop.account, backbox.BoxFilter(market=market))
    (found,) = winning.prospects(shop.desk, shop.account, page.rows)
    return found


def spent(shop: Shop, minor: int | None) -> None:
    """What was paid for each unit, in cents, under the margin scheme; None: nobody knows."""

    def work(tx: Tx) -> None:
        table = unit_tables.stay
        values = {"cost_minor": minor, "cost_currency": "EUR", "vat_scheme": "margin"}
        tx.connection.execute(update(table).where(table.c.unit_id.in_(list(shop.units))).values(**values))

    shop.desk.write(work)


def read(shop: Shop) -> None:
    shop.advance(seconds=1)
    market_reading.backboxes(shop.desk, shop.tools, "default", lambda: True)


@pytest.fixture
def losing(shop: Shop) -> Shop:
    """624.00 EUR by the rules, for a phone that cost 300; somebody sells it for 600."""
    shop.ready()
    spent(shop, 30000)
    shop.offer(quantity=1, comment="Very good.")
    shop.settle()
    assert shop.price() == "624.00"
    shop.market.rivals(FIRST, "fr-fr", 600)
    read(shop)
    return shop


def test_what_the_price_to_win_leaves_over_is_said(losing: Shop) -> None:
    one = prospect(losing)
    assert one.view.box.to_win == Money(59400, "EUR")
    # 594.00 - 300.00 - 15 % fees and provision 89.10 - VAT (594 - 300) / 6 = 49.00
    assert one.margin == Money(15590, "EUR")
    assert one.percent is not None and str(one.percent) == "26.2"
    assert one.may_take and not one.is_below_floor and one.chosen is None


def test_a_price_to_win_is_taken_sent_and_given_back(losing: Shop) -> None:
    shop, where = losing, prospect(losing).id
    done = winning.take(shop.desk, OWNER, shop.account, [where])
    assert (done.count, done.problems) == (1, ())
    shop.settle()
    assert shop.price() == "594.00"
    chosen = prospect(shop).chosen
    assert chosen is not None and (chosen.price, chosen.why, chosen.by) == (
        Money(59400, "EUR"),
        "backbox",
        "OWNER",
    )
    shop.market.rivals(FIRST, "fr-fr", 700)
    read(shop)
    assert not prospect(shop).may_take, "it wins now"
    again = winning.take(shop.desk, OWNER, shop.account, [where])
    assert again.count == 0 and again.problems[0][1].code == "winning.nothing.happened"

    assert winning.give_back(shop.desk, OWNER, shop.account, [where]).count == 1
    shop.settle()
    assert shop.price() == "624.00"
    assert winning.give_back(shop.desk, OWNER, shop.account, [where]).problems


def test_below_the_floor_nothing_is_taken_and_the_floor_is_said(losing: Shop) -> None:
    shop = losing
    spent(shop, 49500)
    one = prospect(shop)
    assert one.is_below_floor and not one.may_take and one.margin is not None and one.margin.minor < 0
    done = winning.take(shop.desk, OWNER, shop.account, [one.id])
    assert done.count == 0
    ((sku, why),) = done.problems
    assert sku == FIRST and dict(why.params)["floor"] == one.floor
    shop.settle()
    assert shop.price() == "624.00" and prospect(shop).chosen is None


def test_what_is_not_ours_to_price_is_left_alone(losing: Shop) -> None:
    shop = losing
    shop.unmanage(FIRST, aspects=(Aspect.PRICE,))
    one = prospect(shop)
    assert not one.managed and not one.may_take
    assert winning.take(shop.desk, OWNER, shop.account, [one.id]).problems
    with pytest.raises(NotAllowed):
        winning.take(shop.desk, replace(OWNER, code="PIA", role="packer"), shop.account, [one.id])


def test_where_nobody_knows_the_floor_nothing_is_taken(losing: Shop) -> None:
    spent(losing, None)
    one = prospect(losing)
    assert one.unknown is not None and not one.may_take
    done = winning.take(losing.desk, OWNER, losing.account, [one.id])
    assert (done.count, [said.code for _, said in done.problems]) == (0, ["prices.floor_unknown.happened"])
    losing.settle()
    assert losing.price() == "624.00"


def test_what_sells_nothing_of_ours_is_shown_without_a_margin(shop: Shop) -> None:
    shop.market.add_listing("THEIRS", quantity=2, prices={"fr-fr": 200})
    shop.sync()
    shop.market.rivals("THEIRS", "fr-fr", 190)
    read(shop)
    one = prospect(shop)
    assert (one.margin, one.floor, one.may_take) == (None, None, False)
    assert winning.prospects(shop.desk, shop.account, ()) == ()


def test_many_are_taken_until_somebody_stops(losing: Shop) -> None:
    shop, where = losing, prospect(losing).id
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> bool:
        told.append((done, total))
        return False

    done = winning.take(shop.desk, OWNER, shop.account, [where, ("nobody", "fr-fr")], progress)
    assert (done.count, done.stopped, told) == (1, True, [(1, 2)])


def test_a_price_that_changed_since_who_wins_was_read_is_said_and_may_be_taken_back(losing: Shop) -> None:
    shop = losing
    shop.market.rivals(FIRST, "fr-fr", 700)
    read(shop)
    won = prospect(shop)
    assert won.nothing is not None and not won.moved and won.present == Money(62400, "EUR")

    choosing.choose(shop.desk, OWNER, shop.account, *won.id, Money(65000, "EUR"), Why.HAND)
    shop.settle()

    one = prospect(shop)
    assert (one.moved, one.present, one.view.box.price) == (True, Money(65000, "EUR"), Money(62400, "EUR"))
    assert one.nothing is None and one.may_take, "it won at another price than this"
    assert winning.take(shop.desk, OWNER, shop.account, [one.id]).count == 1
