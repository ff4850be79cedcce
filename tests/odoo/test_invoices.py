"""The money of an order at a real Odoo 19: invoiced once, paid once, given back once, and the invoice's PDF fetched."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest

from bmdesk.connectors.failures import AnswerLost
from bmdesk.services.odoo.choices import OTHERS
from bmdesk.services.odoo.sales.orders_there import MOST_OF_A_PAPER, OrderThere, SaleChoices, Stage
from bmdesk.texts import render
from tests.odoo.databases import BENCH_GROUPS, Account, Database
from tests.odoo.sale_shops import (
    Till,
    a_line,
    an_order,
    choices,
    packed,
    tax_on_top,
    units_in_stock,
)
from tests.odoo.shops import Shop, Watched, shop

pytestmark = pytest.mark.odoo

PDF = b"%PDF-1.4\n" + b"%" * 500 + b"\n%%EOF\n"


@pytest.fixture(scope="module")
def clerk(odoo_database: Database) -> Account:
    """Who works at the bench, may make contacts, and invoices."""
    groups = ("base.group_partner_manager", "account.group_account_invoice")
    return odoo_database.add_user("clerk", *BENCH_GROUPS, *groups)


@pytest.fixture
def till(with_fields: Database, clerk: Account, odoo_admin: Account) -> Iterator[Till]:
    with shop(with_fields, clerk, odoo_admin) as there:
        yield Till(there, paying(choices(there), there))


def paying(chosen: SaleChoices, there: Shop) -> SaleChoices:
    """The same, and a journal for whatever way of paying."""
    [bank] = there.rows("account.journal", [("type", "=", "bank"), ("company_id", "=", there.company)])
    return replace(chosen, journals={OTHERS: bank["id"]})


def a_sale(till: Till, *prices: str, **values: Any) -> OrderThere:
    """An order of so many units, each a line, that has left and is to be invoiced."""
    units = units_in_stock(till.shop, len(prices))
    lines = [a_line(unit, price=price, **values) for unit, price in zip(units, prices, strict=True)]
    return replace(packed(an_order(*lines)), invoiced=True)


def moves(till: Till, order: OrderThere) -> list[dict[str, Any]]:
    """The invoices and credit notes of the order that are not cancelled."""
    ids = till.sale(order, "invoice_ids")["invoice_ids"]
    fields = ("name", "move_type", "state", "amount_total", "amount_tax", "payment_state", "amount_residual")
    return till.shop.rows("account.move", [("id", "in", ids), ("state", "!=", "cancel")], *fields)


def stands(till: Till, order: OrderThere) -> list[tuple[str, str, float, str]]:
    """Kind, state, total, and whether it is paid."""
    return [
        (row["move_type"], row["state"], row["amount_total"], row["payment_state"])
        for row in moves(till, order)
    ]


def payments(till: Till, order: OrderThere) -> list[tuple[str, float]]:
    """What was paid and paid back for it."""
    domain = [("memo", "like", order.number)]
    rows = till.shop.rows("account.payment", domain, "payment_type", "amount")
    return [(row["payment_type"], row["amount"]) for row in rows]


def refunded(order: OrderThere, *numbers: int) -> OrderThere:
    """The same, all money of these lines given back."""
    lines = [replace(line, refunded=number in numbers) for number, line in enumerate(order.lines)]
    return replace(order, lines=tuple(lines))


def by_hand(till: Till, order: OrderThere) -> int:
    """The invoice that somebody there made of its sale order."""
    values = {"advance_payment_method": "delivered", "sale_order_ids": [(6, 0, [till.sale(order)["id"]])]}
    window = till.shop.admin.call("sale.advance.payment.inv", "create", [values])
    till.shop.admin.call("sale.advance.payment.inv", "create_invoices", [[window]])
    return int(moves(till, order)[0]["id"])


def attach(till: Till, invoice: int, content: bytes) -> None:
    """What Odoo itself leaves with an invoice when it makes its PDF."""
    till.shop.create(
        "ir.attachment", name="INV.pdf", res_model="account.move", res_id=invoice,
        res_field="invoice_pdf_report_file", datas=base64.b64encode(content).decode(),
    )  # fmt: skip


# -------------------------------------------------------------------- invoiced and paid


def test_what_has_left_is_invoiced_to_the_cent_and_paid_once(till: Till) -> None:
    margin = a_sale(till, "249.99", "100.01")
    regular = a_sale(till, "119.99", vat_scheme="regular")
    results = till.right(margin, regular)
    assert stands(till, margin) == [("out_invoice", "posted", 350.0, "paid")]
    assert stands(till, regular) == [("out_invoice", "posted", 119.99, "paid")]
    [invoice] = moves(till, regular)
    assert invoice["amount_tax"] == till.sale(regular, "amount_tax")["amount_tax"] == 19.16
    assert payments(till, margin) == [("inbound", 350.0)]
    [told] = results[1].told
    assert invoice["name"] in render(told)
    watched = Watched(till.shop.remote)
    again = till.right(margin, regular, through=watched)
    assert watched.writes == 0 and not any(one.changed or one.told for one in again)
    till.forget()
    till.right(margin, regular)
    assert payments(till, regular) == [("inbound", 119.99)] and len(moves(till, margin)) == 1


def test_a_tax_on_top_is_invoiced_as_it_was_sold(till: Till) -> None:
    till.choices = replace(till.choices, taxes={"regular": tax_on_top(till.shop, 21)})
    order = a_sale(till, "249.99", vat_scheme="regular")
    till.right(order)
    assert stands(till, order) == [("out_invoice", "posted", 249.99, "paid")]


def test_nothing_is_invoiced_before_it_left_or_where_nobody_wants_that(till: Till) -> None:
    order, other = a_sale(till, "249.00"), replace(a_sale(till, "99.00"), invoiced=False)
    reserved = replace(order, stage=Stage.RESERVED)
    till.right(reserved, other)
    assert moves(till, order) == moves(till, other) == []


def test_what_leaves_in_parts_is_invoiced_with_the_last(till: Till) -> None:
    first, second = units_in_stock(till.shop, 2)
    line = a_line(first, second, price="500.00")
    order = replace(packed(an_order(line)), invoiced=True)
    till.right(replace(order, lines=(replace(line, serials=line.serials[:1]),)))
    assert moves(till, order) == []
    till.right(order)
    assert stands(till, order) == [("out_invoice", "posted", 500.0, "paid")]


def test_without_a_journal_the_invoice_stays_open_and_that_is_said_once(till: Till) -> None:
    order = a_sale(till, "249.00")
    journals = till.choices.journals
    till.choices = replace(till.choices, journals={})
    [result] = till.right(order)
    assert stands(till, order) == [("out_invoice", "posted", 249.0, "not_paid")]
    assert "odoo.invoice.no_journal" in [one.code for one in result.told]
    [result] = till.right(order)
    assert result.told == ()
    till.choices = replace(till.choices, journals={"CARD": journals[OTHERS]})
    till.right(order)
    assert payments(till, order) == [("inbound", 249.0)]


def test_what_somebody_there_invoiced_is_left_to_them(till: Till) -> None:
    begun, posted, cancelled = a_sale(till, "249.00"), a_sale(till, "99.00"), a_sale(till, "49.00")
    for order in (begun, posted, cancelled):
        till.right(replace(order, invoiced=False))
    draft, done, gone = (by_hand(till, order) for order in (begun, posted, cancelled))
    assert till.doubt(begun)[0] == "odoo.invoice.begun_there"
    till.shop.admin.call("account.move", "action_post", [[draft, done]])
    till.shop.admin.call("account.move", "button_cancel", [[gone]])
    till.right(begun, posted)
    assert stands(till, posted) == [("out_invoice", "posted", 99.0, "not_paid")]
    assert payments(till, posted) == payments(till, begun) == []
    assert till.doubt(cancelled)[0] == "odoo.invoice.cancelled_there"


def test_an_invoice_of_another_amount_is_not_paid(till: Till) -> None:
    order = a_sale(till, "249.00")
    till.right(replace(order, invoiced=False))
    invoice = by_hand(till, order)
    [line] = till.shop.rows(
        "account.move.line", [("move_id", "=", invoice), ("display_type", "=", "product")]
    )
    change = {"invoice_line_ids": [(1, line["id"], {"price_unit": 200})]}
    till.shop.admin.call("account.move", "write", [[invoice], change])
    till.shop.admin.call("account.move", "action_post", [[invoice]])
    code, words = till.doubt(order)
    assert code == "odoo.invoice.differs" and "249.00" in words and "200.00" in words
    assert payments(till, order) == []


def test_a_payment_that_somebody_took_back_is_not_made_again(till: Till) -> None:
    order = a_sale(till, "249.00")
    till.right(order)
    [invoice] = moves(till, order)
    lines = [("move_id", "=", invoice["id"]), ("account_id.account_type", "=", "asset_receivable")]
    [line] = till.shop.rows("account.move.line", lines)
    till.shop.admin.call("account.move.line", "remove_move_reconcile", [[line["id"]]])
    assert stands(till, order) == [("out_invoice", "posted", 249.0, "not_paid")]
    assert till.doubt(order)[0] == "odoo.invoice.payment_unclear"
    assert payments(till, order) == [("inbound", 249.0)]


def test_who_may_not_invoice_is_told_so(
    with_fields: Database, odoo_admin: Account, odoo_database: Database
) -> None:
    bench = odoo_database.add_user("seller", *BENCH_GROUPS, "base.group_partner_manager")
    with shop(with_fields, bench, odoo_admin) as there:
        till = Till(there, paying(choices(there), there))
        order = a_sale(till, "249.00")
        assert till.doubt(order)[0] == "odoo.sale.refused"
        assert [row["state"] for row in till.deliveries(order)] == ["done"]


# -------------------------------------------------------------------- given back


def test_a_line_whose_money_went_back_is_credited_and_paid_back_once(till: Till) -> None:
    order = a_sale(till, "249.99", "100.00", vat_scheme="regular")
    till.right(order)
    for _ in range(2):
        till.right(refunded(order, 1))
        assert stands(till, order) == [
            ("out_invoice", "posted", 349.99, "paid"), ("out_refund", "posted", 100.0, "paid")
        ]  # fmt: skip
    till.forget()
    till.right(refunded(order, 0, 1))
    assert [one[2] for one in stands(till, order)] == [349.99, 100.0, 249.99]
    assert payments(till, order) == [("inbound", 349.99), ("outbound", 100.0), ("outbound", 249.99)]
    till.right(refunded(order, 0, 1))
    assert len(moves(till, order)) == len(payments(till, order)) == 3


def test_what_is_open_is_settled_with_what_went_back(till: Till) -> None:
    till.choices = replace(till.choices, journals={})
    order = a_sale(till, "249.99")
    till.right(order)
    till.right(refunded(order, 0))
    assert stands(till, order) == [
        ("out_invoice", "posted", 249.99, "reversed"), ("out_refund", "posted", 249.99, "paid")
    ]  # fmt: skip
    assert payments(till, order) == []


def test_what_was_given_back_before_it_was_invoiced_is_not_invoiced(till: Till) -> None:
    order = a_sale(till, "249.99")
    till.right(refunded(order, 0))
    assert moves(till, order) == []


def test_a_part_of_the_money_is_a_persons_credit_note(till: Till) -> None:
    order = a_sale(till, "249.00")
    till.right(order)
    part = replace(order, given_back=Decimal("20.00"))
    code, words = till.doubt(part)
    assert code == "odoo.invoice.credit_unclear" and "20.00" in words
    assert len(moves(till, order)) == 1
    [invoice] = moves(till, order)
    [journal] = till.shop.rows("account.move", [("id", "=", invoice["id"])], "journal_id")
    values = {"move_ids": [(6, 0, [invoice["id"]])], "journal_id": journal["journal_id"][0]}
    about = {"context": {"active_model": "account.move", "active_ids": [invoice["id"]]}}
    window = till.shop.admin.call("account.move.reversal", "create", [values], about)
    till.shop.admin.call("account.move.reversal", "refund_moves", [[window]], about)
    credit = moves(till, order)[1]["id"]
    [line] = till.shop.rows("account.move.line", [("move_id", "=", credit), ("display_type", "=", "product")])
    less = {"invoice_line_ids": [(1, line["id"], {"price_unit": 20})]}
    till.shop.admin.call("account.move", "write", [[credit], less])
    till.shop.admin.call("account.move", "action_post", [[credit]])
    till.right(part)
    assert payments(till, order) == [("inbound", 249.0)], "what a person credited is theirs to pay back"


def test_a_cancelled_order_owes_nothing(till: Till) -> None:
    """Packed, invoiced, and taken out of the parcel again."""
    order = a_sale(till, "249.00", "50.00")
    till.right(order)
    gone = replace(order, stage=Stage.CANCELLED)
    for _ in range(2):
        [result] = till.right(gone)
        assert "odoo.sale.cancelled_late" in [one.code for one in result.notes]
        assert [one[2:] for one in stands(till, order)] == [(299.0, "paid"), (299.0, "paid")]
    assert payments(till, order) == [("inbound", 299.0), ("outbound", 299.0)]


def test_a_cancelled_order_that_somebody_there_invoiced_is_asked_about(till: Till) -> None:
    order = a_sale(till, "249.00")
    till.right(replace(order, invoiced=False))
    till.shop.admin.call("account.move", "action_post", [[by_hand(till, order)]])
    assert till.doubt(replace(order, stage=Stage.CANCELLED))[0] == "odoo.invoice.stands"


# -------------------------------------------------------------------- the PDF


def test_the_pdf_is_fetched_as_odoo_keeps_it(till: Till) -> None:
    order = a_sale(till, "249.00")
    till.right(order)
    [invoice] = moves(till, order)
    attach(till, invoice["id"], PDF)
    [result] = till.right(replace(order, wants_paper=True))
    assert result.paper is not None and result.paper.content == PDF
    assert result.paper.name == invoice["name"].replace("/", "-") + ".pdf"
    [result] = till.right(order)
    assert result.paper is None


@pytest.mark.parametrize("content", [b"<html>no</html>", PDF + b"%" * MOST_OF_A_PAPER])
def test_what_is_no_pdf_or_too_large_is_not_fetched(till: Till, content: bytes) -> None:
    order = a_sale(till, "249.00")
    till.right(order)
    attach(till, moves(till, order)[0]["id"], content)
    [result] = till.right(replace(order, wants_paper=True))
    assert result.paper is None
    assert [one.code for one in result.told] == ["order.event.odoo_no_pdf"]


def test_an_odoo_that_makes_no_pdf_says_so_once(till: Till) -> None:
    """This one has no wkhtmltopdf."""
    order = replace(a_sale(till, "249.00"), wants_paper=True)
    [result] = till.right(order)
    assert [one.code for one in result.told] == ["order.event.odoo_invoice", "order.event.odoo_no_pdf"]
    assert result.paper is None and payments(till, order) == [("inbound", 249.0)]
    [result] = till.right(order)
    assert (result.told, result.changed) == ((), False)


@dataclass
class Hangs(Watched):
    """As if Odoo had the program that makes PDFs, and it never came to an end."""

    def call(
        self,
        model: str,
        method: str,
        args: Sequence[object] = (),
        kwargs: Mapping[str, object] | None = None,
    ) -> object:
        if method == "get_wkhtmltopdf_state":
            return "ok"
        if method == "action_send_and_print":
            self.calls.append(method)
            raise AnswerLost(remote="Odoo", host="", what=method)
        return super().call(model, method, args, kwargs)


def test_an_odoo_that_hangs_while_it_makes_pdfs_holds_up_nothing_else(till: Till) -> None:
    orders = [a_sale(till, "249.00") for _ in range(4)]
    watched = Hangs(till.shop.remote)
    results = till.right(*(replace(order, wants_paper=True) for order in orders), through=watched)
    assert watched.calls.count("action_send_and_print") == 2
    for order, result in zip(orders, results, strict=True):
        assert "order.event.odoo_no_pdf" in [one.code for one in result.told] and result.paper is None
        assert stands(till, order) == [("out_invoice", "posted", 249.0, "paid")]
    attach(till, moves(till, orders[0])[0]["id"], PDF)
    [result] = till.right(replace(orders[0], wants_paper=True), through=Hangs(till.shop.remote))
    assert result.paper is not None and result.paper.content == PDF


# -------------------------------------------------------------------- lost answers


WRITES = 17
"""Of the story below."""


@pytest.mark.slow
@pytest.mark.parametrize("lost", range(WRITES + 1))
def test_whichever_answer_is_lost_money_is_booked_once(till: Till, lost: int) -> None:
    """An order is invoiced and paid, one line of it given back, and then all; one write of that loses its answer."""
    order = replace(a_sale(till, "249.99", "100.00"), invoiced=False)
    till.right(order)
    order = replace(order, invoiced=True)
    watched = Watched(till.shop.remote, loses=lost)
    for state in (order, refunded(order, 0), refunded(order, 0, 1)):
        try:
            till.right(state, through=watched)
        except AnswerLost:
            assert watched.writes == lost
            till.right(state)
    assert [one[2:] for one in stands(till, order)] == [(349.99, "paid"), (249.99, "paid"), (100.0, "paid")]
    assert payments(till, order) == [("inbound", 349.99), ("outbound", 249.99), ("outbound", 100.0)]
    if not lost:
        assert watched.writes == WRITES
