"""Units come to a real Odoo 19: their products found or made, their lots, one receipt, each company its own."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from decimal import Decimal

import pytest

from bmdesk.connectors.odoo.units.lot_fields import ALL_FIELDS
from bmdesk.services.odoo.units.units_there import Places, ProductThere, ReceiveBy
from tests.odoo.databases import Account, Database
from tests.odoo.shops import (
    PHONE,
    Shop,
    Watched,
    a_product,
    a_shelf,
    a_unit,
    inside,
    shop,
    transport,
)

pytestmark = pytest.mark.odoo


# -------------------------------------------------------------------- products


def test_a_product_is_found_by_barcode_then_by_code_then_made(office: Shop) -> None:
    by_code = office.new_product("Seller's own name", default_code="MODEL-901")
    phone, coded, new = a_unit(), a_unit(a_product(901)), a_unit(a_product(902))
    office.right(phone, coded, new)
    barcode = office.rows("product.product", [("barcode", "=", PHONE.barcode)], "id")
    assert office.lot(phone)["product_id"][0] == barcode[0]["id"]
    assert office.lot(coded)["product_id"][0] == by_code
    [made] = office.rows(
        "product.product", [("default_code", "=", "MODEL-902")], "tracking", "is_storable", "company_id"
    )
    assert (made["tracking"], made["is_storable"], made["company_id"][0]) == ("serial", True, office.company)
    office.products.clear()
    office.right(new)
    assert len(office.rows("product.product", [("name", "=", "Phone model 902")])) == 1


def test_a_product_in_doubt_stops_its_own_units_and_no_others(office: Shop) -> None:
    office.new_product("One", default_code="MODEL-911")
    office.new_product("Two", default_code="MODEL-911")
    office.new_product("Not by serial", default_code="MODEL-912", tracking="none")
    office.new_product("Old", default_code="MODEL-913", active=False)
    good = a_unit()
    units = [a_unit(a_product(number)) for number in (911, 912, 913)]
    results = office.make_right(good, *units)
    assert [getattr(results[unit.unit_id], "failure", None) is not None for unit in (good, *units)] == [
        False,
        True,
        True,
        True,
    ]
    assert [office.doubt(unit) for unit in units] == [
        "odoo.unit.several_products",
        "odoo.unit.not_by_serial",
        "odoo.unit.product_archived",
    ]
    assert inside(office, good) == office.places.default


def test_two_variants_here_are_never_one_product_there(office: Shop) -> None:
    other = ProductThere("01JOTHER", "IP13-128-OTHER", PHONE.barcode, "Another phone", "phone")
    office.right(a_unit())
    assert office.doubt(a_unit(other)) == "odoo.unit.product_taken"


def test_who_may_not_make_products_is_told_so_and_goes_on_with_the_others(bench: Shop) -> None:
    known, unknown = a_unit(), a_unit(a_product(920))
    assert bench.doubt(unknown) == "odoo.unit.product_not_made"
    results = bench.make_right(known, unknown)
    assert inside(bench, known) and known.unit_id in results


# -------------------------------------------------------------------- lots and receiving


def test_200_units_of_5_products_are_one_receipt_and_as_many_calls_as_5_units(office: Shop) -> None:
    units = [a_unit(a_product(number % 5), batch="B-200") for number in range(200)]
    watched = Watched(office.remote)
    office.right(*units, through=watched)
    assert office.receipts(*units) == ["done"]
    assert all(places == [(office.places.default, 1)] for places in office.places_of(*units).values())
    [picking] = office.rows(
        "stock.picking", [("origin", "=", "bmdesk B-200")], "company_id", "picking_type_code"
    )
    assert (picking["company_id"][0], picking["picking_type_code"]) == (office.company, "incoming")
    few = Watched(office.remote)
    office.right(*(a_unit(a_product(number % 5), batch="B-201") for number in range(5)), through=few)
    assert [one for one in watched.calls if not one.startswith("product.")] == few.calls[:1] + few.calls[2:]
    assert few.calls[1] == "product.product.search_read" and len(few.calls) == 12
    again = Watched(office.remote)
    results = office.right(*units, through=again)
    assert not any(result.changed for result in results)
    assert again.writes == 0
    assert office.receipts(*units) == ["done"]


def test_the_bench_brings_units_with_all_that_is_known_of_them(bench: Shop) -> None:
    unit = a_unit(
        blockers=("battery below 80 %", "not erased"),
        warranty_order="60000001",
        warranty_customer="res.partner,57",
    )
    [result] = bench.right(unit)
    assert result.changed
    lot = bench.lot(unit, *(one.name for one in ALL_FIELDS))
    assert lot["company_id"][0] == bench.company
    assert (lot["x_bm_grade"], lot["x_bm_battery"], lot["x_bm_inspected_on"]) == ("GOOD", 91, "2026-03-02")
    assert lot["x_bm_second_identifier"] == unit.second_identifier
    assert (lot["x_bm_source"], lot["x_bm_blockers"]) == ("Trade-in", "battery below 80 %; not erased")
    assert (lot["x_bm_warranty_order"], lot["x_bm_warranty_customer"]) == ("60000001", "res.partner,57")
    assert bench.lots[unit.unit_id] == lot["id"]
    told = bench.admin.call("stock.lot", "get_external_id", [[lot["id"]]])
    assert told == {str(lot["id"]): f"bmdesk.unit_{unit.unit_id.lower()}"}


def test_a_serial_that_stands_under_another_product_is_asked_about(office: Shop) -> None:
    other = office.new_product("Another product")
    unit, neighbour = a_unit(), a_unit()
    office.create("stock.lot", name=unit.identifier, product_id=other, company_id=office.company)
    results = office.make_right(unit, neighbour)
    assert office.doubt(unit) == "odoo.unit.other_product"
    assert len(results) == 2 and inside(office, neighbour)


def test_a_lot_that_was_there_before_is_taken_over_with_its_stock(office: Shop) -> None:
    """Bought in Odoo and already in the house: nothing is received again."""
    office.right(a_unit())
    [phone] = office.products.values()
    unit = a_unit()
    lot = office.create("stock.lot", name=unit.identifier, product_id=phone, company_id=office.company)
    quant = office.admin.call(
        "stock.quant",
        "create",
        [{"product_id": phone, "lot_id": lot, "location_id": office.places.default, "inventory_quantity": 1}],
        {"context": {"inventory_mode": True}},
    )
    office.admin.call("stock.quant", "action_apply_inventory", [[quant]])
    office.right(unit)
    assert office.lots[unit.unit_id] == lot
    assert inside(office, unit) == office.places.default
    assert office.receipts(unit) == []


def test_a_lot_that_was_there_before_is_not_moved_before_somebody_says_so(office: Shop) -> None:
    unit = a_unit()
    office.right(unit)
    office.lots.clear()
    office.bases.clear()
    external = [("model", "=", "stock.lot"), ("name", "=", f"unit_{unit.unit_id.lower()}")]
    [row] = office.rows("ir.model.data", external)
    office.admin.call("ir.model.data", "unlink", [[row["id"]]])
    office.places = Places(office.places.default, {"FAR": a_shelf(office, "FAR")})
    far = replace(unit, warehouse="FAR", grade="FAIR")
    for _ in range(2):
        assert office.differs(far).fields == ("place", "x_bm_grade")
    assert inside(office, unit) == office.places.default


def test_a_receipt_that_somebody_else_prepared_is_theirs(office: Shop) -> None:
    unit = a_unit()
    office.right(a_unit())
    [phone] = office.products.values()
    lot = office.create("stock.lot", name=unit.identifier, product_id=phone, company_id=office.company)
    [operation] = office.rows(
        "stock.picking.type",
        [("code", "=", "incoming"), ("company_id", "=", office.company)],
        "default_location_src_id",
    )
    route = {
        "location_id": operation["default_location_src_id"][0],
        "location_dest_id": office.places.default,
        "product_id": phone,
    }
    line = {**route, "lot_id": lot, "quantity": 1}
    office.create(
        "stock.picking",
        picking_type_id=operation["id"],
        origin="PO 7",
        move_ids=[(0, 0, {**route, "product_uom_qty": 1, "move_line_ids": [(0, 0, line)]})],
    )
    assert office.doubt(unit) == "odoo.unit.receipt_open"


def test_what_odoo_refuses_of_one_unit_stops_no_other(office: Shop) -> None:
    units = [a_unit(grade="NO SUCH GRADE" if number == 3 else "GOOD") for number in range(8)]
    results = office.make_right(*units)
    refused = [unit.unit_id for unit in units if hasattr(results[unit.unit_id], "failure")]
    assert refused == [units[3].unit_id]
    assert office.doubt(units[3]) == "odoo.unit.refused"
    assert office.receipts(*units) == ["done"]


def test_units_may_be_received_by_counting_them(bench: Shop) -> None:
    bench.places = replace(bench.places, receive_by=ReceiveBy.INVENTORY)
    units = [a_unit() for _ in range(30)]
    watched = Watched(bench.remote)
    bench.right(*units, through=watched)
    bench.right(*units)
    assert all(places == [(bench.places.default, 1)] for places in bench.places_of(*units).values())
    assert bench.receipts(*units) == []
    assert watched.writes == 3


def test_a_receipt_that_odoo_prints_is_a_receipt(office: Shop) -> None:
    """Odoo answers with what to print instead of True."""
    [operation] = office.rows(
        "stock.picking.type", [("code", "=", "incoming"), ("company_id", "=", office.company)]
    )
    unit = a_unit()
    office.admin.call("stock.picking.type", "write", [[operation["id"]], {"auto_print_delivery_slip": True}])
    try:
        office.right(unit)
    finally:
        office.admin.call(
            "stock.picking.type", "write", [[operation["id"]], {"auto_print_delivery_slip": False}]
        )
    assert office.receipts(unit) == ["done"]


def test_what_was_paid_is_what_the_move_cost(office: Shop) -> None:
    cheap, dear, pounds = (
        a_unit(cost=Decimal("100.50")),
        a_unit(cost=Decimal(250)),
        a_unit(cost=Decimal(90), currency="GBP"),
    )
    office.right(cheap, dear, pounds)
    names = [unit.identifier for unit in (cheap, dear, pounds)]
    moves = office.rows("stock.move", [("move_line_ids.lot_id.name", "in", names)], "price_unit")
    assert sorted(row["price_unit"] for row in moves)[-2:] == [100.5, 250.0]
    assert len(moves) == 3


# -------------------------------------------------------------------- companies, fields


def test_two_companies_have_the_same_serial_and_never_meet(
    with_fields: Database, odoo_admin: Account
) -> None:
    with shop(with_fields, odoo_admin, odoo_admin) as first:
        other = first.create("res.company", name="Second")
        first.admin.call("res.users", "write", [[odoo_admin.user_id], {"company_ids": [(4, other)]}])
        with closing(transport(with_fields, odoo_admin, other)) as remote:
            remote.call("stock.warehouse", "create", [{"name": "Second", "code": "SEC", "company_id": other}])
        unit = a_unit(product=a_product(950))
        first.right(unit)
        with shop(with_fields, odoo_admin, odoo_admin, company=other) as second:
            there = replace(
                unit, unit_id=unit.unit_id + "B", product=replace(unit.product, variant_id="01JSECOND")
            )
            second.right(there)
            assert second.lots[there.unit_id] != first.lots[unit.unit_id]
            assert inside(second, there) == second.places.default != first.places.default
            assert second.lot(there)["company_id"][0] == other
            [product] = second.rows(
                "product.product", [("id", "=", second.products["01JSECOND"])], "company_id"
            )
            assert product["company_id"][0] == other
        assert inside(first, unit) == first.places.default


def test_fields_that_odoo_lacks_are_left_out_and_said_once(bare_odoo_database: Database) -> None:
    admin = bare_odoo_database.admin()
    with shop(bare_odoo_database, admin, admin) as there:
        first, second = a_unit(), a_unit()
        results = there.right(first, second)
        assert [[note.code for note in result.notes] for result in results] == [
            ["odoo.unit.fields_absent"],
            [],
        ]
        assert inside(there, second) == there.places.default


def test_a_lot_that_is_gone_there_is_said_and_not_made_anew(bench: Shop) -> None:
    unit = a_unit(state="gone")
    bench.right(unit)
    bench.admin.call("stock.lot", "unlink", [[bench.lots[unit.unit_id]]])
    assert bench.doubt(unit) == "odoo.unit.lot_gone"
