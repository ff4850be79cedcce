"""Two companies of one store in one Odoo, with a device of the same number: what goes there, what comes from there,
what differs, what is taken over at first: all is each company's own, from end to end.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from bmdesk.services import companies
from bmdesk.services.desk import Desk
from bmdesk.services.odoo.takeover import import_runs
from bmdesk.services.odoo.takeover.import_runs import Wishes
from bmdesk.services.odoo.units.drift import Drift, Kind
from bmdesk.store.queries import units
from bmdesk.store.queries.units import UnitRow
from bmdesk.sync import odoo_import
from bmdesk.system.clock import FixedClock
from tests.desks import Bench, add_models
from tests.markets import imei
from tests.odoo.databases import Account, Database
from tests.odoo.eyes import Eyes
from tests.odoo.shops import shop
from tests.odoo.test_drift import OWNER, House, connected

pytestmark = [pytest.mark.odoo, pytest.mark.sqlite_only]

BOTH, MINE, THEIRS = imei(1), imei(2), imei(3)
"""Serials: one that both have, for each its own device; one of each alone."""


@dataclass
class Two:
    """Companies of one store, each with its company of one Odoo."""

    mine: House
    theirs: House
    eyes: Eyes

    def sync(self) -> None:
        for house in (self.mine, self.theirs):
            house.clock.advance(minutes=6)
            assert house.sync().problems == ()

    def lot(self, house: House, serial: str) -> int:
        domain = [("name", "=", serial), ("company_id", "=", house.there.company)]
        [row] = self.eyes.rows("stock.lot", domain)
        return int(row["id"])

    def put_in_stock(self, house: House, serial: str, product: int) -> None:
        """Somebody there counts one more device in."""
        company = house.there.company
        values = {"name": serial, "product_id": product, "company_id": company}
        lot = self.eyes.ask("stock.lot", "create", values)
        place = house.there.places.default
        values = {"product_id": product, "lot_id": lot, "location_id": place, "inventory_quantity": 1}
        quant = self.eyes.ask("stock.quant", "create", values, context={"inventory_mode": True})
        self.eyes.ask("stock.quant", "action_apply_inventory", [quant])


def unit(house: House, serial: str) -> UnitRow | None:
    def work(connection):  # type: ignore[no-untyped-def]
        found = units.by_identifier(connection, house.desk.company, serial)
        return units.unit(connection, found) if found else None

    found: UnitRow | None = house.desk.read(work)
    return found


@pytest.fixture
def two(own_odoo_database: Database, desk: Desk, clock: FixedClock) -> Iterator[Two]:
    """Connected, and nothing is at Odoo yet."""
    admin = own_odoo_database.admin()
    eyes = Eyes(own_odoo_database)
    other = eyes.ask("res.company", "create", {"name": "Second"})
    eyes.ask("res.users", "write", [admin.user_id], {"company_ids": [(4, other)]})
    if not eyes.rows("stock.warehouse", [("company_id", "=", other)]):
        eyes.ask("stock.warehouse", "create", {"name": "Second", "code": "SEC", "company_id": other})
    companies.add(desk, OWNER, "second", "Second Phones")
    second = next(one for one in companies.desks(desk) if one.company != desk.company)
    add_models(second)
    with (
        house_of(own_odoo_database, admin, desk, clock, 1) as mine,
        house_of(own_odoo_database, admin, second, clock, other) as theirs,
    ):
        yield Two(mine, theirs, eyes)


@contextmanager
def house_of(
    database: Database, admin: Account, desk: Desk, clock: FixedClock, company: int
) -> Iterator[House]:
    with shop(database, admin, admin, company=company) as there:
        yield connected(desk, clock, there, admin)


def test_two_companies_in_one_odoo_never_see_each_others_devices(two: Two) -> None:
    mine, theirs, eyes = two.mine, two.theirs, two.eyes
    ours, others = mine.there.company, theirs.there.company

    # Out
    for house, serials in ((mine, (BOTH, MINE)), (theirs, (BOTH, THEIRS))):
        for serial in serials:
            Bench(house.desk, house.clock).ready_unit(serial)
    two.sync()
    assert eyes.in_stock(ours) == {BOTH: 1.0, MINE: 1.0}
    assert eyes.in_stock(others) == {BOTH: 1.0, THEIRS: 1.0}
    products = {
        row["company_id"][0]: row["product_id"][0]
        for row in eyes.rows("stock.lot", [], "company_id", "product_id")
    }
    moves = eyes.rows("stock.move.line", [("state", "=", "done")], "company_id", "lot_id")
    assert sorted(row["company_id"][0] for row in moves) == sorted([ours, ours, others, others])
    assert len({row["lot_id"][0] for row in moves}) == 4

    # In
    two.sync()
    eyes.ask("stock.lot", "write", [two.lot(theirs, BOTH)], {"x_bm_grade": "FAIR"})
    two.put_in_stock(theirs, "SNTHEIRS01", products[others])
    two.put_in_stock(mine, "SNMINE0001", products[ours])
    two.sync()
    assert [unit(mine, one) is not None for one in ("SNMINE0001", "SNTHEIRS01", THEIRS)] == [
        True,
        False,
        False,
    ]
    assert [unit(theirs, one) is not None for one in ("SNMINE0001", "SNTHEIRS01", MINE)] == [
        False,
        True,
        False,
    ]
    here, there = unit(mine, BOTH), unit(theirs, BOTH)
    assert here is not None and there is not None and here.id != there.id
    assert (here.grade, there.grade) == ("EXCELLENT", "FAIR")

    # What differs
    eyes.ask("stock.lot", "write", [two.lot(theirs, THEIRS)], {"x_bm_grade": "GOOD"})
    assert mine.look().differences == ()
    assert [(one.serial, one.kind) for one in theirs.look().differences] == [(THEIRS, Kind.OTHER_GRADE)]
    two.sync()
    assert (mine.look().differences, theirs.look().differences) == ((), ())

    # What is taken over at first: all of it is known, and nothing of the other is among it.
    for house, pieces in ((mine, 3), (theirs, 3)):
        done = odoo_import.begin(house.desk, house.secrets, None, Wishes(), lambda: True)
        left = import_runs.left_out(house.desk, done.id)
        assert (done.state, done.new, [line.name for line in left]) == ("done", 0, [])
        assert done.known == pieces + 1, "the devices and their product"
    assert mine.look() != Drift() and eyes.in_stock(ours).keys() == {BOTH, MINE, "SNMINE0001"}
