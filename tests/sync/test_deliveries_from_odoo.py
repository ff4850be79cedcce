"""A delivery that somebody packed in Odoo reaches Back Market as one that was packed here, by the same rules; what may
not leave so is asked of a person, and nothing is told.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bmdesk.connectors.odoo.units.unit_doubts import StockElsewhere
from bmdesk.domain.effects import EffectState, Fault, Kind, UnitOf, unit_lane
from bmdesk.domain.history import what
from bmdesk.domain.orders import Conflict, Way
from bmdesk.services import settings, wants
from bmdesk.services.odoo import choices, odoo_account
from bmdesk.services.odoo.choices import Candidate, Choice
from bmdesk.services.odoo.sales import deliveries_in, orders_meant
from bmdesk.services.odoo.sales.deliveries_seen import DeliverySeen, PieceSeen
from bmdesk.services.odoo.taken import Came, Taker
from bmdesk.services.odoo.units.units_seen import SaleSeen
from bmdesk.services.orders import handling, order_view
from bmdesk.services.shipping import parcels
from bmdesk.store.queries import odoo, outbox, units
from bmdesk.store.queries.odoo_orders import SALE
from bmdesk.store.transaction import Tx
from bmdesk.texts import render
from tests import retold
from tests.markets import OWNER, Shop
from tests.selling import (
    OTHER_PARCEL,
    PARCEL,
    bought,
    cancelled,
    detail,
    lines,
    open_conflicts,
    packed,
    parcel_of,
    selling,
    state,
    there,
)

SALE_ID = 31


@retold.step
def with_odoo(shop: Shop) -> str:
    """The company has an Odoo to which nothing is sent; its account."""
    desk = shop.desk
    settings.put(desk, "odoo.url", "https://odoo.example.com")
    for kind in ("units", "orders"):
        settings.put(desk, f"odoo.{kind}.direction", "off")
    account = desk.read(lambda c: odoo_account.of(c, desk.company))
    assert account is not None
    return account.id


class AtOdoo:
    """What a reading of the company's Odoo sees; nobody answers there."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.account = shop, with_odoo(shop)

    def sees(self, number: int, seen: DeliverySeen) -> Came:
        """The next reading sees this of the order's sale."""
        order_id = lines(self.shop, number)[0].order_id
        taker = Taker(self.shop.desk, self.account)
        return self.shop.desk.write(lambda tx: deliveries_in.take(tx, taker, seen, order_id))

    def waits(self) -> list[int]:
        return self.shop.desk.read(lambda c: deliveries_in.sales_to_see(c, self.account))


@pytest.fixture
def odoo_there(shop: Shop) -> AtOdoo:
    return AtOdoo(shop)


def delivered(shop: Shop, *made: str, **values: Any) -> DeliverySeen:
    """These units left with one transfer."""
    pieces = tuple(PieceSeen(700 + n, shop.units[unit]) for n, unit in enumerate(made))
    usual = DeliverySeen(
        SaleSeen(SALE_ID, "S00031", ""),
        transfers=(61,),
        name="WH/OUT/00061",
        pieces=pieces,
        numbers=(PARCEL,),
        left_at=shop.clock.now(),
        by="Marc Demo",
    )
    return replace(usual, **values)


def reason(shop: Shop, number: int) -> str:
    (conflict,) = detail(shop, number).conflicts
    assert conflict.code == Conflict.DELIVERED_THERE.value
    return render(conflict.happened)


def nothing_told(shop: Shop) -> bool:
    return not shop.effects(kind=Kind.SHIP.value) and not shop.writes("ship")


def sold_one(shop: Shop, count: int = 1) -> tuple[int, str, list[str]]:
    """An order of one device: its number, the unit that is reserved for it, and the others."""
    made = selling(shop, count)
    number = bought(shop)
    (own,) = [unit for unit in made if state(shop, unit) == "reserved"]
    return number, own, [unit for unit in made if unit != own]


def test_the_reserved_device_packed_there_ships_the_order_once(shop: Shop, odoo_there: AtOdoo) -> None:
    number, own, _ = sold_one(shop)
    seen = delivered(shop, own)
    assert odoo_there.sees(number, seen) is Came.TAKEN
    assert state(shop, own) == "packed"
    assert odoo_there.sees(number, seen) is Came.NOTHING
    shop.sync()
    shop.sync()
    (line,) = there(shop, number)
    assert (line["state"], line["imei"]) == (3, shop.units[own])
    (told,) = shop.writes("ship", order=number)
    assert (told["tracking"], told["shipper"]) == (PARCEL, "Royal Mail")
    assert state(shop, own) == "shipped"
    history = shop.desk.read(lambda c: units.history(c, own))
    assert ("history.packed", "Odoo: Marc Demo") in [
        (what(one["canonical"]).code, one["operator"]) for one in history
    ]
    assert odoo_there.sees(number, seen) is Came.NOTHING
    assert open_conflicts(shop, number) == [] and odoo_there.waits() == []


