"""Goods without units: a person counts them, shipping lowers the count, and a unit wins over a count."""

from __future__ import annotations

import pytest

from bmdesk.domain.changes import Change
from bmdesk.services.desk import Desk
from bmdesk.services.goods import catalog, counted, counted_view
from bmdesk.services.goods.catalog import UnknownVariant
from bmdesk.services.goods.counted import HasUnits, NoSuchGrade, NoSuchPieces, SoldByUnits
from bmdesk.store.queries import sync_log
from bmdesk.store.queries.catalogue import sku_by_key
from tests.desks import PHONE, TABLET, Bench
from tests.listed import OWNER


def case(desk: Desk) -> str:
    """A product of which nobody has units."""
    return catalog.variant(desk, TABLET).id


def pieces(desk: Desk) -> dict[str, int | None]:
    return {row.sku.text: row.sku.pieces for row in counted.listed(desk)}


def log(desk: Desk) -> list[str]:
    return [line.text.code for line in desk.read(lambda c: sync_log.log_lines(c, desk.company))]


def test_a_count_makes_the_sku_and_is_said_with_who_counted(desk: Desk) -> None:
    done = counted.set_pieces(desk, OWNER, case(desk), "GOOD", False, 12)
    assert (done.sku, done.pieces) == (f"{TABLET}-GOOD", 12) and Change.CATALOGUE in done.changes
    counted.set_pieces(desk, OWNER, case(desk), "GOOD", False, 9)
    counted.set_pieces(desk, OWNER, case(desk), "GOOD", False, 9)
    assert pieces(desk) == {f"{TABLET}-GOOD": 9}
    assert log(desk) == ["counted.log_counted", "counted.log_begun"], "counted the same again is no news"
    (newest, _) = desk.read(lambda c: sync_log.log_lines(c, desk.company))
    assert dict(newest.text.params)["operator"] == "OWNER"


def test_one_more_and_one_less_never_end_below_nothing(desk: Desk) -> None:
    with pytest.raises(SoldByUnits):
        counted.add_pieces(desk, OWNER, case(desk), "GOOD", False, -1)
    assert pieces(desk) == {}
    counted.add_pieces(desk, OWNER, case(desk), "GOOD", False, 1)
    counted.add_pieces(desk, OWNER, case(desk), "GOOD", False, -1)
    with pytest.raises(NoSuchPieces):
        counted.add_pieces(desk, OWNER, case(desk), "GOOD", False, -1)
    assert pieces(desk) == {f"{TABLET}-GOOD": 0}


def test_what_cannot_be_counted_is_refused(desk: Desk) -> None:
    with pytest.raises(UnknownVariant):
        counted.set_pieces(desk, OWNER, "nobody", "GOOD", False, 1)
    with pytest.raises(NoSuchGrade):
        counted.set_pieces(desk, OWNER, case(desk), "NOT_FOR_SALE", False, 1)
    for wrong in (-1, counted.MOST + 1):
        with pytest.raises(NoSuchPieces):
            counted.set_pieces(desk, OWNER, case(desk), "GOOD", False, wrong)
    assert pieces(desk) == {}


def test_a_product_with_units_in_the_house_is_not_counted(desk: Desk, at_bench: Bench) -> None:
    at_bench.ready_unit()
    phone = catalog.variant(desk, PHONE).id
    with pytest.raises(HasUnits):
        counted.set_pieces(desk, OWNER, phone, "EXCELLENT", False, 5)
    with pytest.raises(HasUnits):
        counted.add_pieces(desk, OWNER, phone, "FAIR", False, 5)
    assert pieces(desk) == {} and counted_view.sheet(desk, phone).units == 1


def test_by_units_again_makes_no_sku_and_forgets_the_count(desk: Desk) -> None:
    assert counted.set_pieces(desk, OWNER, case(desk), "FAIR", True, None).sku == ""
    assert counted.skus_of(desk, case(desk)) == ()
    counted.set_pieces(desk, OWNER, case(desk), "FAIR", True, 3)
    assert [row.new_battery for row in counted_view.sheet(desk, case(desk)).rows].count(True) == 1
    counted.set_pieces(desk, OWNER, case(desk), "FAIR", True, None)
    assert pieces(desk) == {} and log(desk)[0] == "counted.log_by_units"


def test_a_unit_that_gets_a_counted_sku_wins_and_a_person_reads_so(desk: Desk) -> None:
    counted.set_pieces(desk, OWNER, case(desk), "GOOD", False, 4)
    sku = desk.read(lambda c: sku_by_key(c, desk.company, f"{TABLET}-GOOD".casefold()))
    assert sku is not None
    desk.write(lambda tx: counted.unit_wins(tx, sku))
    desk.write(lambda tx: counted.unit_wins(tx, sku))
    assert pieces(desk) == {} and log(desk).count("counted.log_unit_wins") == 1
