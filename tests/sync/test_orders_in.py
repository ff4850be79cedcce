"""What comes in: orders and listings are read whole, whatever clocks, gaps and odd records do."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from bmdesk.connectors.backmarket import import_listings, import_orders
from bmdesk.connectors.backmarket.paging import scan
from bmdesk.connectors.backmarket.wire import NotAPage, Page, read_page
from bmdesk.connectors.backmarket.wire_listings import read_listing
from bmdesk.connectors.backmarket.wire_orders import OrderWire, read_order
from bmdesk.services.grading.refusals import UnitPromised
from bmdesk.services.selling import accounts, sold
from bmdesk.services.settings import put
from bmdesk.store.queries import orders, units
from bmdesk.store.queries.orders import LineRow
from bmdesk.store.tables import listings
from bmdesk.store.tables import orders as tables
from bmdesk.sync.manner import Manner
from bmdesk.texts import render
from tests.markets import FIRST, OWNER, Shop


class Over(Exception):
    """Ends a transaction without keeping it."""


def order_record(number: int = 70, **line: Any) -> dict[str, Any]:
    """An order with one line, as it stands in a page."""
    facts = {
        "id": number + 1,
        "listing": FIRST,
        "listing_id": None,
        "product": "phone",
        "quantity": 1,
        "state": 1,
    }
    return {"order_id": number, "state": 1, "currency": "EUR", "price": "400.00", "country_code": "fr-fr",
            "date_creation": "2026-01-15T09:00:00Z", "orderlines": [facts | line]}  # fmt: skip


def take(shop: Shop, *records: object, account: str = "") -> None:
    """Read a page of orders into the store, after the account's first complete reading."""
    page = read_page(json.loads(json.dumps({"results": records}), parse_float=Decimal), read_order, "order")
    since = shop.clock.now() - timedelta(days=300)
    shop.desk.write(
        lambda tx: import_orders.save_page(
            tx, shop.desk.policies(tx.connection), account or shop.account, since, page.results, page.bad
        )
    )


def line_of(shop: Shop, number: int = 71) -> LineRow:
    return shop.desk.read(lambda c: orders.lines(c, shop.account, [number]))[number]


def aside(shop: Shop) -> list[str]:
    return [row["remote_id"] for row in shop.desk.read(lambda c: orders.quarantined(c, [shop.account]))]


# -------------------------------------------------------------------- clocks


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(hours=-1)])
def test_an_order_is_read_at_the_next_pull_although_our_clock_is_wrong(shop: Shop, ahead: timedelta) -> None:
    def pull() -> None:
        shop.market.clock = shop.clock.now() - ahead
        shop.engine().run_once(Manner(everything=True))

    shop.market.add_listing(FIRST, grade="EXCELLENT", quantity=9, prices={"fr-fr": 500})
    pull()
    for _ in range(2):
        shop.clock.advance(minutes=15)
        pull()
        order = shop.market.order(FIRST)
        shop.clock.advance(minutes=15)
        pull()
        assert shop.desk.read(lambda c, n=order: orders.orders(c, shop.account, [n]))  # type: ignore[misc]


# -------------------------------------------------------------------- gaps


def test_what_an_answer_leaves_out_is_what_it_was(shop: Shop) -> None:
    take(shop, order_record(quantity=2, state=2, imei="356938035643809"))
    take(shop, order_record(quantity=None, state=None, imei=None, listing=None) | {"state": None})

    line = line_of(shop)
    assert (line.quantity, line.remote_state, line.imei, line.sku_text) == (2, 2, "356938035643809", FIRST)
    assert shop.desk.read(lambda c: orders.orders(c, shop.account, [70]))[70]["remote_state"] == 1


def test_a_line_that_never_said_how_many_is_one_piece(shop: Shop) -> None:
    take(shop, order_record(quantity=None, state=None))
    assert (line_of(shop).quantity, line_of(shop).remote_state) == (1, 0)