def test_the_carrier_is_the_one_that_odoo_names(shop: Shop, odoo_there: AtOdoo) -> None:
    number, own, _ = sold_one(shop)
    choices.keep(shop.desk, OWNER, [Choice(choices.Kind.CARRIER, "DHL", Candidate(5, "DHL Parcel"))])
    odoo_there.sees(number, delivered(shop, own, carrier=5))
    assert parcels.find(shop.desk, str(number)).shipper == "DHL"


def test_a_free_device_of_the_same_goods_is_a_swap(shop: Shop, odoo_there: AtOdoo) -> None:
    number, own, (other,) = sold_one(shop, 2)
    assert odoo_there.sees(number, delivered(shop, other)) is Came.TAKEN
    assert (state(shop, own), state(shop, other)) == ("ready", "packed")
    shop.sync()
    assert [line["imei"] for line in there(shop, number)] == [shop.units[other]]


def test_what_does_not_fit_is_asked_and_what_left_is_not_sold_again(shop: Shop, odoo_there: AtOdoo) -> None:
    number, own, (worse, held) = sold_one(shop, 3)
    shop.regrade(worse)
    shop.hold(held)
    for unit in (worse, held):
        odoo_there.sees(number, delivered(shop, unit))
        assert shop.units[unit] in reason(shop, number)
        assert state(shop, unit) == "held"
    assert nothing_told(shop) and state(shop, own) == "reserved"
    assert odoo_there.waits() == [SALE_ID]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"pieces": (PieceSeen(9, "356938035643809"),)}, "No unit here"),
        ({"numbers": ()}, "no parcel number"),
        ({"numbers": (PARCEL, OTHER_PARCEL)}, "several parcel numbers"),
        ({"numbers": ("RR123456789GB",)}, "RR123456789GB"),
        ({"pieces": (), "counted": {4: 1}}, "did not leave"),
    ],
)
def test_what_lacks_something_is_asked_once_and_goes_when_it_is_right(
    shop: Shop, odoo_there: AtOdoo, values: dict[str, Any], words: str
) -> None:
    number, own, _ = sold_one(shop)
    wrong = delivered(shop, own, **values)
    assert odoo_there.sees(number, wrong) is Came.SHOWN
    assert words in reason(shop, number)
    assert odoo_there.sees(number, wrong) is Came.NOTHING
    assert nothing_told(shop) and odoo_there.waits() == [SALE_ID]
    assert odoo_there.sees(number, delivered(shop, own)) is Came.TAKEN
    assert open_conflicts(shop, number) == [] and odoo_there.waits() == []
    assert state(shop, own) == "packed"


def test_what_was_set_aside_for_it_is_packed_when_it_is_right(shop: Shop, odoo_there: AtOdoo) -> None:
    number, own, (other,) = sold_one(shop, 2)
    assert odoo_there.sees(number, delivered(shop, other, numbers=())) is Came.SHOWN
    assert state(shop, other) == "held"
    assert odoo_there.sees(number, delivered(shop, other)) is Came.TAKEN
    assert (state(shop, own), state(shop, other)) == ("ready", "packed")


def test_a_supervisor_lets_a_worse_grade_pass_and_nothing_graver(shop: Shop, odoo_there: AtOdoo) -> None:
    number, _, (worse,) = sold_one(shop, 2)
    shop.regrade(worse)
    seen = delivered(shop, worse)
    odoo_there.sees(number, seen)
    (conflict,) = detail(shop, number).conflicts
    assert conflict.ways == (Way.LEFT_SO, Way.KEEP, Way.NOT_OURS)
    handling.resolve(shop.desk, OWNER, conflict.id, Way.LEFT_SO)
    assert open_conflicts(shop, number) == [] and odoo_there.waits() == [SALE_ID]
    odoo_there.sees(number, replace(seen, numbers=()))
    assert Way.LEFT_SO not in detail(shop, number).conflicts[0].ways
    assert odoo_there.sees(number, seen) is Came.TAKEN
    shop.sync()
    assert [line["imei"] for line in there(shop, number)] == [shop.units[worse]]


def test_what_a_person_left_as_it_is_stays_decided(shop: Shop, odoo_there: AtOdoo) -> None:
    number, _, (other,) = sold_one(shop, 2)
    seen = delivered(shop, other, numbers=())
    odoo_there.sees(number, seen)
    (conflict,) = detail(shop, number).conflicts
    handling.resolve(shop.desk, OWNER, conflict.id, Way.KEEP)
    for _ in range(3):
        assert odoo_there.sees(number, seen) is Came.NOTHING
    assert open_conflicts(shop, number) == [] and odoo_there.waits() == []
    assert state(shop, other) == "held"
    assert odoo_there.sees(number, delivered(shop, other)) is Came.TAKEN


