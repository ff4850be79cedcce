"""What live servers send is read as well as it can be; what is odd is noted, and one bad record harms no other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmdesk.connectors.backmarket.client import BackMarket
from bmdesk.connectors.backmarket.reading import Drift, moment_of
from bmdesk.connectors.backmarket.transport import NoPace
from bmdesk.connectors.backmarket.wire import Page, has_next, read_competitors, read_page
from bmdesk.connectors.backmarket.wire_categories import read_categories
from bmdesk.connectors.backmarket.wire_listings import ListingWire, read_listing
from bmdesk.connectors.backmarket.wire_orders import OrderWire, read_order
from bmdesk.connectors.backmarket.wire_tasks import TaskStatus, read_rows, read_task
from bmdesk.simulator import Simulator
from bmdesk.texts import render
from tests.connectors.hosts import TOKEN, endpoint

LISTING: dict[str, Any] = {
    "id": "3d23caad-fcc8-4f50-b376-fac28de685b6",
    "listing_id": 1368020,
    "sku": "XR-64-WHT-GOOD",
    "title": "iPhone XR 64GB - White",
    "state": 2,
    "grade": "GOOD",
    "price": "371.00",
    "min_price": None,
    "quantity": 4,
    "publication_state": 2,
    "comment": "Two\nlines\x00 and a bell\x07",
    "warranty_delay": 12,
    "shippings": [],
    "currency": "GBP",
    "backmarket_id": 189925,
    "product_id": "a5e0946a-3b23-45ec-8006-818c331a6439",
    "max_price": "399.00",
    "new_battery": False,
}
ORDER: dict[str, Any] = {
    "order_id": 90004522,
    "shipping_address": {"last_name": "Customer033"},
    "billing_address": {"last_name": "Customer033"},
    "delivery_note": "https://example.invalid/d.pdf",
    "tracking_number": None,
    "tracking_url": None,
    "shipper": None,
    "shipper_display": "",
    "date_creation": "2024-04-08T11:35:26+01:00",
    "date_modification": "2024-04-09T10:54:01.123456Z",
    "date_shipping": None,
    "date_payment": "2024-04-08T11:35:26Z",
    "expected_dispatch_date": "2024-04-10T11:35:26",
    "state": 3,
    "orderlines": [
        {
            "id": 1,
            "listing": "A",
            "quantity": 2,
            "state": 2,
            "price": "894.00",
            "imei": None,
            "listing_id": 7,
        },
        {
            "id": 2,
            "listing": "B",
            "quantity": "1",
            "state": "1",
            "price": 5,
            "condition": 2,
            "canceled_by": "x",
        },
    ],
    "price": "899.00",
    "shipping_price": "0.00",
    "currency": "GBP",
    "country_code": "fi-FI",
    "is_backship": False,
}


def listing(**changes: object) -> tuple[ListingWire, set[Drift]]:
    drift: set[Drift] = set()
    return read_listing({**LISTING, **changes}, drift), drift


def order(**changes: object) -> OrderWire:
    return read_order({**ORDER, **changes}, set())


def page_of(*records: object, **more: object) -> Page[ListingWire]:
    return read_page(
        {"count": len(records), "next": None, "results": list(records), **more}, read_listing, "listing"
    )


def test_what_fits_the_contract_is_no_drift() -> None:
    read, drift = listing()

    assert drift == set()
    assert (read.price, read.max_price, read.min_price) == (Decimal("371.00"), Decimal("399.00"), None)
    assert read.comment == "Two\nlines and a bell"


def test_numbers_for_strings_and_strings_for_numbers_are_read_and_noted() -> None:
    read, drift = listing(max_price=1175.67, quantity="4", listing_id="7", price=371, new_battery="TRUE")

    assert (read.quantity, read.listing_id, read.price, read.new_battery) == (4, 7, Decimal(371), True)
    assert {note.path for note in drift} == {
        "listing.max_price",
        "listing.quantity",
        "listing.listing_id",
        "listing.price",
        "listing.new_battery",
    }


def test_a_price_of_zero_or_null_is_no_price() -> None:
    assert [
        listing(price=price)[0].price for price in ("0.00", "0", None, "", "free", "-3", "NaN", "1e9")
    ] == [None] * 8


def test_a_grade_missing_beside_its_old_number_is_taken_from_the_number() -> None:
    assert [listing(grade=None, state=state)[0].grade for state in (9, 0, 1, 2, 3, 4, 77)] == [
        "PREMIUM",
        "EXCELLENT",
        "VERY_GOOD",
        "GOOD",
        "FAIR",
        "STALLONE",
        "",
    ]


def test_unknown_and_missing_keys_are_noted_without_their_values() -> None:
    drift: set[Drift] = set()
    bare = read_listing({"id": "a", "secret": "value-of-somebody"}, drift)

    assert (bare.quantity, bare.sku, bare.price, bare.shippings) == (None, "", None, ())
    assert Drift("listing.secret", "nothing", "unknown key") in drift
    assert Drift("listing.quantity", "number", "missing") in drift
    assert "value-of-somebody" not in repr(drift)


def test_a_record_without_its_id_is_set_aside_and_the_rest_goes_on() -> None:
    page = page_of(LISTING, {**LISTING, "id": None}, "text", {**LISTING, "id": "other"})

    assert [one.id for one in page.results] == [LISTING["id"], "other"]
    assert [(bad.index, bad.remote_id) for bad in page.bad] == [(1, "1368020"), (2, "")]
    assert "XR-64-WHT-GOOD" in render(page.bad[0].reason)
    assert page.count == 4


@pytest.mark.parametrize(
    ("sent", "more"),
    [
        ("https://www.backmarket.fr/ws/listings?page=2", True),
        ("/ws/listings?page=2", True),
        (True, True),
        (False, False),
        (None, False),
        ("", False),
        ("null", False),
    ],
)
def test_next_comes_in_every_form(sent: object, more: bool) -> None:
    assert has_next(sent) is more


def test_dates_in_every_form_become_utc() -> None:
    read = order()

    assert read.created == datetime(2024, 4, 8, 10, 35, 26, tzinfo=UTC)
    assert read.modified == datetime(2024, 4, 9, 10, 54, 1, 123456, tzinfo=UTC)
    assert read.expected_dispatch_date == datetime(2024, 4, 10, 11, 35, 26, tzinfo=UTC), "no zone is UTC"
    assert [moment_of(odd) for odd in ("yesterday", 5, "0001-01-01T00:00:00+14:00", "9" * 50)] == [None] * 4


def test_an_order_is_its_lines_and_never_its_customer() -> None:
    read = order()

    assert [(line.id, line.sku, line.quantity, line.state, line.price) for line in read.lines] == [
        (1, "A", 2, 2, Decimal("894.00")),
        (2, "B", 1, 1, Decimal(5)),
    ]
    assert (read.market, read.lines[1].condition, read.lines[0].imei) == ("fi-fi", 2, "")
    assert "Customer" not in repr(read)
    assert read.raw["shipping_address"] == {"last_name": "Customer033"}


@pytest.mark.parametrize(
    "broken",
    [
        {"order_id": None},
        {"order_id": "abc"},
        {"orderlines": None},
        {"orderlines": [3]},
        {"orderlines": [{"listing": "A", "quantity": 1, "state": 1}]},
    ],
)
def test_an_order_whose_lines_cannot_be_counted_is_set_aside_whole(broken: dict[str, object]) -> None:
    page = read_page({"count": 2, "next": None, "results": [{**ORDER, **broken}, ORDER]}, read_order, "order")

    assert (len(page.bad), len(page.results)) == (1, 1)


def test_long_text_from_outside_is_cut() -> None:
    read, _ = listing(title="x" * 10_000, comment="y" * 10_000, sku="z" * 200)

    assert (len(read.title), len(read.comment), len(read.sku)) == (500, 2000, 200)


ROWS = [
    {"A": {"errors": []}, "B": {"errors": {"price": ["too low"]}}},
    {"A": "ok", "B": "price: too low"},
    {"A": [], "B": ["too low"]},
    {"A": True, "B": {"price": "too low"}},
    {"A": {"status": "updated"}, "B": {"status": "error", "message": "too low"}},
    [{"sku": "A", "line": 2, "errors": {}}, {"sku": "B", "errors": [{"field": "price", "message": "too low"}]}],
    {"results": [{"sku": "A", "success": True}, {"sku": "B", "success": False, "detail": "too low"}]},
    {"success": ["A"], "errors": {"B": ["too low"]}},
    {"created": ["A"], "failed": [{"sku": "B", "reason": "too low"}]},
    {"report": {"A": None, "B": {"errors": ["too low"]}}, "created": 1, "total": 2},
    {"rows": [{"sku": "A", "status": "created"}, {"sku": "B", "errors": {"price": ["too low"]}}], "errors": 1},
]  # fmt: skip


@pytest.mark.parametrize("result", ROWS, ids=str)
def test_the_report_of_a_task_is_read_in_every_plausible_shape(result: object) -> None:
    rows = {row.sku: row for row in read_rows(result)}

    assert set(rows) == {"A", "B"}
    assert rows["A"].ok
    assert not rows["B"].ok
    assert "too low" in rows["B"].errors[0][1]


def test_a_report_in_sentences_is_read_too() -> None:
    by_line, by_sku = read_rows(["Line 3: price is not valid", "XR-64: product not found"])

    assert (by_line.line, by_line.errors) == (3, (("", "price is not valid"),))
    assert (by_sku.sku, by_sku.ok) == ("XR-64", False)


@pytest.mark.parametrize("result", [None, {}, [], "done", 3, [[["x"]]], {"results": "all fine"}])
def test_a_report_that_nobody_understands_has_no_rows_and_keeps_what_came(result: object) -> None:
    task = read_task(5, {"task_id": 5, "action_status": 9, "last_action_error": None, "result": result})

    assert (task.rows, task.status, task.raw["result"]) == ((), TaskStatus.DONE, result)


@pytest.mark.parametrize(
    ("number", "status"),
    [
        (0, "running"),
        (2, "running"),
        ("9", "done"),
        (8, "failed"),
        (3, "failed"),
        (7, "failed"),
        (55, "running"),
    ],
)
def test_a_task_runs_is_done_or_failed(number: object, status: str) -> None:
    assert read_task(5, {"action_status": number, "result": {}}).status == status


def test_competitors_may_be_sparse() -> None:
    sparse = [{"market": "FR", "winner_price": {"amount": "420.00", "currency": "EUR"}}, {"price": None}]

    (one,) = read_competitors(sparse)

    assert (one.market, one.winner_price, one.currency, one.price) == ("FR", Decimal("420.00"), "EUR", None)


def test_the_tree_of_categories_is_read_with_its_leaves() -> None:
    leaf = {
        "category_id": 3,
        "marketplace_category_id": 9,
        "category_name": "Phones",
        "is_leaf": True,
        "childrens": [],
    }
    root = {"category_id": 1, "category_name": "All", "is_leaf": False, "childrens": [leaf]}

    (tree,) = read_categories({"results": [root]})

    assert (tree.name, tree.children[0].marketplace_category_id, tree.children[0].is_leaf) == ("All", 9, True)
    assert read_categories(root) == (tree,)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from([*LISTING, *ORDER, "line", "errors"]), inner)
    ),
    max_leaves=25,
)


@given(record=st.dictionaries(st.sampled_from([*LISTING, *ORDER]), JSON), result=JSON)
def test_no_json_whatever_makes_the_readers_crash(record: Mapping[str, object], result: object) -> None:
    read_page({"results": [{**LISTING, **record}, record]}, read_listing, "listing")
    read_page({"results": [{**ORDER, **record}, record]}, read_order, "order")
    read_task(1, {**record, "result": result})
    read_competitors([record])
    read_categories([record])


@pytest.mark.parametrize("fault", ["unknown-fields", "nulls"])
@pytest.mark.parametrize("mode", ["strict", "real"])
def test_odd_answers_cost_no_record(mode: str, fault: str) -> None:
    with Simulator(mode=mode, token=TOKEN, listings=60, orders=20) as market:  # type: ignore[arg-type]
        market.fault(fault)
        with BackMarket(endpoint(market.url), NoPace()) as remote:
            listings = remote.listings_page("fr-fr", 1)
            orders = remote.orders_page(1)

    assert (len(listings.results), listings.bad, listings.count) == (50, (), 60)
    assert (len(orders.results), orders.bad) == (20, ())
    assert listings.drift and orders.drift


def test_a_simulator_that_keeps_to_the_contract_shows_no_drift() -> None:
    with (
        Simulator(token=TOKEN, listings=60, orders=20) as market,
        BackMarket(endpoint(market.url), NoPace()) as remote,
    ):
        assert remote.listings_page("fr-fr", 1).drift == ()
        drift = remote.orders_page(1).drift

    # The contract leaves out what is not there yet, which the reading calls missing; nothing else is odd.
    assert {note.found for note in drift} <= {"missing"}
