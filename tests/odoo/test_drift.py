"""What people change in a real Odoo behind bmdesk's back is found, unit by unit, and what can be sent again is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace

import pytest

from bmdesk.connectors.backmarket.connector import Manners
from bmdesk.connectors.odoo.endpoint import OdooEndpoint
from bmdesk.connectors.odoo.transport import JsonRpcTransport
from bmdesk.domain.effects import EffectState
from bmdesk.domain.unit import GoneReason
from bmdesk.services import companies, settings
from bmdesk.services.desk import Actor, Desk
from bmdesk.services.goods import units_actions
from bmdesk.services.odoo.units import drift
from bmdesk.services.odoo.units.drift import Difference, Drift, Kind, Repair
from bmdesk.services.syncing import outbox
from bmdesk.store.queries import outbox_lists
from bmdesk.sync import odoo_drift
from bmdesk.sync.engine import Engine, Report
from bmdesk.sync.manner import Manner
from bmdesk.sync.opening import Tools, opener
from bmdesk.system.clock import FixedClock
from bmdesk.system.secrets import Secrets
from tests.desks import Bench, add_models
from tests.markets import imei
from tests.odoo.databases import Account, Database
from tests.odoo.houses import OneKey
from tests.odoo.shops import Shop, a_shelf, shop

pytestmark = [pytest.mark.odoo, pytest.mark.sqlite_only]

OWNER = Actor("OWNER", "owner", "office")
UNITS = 20


@dataclass
class House:
    """A desk whose company works with one company of this database."""

    desk: Desk
    clock: FixedClock
    secrets: Secrets
    there: Shop

    def sync(self) -> Report:
        self.clock.advance(minutes=1)
        engine = Engine(self.desk, opener(self.desk, Tools(self.secrets, Manners(1))))
        report = engine.run_once(Manner())
        self.clock.advance(minutes=1)
        return report

    def look(self) -> Drift:
        return odoo_drift.look(self.desk, self.secrets)

    def found(self) -> dict[str, Difference]:
        return {one.serial: one for one in self.look().differences}

    def lot(self, serial: str) -> int:
        company = ("company_id", "=", self.there.company)
        [row] = self.there.rows("stock.lot", [("name", "=", serial), company], "id")
        return int(row["id"])

    def unit(self, serial: str) -> str:
        bench = Bench(self.desk, self.clock)
        result = bench.scan(serial)
        assert result.unit is not None
        return result.unit


def connected(desk: Desk, clock: FixedClock, there: Shop, who: Account) -> House:
    endpoint = there.admin.endpoint
    for name, value in {
        "odoo.url": endpoint.url,
        "odoo.database": endpoint.database,
        "odoo.user": who.login,
        "odoo.company": str(there.company),
    }.items():
        settings.put(desk, name, value)
    return House(desk, clock, OneKey(who.key), there)


@pytest.fixture
def empty_house(own_odoo_database: Database, desk: Desk, clock: FixedClock) -> Iterator[House]:
    """Nothing is at Odoo yet."""
    admin = own_odoo_database.admin()
    with shop(own_odoo_database, admin, admin) as there:
        yield connected(desk, clock, there, admin)


@pytest.fixture
def house(empty_house: House) -> House:
    """Three units, all right at Odoo."""
    return filled(empty_house, 3)


def filled(house: House, count: int) -> House:
    bench = Bench(house.desk, house.clock)
    for number in range(count):
        bench.ready_unit(imei(number))
    assert house.sync().problems == ()
    return house


def test_what_people_did_in_odoo_is_found_and_what_can_be_sent_again_is(empty_house: House) -> None:
    house = filled(empty_house, UNITS)
    told: list[tuple[int, int]] = []
    look = odoo_drift.look(house.desk, house.secrets, lambda done, total: told.append((done, total)))
    assert (look.differences, look.units, look.pieces, look.busy) == ((), UNITS, UNITS, 0)
    assert told == [(0, UNITS), (UNITS, UNITS)]

    there, admin = house.there, house.there.admin
    moved, scrapped, deleted, graded, swapped = (imei(number) for number in range(5))
    elsewhere = there.create("stock.location", name="Shop window", usage="internal")
    admin.call("stock.lot", "write", [[house.lot(moved)], {"location_id": elsewhere}])
    [row] = there.rows("stock.lot", [("name", "=", scrapped)], "product_id", "location_id")
    scrap = there.create(
        "stock.scrap",
        product_id=row["product_id"][0], lot_id=row["id"], location_id=row["location_id"][0], scrap_qty=1,
    )  # fmt: skip
    admin.call("stock.scrap", "do_scrap", [[scrap]])
    [quant] = there.rows(
        "stock.quant", [("lot_id.name", "=", deleted), ("location_id.usage", "=", "internal")], "id"
    )
    inventory = {"context": {"inventory_mode": True}}
    admin.call("stock.quant", "write", [[quant["id"]], {"inventory_quantity": 0}], inventory)
    admin.call("stock.quant", "action_apply_inventory", [[quant["id"]]], inventory)
    admin.call("stock.lot", "write", [[house.lot(graded)], {"x_bm_grade": "FAIR"}])
    admin.call("stock.lot", "write", [[house.lot(swapped)], {"name": "renamed there"}])
    lot = there.create(
        "stock.lot", name="BOUGHT-THERE", product_id=row["product_id"][0], company_id=there.company
    )
    new = there.create(
        "stock.quant",
        product_id=row["product_id"][0], location_id=there.places.default, lot_id=lot, inventory_quantity=1,
    )  # fmt: skip
    admin.call("stock.quant", "action_apply_inventory", [[new]], inventory)

    found = house.found()
    assert {serial: (one.kind, one.repair) for serial, one in found.items()} == {
        moved: (Kind.OTHER_PLACE, Repair.SEND),
        scrapped: (Kind.LEFT_THERE, Repair.LOOK),
        deleted: (Kind.LEFT_THERE, Repair.LOOK),
        graded: (Kind.OTHER_GRADE, Repair.SEND),
        swapped: (Kind.OTHER_SERIAL, Repair.SEND),
        "BOUGHT-THERE": (Kind.MISSING_HERE, Repair.TAKE_OVER),
    }
    assert found[moved].there == "Shop window"
    assert found["BOUGHT-THERE"].lot_id == lot

    assert drift.repair(house.desk, OWNER, tuple(found.values())) == 3
    assert house.look().busy == 3
    house.sync()
    left = house.found()
    assert set(left) == {scrapped, deleted, "BOUGHT-THERE"}
    parked = outbox.listed(house.desk, states=[EffectState.PARKED]).rows
    assert not parked


def test_what_is_scrapped_or_moved_here_waits_and_is_no_drift_and_then_is_right(house: House) -> None:
    units = [house.unit(imei(number)) for number in range(3)]
    a_shelf(house.there, "A-1")
    house.sync()
    units_actions.mark_gone(house.desk, OWNER, [units[0]], GoneReason.SCRAPPED)
    units_actions.move_to_bin(house.desk, OWNER, [units[1]], "MAIN/A-1")
    look = house.look()
    assert (look.differences, look.busy) == ((), 2)
    house.sync()
    assert house.look().differences == ()
    # Back in stock there by hand, though it is scrapped here.
    [row] = house.there.rows("stock.lot", [("id", "=", house.lot(imei(0)))], "product_id")
    quant = house.there.create(
        "stock.quant",
        product_id=row["product_id"][0], location_id=house.there.places.default, lot_id=row["id"],
        inventory_quantity=1,
    )  # fmt: skip
    house.there.admin.call("stock.quant", "action_apply_inventory", [[quant]])
    [one] = house.look().differences
    assert (one.kind, one.repair) == (Kind.SCRAPPED_HERE, Repair.SEND)
    assert drift.repair(house.desk, OWNER, [one]) == 1
    house.sync()
    assert house.look().differences == ()


def test_who_is_sent_over_what_was_changed_there_writes_it_and_nothing_newer(house: House) -> None:
    lot = house.lot(imei(0))
    write = house.there.admin.call
    write("stock.lot", "write", [[lot], {"x_bm_grade": "FAIR"}])
    bench = Bench(house.desk, house.clock)
    bench.good(imei(0), "BMD:GRADE:GOOD:worn", "BMD:DONE")
    house.sync()
    [parked] = outbox.listed(house.desk, states=[EffectState.PARKED]).rows
    assert [(one.field, one.here, one.there) for one in parked.both] == [("x_bm_grade", "GOOD", "FAIR")]

    write("stock.lot", "write", [[lot], {"x_bm_grade": "PREMIUM"}])  # once more, after the person looked
    outbox.retry(house.desk, OWNER, [parked.id])
    house.sync()
    [parked] = outbox.listed(house.desk, states=[EffectState.PARKED]).rows
    assert [one.there for one in parked.both] == ["PREMIUM"]

    outbox.retry(house.desk, OWNER, [parked.id])
    house.sync()
    states = house.desk.read(lambda c: outbox_lists.count_by_state(c, house.desk.company))
    assert EffectState.PARKED.value not in states
    assert house.there.rows("stock.lot", [("id", "=", lot)], "x_bm_grade")[0]["x_bm_grade"] == "GOOD"


def test_a_second_company_sees_nothing_of_the_first(
    house: House, own_odoo_database: Database, clock: FixedClock
) -> None:
    there = house.there
    other = there.create("res.company", name="Second")
    admin = own_odoo_database.admin()
    there.admin.call("res.users", "write", [[admin.user_id], {"company_ids": [(4, other)]}])
    companies.add(house.desk, OWNER, "second", "Second Phones")
    desk = next(one for one in companies.desks(house.desk) if one.company != house.desk.company)
    add_models(desk)
    with closing(JsonRpcTransport(replace(there.admin.endpoint, secret=admin.key, company=other))) as remote:
        assert isinstance(remote.endpoint, OdooEndpoint)
        found = remote.call("stock.warehouse", "search_count", [[("company_id", "=", other)]])
        if not found:
            remote.call("stock.warehouse", "create", [{"name": "Second", "code": "SEC", "company_id": other}])
    with shop(own_odoo_database, admin, admin, company=other) as second_shop:
        second = connected(desk, clock, second_shop, admin)
        assert second.look() == Drift()
        Bench(desk, clock).ready_unit(imei(0))
        assert second.sync().problems == ()
        look = second.look()
        assert (look.differences, look.units, look.pieces) == ((), 1, 1)
        second_shop.admin.call("stock.lot", "write", [[second.lot(imei(0))], {"x_bm_grade": "FAIR"}])
        assert [one.kind for one in second.look().differences] == [Kind.OTHER_GRADE]
        assert house.look().differences == ()


def test_a_look_that_is_given_up_says_nothing(house: House) -> None:
    assert odoo_drift.look(house.desk, house.secrets, keep_going=lambda: False) == Drift(complete=False)
