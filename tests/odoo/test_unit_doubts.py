"""What nobody may guess about at a real Odoo 19 is a question, in words of both languages, and stops no other unit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest

from bmdesk.connectors.odoo.units.unit_doubts import UnitDoubt
from bmdesk.services.odoo.units.units_there import Doubt, Places, ReceiveBy, UnitThere
from bmdesk.texts import render
from bmdesk.texts.choice import use_language
from tests.odoo.shops import Shop, Watched, a_product, a_shelf, a_unit, inside

pytestmark = pytest.mark.odoo


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    use_language("en")


def doubted(there: Shop, unit: UnitThere, neighbour: UnitThere | None = None) -> Doubt:
    """What speaks against the unit, and not against its neighbour in the same batch."""
    units = [unit] if neighbour is None else [unit, neighbour]
    results = there.make_right(*units)
    found = results[unit.unit_id]
    assert isinstance(found, Doubt), found
    if neighbour is not None:
        assert not isinstance(results[neighbour.unit_id], Doubt)
    return found


def assert_says(doubt: Doubt, code: str, *words: str) -> None:
    """Title, what happened with these words, and what to do: readable in each language, and not the same."""
    failure = doubt.failure
    assert isinstance(failure, UnitDoubt) and failure.code == code
    said = []
    for language in ("en", "de"):
        use_language(language)
        texts = [render(text) for text in (failure.title, failure.happened, failure.todo)]
        assert all(text and code not in text and "{" not in text for text in texts)
        assert all(word in texts[1] for word in words), texts[1]
        said.append(texts)
    assert all(english != german for english, german in zip(*said, strict=True))


def count(there: Shop, product: int, lot: int, *places: int) -> None:
    """By an inventory adjustment, one piece in each of these places."""
    row = {"product_id": product, "lot_id": lot, "inventory_quantity": 1}
    counted = {"context": {"inventory_mode": True}}
    rows = [{**row, "location_id": place} for place in places]
    quants = there.admin.call("stock.quant", "create", [rows], counted)
    there.admin.call("stock.quant", "action_apply_inventory", [quants], counted)


def test_a_serial_that_odoo_counts_twice_is_not_moved(office: Shop) -> None:
    unit, neighbour = a_unit(), a_unit()
    office.right(unit)
    shelf = a_shelf(office, "Second piece")
    count(office, office.products[unit.product.variant_id], office.lots[unit.unit_id], shelf)
    doubt = doubted(office, unit, neighbour)
    assert_says(doubt, "odoo.unit.stock_twice", unit.identifier, "Second piece")
    assert len(office.places_of(unit)[unit.identifier]) == 2
    # Corrected there, it is right again.
    quants = office.rows(
        "stock.quant", [("lot_id", "=", office.lots[unit.unit_id]), ("location_id", "=", shelf)]
    )
    ids = [row["id"] for row in quants]
    context = {"context": {"inventory_mode": True}}
    office.admin.call("stock.quant", "write", [ids, {"inventory_quantity": 0}], context)
    office.admin.call("stock.quant", "action_apply_inventory", [ids], context)
    office.right(unit)


def test_a_serial_of_no_company_is_not_taken_over(office: Shop) -> None:
    unit, neighbour = a_unit(a_product(1601)), a_unit()
    product = office.new_product(unit.product.name, default_code=unit.product.model_code)
    lot = office.create("stock.lot", name=unit.identifier, product_id=product)
    assert_says(doubted(office, unit, neighbour), "odoo.unit.no_company", unit.identifier)
    assert not any(office.places_of(unit).values())
    office.admin.call("stock.lot", "write", [[lot], {"company_id": office.company}])
    office.right(unit)
    assert office.lots[unit.unit_id] == lot


@pytest.mark.parametrize("wrong", ["gone", "of customers"])
def test_a_location_that_is_none_for_stock_is_asked_about(office: Shop, wrong: str) -> None:
    [customers] = office.rows("stock.location", [("usage", "=", "customer")])[:1]
    place = 999_999 if wrong == "gone" else customers["id"]
    office.places = Places(office.places.default, {"FAR": place})
    unit, neighbour = a_unit(warehouse="FAR"), a_unit()
    assert_says(doubted(office, unit, neighbour), "odoo.unit.place_unknown", unit.identifier, "FAR")
    assert inside(office, neighbour) == office.places.default
    office.places = Places(office.places.default, {"FAR": a_shelf(office, f"Far, not {wrong}")})
    office.right(unit)


def test_a_company_without_receipts_is_told_so(office: Shop) -> None:
    known, new = a_unit(), a_unit()
    office.right(known)
    types = office.rows(
        "stock.picking.type", [("code", "=", "incoming"), ("company_id", "=", office.company)]
    )
    ids = [row["id"] for row in types]
    office.admin.call("stock.picking.type", "write", [ids, {"active": False}])
    try:
        # What is there already goes on.
        doubt = doubted(office, new, replace(known, grade="FAIR"))
        # By counting, no receipt is needed.
        office.places = replace(office.places, receive_by=ReceiveBy.INVENTORY)
        office.right(a_unit())
    finally:
        office.admin.call("stock.picking.type", "write", [ids, {"active": True}])
    assert_says(doubt, "odoo.unit.no_receipt_type", new.identifier)
    office.right(new)


def test_a_product_that_is_gone_is_not_made_anew(office: Shop) -> None:
    unit, neighbour = a_unit(a_product(1602)), a_unit()
    product = office.new_product(unit.product.name, default_code=unit.product.model_code)
    office.products[unit.product.variant_id] = product
    office.admin.call("product.product", "unlink", [[product]])
    assert_says(doubted(office, unit, neighbour), "odoo.unit.product_gone", unit.product.name)
    assert office.rows("product.product", [("default_code", "=", unit.product.model_code)]) == []


# -------------------------------------------------------------------- what Odoo asks back


@dataclass
class Meanwhile(Watched):
    """Once, after a call of this name, somebody does something there; they are told what it answered."""

    after: str = ""
    act: Callable[[object], None] = lambda answer: None

    def call(
        self,
        model: str,
        method: str,
        args: Sequence[object] = (),
        kwargs: Mapping[str, object] | None = None,
    ) -> object:
        answer = super().call(model, method, args, kwargs)
        if f"{model}.{method}" == self.after:
            self.after = ""
            self.act(answer)
        return answer


@contextmanager
def counted_by_both(there: Shop, unit: UnitThere) -> Iterator[Meanwhile]:
    """While bmdesk counts, somebody else brings this unit's serial into the same place."""

    def act(_: object) -> None:
        lot = there.lot(unit)
        domain = [("code", "=", "incoming"), ("company_id", "=", there.company)]
        [operation] = there.rows("stock.picking.type", domain, "default_location_src_id")
        route = {
            "location_id": operation["default_location_src_id"][0],
            "location_dest_id": there.places.default,
            "product_id": lot["product_id"][0],
        }
        line = {**route, "lot_id": lot["id"], "quantity": 1, "picked": True}
        move = {**route, "product_uom_qty": 1, "move_line_ids": [(0, 0, line)]}
        transfer = there.create(
            "stock.picking", picking_type_id=operation["id"], origin="PO 8", move_ids=[(0, 0, move)]
        )
        there.admin.call("stock.picking", "button_validate", [[transfer]])

    yield Meanwhile(there.remote, after="stock.quant.create", act=act)


def test_what_odoo_asks_about_one_of_those_counted_stops_no_other(office: Shop) -> None:
    office.places = replace(office.places, receive_by=ReceiveBy.INVENTORY)
    office.right(a_unit())
    units = [a_unit() for _ in range(8)]
    with counted_by_both(office, units[5]) as meanwhile:
        results = office.make_right(*units, through=meanwhile)
    assert [unit.unit_id for unit in units if isinstance(results[unit.unit_id], Doubt)] == [units[5].unit_id]
    doubt = results[units[5].unit_id]
    assert isinstance(doubt, Doubt)
    assert_says(doubt, "odoo.unit.asks_back", units[5].identifier, "stock.inventory.conflict")
    assert {inside(office, unit) for unit in units} == {office.places.default}
    office.right(*units)
