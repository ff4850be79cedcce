"""Whatever answer of a real Odoo 19 is lost, each unit is there once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bmdesk.connectors.failures import AnswerLost
from bmdesk.services.odoo.units.units_there import SCRAPPED, Note, ReceiveBy, UnitThere
from tests.odoo.shops import (
    AT,
    Shop,
    Watched,
    a_photo,
    a_product,
    a_shelf,
    a_unit,
    chatter,
    to_do,
)

pytestmark = pytest.mark.odoo


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


def test_a_grade_that_many_have_in_common_is_there_whichever_of_its_answers_is_lost(office: Shop) -> None:
    units = [a_unit() for _ in range(120)]
    office.right(*units)
    for lost, (one, other) in enumerate((("FAIR", "PREMIUM"), ("EXCELLENT", "FAIR")), start=1):
        graded = [replace(unit, grade=one if number < 60 else other) for number, unit in enumerate(units)]
        with pytest.raises(AnswerLost):
            office.right(*graded, through=Watched(office.remote, loses=lost))
        assert sum(result.changed for result in office.right(*graded)) == 120 - 60 * lost
        rows = office.rows("stock.lot", [("name", "in", [unit.identifier for unit in units])], "x_bm_grade")
        assert [row["x_bm_grade"] for row in rows] == [one] * 60 + [other] * 60


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
