"""Units at a real Odoo 19: found or made, received once, followed wherever they go, whatever answer is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bmdesk.connectors.failures import AnswerLost
from bmdesk.connectors.odoo.lot_fields import LOT_FIELDS
from bmdesk.services.odoo.units_there import SCRAPPED, Note, Places, ProductThere, ReceiveBy, UnitThere
from tests.odoo.databases import Account, Database
from tests.odoo.shops import AT, PHONE, Shop, Watched, a_photo, a_product, a_unit, add_fields, shop, transport

pytestmark = pytest.mark.odoo


@pytest.fixture(scope="module")
def with_fields(odoo_database: Database, odoo_admin: Account) -> Database:
    with shop(odoo_database, odoo_admin, odoo_admin) as there:
        add_fields(there.admin)
        there.new_product(PHONE.name, barcode=PHONE.barcode)
    return odoo_database


@pytest.fixture
def bench(with_fields: Database, odoo_bench: Account, odoo_admin: Account) -> Iterator[Shop]:
    """Who works with lots and transfers and may not make products; the phone is there."""
    with shop(with_fields, odoo_bench, odoo_admin) as there:
        yield there


@pytest.fixture
def office(with_fields: Database, odoo_admin: Account) -> Iterator[Shop]:
    """Who may do everything."""
    with shop(with_fields, odoo_admin, odoo_admin) as there:
        yield there


def inside(there: Shop, unit: UnitThere) -> int:
    """The one place in the house where the unit lies, once."""
    [(place, quantity)] = there.places_of(unit)[unit.identifier]
    assert quantity == 1
    return place


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
    unit = a_unit(blockers=("battery below 80 %", "not erased"))
    [result] = bench.right(unit)
    assert result.changed
    lot = bench.lot(unit, *(one.name for one in LOT_FIELDS))
    assert lot["company_id"][0] == bench.company
    assert (lot["x_bm_grade"], lot["x_bm_battery"], lot["x_bm_inspected_on"]) == ("GOOD", 91, "2026-03-02")
    assert lot["x_bm_second_identifier"] == unit.second_identifier
    assert (lot["x_bm_source"], lot["x_bm_blockers"]) == ("Trade-in", "battery below 80 %; not erased")
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


# -------------------------------------------------------------------- what follows


def test_a_new_grade_stands_there_and_is_said_to_have_been_written(bench: Shop) -> None:
    unit = a_unit()
    bench.right(unit)
    [result] = bench.right(replace(unit, grade="FAIR", battery_percent=None, blockers=("locked",)))
    assert result.changed
    lot = bench.lot(unit, "x_bm_grade", "x_bm_battery", "x_bm_blockers")
    assert (lot["x_bm_grade"], lot["x_bm_battery"], lot["x_bm_blockers"]) == ("FAIR", 0, "locked")
    assert bench.receipts(unit) == ["done"]


def test_what_somebody_changed_there_is_kept_and_said(bench: Shop) -> None:
    unit = a_unit()
    bench.right(unit)
    bench.admin.call("stock.lot", "write", [[bench.lots[unit.unit_id]], {"x_bm_grade": "PREMIUM"}])
    result = bench.differs(replace(unit, grade="FAIR", battery_percent=80))
    assert (result.fields, dict(result.theirs)) == (("x_bm_grade",), {"x_bm_grade": "PREMIUM"})
    lot = bench.lot(unit, "x_bm_grade", "x_bm_battery")
    assert (lot["x_bm_grade"], lot["x_bm_battery"]) == ("PREMIUM", 80)
    assert bench.differs(replace(unit, grade="FAIR", battery_percent=80)).fields == ("x_bm_grade",)
    # Taken over here, both say the same.
    bench.right(replace(unit, grade="PREMIUM", battery_percent=80))
    bench.right(replace(unit, grade="FAIR", battery_percent=80))


def a_shelf(there: Shop, name: str, **values: object) -> int:
    return there.create(
        "stock.location", **{"name": name, "usage": "internal", "location_id": there.places.default, **values}
    )


def test_a_unit_follows_to_another_bin_and_another_warehouse(bench: Shop) -> None:
    shelf, repairs = a_shelf(bench, "A-01"), a_shelf(bench, "Repairs")
    bench.places = Places(bench.places.default, {"REPAIR": repairs})
    units = [a_unit() for _ in range(12)]
    bench.right(*units)
    put_away = [replace(unit, bin="A-01") for unit in units]
    watched = Watched(bench.remote)
    bench.right(*put_away, through=watched)
    assert {inside(bench, unit) for unit in units} == {shelf}
    assert watched.calls.count("stock.lot.write") == 1
    bench.right(*(replace(unit, warehouse="REPAIR", bin="no such bin") for unit in units))
    assert {inside(bench, unit) for unit in units} == {repairs}
    bench.right(*units)
    # The bins of a warehouse are Odoo's: what lies in one of them lies in the warehouse.
    assert {inside(bench, unit) for unit in units} == {repairs}


def test_a_unit_that_somebody_moved_there_stays_where_it_is(bench: Shop) -> None:
    bench.places = Places(bench.places.default, {"B": a_shelf(bench, "B"), "C": a_shelf(bench, "C")})
    unit = a_unit(warehouse="B")
    bench.right(unit)
    lot = bench.lots[unit.unit_id]
    bench.admin.call("stock.lot", "write", [[lot], {"location_id": bench.places.of("C")}])
    result = bench.differs(unit)
    assert (result.fields, dict(result.theirs)) == (("place",), {"place": bench.places.of("C")})
    bench.right(replace(unit, warehouse="C"))
    bench.right(unit)
    assert inside(bench, unit) == bench.places.of("B")


def test_a_unit_that_left_by_their_books_is_not_received_again(bench: Shop) -> None:
    unit = a_unit()
    bench.right(unit)
    [customers] = bench.rows("stock.location", [("usage", "=", "customer")], "id")[:1]
    lot = bench.lots[unit.unit_id]
    bench.admin.call("stock.lot", "write", [[lot], {"location_id": customers["id"]}])
    assert bench.doubt(unit) == "odoo.unit.stock_elsewhere"
    bench.right(replace(unit, state="gone", grade="FAIR"))
    assert bench.lot(unit, "x_bm_grade")["x_bm_grade"] == "FAIR"


def test_scrapped_units_are_scrapped_once(bench: Shop) -> None:
    units = [a_unit() for _ in range(5)]
    bench.right(*units)
    over = [replace(unit, state=SCRAPPED) for unit in units]
    watched = Watched(bench.remote)
    bench.right(*over, through=watched)
    bench.right(*over)
    assert all(places == [] for places in bench.places_of(*units).values())
    scraps = bench.rows(
        "stock.scrap", [("lot_id.name", "in", [unit.identifier for unit in units])], "state", "company_id"
    )
    assert [(row["state"], row["company_id"][0]) for row in scraps] == [("done", bench.company)] * 5
    assert watched.writes == 2


def test_a_unit_that_was_never_there_is_not_scrapped_there(bench: Shop) -> None:
    unit = a_unit(state=SCRAPPED)
    bench.right(unit)
    assert bench.places_of(unit) == {unit.identifier: []}
    assert bench.rows("stock.scrap", [("lot_id.name", "=", unit.identifier)]) == []


# -------------------------------------------------------------------- notes, photos, things to do


def chatter(there: Shop, unit: UnitThere) -> list[str]:
    domain = [
        ("model", "=", "stock.lot"),
        ("res_id", "=", there.lots[unit.unit_id]),
        ("message_id", "like", "@bmdesk"),
    ]
    return [row["body"] for row in there.rows("mail.message", domain, "body")]


def test_each_inspection_stands_in_the_chatter_once(bench: Shop) -> None:
    first, second = Note(1, AT, "41 tests, 1 failed\nWi-Fi <weak>"), Note(2, AT, "Graded B")
    unit = a_unit(notes=(first,))
    bench.right(unit)
    assert chatter(bench, unit) == ["<p>41 tests, 1 failed<br>Wi-Fi &lt;weak&gt;</p>"]
    both = replace(unit, notes=(first, second))
    [result] = bench.right(both)
    bench.right(both)
    bench.bases.clear()
    bench.right(both)
    assert result.changed and len(chatter(bench, unit)) == 2
    [row] = bench.rows(
        "mail.message",
        [("message_id", "=", f"<unit.{unit.unit_id.lower()}.note.2@bmdesk>")],
        "date",
        "is_internal",
        "subtype_id",
    )
    assert row["date"] == "2026-03-02 09:30:00" and row["subtype_id"][1] == "Note"


def test_each_photo_is_there_once_however_large(bench: Shop, tmp_path: Path) -> None:
    small = a_photo(tmp_path, "front.jpg", b"\xff\xd8\xff a photo")
    large = a_photo(tmp_path, "back.png", a_large_picture())
    unit, other = a_unit(photos=(small, large, small)), a_unit(photos=(small,))
    watched = Watched(bench.remote)
    bench.right(unit, other, through=watched)
    bench.right(unit, other)
    bench.bases.clear()
    bench.right(unit, other)
    domain = [("res_model", "=", "stock.lot"), ("res_id", "=", bench.lots[unit.unit_id])]
    found = bench.rows("ir.attachment", domain, "checksum", "company_id", "name")
    assert sorted(row["checksum"] for row in found) == sorted({small.checksum_sha1, large.checksum_sha1})
    assert {row["company_id"][0] for row in found} == {bench.company}
    assert watched.calls.count("ir.attachment.create") == 1
    # One that is taken away there does not come back, nor does one whose file is gone stop the unit.
    bench.admin.call("ir.attachment", "unlink", [[row["id"] for row in found]])
    gone = replace(small, path=tmp_path / "gone.jpg", checksum_sha1="0" * 40)
    [result] = bench.right(replace(unit, photos=(small, large, gone)))
    assert [note.code for note in result.notes] == ["odoo.unit.photo_unreadable"]
    assert bench.rows("ir.attachment", domain) == []


def a_large_picture() -> bytes:
    """Wider than what Odoo leaves as it is."""
    from PySide6.QtCore import QBuffer
    from PySide6.QtGui import QImage

    image = QImage(2600, 40, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    kept = QBuffer()
    kept.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(kept, "PNG")  # type: ignore[call-overload]
    return bytes(kept.data().data())


def to_do(there: Shop, *units: UnitThere) -> list[str]:
    lots = [there.lots[unit.unit_id] for unit in units]
    rows = there.rows("mail.activity", [("res_model", "=", "stock.lot"), ("res_id", "in", lots)], "summary")
    return sorted(row["summary"] for row in rows)


def test_a_held_unit_is_something_to_do_until_it_is_released(bench: Shop) -> None:
    units = [a_unit(held=True), a_unit(held=True, retest_due=True), a_unit()]
    watched = Watched(bench.remote)
    bench.right(*units, through=watched)
    assert to_do(bench, *units) == ["bmdesk: held", "bmdesk: held", "bmdesk: re-test due"]
    assert watched.calls.count("stock.lot.activity_schedule") == 2
    bench.right(*units)
    bench.bases.clear()
    bench.right(*units)
    assert len(to_do(bench, *units)) == 3
    released = [replace(unit, held=False) for unit in units]
    bench.right(*released)
    bench.right(*released)
    assert to_do(bench, *units) == ["bmdesk: re-test due"]
    bench.right(*units)
    assert len(to_do(bench, *units)) == 3


def test_what_somebody_there_has_done_does_not_come_back(bench: Shop) -> None:
    unit = a_unit(held=True)
    bench.right(unit)
    [row] = bench.rows(
        "mail.activity", [("res_id", "=", bench.lots[unit.unit_id]), ("res_model", "=", "stock.lot")]
    )
    bench.admin.call("mail.activity", "action_feedback", [[row["id"]]])
    bench.right(replace(unit, grade="FAIR"))
    assert to_do(bench, unit) == []


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


def test_fields_that_odoo_lacks_are_left_out_and_said_once(
    own_odoo_database: Database,
) -> None:
    admin = own_odoo_database.admin()
    with shop(own_odoo_database, admin, admin) as there:
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


# -------------------------------------------------------------------- lost answers


@pytest.mark.slow
@pytest.mark.parametrize("by", list(ReceiveBy))
def test_whichever_answer_is_lost_each_unit_is_there_once(
    office: Shop, tmp_path: Path, by: ReceiveBy
) -> None:
    """A story of receiving, re-grading, moving and scrapping; each of its writes loses its answer once."""
    shelf = a_shelf(office, f"L-{by}")
    office.places = replace(office.places, receive_by=by, by_warehouse={"L": shelf})
    photo = a_photo(tmp_path, "front.jpg", b"\xff\xd8\xff another")
    lost = 0
    while True:
        product = a_product(1000 + lost + (500 if by is ReceiveBy.INVENTORY else 0))
        units = [
            a_unit(product, batch=f"L-{by}-{lost}", held=True, notes=(Note(1, AT, "A"),), photos=(photo,))
            for _ in range(3)
        ]
        regraded = [replace(unit, grade="FAIR", notes=(*unit.notes, Note(2, AT, "B"))) for unit in units]
        moved = [replace(unit, warehouse="L", held=False) for unit in regraded]
        over = [moved[0], *(replace(unit, state=SCRAPPED) for unit in moved[1:])]
        watched = Watched(office.remote, loses=lost)
        for state in (units, regraded, moved, over):
            try:
                office.right(*state, through=watched)
            except AnswerLost:
                assert watched.writes == lost
                office.right(*state)
        if lost > watched.writes:
            break
        assert_told_once(office, over, shelf, by)
        lost += 1
    assert lost > 12


def assert_told_once(there: Shop, units: list[UnitThere], shelf: int, by: ReceiveBy) -> None:
    kept, *scrapped = units
    assert there.places_of(*units) == {
        kept.identifier: [(shelf, 1)], **{unit.identifier: [] for unit in scrapped}
    }  # fmt: skip
    names = [unit.identifier for unit in units]
    assert len(there.rows("stock.lot", [("name", "in", names)])) == 3
    lines = there.rows(
        "stock.move.line",
        [("lot_id.name", "in", names), ("location_id.usage", "in", ["supplier", "inventory"])],
        "state",
    )
    assert [row["state"] for row in lines] == ["done"] * 3
    assert there.receipts(*units) == (["done"] if by is ReceiveBy.PICKING else [])
    assert len(there.rows("stock.scrap", [("lot_id.name", "in", names)])) == 2
    for unit in units:
        assert len(chatter(there, unit)) == 2
        assert (
            len(
                there.rows(
                    "ir.attachment",
                    [("res_model", "=", "stock.lot"), ("res_id", "=", there.lots[unit.unit_id])],
                )
            )
            == 1
        )
    assert to_do(there, *units) == []
    assert len(there.rows("product.product", [("default_code", "=", units[0].product.model_code)])) == 1