def test_a_line_that_shrinks_below_its_named_units_takes_no_piece_of_another_line(shop: Shop) -> None:
    shop.ready(2)
    shop.offer(FIRST, 0)
    number = shop.listed(FIRST).listing_number
    take(shop, order_record(70, quantity=2, listing_id=number), order_record(80, listing_id=number))
    one, two = shop.units
    sold.name(shop.desk, OWNER, one, 71)
    sold.name(shop.desk, OWNER, two, 71)
    take(shop, order_record(70, quantity=1, listing_id=number))

    sku = shop.listed(FIRST).sku_id
    assert sku is not None
    assert shop.desk.read(lambda c: orders.sold_pieces(c, shop.account, [sku])) == {sku: 1}


# -------------------------------------------------------------------- odd records

_numbers = st.integers() | st.sampled_from(
    [2**31, 2**63, 10**400, Decimal("1e400"), Decimal("1E-9999999"), -1]
)
_texts = st.text(max_size=30) | st.sampled_from(
    ["\ud800", "a\0b", "ΐ" * 200, "x" * 400, "İ" * 10, "ŉŉŉ", "12"]
)
_values = st.recursive(
    st.none() | st.booleans() | _numbers | st.decimals(allow_nan=False, allow_infinity=False) | _texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=8,
)


