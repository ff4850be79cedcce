"""The client over real HTTP: what it sends, what it reads, and what it tells nobody."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bmdesk.connectors.backmarket.wire_tasks import TaskStatus
from bmdesk.connectors.failures import (
    AnswerLost,
    GoneAtRemote,
    NotMerchant,
    OffContract,
    TokenRefused,
    TooManyRequests,
)
from bmdesk.connectors.http import Exchange
from bmdesk.domain.limits import Bucket
from bmdesk.simulator import Simulator
from bmdesk.texts import render
from tests.connectors.hosts import HASTY, TOKEN, Notebook, RawHost, client, reply

LISTING = b'{"id": "u-1", "listing_id": 7, "sku": "A", "quantity": 3, "price": "10.00", "currency": "EUR"}'


def test_each_request_says_who_asks_and_for_which_market() -> None:
    with RawHost(reply(LISTING)) as host, client(host.url) as remote:
        remote.listing("u-1", "EN_gb")
        remote.change_listing("u-1", "en-gb", price=Decimal("1E+2"))
        read, written = host.requests

    head = dict(line.split(": ", 1) for line in read.split("\r\n")[1:] if ": " in line)
    names = {name.lower(): value for name, value in head.items()}
    assert read.startswith("GET /ws/listings/u-1 HTTP/1.1")
    assert names["authorization"] == f"Basic {TOKEN}"
    assert names["user-agent"] == "BM-BluePhones-bmdesk;it@blue.example"
    assert names["accept-language"] == "en-gb"
    assert names["accept"] == "application/json"
    assert json.loads(written.split("\r\n\r\n")[1]) == {"price": "100", "currency": "GBP"}


def test_a_write_costs_a_line_and_every_request_is_counted(market: Simulator) -> None:
    listing = market.add_listing("A-GOOD")
    pace = Notebook()
    with client(market.url, pace) as remote:
        remote.change_listing(listing["id"], "fr-fr", quantity=1)
        remote.category_tree()
        remote.competitors(listing["id"])

    assert pace.taken == [
        (Bucket.LINES, 1),
        (Bucket.REQUESTS, 0),
        (Bucket.CATALOGUE, 0),
        (Bucket.REQUESTS, 0),
        (Bucket.COMPETITORS, 0),
        (Bucket.REQUESTS, 0),
    ]


def test_a_429_tells_the_pace_how_long(market: Simulator) -> None:
    listing = market.add_listing("A-GOOD")
    pace = Notebook()
    market.fault("429")
    with client(market.url, pace) as remote:
        with pytest.raises(TooManyRequests) as raised:
            remote.change_listing(listing["id"], "fr-fr", quantity=1)
        market.control(retry_after=42)
        with pytest.raises(TooManyRequests) as later:
            remote.orders_page(1)

    assert (raised.value.after, later.value.after) == (10.0, 42.0)
    assert pace.told == [(Bucket.LINES, 10.0), (Bucket.REQUESTS, 10.0), (Bucket.REQUESTS, 42.0)]


def test_what_the_contract_forbids_is_not_sent(market: Simulator) -> None:
    pace = Notebook()
    with client(market.url, pace) as remote:
        tries: list[Callable[[], object]] = [
            lambda: remote.change_listing("u", "en-us", quantity=1),
            lambda: remote.change_listing("u", "fr-fr"),
            lambda: remote.change_listing("u", "fr-fr", quantity=-1),
            lambda: remote.change_listing("u", "fr-fr", price=Decimal(0)),
            lambda: remote.change_listing("u", "fr-fr", price=Decimal("NaN")),
            lambda: remote.change_listing("u", "fr-fr", price=Decimal("NaN"), min_price=Decimal(3)),
            lambda: remote.change_listing("u", "fr-fr", price=Decimal(5), min_price=Decimal("5.01")),
            lambda: remote.change_listing("u", "fr-fr", price=Decimal(5), min_price=Decimal(0)),
            lambda: remote.change_listing("u", "fr-fr", min_price=Decimal(5)),
            lambda: remote.change_listing("u", "en-gb", price=Decimal(5), currency="EUR"),
            lambda: remote.change_listing("u", "fr-fr", comment="x" * 501),
            lambda: remote.change_listing("u", "fr-fr", warranty_months=6),
            lambda: remote.change_listing("..", "fr-fr", quantity=1),
            lambda: remote.send_catalog("sku\n", "fr-fr", 15_001),
        ]
        for attempt in tries:
            with pytest.raises(OffContract) as raised:
                attempt()
            assert "{" not in render(raised.value.happened)

    assert market.ledger.count_requests() == 0
    assert pace.taken == []


def test_an_id_cannot_leave_its_place_in_the_path() -> None:
    with RawHost(reply(LISTING)) as host, client(host.url) as remote:
        remote.listing("../orders?x=1#y", "fr-fr")

        assert host.requests[0].startswith("GET /ws/listings/..%2Forders%3Fx%3D1%23y HTTP/1.1")


# ---------------------------------------------------------------- stories


@pytest.mark.parametrize("mode", ["strict", "real"])
def test_a_listing_is_read_written_and_found_by_its_sku(mode: str) -> None:
    with Simulator(mode=mode, token=TOKEN) as market, client(market.url) as remote:  # type: ignore[arg-type]
        made = market.add_listing("A-GOOD", quantity=3, prices={"fr-fr": "199.90", "en-gb": 180})

        changed = remote.change_listing(
            made["id"], "en-gb", quantity=7, price=Decimal("175.50"), comment="Très bien", warranty_months=24
        )
        bounded = remote.change_listing(
            made["id"], "en-gb", price=Decimal("175.50"), min_price=Decimal("160.10")
        )
        found = remote.listing_by_sku("a-good", "fr-fr")

        assert (changed.quantity, changed.price, changed.currency) == (7, Decimal("175.50"), "GBP")
        assert (bounded.price, bounded.min_price) == (Decimal("175.50"), Decimal("160.10"))
        assert (changed.comment, changed.warranty_delay, changed.grade) == ("Très bien", 24, "GOOD")
        assert found is not None
        assert (found.quantity, found.price, found.currency) == (7, Decimal("199.90"), "EUR")
        assert remote.listing_by_sku("NOBODY", "fr-fr") is None
        with pytest.raises(GoneAtRemote):
            remote.listing("3d23caad-fcc8-4f50-b376-fac28de685b6", "fr-fr")


def test_a_csv_becomes_a_task_whose_rows_say_what_became_of_them(market: Simulator) -> None:
    table = (
        "sku;quantity;price;grade;ean\nA-GOOD;0;199.00;GOOD;0194252707227\nB-GOOD;0;x;GOOD;0194252707227\n"
    )
    with client(market.url) as remote:
        task = remote.task(remote.send_catalog(table, "fr-fr", 2))

    assert task.status is TaskStatus.DONE
    good, bad = task.rows
    assert (good.sku, good.ok, good.errors) == ("A-GOOD", True, ())
    assert (bad.sku, bad.line, bad.ok) == ("B-GOOD", 3, False)
    assert bad.errors[0][0] == "price"


def test_a_lost_answer_to_a_csv_is_ambiguous_and_the_task_runs_once(market: Simulator) -> None:
    market.fault("timeout-after", "POST /ws/listings", times=1)
    with client(market.url, timeouts=HASTY) as remote, pytest.raises(AnswerLost):
        remote.send_catalog("sku;quantity;price\nA;0;1\n", "fr-fr", 1)

    assert market.ledger.count("task") == 1


def test_orders_since_are_asked_in_utc_and_come_with_their_lines(market: Simulator) -> None:
    market.add_listing("A-GOOD", quantity=3, prices={"fr-fr": 199})
    number = market.order("A-GOOD", 2)
    with client(market.url) as remote:
        page = remote.orders_page(1, modified_since=datetime(2020, 1, 1, 13, 30, 5, 999, tzinfo=UTC))
        order = remote.order(number)

    assert "date_modification=2020-01-01T13%3A30%3A05Z" in market.ledger.requests[0]["query"]
    assert page.results == (order,)
    assert (order.lines[0].sku, order.lines[0].quantity, order.lines[0].price) == ("A-GOOD", 2, Decimal(398))
    assert "Customer" not in repr(order)


def test_no_backbox_is_an_empty_list_and_no_failure(market: Simulator) -> None:
    listing = market.add_listing("A-GOOD", quantity=3, prices={"fr-fr": 199})
    with client(market.url) as remote:
        market.backbox(listing["id"], "fr-fr")
        assert remote.competitors(listing["id"]) == ()
        market.backbox(listing["id"], "fr-fr", 190, 188)
        (one,) = remote.competitors(listing["id"])

    assert (one.market, one.winner_price, one.price_to_win, one.currency) == (
        "FR",
        Decimal(190),
        Decimal(188),
        "EUR",
    )


def test_a_refusal_keeps_its_reason_and_who_to_ask_for(market: Simulator) -> None:
    with client(market.url) as remote:
        market.control(merchant=False)
        with pytest.raises(NotMerchant) as forbidden:
            remote.orders_page(1)

    assert "not a merchant" in render(forbidden.value.happened)
    assert forbidden.value.request_id
    assert forbidden.value.cf_ray.endswith("SIM")


# ---------------------------------------------------------------- what is told


def test_the_log_holds_neither_token_nor_sku_nor_customer(
    market: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    market.add_listing("SECRET-SKU", quantity=3, prices={"fr-fr": 199})
    market.order("SECRET-SKU")
    seen: list[Exchange] = []
    with caplog.at_level(logging.DEBUG), client(market.url, observe=seen.append) as remote:
        remote.listing_by_sku("SECRET-SKU", "fr-fr")
        remote.orders_page(1)
        market.fault("401")
        with pytest.raises(TokenRefused) as raised:
            remote.orders_page(2)

    ours = "\n".join(record.getMessage() for record in caplog.records if record.name == "bmdesk.backmarket")
    assert [(one.method, one.path, one.status, one.fault) for one in seen] == [
        ("GET", "/ws/listings/detail", 200, ""),
        ("GET", "/ws/orders?page=1", 200, ""),
        ("GET", "/ws/orders?page=2", 401, "auth"),
    ]
    assert "GET /ws/orders?page=2 401" in ours
    for text in (
        ours,
        repr(remote.endpoint),
        repr(raised.value),
        str(raised.value),
        render(raised.value.todo),
    ):
        assert TOKEN not in text
        assert "SECRET-SKU" not in text
        assert "Customer" not in text
