"""The PDF of an invoice on its way from Odoo to Back Market: once, and never in the place of one given by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from bmdesk.services.odoo.sales.orders_there import OrderKnown, OrderResult, OrderRight, OrderThere, Paper
from bmdesk.services.orders import documents
from bmdesk.simulator import Simulator
from bmdesk.texts import msg
from tests.bookkeeper import BookedShop, booked
from tests.markets import OWNER, Shop
from tests.selling import detail, lines, shipped

PDF = b"%PDF-1.4 from Odoo\n%%EOF\n"


def invoiced(order: OrderThere, known: OrderKnown) -> OrderResult | None:
    """What an Odoo says of an order that it has invoiced."""
    if not order.wants_paper:
        return None
    base = {"said": ["invoice"]}
    before = known.bases.get(order.order_id, {})
    told = () if "said" in before else (msg("order.event.odoo_invoice", name="INV/1"),)
    paper = Paper("INV-1.pdf", PDF)
    return OrderRight(12, 7, base, changed=True, name="S00012", told=told, paper=paper)


@pytest.fixture
def house(shop: Shop) -> BookedShop:
    made = booked(shop, invoiced)
    made.put("odoo.invoices", "true")
    return made


def timeline(house: BookedShop, number: int) -> list[str]:
    return [one.what.code for one in detail(house, number).timeline]


def settled(house: BookedShop) -> None:
    for _ in range(3):
        house.sync()
        house.advance(minutes=1)


def test_the_pdf_goes_to_back_market_once(house: BookedShop, market: Simulator) -> None:
    number = shipped(house)
    settled(house)
    assert market.invoice(number) == PDF
    papers = documents.of_order(house.desk, lines(house, number)[0].order_id)
    assert [one.name for one in papers if one.kind == "invoice"] == ["INV-1.pdf"]
    assert len(house.effects(kind="invoice")) == 1
    told = timeline(house, number)
    assert told.count("order.event.odoo_pdf") == 1
    assert "INV-1" not in "".join(house.log_codes())


def test_what_a_person_gave_meanwhile_stays(house: BookedShop, market: Simulator, tmp_path: Path) -> None:
    file = tmp_path / "mine.pdf"
    file.write_bytes(b"%PDF-1.4 by hand\n%%EOF\n")

    def given_meanwhile(order: OrderThere, known: OrderKnown) -> OrderResult | None:
        found = invoiced(order, known)
        if found is not None:
            documents.keep_invoice(house.desk, OWNER, order.order_id, file)
        return found

    house.books.answer = given_meanwhile
    number = shipped(house)
    settled(house)
    assert market.invoice(number) == file.read_bytes()
    assert "order.event.odoo_pdf" not in timeline(house, number)


def test_what_happened_there_is_told_on_the_order(house: BookedShop) -> None:
    number = shipped(house)
    settled(house)
    assert timeline(house, number).count("order.event.odoo_invoice") == 1
