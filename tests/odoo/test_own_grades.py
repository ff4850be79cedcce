"""A seller who keeps the grade on lots already finds bmdesk's grades there, at a real Odoo 19: in a field of their own,
or in a property, and nothing else of theirs is touched.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bmdesk.connectors.failures import AnswerLost
from bmdesk.domain.grading import NOT_FOR_SALE
from bmdesk.services.odoo.units.units_there import Doubt, GradeKept, UnitThere
from tests.odoo.shops import Shop, Watched, a_product, a_unit

pytestmark = pytest.mark.odoo

WORDS = {"EXCELLENT": "Like new", "GOOD": "Fine", "FAIR": "Worn"}
STATE = GradeKept("State", is_property=True, values=WORDS)


def add_field(there: Shop, name: str, ttype: str, *values: str) -> None:
    [model] = there.rows("ir.model", [("model", "=", "stock.lot")])
    pairs = [(0, 0, {"value": one[0], "name": one}) for one in values]
    there.create(
        "ir.model.fields",
        name=name,
        field_description=name,
        model_id=model["id"],
        ttype=ttype,
        selection_ids=pairs,
    )


@pytest.mark.parametrize(
    ("ttype", "there"), [("selection", {"GOOD": "F", "FAIR": "W"}), ("char", {"GOOD": "B+", "FAIR": "C"})]
)
def test_the_grade_stands_in_the_sellers_own_field(office: Shop, ttype: str, there: dict[str, str]) -> None:
    name = f"x_own_{ttype}"
    add_field(office, name, ttype, *(("Fine", "Worn", "Kept by hand") if ttype == "selection" else ()))
    office.grade = GradeKept(name, values=there)

    def stands(unit: UnitThere) -> tuple[Any, Any]:
        row = office.lot(unit, name, "x_bm_grade")
        return row[name], row["x_bm_grade"]

    unit, unnamed, broken = a_unit(), a_unit(grade="PREMIUM"), a_unit(grade=NOT_FOR_SALE)
    results = office.right(unit, unnamed, broken)
    assert [[note.code for note in one.notes] for one in results] == [[], ["odoo.unit.grade_unnamed"], []]
    assert [stands(one) for one in (unit, unnamed, broken)] == [
        (there["GOOD"], False),
        (False,) * 2,
        (False,) * 2,
    ]
    office.right(replace(unit, grade="FAIR"))
    assert stands(unit) == (there["FAIR"], False)
    # Whose word counts: a person there changed it, and something else is said here now.
    office.admin.call("stock.lot", "write", [[office.lots[unit.unit_id]], {name: "K"}])
    differs = office.differs(unit)
    assert (differs.fields, dict(differs.theirs)) == ((name,), {name: "K"})
    assert stands(unit) == ("K", False)
    # What has no name there does not stay what it was before.
    other = a_unit()
    office.right(other)
    office.right(replace(other, grade=NOT_FOR_SALE))
    assert stands(other) == (False, False)
    watched = Watched(office.remote)
    office.right(replace(other, grade=NOT_FOR_SALE), through=watched)
    assert watched.writes == 0


def test_a_field_that_is_gone_is_said_once(office: Shop) -> None:
    office.grade = GradeKept("x_gone", values={"GOOD": "B"})
    first, second = office.right(a_unit(), a_unit())
    assert [dict(note.params)["fields"] for note in first.notes] == ["x_gone"] and second.notes == ()


# -------------------------------------------------------------------- a property

DEFINITION: list[dict[str, Any]] = [
    {"name": "1a", "string": "Shelf life", "type": "char"},
    {"name": "2b", "string": "State", "type": "selection", "selection": [["f", "Fine"], ["w", "Worn"]]},
    {"name": "3c", "string": "Checked", "type": "boolean"},
]


def with_properties(there: Shop, unit: UnitThere, definition: list[dict[str, Any]] = DEFINITION) -> int:
    return there.new_product(
        unit.product.name, default_code=unit.product.model_code, lot_properties_definition=definition
    )


def properties(there: Shop, unit: UnitThere) -> dict[str, Any]:
    return {one["string"]: one.get("value") for one in there.lot(unit, "lot_properties")["lot_properties"]}


def test_the_grade_stands_in_a_property_and_the_others_stay(office: Shop) -> None:
    office.grade = STATE
    units = [a_unit(a_product(1501)) for _ in range(40)]
    unit = units[0]
    with_properties(office, unit)
    watched = Watched(office.remote)
    office.right(*units, through=watched)
    assert {properties(office, one)["State"] for one in units} == {"f"}
    assert watched.calls.count("stock.lot.write") == 1
    lot = office.lots[unit.unit_id]
    whole = office.lot(unit, "lot_properties")["lot_properties"]
    for one in whole:
        one["value"] = {"Shelf life": "2 years", "Checked": True}.get(one["string"], one.get("value"))
    office.admin.call("stock.lot", "write", [[lot], {"lot_properties": whole}])
    office.right(*(replace(one, grade="FAIR") for one in units))
    assert properties(office, unit) == {"Shelf life": "2 years", "State": "w", "Checked": True}
    assert properties(office, units[1]) == {"Shelf life": None, "State": "w", "Checked": None}
    again = Watched(office.remote)
    results = office.right(*(replace(one, grade="FAIR") for one in units), through=again)
    assert again.writes == 0 and not any(one.changed for one in results)
    assert office.lot(unit, "x_bm_grade")["x_bm_grade"] is False
    office.right(replace(unit, grade=""))
    assert properties(office, unit) == {"Shelf life": "2 years", "State": False, "Checked": True}


def test_what_somebody_put_into_the_property_is_kept_and_said(office: Shop) -> None:
    office.grade = STATE
    unit = a_unit(a_product(1502))
    with_properties(office, unit)
    office.right(unit)
    lot = office.lots[unit.unit_id]
    office.admin.call("stock.lot", "write", [[lot], {"lot_properties": {"1a": "x", "2b": "w"}}])
    differs = office.differs(replace(unit, grade="EXCELLENT", battery_percent=70))
    assert (differs.fields, list(differs.theirs.values())) == (("lot_properties:State",), ["Worn"])
    assert properties(office, unit)["State"] == "w"
    assert office.lot(unit, "x_bm_battery")["x_bm_battery"] == 70
    office.right(replace(unit, grade="FAIR", battery_percent=70))
    assert properties(office, unit)["Shelf life"] == "x"


def test_each_product_has_keys_of_its_own_and_one_without_the_property_is_said(office: Shop) -> None:
    office.grade = STATE
    one, other, without = (a_unit(a_product(number)) for number in (1503, 1504, 1505))
    with_properties(office, one)
    free = [{"name": "zz", "string": "State", "type": "char"}]
    with_properties(office, other, free)
    no_word = a_unit(one.product, grade="EXCELLENT")  # no choice there is called Like new
    results = office.make_right(one, other, without, no_word)
    notes = {key: [note.code for note in getattr(found, "notes", ())] for key, found in results.items()}
    assert not any(isinstance(found, Doubt) for found in results.values())
    lacks = ["odoo.unit.grade_no_place"]
    assert [notes[unit.unit_id] for unit in (one, other, without, no_word)] == [[], [], lacks, lacks]
    assert properties(office, one)["State"] == "f"
    assert properties(office, other) == {"State": "Fine"}
    # Once the product has it, the grade comes with whatever happens to the unit next.
    [product] = office.rows("product.product", [("default_code", "=", without.product.model_code)])
    office.admin.call("product.product", "write", [[product["id"]], {"lot_properties_definition": free}])
    office.right(replace(without, battery_percent=60))
    assert properties(office, without) == {"State": "Fine"}


def test_a_lost_answer_leaves_the_property_right(office: Shop) -> None:
    office.grade = STATE
    for number in range(1, 5):
        unit = a_unit(a_product(1510 + number))
        with_properties(office, unit)
        with pytest.raises(AnswerLost):
            office.right(unit, through=Watched(office.remote, loses=number))
        office.right(unit)
        assert properties(office, unit)["State"] == "f"
        assert office.receipts(unit) == ["done"]
