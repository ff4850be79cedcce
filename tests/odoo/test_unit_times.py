"""1,000 units to a real Odoo, against a client that makes its calls for each of them; both in the same run."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from bmdesk.services.odoo.units_there import UnitThere
from tests.odoo.databases import Account, Database
from tests.odoo.shops import PHONE, Shop, Watched, a_unit, add_fields, shop

pytestmark = [pytest.mark.odoo, pytest.mark.slow]

UNITS = 1000
ONE_BY_ONE = 100
"""The other way is as slow for the last unit as for the first."""


def receive(there: Shop, unit: UnitThere, product: int, operation: dict[str, object], source: int) -> int:
    """A lot, a transfer, its end: three calls."""
    route = {"location_id": source, "location_dest_id": there.places.default, "product_id": product}
    lot = there.create(
        "stock.lot",
        name=unit.identifier,
        product_id=product,
        company_id=there.company,
        x_bm_grade=unit.grade,
        x_bm_battery=unit.battery_percent,
    )
    line = {**route, "lot_id": lot, "quantity": 1, "picked": True}
    picking = there.create(
        "stock.picking",
        picking_type_id=operation["id"],
        location_id=source,
        location_dest_id=there.places.default,
        move_ids=[(0, 0, {**route, "product_uom_qty": 1, "move_line_ids": [(0, 0, line)]})],
    )
    there.admin.call("stock.picking", "button_validate", [[picking]])
    return lot


def test_a_thousand_units_are_at_least_five_times_as_quick(
    odoo_database: Database, odoo_admin: Account
) -> None:
    with shop(odoo_database, odoo_admin, odoo_admin) as there:
        add_fields(there.admin)
        product = there.new_product(PHONE.name, barcode=PHONE.barcode)
        [operation] = there.rows(
            "stock.picking.type",
            [("code", "=", "incoming"), ("company_id", "=", there.company)],
            "default_location_src_id",
        )
        source = operation["default_location_src_id"][0]
        there.right(a_unit())  # what a fresh database does the first time is no part of either
        singles = [a_unit() for _ in range(ONE_BY_ONE)]
        begun = time.monotonic()
        lots = [receive(there, unit, product, operation, source) for unit in singles]
        new_single = (time.monotonic() - begun) / ONE_BY_ONE
        begun = time.monotonic()
        for lot in lots:
            there.admin.call("stock.lot", "write", [[lot], {"x_bm_grade": "FAIR"}])
        graded_single = (time.monotonic() - begun) / ONE_BY_ONE

        units = [a_unit() for _ in range(UNITS)]
        watched = Watched(there.remote)
        begun = time.monotonic()
        there.right(*units, through=watched)
        new = (time.monotonic() - begun) / UNITS
        new_calls = len(watched.calls)
        begun = time.monotonic()
        there.right(*(replace(unit, grade="FAIR") for unit in units), through=watched)
        graded = (time.monotonic() - begun) / UNITS
    print(
        f"\n{UNITS} new units: {new * UNITS:.1f} s in {new_calls} calls; one by one {new_single * UNITS:.0f} s,"
        f" {new_single / new:.1f} times as long"
        f"\n{UNITS} graded anew: {graded * UNITS:.1f} s in {len(watched.calls) - new_calls} calls;"
        f" one by one {graded_single * UNITS:.0f} s, {graded_single / graded:.1f} times as long"
    )
    assert new_single > 5 * new
    assert len(watched.calls) < 60
