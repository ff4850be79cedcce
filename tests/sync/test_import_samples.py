"""Orders as a live seller's account shows them: all are taken, nothing is dropped, and what is odd is said."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bmdesk.connectors.backmarket.import_orders import Saved, save_page
from bmdesk.connectors.backmarket.wire import Page, read_page
from bmdesk.connectors.backmarket.wire_orders import OrderWire, read_order
from bmdesk.services.orders import customers
from bmdesk.services.orders.documents import OLDEST
from bmdesk.store.kept import text_of
from bmdesk.store.queries import documents, order_progress, orders
from bmdesk.store.tables import customers as people
from bmdesk.store.transaction import Row
from bmdesk.texts import render
from tests.markets import Shop

SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "orders.json"

# What is odd, by the sample's own tag, and how it is said. Other tags name what is ordinary, or need a second order.
SAID = {
    "tracking_is_url": "order.odd.tracking",
    "tracking_bad_shape": "order.odd.tracking_shape",
    "tracking_lowercase": "order.odd.tracking_case",
    "serial_wrong_length": "order.odd.serial_length",
    "weird_serial": "order.odd.serial_case",
    "tracking_no_in_serial_field": "order.odd.serial_is_parcel",
    "legacy_condition_0": "order.odd.condition",
    "legacy_condition_1": "order.odd.condition",
    "legacy_condition_2": "order.odd.condition",
    "legacy_condition_3": "order.odd.condition",
    "condition_4_stallone": "order.odd.condition",
    "qty2": "order.odd.pieces",
}


@pytest.fixture
def records() -> list[dict[str, Any]]:
    if not SAMPLES.is_file():
        pytest.skip("the folder with samples of live orders is not here")
    found: list[dict[str, Any]] = json.loads(SAMPLES.read_text("utf-8"))
    return found


def read(records: list[dict[str, Any]]) -> Page[OrderWire]:
    bare = [{k: v for k, v in one.items() if k != "_tags"} for one in records]
    return read_page(json.loads(json.dumps({"results": bare}), parse_float=Decimal), read_order, "order")


def take(shop: Shop, page: Page[OrderWire]) -> Saved:
    return shop.desk.write(
        lambda tx: save_page(
            tx, shop.desk.policies(tx.connection), shop.account, None, page.results, page.bad
        )
    )


def codes(shop: Shop, order_id: str) -> set[str]:
    rows = shop.desk.read(lambda c: order_progress.timeline(c, order_id))
    texts = [text for row in rows if (text := text_of(row["text"])) is not None]
    assert all(render(text) for text in texts)
    return {text.code for text in texts}


def test_all_are_taken_whole_and_ask_for_nothing(shop: Shop, records: list[dict[str, Any]]) -> None:
    page = read(records)
    assert (len(page.results), page.bad) == (len(records), ())
    saved = take(shop, page)
    assert (saved.seen, saved.new, saved.updated, saved.quarantined) == (40, 40, 0, 0)
    assert take(shop, page) == Saved(seen=40)
    assert shop.open() == []

    kept = shop.desk.read(lambda c: orders.orders(c, shop.account, [one["order_id"] for one in records]))
    for one in records:
        row = kept[one["order_id"]]
        assert row["price_minor"] == round(Decimal(one["price"]) * 100)
        assert (row["market"], row["currency"], row["is_backship"]) == (
            one["country_code"],
            one["currency"],
            one["is_backship"],
        )
        assert (row["tracking_number"], row["shipper"]) == (
            one["tracking_number"] or "",
            one["shipper"] or "",
        )
        assert row["conflicts"] == 0 and row["state"] in ("shipped", "cancelled", "refunded")
        _same_lines(shop, row, one)
        _same_people(shop, row, one)


def _same_lines(shop: Shop, row: Row, one: dict[str, Any]) -> None:
    lines = {line.remote_id: line for line in shop.desk.read(lambda c: orders.of_order(c, row["id"]))}
    assert set(lines) == {line["id"] for line in one["orderlines"]}
    for given in one["orderlines"]:
        line = lines[given["id"]]
        assert (line.sku_text, line.title) == (given["listing"].strip(), given["product"].strip())
        assert (line.quantity, line.remote_state, line.condition) == (
            given["quantity"],
            given["state"],
            given["condition"],
        )
        assert (line.imei, line.serial) == (given["imei"] or "", (given["serial_number"] or "").strip())
        assert line.price_minor == round(Decimal(given["price"]) * 100), (
            "the line's total, for all its pieces"
        )
        assert line.fee_minor == round(Decimal(given["orderline_fee"]) * 100)
        assert not line.counts and not line.ours


def _same_people(shop: Shop, row: Row, one: dict[str, Any]) -> None:
    given = one["billing_address"]
    known = customers.detail(shop.desk, row["customer_id"])
    assert known.customer.email == given["email"]
    assert known.customer.phone == one["shipping_address"]["phone"], "who is billed often has none"
    assert {person.postcode for person in known.addresses} >= {given["postal_code"]}
    papers = shop.desk.read(lambda c: documents.of_orders(c, [row["id"]]))
    assert [(paper.kind, paper.url) for paper in papers] == [("delivery_note", one["delivery_note"])]
    recent = row["created_at"] > shop.clock.now() - OLDEST
    assert papers[0].state == ("waiting" if recent else "failed"), (
        "an address that has expired is not asked for"
    )


def test_each_oddity_is_said(shop: Shop, records: list[dict[str, Any]]) -> None:
    take(shop, read(records))
    kept = shop.desk.read(lambda c: orders.orders(c, shop.account, [one["order_id"] for one in records]))
    said: Counter[str] = Counter()
    for one in records:
        told = codes(shop, kept[one["order_id"]]["id"])
        for tag in one["_tags"]:
            if tag in SAID:
                assert SAID[tag] in told, f"{tag} of {one['order_id']}"
                said[tag] += 1
        old = any(line["condition"] not in (9, 10, 11, 12) for line in one["orderlines"])
        expected = {SAID[tag] for tag in one["_tags"] if tag in SAID}
        assert told == expected | ({"order.odd.condition"} if old else set()), (
            "and nothing else is called odd"
        )
    assert set(said) == set(SAID)


def test_each_buyer_is_one_customer(shop: Shop, records: list[dict[str, Any]]) -> None:
    take(shop, read(records))
    mails = {one["billing_address"]["email"] for one in records}
    count = select(func.count()).select_from(people.customer)
    assert shop.desk.read(lambda c: c.execute(count).scalar_one()) == len(mails)
    assert customers.doubts(shop.desk) == ()
