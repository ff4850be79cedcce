"""What happens to a unit here happens at a real Odoo 19: grade, place, scrap, notes, photos, things to do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bmdesk.services.odoo.units.units_there import SCRAPPED, SOLD, Doubt, Note, Places
from tests.odoo.sale_shops import Till, a_line, an_order, choices, packed
from tests.odoo.shops import (
    AT,
    Shop,
    Watched,
    a_photo,
    a_product,
    a_shelf,
    a_unit,
    chatter,
    inside,
    to_do,
)

pytestmark = pytest.mark.odoo


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


def test_200_units_are_received_graded_anew_and_moved_in_as_many_calls_as_5(office: Shop) -> None:
    shelf = a_shelf(office, "A-200")
    office.right(*(a_unit(a_product(1700 + number)) for number in range(5)))  # their products are made
    counted: dict[int, list[tuple[int, int]]] = {}
    for many in (5, 200):
        units = [a_unit(a_product(1700 + number % 5), batch=f"M-{many}") for number in range(many)]
        graded = [replace(unit, grade="FAIR") for unit in units]
        moved = [replace(unit, bin="A-200") for unit in graded]
        counted[many] = []
        for step in (units, graded, moved):
            watched = Watched(office.remote)
            assert all(result.changed for result in office.right(*step, through=watched))
            counted[many].append((len(watched.calls), watched.writes))
        assert all(places == [(shelf, 1)] for places in office.places_of(*units).values())
        assert office.receipts(*units) == ["done"]
        names = [unit.identifier for unit in units]
        grades = office.rows("stock.lot", [("name", "in", names)], "x_bm_grade")
        assert [row["x_bm_grade"] for row in grades] == ["FAIR"] * many
    assert counted[200] == counted[5]
    # Of the calls that write: lots, a receipt with its lines and its end; then one each.
    assert [writes for _, writes in counted[200]] == [4, 1, 1]


def test_what_many_have_in_common_is_written_in_one_call_and_a_refusal_is_of_one(bench: Shop) -> None:
    """Sixty are graded alike, among them one lot that may not be written; two others are graded otherwise."""
    units = [a_unit() for _ in range(62)]
    bench.right(*units)
    locked = units[7]
    [model] = bench.rows("ir.model", [("model", "=", "stock.lot")])
    rule = bench.create(
        "ir.rule",
        name="Locked",
        model_id=model["id"],
        domain_force=f"[('id', '!=', {bench.lots[locked.unit_id]})]",
        perm_read=False,
        perm_create=False,
        perm_unlink=False,
    )
    fair = [replace(unit, grade="FAIR", battery_percent=None, blockers=("locked",)) for unit in units[:60]]
    others = [replace(unit, grade="PREMIUM") for unit in units[60:]]
    watched = Watched(bench.remote)
    try:
        results = bench.make_right(*fair, *others, through=watched)
    finally:
        bench.admin.call("ir.rule", "unlink", [[rule]])
    doubts = {unit_id: one for unit_id, one in results.items() if isinstance(one, Doubt)}
    assert list(doubts) == [locked.unit_id]
    assert doubts[locked.unit_id].failure.code == "odoo.unit.refused"
    assert watched.calls.count("stock.lot.write") == 1
    watched.calls.clear()
    [result] = bench.right(fair[7], through=watched)
    assert result.changed
    names = [unit.identifier for unit in units]
    rows = bench.rows("stock.lot", [("name", "in", names)], "x_bm_grade", "x_bm_battery", "x_bm_blockers")
    said = [(row["x_bm_grade"], row["x_bm_battery"], row["x_bm_blockers"]) for row in rows]
    assert said == [("FAIR", 0, "locked")] * 60 + [("PREMIUM", 91, False)] * 2
    good = [replace(unit, grade="GOOD", battery_percent=85) for unit in units[:60]]
    watched.calls.clear()
    assert all(one.changed for one in bench.right(*good, through=watched))
    assert [one for one in watched.calls if one in ("stock.lot.write", "stock.lot.load")] == [
        "stock.lot.write"
    ]
    lot = bench.lot(locked, "x_bm_grade", "x_bm_battery", "x_bm_blockers")
    assert (lot["x_bm_grade"], lot["x_bm_battery"], lot["x_bm_blockers"]) == ("GOOD", 85, False)


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


def test_a_unit_that_was_sold_before_it_came_there_is_received_for_its_delivery_once(office: Shop) -> None:
    unit = a_unit(state=SOLD)
    office.right(unit)
    assert inside(office, unit) == office.places.default
    till = Till(office, choices(office))
    order = packed(an_order(a_line(unit)))
    till.right(order)
    assert till.held(order)[order.number] == [f"{unit.identifier} done"]
    office.right(unit)
    assert office.places_of(unit)[unit.identifier] == []
    assert office.receipts(unit) == ["done", "done"], "it came once and left once"


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
