"""What Odoo says of a unit reaches Back Market at once: sold there it is off the market; promised here, a person hears
of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bmdesk.domain.orders import Conflict, Way
from bmdesk.services import settings
from bmdesk.services.odoo import odoo_account
from bmdesk.services.odoo.taken import Came
from bmdesk.services.odoo.units import units_in
from bmdesk.services.odoo.units.units_arriving import Reading
from bmdesk.services.odoo.units.units_places import PlacesHere
from bmdesk.services.odoo.units.units_seen import LotSeen, MoveSeen, PlaceSeen, ProductSeen, SaleSeen, Value
from bmdesk.services.odoo.units.units_there import LOT
from bmdesk.services.orders import handling
from bmdesk.store.queries import odoo, units
from tests import retold
from tests.markets import FIRST, OWNER, SECOND, Shop
from tests.selling import bought, detail, open_conflicts, packed, selling

STOCK = PlaceSeen(8, "Stock", (1, 8))
IPHONE = ProductSeen(5, "iPhone", "0194252707227", "", by_serial=True)
RECEIPT = MoveSeen(1, "supplier", "internal", "WH/IN/00001", "Mitchell Admin")
DELIVERY = MoveSeen(9, "internal", "customer", "WH/OUT/00007", "Marc Demo", sale=SaleSeen(3, "S00003", ""))


@retold.step
def with_odoo(shop: Shop) -> str:
    """The company has an Odoo; its account."""
    desk = shop.desk
    settings.put(desk, "odoo.url", "https://odoo.example.com")
    # Nobody answers there: what units have to say to it is not sent.
    settings.put(desk, "odoo.units.direction", "in")
    account = desk.read(lambda c: odoo_account.of(c, desk.company))
    assert account is not None
    return account.id


class AtOdoo:
    """What a reading of the company's Odoo sees."""

    def __init__(self, shop: Shop) -> None:
        self._desk, self._account = shop.desk, with_odoo(shop)
        self._reading = Reading(shop.desk, self._account, PlacesHere({}, 8, "MAIN"))

    def lot(self, unit_id: str, serial: str, number: int) -> LotSeen:
        """The unit's lot, as both sides have it."""
        values: dict[str, Value] = {
            "name": serial,
            "x_bm_grade": "EXCELLENT",
            "x_bm_battery": 92,
            "x_bm_hold": None,
        }
        base = {"values": values, "place": 8}
        self._desk.write(lambda tx: odoo.agree(tx, self._account, LOT, unit_id, number, base))
        return LotSeen(number, serial, IPHONE, values, STOCK, 1, RECEIPT, unit_id, "Marc Demo")

    def see(self, seen: LotSeen) -> Came:
        return self._desk.write(lambda tx: units_in.take(tx, self._reading, seen))


def gone(seen: LotSeen, last: MoveSeen = DELIVERY) -> LotSeen:
    return replace(seen, place=None, pieces=0, last=last)


def state(shop: Shop, unit_id: str) -> str:
    return shop.desk.read(lambda c: units.unit(c, unit_id)).state


def settle(shop: Shop) -> None:
    """Until nothing waits for the market. What waits for Odoo waits for ever."""
    for _ in range(30):
        shop.sync()
        if not any(effect.account_id == shop.account for effect in shop.open()):
            return
        shop.advance(minutes=20)


@pytest.fixture
def there(shop: Shop) -> AtOdoo:
    return AtOdoo(shop)


def test_a_unit_graded_and_sold_there_follows_on_the_market(shop: Shop, there: AtOdoo) -> None:
    one, other = shop.ready(2)
    shop.offer()
    shop.offer(SECOND)
    settle(shop)
    assert shop.remote() == 2
    seen = there.lot(one, shop.units[one], 7)
    there.see(replace(seen, values={**seen.values, "x_bm_grade": "GOOD"}))
    settle(shop)
    assert (shop.remote(FIRST), shop.remote(SECOND)) == (1, 1)
    there.see(gone(there.lot(other, shop.units[other], 8)))
    settle(shop)
    assert (shop.remote(FIRST), shop.remote(SECOND)) == (0, 1)


def test_a_reserved_unit_that_was_sold_there_is_a_conflict_and_another_one_goes(
    shop: Shop, there: AtOdoo
) -> None:
    first, second = selling(shop, 2)
    number = bought(shop)
    promised = first if state(shop, first) == "reserved" else second
    seen = gone(there.lot(promised, shop.units[promised], 7))
    there.see(seen)
    there.see(seen)
    assert open_conflicts(shop, number) == [Conflict.UNIT_UNFIT.value]
    assert state(shop, promised) == "reserved"
    (conflict,) = detail(shop, number).conflicts
    handling.resolve(shop.desk, OWNER, conflict.id, Way.SWAP)
    assert state(shop, promised) == "held" and open_conflicts(shop, number) == []
    there.see(seen)
    assert state(shop, promised) == "gone"
    assert sorted(state(shop, one) for one in (first, second)) == ["gone", "reserved"]


def test_a_packed_unit_that_was_sold_there_is_said_at_its_order(shop: Shop, there: AtOdoo) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    packed(shop, unit)
    seen = gone(there.lot(unit, shop.units[unit], 7))
    there.see(seen)
    there.see(seen)
    (conflict,) = detail(shop, number).conflicts
    assert conflict.code == Conflict.SOLD_ELSEWHERE.value
    handling.resolve(shop.desk, OWNER, conflict.id, Way.KEEP)
    there.see(seen)
    assert open_conflicts(shop, number) == [] and state(shop, unit) == "packed"


def test_our_own_delivery_there_is_nobodys_conflict(shop: Shop, there: AtOdoo) -> None:
    (unit,) = selling(shop)
    number = bought(shop)
    ours = replace(DELIVERY, sale=SaleSeen(4, "S00004", str(number)))
    there.see(gone(there.lot(unit, shop.units[unit], 7), ours))
    assert open_conflicts(shop, number) == [] and state(shop, unit) == "reserved"