def test_an_order_that_was_cancelled_meanwhile_is_asked_about(shop: Shop, odoo_there: AtOdoo) -> None:
    number, own, _ = sold_one(shop)
    cancelled(shop, number)
    assert odoo_there.sees(number, delivered(shop, own)) is Came.SHOWN
    assert "not sold any more" in reason(shop, number)
    shop.sync()
    assert open_conflicts(shop, number) == [Conflict.DELIVERED_THERE.value]
    assert nothing_told(shop) and state(shop, own) == "held"


def test_a_device_of_another_order_is_said_at_both(shop: Shop, odoo_there: AtOdoo) -> None:
    first, second = selling(shop, 2)
    number, other = bought(shop), bought(shop)
    theirs = next(one for one in (first, second) if shop.units[one] in _reserved(shop, other))
    odoo_there.sees(number, delivered(shop, theirs))
    assert open_conflicts(shop, number) == [Conflict.DELIVERED_THERE.value]
    assert open_conflicts(shop, other) == [Conflict.UNIT_UNFIT.value]
    assert nothing_told(shop)


def _reserved(shop: Shop, number: int) -> list[str]:
    return [one.identifier for line in detail(shop, number).lines for one in line.units]


def test_our_own_delivery_is_no_news_also_when_the_parcel_was_opened_again(
    shop: Shop, odoo_there: AtOdoo
) -> None:
    number, own, _ = sold_one(shop)
    packed(shop, own)
    ours = delivered(shop, own)
    parcels.open_again(shop.desk, OWNER, parcel_of(shop, number))
    assert odoo_there.sees(number, replace(ours, left_at=ours.left_at or shop.clock.now())) is Came.NOTHING
    assert state(shop, own) == "reserved" and open_conflicts(shop, number) == []
    packed(shop, own)
    assert odoo_there.sees(number, ours) is Came.NOTHING
    shop.advance(timedelta(hours=1))
    parcels.open_again(shop.desk, OWNER, parcel_of(shop, number))
    assert odoo_there.sees(number, replace(ours, left_at=None)) is Came.NOTHING
    later = delivered(shop, own, transfers=(62,), left_at=shop.clock.now() + timedelta(minutes=1))
    assert odoo_there.sees(number, later) is Came.TAKEN


def test_another_device_than_in_our_parcel_is_asked_about(shop: Shop, odoo_there: AtOdoo) -> None:
    number, own, (other,) = sold_one(shop, 2)
    packed(shop, own)
    assert odoo_there.sees(number, delivered(shop, other)) is Came.SHOWN
    assert "another device" in reason(shop, number)
    assert (state(shop, own), state(shop, other)) == ("packed", "held")


def test_what_left_before_the_order_was_accepted_waits_for_it(shop: Shop, odoo_there: AtOdoo) -> None:
    (unit,) = selling(shop, how="by_hand")
    number = bought(shop)
    seen = delivered(shop, unit)
    for _ in range(2):
        assert odoo_there.sees(number, seen) is Came.NOTHING
    order_id = lines(shop, number)[0].order_id
    said = [render(one.what) for one in order_view.detail(shop.desk, order_id).timeline]
    assert sum("before the order was accepted" in one for one in said) == 1
    assert open_conflicts(shop, number) == [] and odoo_there.waits() == [SALE_ID]
    handling.accept(shop.desk, OWNER, order_id)
    shop.sync()
    assert odoo_there.sees(number, seen) is Came.TAKEN


def test_what_leaves_in_two_transfers_is_told_when_all_of_it_left(shop: Shop, odoo_there: AtOdoo) -> None:
    one, two = selling(shop, 2)
    number = bought(shop, 2)
    assert odoo_there.sees(number, delivered(shop, one, opened=True)) is Came.NOTHING
    assert open_conflicts(shop, number) == [] and nothing_told(shop)
    assert odoo_there.sees(number, delivered(shop, one, two, transfers=(61, 62))) is Came.TAKEN
    shop.sync()
    assert [line["state"] for line in there(shop, number)] == [3]


