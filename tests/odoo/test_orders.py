"""Orders at a real Odoo 19: each is one sale order and one delivery, with exactly the serials that were packed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal

import pytest

from bmdesk.services.odoo.sales.orders_there import OrderRight, OrderWaits, SaleChoices, Stage
from tests.odoo.databases import BENCH_GROUPS, Account, Database
from tests.odoo.sale_shops import (
    HOME,
    SOLD_AT,
    Till,
    a_customer,
    a_line,
    an_order,
    choices,
    packed,
    tax_on_top,
    units_in_stock,
    with_units,
)
from tests.odoo.shops import Watched, a_product, a_unit, shop, transport

pytestmark = pytest.mark.odoo


@pytest.fixture(scope="module")
def seller(odoo_database: Database) -> Account:
    """Who works at the bench and may make contacts."""
    return odoo_database.add_user("seller", *BENCH_GROUPS, "base.group_partner_manager")


@pytest.fixture
def till(with_fields: Database, seller: Account, odoo_admin: Account) -> Iterator[Till]:
    with shop(with_fields, seller, odoo_admin) as there:
        yield Till(there, choices(there))


# -------------------------------------------------------------------- sold and delivered


def test_fifty_orders_are_sold_and_each_leaves_with_its_own_serial(till: Till) -> None:
    units = units_in_stock(till.shop, 60)
    # Against the order in which Odoo would take them.
    orders = [an_order(a_line(unit)) for unit in reversed(units[:50])]
    watched = Watched(till.shop.remote)
    assert all(result.changed for result in till.right(*orders, through=watched))
    own = {order.number: order.lines[0].serials[0].identifier for order in orders}
    assert till.held(*orders) == {number: [f"{serial} assigned"] for number, serial in own.items()}
    before = len(watched.calls)
    till.right(*(packed(order) for order in orders), through=watched)
    assert till.held(*orders) == {number: [f"{serial} done"] for number, serial in own.items()}
    assert len(watched.calls) - before < 50 * 2 + 30
    places = till.shop.places_of(*units)
    assert [len(places[unit.identifier]) for unit in units] == [0] * 50 + [1] * 10
    [picking] = till.deliveries(orders[7])
    assert (picking["state"], picking["carrier_tracking_ref"]) == ("done", f"1Z{orders[7].number}")
    again = Watched(till.shop.remote)
    assert not any(one.changed for one in till.right(*(packed(order) for order in orders), through=again))
    assert again.writes == 0
    till.forget()
    assert not any(one.changed for one in till.right(*(packed(order) for order in orders)))


def test_a_sale_order_says_what_was_sold_to_whom_and_when(till: Till) -> None:
    [unit, other] = units_in_stock(till.shop, 2)
    parcel_shop = replace(HOME, name="Ann at work", company="Mill & Co", street="9 Side Street", country="FR")
    order = an_order(
        a_line(unit, price="249.00"),
        a_line(other, price="119.00", vat_scheme="regular"),
        customer=a_customer(),
        shipping=parcel_shop,
    )
    [result] = till.right(order)
    sale = till.sale(
        order, "origin", "amount_total", "amount_tax", "date_order", "partner_id", "partner_shipping_id",
        "partner_invoice_id", "company_id", "order_line",
    )  # fmt: skip
    assert (sale["origin"], sale["amount_total"], sale["amount_tax"]) == ("Back Market DE", 368.0, 19.0)
    assert sale["date_order"] == f"{SOLD_AT:%Y-%m-%d %H:%M:%S}"
    assert len(sale["order_line"]) == 2
    assert sale["partner_id"][0] == sale["partner_invoice_id"][0] == result.partner_id
    [where] = till.shop.rows(
        "res.partner", [("id", "=", sale["partner_shipping_id"][0])],
        "name", "type", "parent_id", "street", "country_code", "company_id",
    )  # fmt: skip
    assert (where["name"], where["type"], where["street"]) == (
        "Mill & Co, Ann at work", "delivery", "9 Side Street"
    )  # fmt: skip
    assert (where["parent_id"][0], where["country_code"]) == (result.partner_id, "FR")
    assert where["company_id"][0] == till.shop.company


def test_a_tax_that_comes_on_top_there_ends_at_what_was_paid(till: Till) -> None:
    [unit] = units_in_stock(till.shop, 1)
    till.choices = SaleChoices(taxes={"regular": tax_on_top(till.shop, 21)})
    order = an_order(a_line(unit, price="249.99", vat_scheme="regular"))
    till.right(order)
    assert till.sale(order, "amount_total")["amount_total"] == 249.99


def test_an_order_whose_units_are_not_there_yet_waits(till: Till) -> None:
    unit = a_unit()
    order = an_order(a_line(unit))
    assert till.make_right(order)[order.order_id] == OrderWaits((unit.unit_id,))


def test_counted_goods_leave_with_the_serials(till: Till) -> None:
    [unit] = units_in_stock(till.shop, 1)
    cable = a_product(40)
    product = till.shop.new_product(cable.name, default_code=cable.model_code, tracking="none")
    cables = a_line(product=cable, quantity=3, price="30.00", counted=True)
    order = an_order(a_line(unit), cables)
    till.right(order)
    assert till.doubt(packed(order))[0] == "odoo.sale.too_few"
    quant = till.shop.admin.call(
        "stock.quant",
        "create",
        [{"product_id": product, "location_id": till.shop.places.default, "inventory_quantity": 8}],
        {"context": {"inventory_mode": True}},
    )
    till.shop.admin.call("stock.quant", "action_apply_inventory", [[quant]])
    till.right(packed(order))
    domain = [("product_id", "=", product), ("location_id.usage", "=", "internal")]
    assert [row["quantity"] for row in till.shop.rows("stock.quant", domain, "quantity")] == [5]
    assert [row["state"] for row in till.deliveries(order)] == ["done"]


def test_what_is_not_packed_yet_stays_for_another_delivery(till: Till) -> None:
    first, second = units_in_stock(till.shop, 2)
    line = a_line(first, second, price="500.00")
    order = an_order(line)
    till.right(order)
    half = packed(replace(order, lines=(replace(line, serials=line.serials[:1]),)))
    till.right(half)
    assert sorted(row["state"] for row in till.deliveries(order)) in (
        ["assigned", "done"],
        ["confirmed", "done"],
    )
    till.right(packed(order))
    assert till.held(order)[order.number] == [f"{unit.identifier} done" for unit in (first, second)]


def test_each_part_of_a_delivery_that_somebody_split_takes_its_own_serial(till: Till) -> None:
    first, second, third, fourth = units_in_stock(till.shop, 4)
    order = an_order(a_line(first, second, price="500.00"))
    till.right(order)
    [picking] = till.deliveries(order)
    moved, *_ = till.shop.rows("stock.move.line", [("picking_id", "=", picking["id"])])
    till.shop.admin.call("stock.move.line", "unlink", [[moved["id"]]])
    till.shop.admin.call("stock.picking", "action_split_transfer", [[picking["id"]]])
    assert len(till.deliveries(order)) == 2
    swapped = with_units(order, third, fourth)
    till.right(swapped)
    parts = [till.held_by(one["id"]) for one in till.deliveries(order)]
    assert sorted(len(part) for part in parts) == [1, 1]
    till.right(packed(swapped))
    assert [one["state"] for one in till.deliveries(order)] == ["done", "done"]
    assert till.held(order)[order.number] == [f"{unit.identifier} done" for unit in (third, fourth)]


# -------------------------------------------------------------------- serials


def test_a_serial_that_another_transfer_reserved_is_taken_and_that_one_gets_another(till: Till) -> None:
    wanted, _ = units_in_stock(till.shop, 2)
    hand = till.sold_by_hand(wanted)
    order = an_order(a_line(wanted))
    till.right(order)
    assert till.held(order)[order.number] == [f"{wanted.identifier} assigned"]
    [other] = till.held_by(hand)
    assert other != wanted.identifier


def test_what_somebody_picked_for_another_transfer_is_not_taken(till: Till) -> None:
    [unit] = units_in_stock(till.shop, 1)
    hand = till.sold_by_hand(unit)
    [line] = till.shop.rows("stock.move.line", [("picking_id", "=", hand)])
    till.shop.admin.call("stock.move.line", "write", [[line["id"]], {"picked": True}])
    [picking] = till.shop.rows("stock.picking", [("id", "=", hand)], "name")
    code, words = till.doubt(an_order(a_line(unit)))
    assert code == "odoo.sale.picked_elsewhere"
    assert unit.identifier in words and picking["name"] in words


def test_a_swap_here_is_a_swap_there_before_and_between(till: Till) -> None:
    first, second, third = units_in_stock(till.shop, 3)
    one, two = an_order(a_line(first)), an_order(a_line(second))
    till.right(one, two)
    crossed = [with_units(one, second), with_units(two, first)]
    till.right(*crossed)
    assert till.held(one, two) == {
        one.number: [f"{second.identifier} assigned"], two.number: [f"{first.identifier} assigned"]
    }  # fmt: skip
    till.right(with_units(one, third))
    assert till.held(one)[one.number] == [f"{third.identifier} assigned"]
    till.right(packed(with_units(one, third)))
    assert till.held(one)[one.number] == [f"{third.identifier} done"]


def test_a_serial_that_is_not_in_stock_there_is_said_in_words(till: Till) -> None:
    unit = a_unit(state="gone")
    stocked = units_in_stock(till.shop, 1)
    till.shop.right(unit)
    order, other = an_order(a_line(unit)), an_order(a_line(*stocked))
    results = till.make_right(order, other)
    assert isinstance(results[other.order_id], OrderRight)
    code, words = till.doubt(order)
    assert code == "odoo.sale.not_in_stock" and unit.identifier in words


def test_what_somebody_delivered_by_hand_is_recognised(till: Till) -> None:
    right, wrong, meant = units_in_stock(till.shop, 3)
    good, bad = an_order(a_line(right)), an_order(a_line(wrong))
    till.right(good, bad)
    for order in (good, bad):
        [picking] = till.deliveries(order)
        lines = till.shop.rows("stock.move.line", [("picking_id", "=", picking["id"])])
        till.shop.admin.call("stock.move.line", "write", [[row["id"] for row in lines], {"picked": True}])
        context = {"context": {"skip_sms": True, "skip_backorder": True}}
        till.shop.admin.call("stock.picking", "button_validate", [[picking["id"]]], context)
        assert till.deliveries(order)[0]["state"] == "done"
    [result] = till.right(good)
    assert not result.changed
    code, words = till.doubt(packed(with_units(bad, meant)))
    assert code == "odoo.sale.other_delivered"
    assert wrong.identifier in words and meant.identifier in words


def test_another_serial_that_somebody_picked_is_asked_about(till: Till) -> None:
    unit, other = units_in_stock(till.shop, 2)
    order = an_order(a_line(unit))
    till.right(order)
    [picking] = till.deliveries(order)
    [line] = till.shop.rows("stock.move.line", [("picking_id", "=", picking["id"])])
    values = {"lot_id": till.shop.lots[other.unit_id], "picked": True}
    till.shop.admin.call("stock.move.line", "write", [[line["id"]], values])
    code, words = till.doubt(packed(order))
    assert code == "odoo.sale.other_picked"
    assert unit.identifier in words and other.identifier in words


# -------------------------------------------------------------------- cancelled


def test_a_cancelled_order_is_cancelled_there_and_its_serial_free(till: Till) -> None:
    [unit] = units_in_stock(till.shop, 1)
    order = an_order(a_line(unit))
    till.right(order)
    gone = replace(order, stage=Stage.CANCELLED)
    till.right(gone)
    assert till.sale(order)["state"] == "cancel"
    assert [row["state"] for row in till.deliveries(order)] == ["cancel"]
    [result] = till.right(gone)
    assert not result.changed
    till.right(an_order(a_line(unit)))
    never = replace(an_order(a_line(unit)), stage=Stage.CANCELLED)
    [result] = till.right(never)
    assert (result.sale_id, result.changed) == (0, False)


def test_what_was_delivered_before_it_was_cancelled_stays_with_a_note(till: Till) -> None:
    [unit] = units_in_stock(till.shop, 1)
    order = packed(an_order(a_line(unit)))
    till.right(order)
    gone = replace(order, stage=Stage.CANCELLED)
    for _ in range(2):
        [result] = till.right(gone)
        assert [note.code for note in result.notes] == ["odoo.sale.cancelled_late"]
    sale = till.sale(order)
    domain = [("model", "=", "sale.order"), ("res_id", "=", sale["id"]), ("message_id", "like", "@bmdesk")]
    assert sale["state"] == "sale" and len(till.shop.rows("mail.message", domain)) == 1


def test_a_cancelled_line_comes_to_nothing_and_the_rest_leaves(till: Till) -> None:
    kept, dropped = units_in_stock(till.shop, 2)
    lines = a_line(kept), a_line(dropped, price="100.00")
    order = an_order(*lines)
    till.right(order)
    less = replace(
        order, lines=(lines[0], replace(lines[1], cancelled=True, serials=())), total=lines[0].price
    )
    till.right(packed(less))
    assert till.sale(order, "amount_total")["amount_total"] == 249.0
    assert till.held(order)[order.number] == [f"{kept.identifier} done"]
    assert [row["state"] for row in till.deliveries(order)] == ["done"]
    till.right(an_order(a_line(dropped)))


def test_what_odoo_locked_when_it_was_confirmed_is_cancelled_all_the_same(till: Till) -> None:
    kept, dropped, late = units_in_stock(till.shop, 3)
    lines = a_line(kept), a_line(dropped, price="100.00")
    order, gone = an_order(*lines), an_order(a_line(late))
    till.right(order, gone)
    till.shop.admin.call("sale.order", "action_lock", [[till.sale(one)["id"] for one in (order, gone)]])
    less = replace(
        order, lines=(lines[0], replace(lines[1], cancelled=True, serials=())), total=lines[0].price
    )
    till.right(packed(less), replace(gone, stage=Stage.CANCELLED))
    assert till.sale(gone)["state"] == "cancel"
    sale = till.sale(order, "amount_total", "locked")
    assert (sale["amount_total"], sale["locked"]) == (249.0, True)
    assert till.held(order)[order.number] == [f"{kept.identifier} done"]


def test_what_somebody_cancelled_there_is_asked_about(till: Till) -> None:
    [unit] = units_in_stock(till.shop, 1)
    order = an_order(a_line(unit))
    till.right(order)
    till.shop.admin.call("sale.order", "action_cancel", [[till.sale(order)["id"]]])
    assert till.doubt(order)[0] == "odoo.sale.cancelled_there"
    till.shop.admin.call("sale.order", "action_draft", [[till.sale(order)["id"]]])
    till.right(packed(order))
    assert till.held(order)[order.number] == [f"{unit.identifier} done"]


@pytest.mark.parametrize("linked", [False, True], ids=["made here", "linked"])
def test_what_somebody_changed_in_a_quotation_again_is_asked_about(till: Till, linked: bool) -> None:
    """Confirmed once, and set back there to be changed; `linked`: by an import, so that it bears no id of ours."""
    unit, dropped = units_in_stock(till.shop, 2)
    order = an_order(a_line(unit), a_line(dropped, price="99.00"))
    till.right(order)
    sale, seen = till.sale(order)["id"], ("order_line", "amount_total", "write_date")
    first, second = till.sale(order, "order_line")["order_line"]
    if linked:
        forget_ids(till, sale)
        till.bases.clear()
    for change in ({"price_unit": 200}, None):
        for do in ("action_cancel", "action_draft"):
            till.shop.admin.call("sale.order", do, [[sale]])
        if change is None:
            till.shop.admin.call("sale.order.line", "unlink", [[second]])
        else:
            till.shop.admin.call("sale.order.line", "write", [[first], {**change, "tax_ids": [(5, 0, 0)]}])
        before = till.sale(order, *seen)
        code, _ = till.doubt(order)
        assert code == ("odoo.sale.total_differs" if change else "odoo.sale.line_gone")
        assert till.sale(order, *seen) == before and before["state"] == "draft"
        assert [row["state"] for row in till.deliveries(order)] == ["cancel"]
    till.shop.admin.call("sale.order.line", "write", [[first], {"price_unit": 249}])
    less = replace(order, lines=order.lines[:1], total=order.lines[0].price)
    till.right(packed(less))
    assert till.held(order)[order.number] == [f"{unit.identifier} done"]


def forget_ids(till: Till, sale: int) -> None:
    """As if it had not been made from here."""
    lines = till.shop.rows("sale.order.line", [("order_id", "=", sale)])
    for model, ids in (("sale.order", [sale]), ("sale.order.line", [row["id"] for row in lines])):
        found = till.shop.rows("ir.model.data", [("model", "=", model), ("res_id", "in", ids)])
        till.shop.admin.call("ir.model.data", "unlink", [[row["id"] for row in found]])


# -------------------------------------------------------------------- customers


def test_a_customer_who_comes_back_is_one_contact(till: Till) -> None:
    units = units_in_stock(till.shop, 5)
    customer = a_customer()
    work = replace(HOME, street="5 Work Street")
    till.right(an_order(a_line(units[0]), customer=customer), an_order(a_line(units[1]), customer=customer))
    till.right(an_order(a_line(units[2]), customer=customer, shipping=work))
    till.forget()
    moved = replace(customer, customer_id="01JCUSTOTHER", email=customer.email.upper())
    till.right(an_order(a_line(units[3]), customer=moved, shipping=work))
    contacts = till.shop.rows("res.partner", [("email", "=ilike", customer.email)])
    assert len(contacts) == 1
    addresses = till.shop.rows("res.partner", [("parent_id", "=", contacts[0]["id"])], "type", "street")
    assert [(row["type"], row["street"]) for row in addresses] == [("delivery", "5 Work Street")]
    till.shop.admin.call("res.partner", "write", [[contacts[0]["id"]], {"email": "new@example.com"}])
    till.forget()
    till.right(an_order(a_line(units[4]), customer=customer))
    assert len(till.shop.rows("res.partner", [("email", "=", "new@example.com")])) == 1
    assert till.shop.rows("res.partner", [("email", "=ilike", customer.email)]) == []


def test_several_contacts_of_one_address_are_asked_about(till: Till) -> None:
    [unit] = units_in_stock(till.shop, 1)
    customer = a_customer(email="two@example.com")
    one, _ = (till.shop.create("res.partner", name=name, email="two@example.com") for name in "AB")
    order = an_order(a_line(unit), customer=customer)
    assert till.doubt(order)[0] == "odoo.sale.several_customers"
    till.shop.admin.call("res.partner", "write", [[one], {"active": False}])
    till.right(order)


# -------------------------------------------------------------------- amounts and other people's orders


def test_what_comes_to_another_amount_stays_a_quotation(till: Till) -> None:
    unit, other = units_in_stock(till.shop, 2)
    order = replace(an_order(a_line(unit)), total=Decimal("248.99"))
    good = an_order(a_line(other))
    results = till.make_right(order, good)
    assert isinstance(results[good.order_id], OrderRight)
    code, words = till.doubt(order)
    assert code == "odoo.sale.total_differs" and "248.99" in words and "249.00" in words
    assert till.sale(order)["state"] == "draft"
    till.right(replace(order, total=Decimal("249.00")))
    assert till.sale(order)["state"] == "sale"


def test_a_tax_chosen_anew_mends_the_quotation(till: Till) -> None:
    [unit] = units_in_stock(till.shop, 1)
    second = a_product(41)
    till.shop.new_product(second.name, default_code=second.model_code)
    order = an_order(a_line(unit, price="100.00"), a_line(price="49.99", product=second))
    chosen = till.choices
    till.choices = SaleChoices()
    assert till.doubt(order)[0] == "odoo.sale.tax_not_chosen"
    fixed = till.shop.create(
        "account.tax",
        name="Fee",
        amount=3,
        amount_type="fixed",
        type_tax_use="sale",
        company_id=till.shop.company,
    )
    till.choices = SaleChoices(taxes={"margin": fixed})
    assert till.doubt(order)[0] == "odoo.sale.total_differs"
    till.choices = chosen
    till.right(order)


def test_another_currency_is_asked_about_before_anything_is_made(till: Till) -> None:
    [unit] = units_in_stock(till.shop, 1)
    order = replace(an_order(a_line(unit)), currency="EUR")
    code, words = till.doubt(order)
    assert code == "odoo.sale.currency_differs" and "EUR" in words and "USD" in words
    assert till.shop.rows("sale.order", [("client_order_ref", "=", order.number)]) == []


def test_somebody_elses_sale_order_of_the_same_number_is_not_ours(till: Till) -> None:
    [unit] = units_in_stock(till.shop, 1)
    order = an_order(a_line(unit))
    partner = till.shop.create("res.partner", name="By hand")
    theirs = till.shop.create(
        "sale.order", partner_id=partner, client_order_ref=order.number, origin="Import"
    )
    code, words = till.doubt(order)
    assert code == "odoo.sale.of_others" and "Import" in words
    till.shop.admin.call("sale.order", "action_cancel", [[theirs]])
    till.right(order)


def test_a_quotation_that_somebody_confirmed_is_right(till: Till) -> None:
    [unit] = units_in_stock(till.shop, 1)
    order = replace(an_order(a_line(unit)), total=Decimal(1))
    till.doubt(order)
    till.shop.admin.call("sale.order", "action_confirm", [[till.sale(order)["id"]]])
    till.right(packed(replace(order, total=Decimal(249))))
    assert till.held(order)[order.number] == [f"{unit.identifier} done"]


# -------------------------------------------------------------------- companies


def test_two_companies_never_see_each_others_orders(
    with_fields: Database, odoo_admin: Account, till: Till
) -> None:
    first = till.shop
    [unit] = units_in_stock(first, 1)
    other = first.create("res.company", name="Second", country_id=233)
    first.admin.call("res.users", "write", [[odoo_admin.user_id], {"company_ids": [(4, other)]}])
    with closing(transport(with_fields, odoo_admin, other)) as remote:
        found = remote.call("stock.warehouse", "search_count", [[("company_id", "=", other)]])
        if not found:
            remote.call("stock.warehouse", "create", [{"name": "Second", "code": "SEC", "company_id": other}])
    with shop(with_fields, odoo_admin, odoo_admin, company=other) as second:
        product = replace(a_product(960), variant_id="01JSECOND2")
        there = replace(unit, unit_id=unit.unit_id + "B", product=product)
        second.right(there)
        tills = till, Till(second, choices(second))
        order = an_order(a_line(unit))
        twin = replace(an_order(a_line(there)), number=order.number, customer=order.customer)
        twin = replace(twin, customer=replace(twin.customer, customer_id="01JCUSTSECOND"))
        tills[0].right(packed(order))
        tills[1].right(packed(twin))
        for one, sold in zip(tills, (order, twin), strict=True):
            sale = one.sale(sold, "partner_id", "company_id")
            assert sale["company_id"][0] == one.shop.company
            assert one.held(sold)[sold.number] == [f"{unit.identifier} done"]
            [partner] = one.shop.rows("res.partner", [("id", "=", sale["partner_id"][0])], "company_id")
            assert partner["company_id"][0] == one.shop.company
        assert tills[0].sales[order.order_id] != tills[1].sales[twin.order_id]