def _record(fields: str, **likely: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Any of these fields with anything in them; `likely` ones often with what meets others."""
    any_of = dict.fromkeys(fields.split(), _values)
    return st.fixed_dictionaries({}, optional=any_of | {k: v | _values for k, v in likely.items()})


_few = st.integers(1, 4)
_states = st.integers(0, 12)
_dates = st.sampled_from(["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-01-14T12:00:00Z"])
_hours = st.sampled_from([0, 48, 2**31, 2**62, "99999999999"])
_line = _record(
    "listing product brand product_id price shipping_price orderline_fee return_reason currency condition imei"
    " serial_number",
    id=_few,
    listing_id=_few,
    quantity=_few,
    state=_states,
    shipping_delay=_hours,
    date_creation=_dates,
)
_address = _record("first_name last_name company street street2 postal_code city state country phone email")
_order = _record(
    "country_code currency price shipping_price shipper tracking_number is_backship payment_method delivery_note"
    " unknown",
    order_id=_few,
    state=_states,
    date_creation=_dates,
    date_modification=_dates,
    date_payment=_dates,
    date_shipping=_dates,
    expected_dispatch_date=_dates,
    shipping_address=_address,
    billing_address=_address,
    orderlines=st.lists(_line | _values, max_size=3),
)
_listing = _record(
    "sku title grade state quantity price min_price max_price currency comment warranty_delay publication_state"
    " product_id backmarket_id shippings",
    id=st.sampled_from(["a", "b", "ff-" * 20]),
    listing_id=_few,
)
_orders = st.lists(_order | _values, max_size=5)
_listings = st.lists(_listing | _values, max_size=5)
_ONE_SHOP = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
"""The shop is the same for all examples."""


@settings(_ONE_SHOP, max_examples=8)
@given(found=_orders, again=_orders)
def test_no_page_of_orders_can_stop_the_reading(shop: Shop, found: list[Any], again: list[Any]) -> None:
    read_orders(shop, found, again)


@pytest.mark.slow
@settings(_ONE_SHOP)
@given(found=_orders, again=_orders)
def test_of_many_pages_of_orders_none_can_stop_the_reading(
    shop: Shop, found: list[Any], again: list[Any]
) -> None:
    read_orders(shop, found, again)


def read_orders(shop: Shop, found: list[Any], again: list[Any]) -> None:
    if not shop.units:
        shop.ready(2)
        known = update(listings.listing).where(listings.listing.c.id == shop.offer())
        shop.desk.write(lambda tx: tx.connection.execute(known.values(listing_number=1)))
        put(shop.desk, "backmarket.orders", "automatic")

    def work(tx: Any) -> None:
        policies = shop.desk.policies(tx.connection)

        def save(page: Page[OrderWire]) -> None:
            import_orders.save_page(tx, policies, shop.account, shop.clock.now(), page.results, page.bad)

        for records in (found, again, again):
            scan(
                lambda _, r=records: read_page({"results": r, "count": len(r)}, read_order, "order"),  # type: ignore[misc]
                save,
                key=lambda wire: wire.order_id,
            )
        raise Over

    with pytest.raises(Over):
        shop.desk.write(work)


@settings(_ONE_SHOP, max_examples=8)
@given(found=_listings, again=_listings)
def test_no_page_of_listings_can_stop_the_reading(shop: Shop, found: list[Any], again: list[Any]) -> None:
    read_listings(shop, found, again)


@pytest.mark.slow
@settings(_ONE_SHOP)
@given(found=_listings, again=_listings)
def test_of_many_pages_of_listings_none_can_stop_the_reading(
    shop: Shop, found: list[Any], again: list[Any]
) -> None:
    read_listings(shop, found, again)


def read_listings(shop: Shop, found: list[Any], again: list[Any]) -> None:
    def work(tx: Any) -> None:
        for records in (found, again, again):
            scan(
                lambda _, r=records: read_page({"results": r, "count": len(r)}, read_listing, "listing"),  # type: ignore[misc]
                lambda page: import_listings.save_page(tx, shop.account, "fr-fr", page.results, page.bad),
                key=lambda wire: wire.id,
            )
        raise Over

    with pytest.raises(Over):
        shop.desk.write(work)


def test_what_is_no_page_is_refused_as_such() -> None:
    pages: tuple[Any, ...] = (None, [], 3, {"results": {}}, {"count": 1})
    for data in pages:
        with pytest.raises(NotAPage):
            read_page(data, read_order, "order")


def test_records_without_a_number_are_kept_side_by_side_and_once(shop: Shop) -> None:
    for _ in range(2):
        take(shop, {"price": 1.5})
        take(shop, {"price": 2.5}, None)

    assert len(aside(shop)) == 3


def test_records_without_a_number_cannot_fill_the_store(shop: Shop) -> None:
    for begin in range(0, 300, 50):
        take(shop, *({"nothing": begin + number} for number in range(50)))
        shop.clock.advance(minutes=1)
    count = select(func.count()).select_from(tables.quarantined)
    assert shop.desk.read(lambda c: c.execute(count).scalar()) == orders.MOST_NAMELESS


def test_an_order_whose_two_lines_have_one_number_is_set_aside(shop: Shop) -> None:
    order = order_record(70)
    order["orderlines"] *= 2
    take(shop, order)
    assert aside(shop) == ["70"]
    take(shop, order_record(70))
    assert aside(shop) == []


@pytest.mark.parametrize("wrong", [{"id": "f" * 41}, {"sku": "S" * 201}, {"sku": "ΐ" * 100}])
def test_a_listing_with_a_name_too_long_is_set_aside_not_cut(shop: Shop, wrong: dict[str, str]) -> None:
    record = {"id": "f0", "listing_id": 5, "sku": "S", **wrong}
    page = read_page({"results": [record]}, read_listing, "listing")
    assert (len(page.results), len(page.bad)) == (0, 1)


# -------------------------------------------------------------------- lines before their listings


def test_many_lines_find_their_listings_in_short_transactions(shop: Shop) -> None:
    """20,000 listings and 3,000 lines once took one transaction of twenty seconds."""
    shop.market.add_listing(FIRST, grade="EXCELLENT", quantity=9, prices={"fr-fr": 500})
    shop.sync()
    number = shop.listed(FIRST).listing_number
    assert number is not None
    for begin in range(1000, 1450, 50):
        numbers = range(begin * 10, (begin + 50) * 10, 10)
        take(shop, *(order_record(n, listing_id=number if n % 20 else number + 1) for n in numbers))
    forget = update(tables.orderline).values(listing_id=None)
    shop.desk.write(lambda tx: tx.connection.execute(forget).rowcount)

    pages: list[int] = []
    after = ""
    while not pages or after:
        found, after = shop.desk.read(lambda c, a=after: orders.adoptable(c, shop.account, a))  # type: ignore[misc]
        pages.append(len(found))
    assert (sum(pages), max(pages) <= 50) == (225, True), "each page is one transaction"

    shop.sync()
    waiting = select(func.count()).where(tables.orderline.c.listing_id.is_(None))
    assert shop.desk.read(lambda c: c.execute(waiting).scalar()) == 225


# -------------------------------------------------------------------- which unit left


def test_a_returned_device_does_not_leave_with_its_old_order(shop: Shop) -> None:
    (unit,) = shop.ready(1)  # it came back today
    take(shop, order_record(imei=shop.units[unit], state=6))
    assert shop.desk.read(lambda c: units.unit(c, unit)).state == "ready"

    take(shop, order_record(imei=shop.units[unit], state=6, product="another title"))
    assert shop.desk.read(lambda c: units.unit(c, unit)).state == "ready"


def test_a_device_that_came_back_after_its_line_was_read_stays_when_the_line_is_refunded(shop: Shop) -> None:
    take(shop, order_record(state=2))
    shop.advance(days=3)
    (unit,) = shop.ready(1)
    for state in (3, 6):
        shop.advance(minutes=1)
        take(shop, order_record(imei=shop.units[unit], state=state))
    assert shop.desk.read(lambda c: units.unit(c, unit)).state == "ready"
    assert line_of(shop).named == 0


@pytest.mark.parametrize("states", [(1, 3), (1, 6), (3,), (6,)])
def test_a_device_that_was_here_when_it_was_sold_left(shop: Shop, states: tuple[int, ...]) -> None:
    (unit,) = shop.ready(1)
    shop.advance(minutes=5)
    ordered = {"date_creation": shop.clock.now().isoformat()}
    for state in states:
        shop.advance(minutes=5)
        take(shop, order_record(imei=shop.units[unit], state=state) | ordered)
    assert shop.desk.read(lambda c: units.unit(c, unit)).state == "shipped"


def test_a_line_number_of_two_accounts_is_asked_about(shop: Shop) -> None:
    (unit,) = shop.ready(1)
    values = {
        "url": shop.market.url,
        "environment": "preprod",
        "company": "Blue",
        "contact": "it@blue.example",
    }
    other = accounts.add(shop.desk, **values, markets="de-de", name="second").id
    take(shop, order_record())
    take(shop, order_record(), account=other)

    with pytest.raises(sold.LineAmbiguous) as refused:
        sold.name(shop.desk, OWNER, unit, 71)
    assert "second" in str(refused.value.params["accounts"])
    with pytest.raises(sold.UnknownLine):
        sold.name(shop.desk, OWNER, unit, 71, "third")
    sold.name(shop.desk, OWNER, unit, 71, "second")
    assert line_of(shop).named == 0
    assert shop.desk.read(lambda c: orders.lines(c, other, [71]))[71].named == 1


# -------------------------------------------------------------------- missing listings


def test_a_listing_that_one_complete_pull_did_not_show_is_not_missing_yet(shop: Shop) -> None:
    shop.market.add_listing(FIRST, grade="EXCELLENT", quantity=9, prices={"fr-fr": 500})
    shop.sync()
    shop.advance(minutes=20)
    shop.market.remove_listing(FIRST)
    shop.sync()
    assert shop.listed(FIRST).missing_since is None, (
        "it may only have slid over a page while another one was deleted"
    )

    shop.advance(minutes=20)
    shop.sync()
    assert shop.listed(FIRST).missing_since == shop.clock.now()
    assert "sync.listings_missing" in shop.log_codes()


def test_a_promised_unit_is_refused_in_words(shop: Shop) -> None:
    (unit,) = shop.ready(1)
    shop.offer(FIRST, 0)
    order = shop.market.order(FIRST)
    shop.sync()
    shop.desk.write(lambda tx: units.set_unit(tx, unit, state="reserved"))
    line = shop.market.order_state(order)["lines"][0]["id"]
    with pytest.raises(UnitPromised) as refused:
        sold.name(shop.desk, OWNER, unit, line)
    assert render(refused.value.happened)