def test_a_sale_that_was_cancelled_there_is_asked_about_and_nothing_is_cancelled(
    shop: Shop, odoo_there: AtOdoo
) -> None:
    number, own, _ = sold_one(shop)
    seen = DeliverySeen(SaleSeen(SALE_ID, "S00031", ""), cancelled="S00031", by="Marc Demo")
    assert odoo_there.sees(number, seen) is Came.SHOWN
    (conflict,) = detail(shop, number).conflicts
    assert conflict.code == Conflict.CANCELLED_THERE.value
    assert "S00031 was cancelled in Odoo (by Marc Demo)" in render(conflict.happened)
    shop.sync()
    assert [line["state"] for line in there(shop, number)] == [2] and state(shop, own) == "reserved"
    again = replace(seen, cancelled="")
    assert odoo_there.sees(number, again) is Came.NOTHING and open_conflicts(shop, number) == []
    odoo_there.sees(number, seen)
    (conflict,) = detail(shop, number).conflicts
    handling.resolve(shop.desk, OWNER, conflict.id, Way.KEEP)
    assert odoo_there.sees(number, seen) is Came.NOTHING and open_conflicts(shop, number) == []
    packed(shop, own)
    shop.sync()
    assert [line["state"] for line in there(shop, number)] == [3]


def test_a_sale_stands_for_the_order_it_was_made_for_or_whose_number_it_bears(
    shop: Shop, odoo_there: AtOdoo
) -> None:
    number, _, _ = sold_one(shop)
    order_id = lines(shop, number)[0].order_id
    found = (
        SaleSeen(1, "S00001", str(number)),
        SaleSeen(2, "S00002", "PO 4711"),
        SaleSeen(3, str(number), ""),
    )

    def meant() -> dict[int, str]:
        desk = shop.desk
        return desk.read(lambda c: orders_meant.of_sales(c, desk.company, odoo_there.account, found))

    assert meant() == {1: order_id, 3: order_id}
    shop.desk.write(lambda tx: odoo.agree(tx, odoo_there.account, SALE, order_id, 2, None))
    assert meant() == {2: order_id}


def refused_there(shop: Shop, odoo_there: AtOdoo, unit: str) -> None:
    """What is said of this unit was sent, and Odoo has it elsewhere."""

    def park(tx: Tx) -> None:
        wants.want(tx, UnitOf(unit))
        (waiting,) = outbox.unfinished(tx.connection, odoo_there.account, unit_lane(unit))
        problem = StockElsewhere(serial=shop.units[unit], place="Customers")
        outbox.end(tx, waiting.id, EffectState.PARKED, fault=Fault.REJECTED.value, problem=problem)

    shop.desk.write(park)


def sent(shop: Shop, unit: str) -> str:
    """What became of the newest that was to be said of this unit."""
    return max((one.id, one.state) for one in shop.effects(kind=Kind.UNIT.value) if one.key == unit)[1]


def test_what_odoo_refused_meanwhile_is_tried_again_once_it_is_packed(shop: Shop, odoo_there: AtOdoo) -> None:
    number, own, _ = sold_one(shop)
    refused_there(shop, odoo_there, own)
    assert odoo_there.sees(number, delivered(shop, own)) is Came.TAKEN
    assert {one.state for one in shop.effects(kind=Kind.UNIT.value)} == {EffectState.PENDING.value}


def asked_about(shop: Shop, odoo_there: AtOdoo) -> tuple[int, str, DeliverySeen]:
    """An order for which a device left there that does not fit; it is set aside here, and refused there."""
    number, _, (worse,) = sold_one(shop, 2)
    shop.regrade(worse)
    seen = delivered(shop, worse)
    assert odoo_there.sees(number, seen) is Came.SHOWN
    assert state(shop, worse) == "held"
    refused_there(shop, odoo_there, worse)
    assert odoo_there.sees(number, seen) is Came.NOTHING
    assert sent(shop, worse) == "parked", "as long as nobody knows"
    return number, worse, seen


def test_what_came_back_there_is_sent_again(shop: Shop, odoo_there: AtOdoo) -> None:
    number, worse, seen = asked_about(shop, odoo_there)
    assert odoo_there.sees(number, replace(seen, pieces=())) is Came.NOTHING
    assert open_conflicts(shop, number) == [] and sent(shop, worse) == "pending"


@pytest.mark.parametrize("way", [Way.KEEP, Way.NOT_OURS])
def test_what_a_person_leaves_as_it_is_does_not_wait_for_ever(
    shop: Shop, odoo_there: AtOdoo, way: Way
) -> None:
    number, worse, seen = asked_about(shop, odoo_there)
    (conflict,) = detail(shop, number).conflicts
    handling.resolve(shop.desk, OWNER, conflict.id, way)
    assert odoo_there.sees(number, seen) is Came.NOTHING
    assert sent(shop, worse) == "cancelled", "it would be refused again"
    assert odoo_there.waits() == []
    assert odoo_there.sees(number, replace(seen, opened=True)) is Came.NOTHING
    shop.desk.write(lambda tx: wants.want(tx, UnitOf(worse)))
    assert sent(shop, worse) == "pending", "what happens to it is sent"
