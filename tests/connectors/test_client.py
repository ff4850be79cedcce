"""The client over real HTTP: what it sends, and how it classes what comes back or does not."""

from __future__ import annotations

import json
import logging
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bmdesk.connectors.backmarket.client import BackMarket
from bmdesk.connectors.backmarket.endpoint import BadEndpoint, Endpoint
from bmdesk.connectors.backmarket.transport import Bucket, Exchange, Timeouts
from bmdesk.connectors.backmarket.wire_tasks import TaskStatus
from bmdesk.connectors.failures import (
    AnswerCutOff,
    AnswerLost,
    BotChallenge,
    ConnectionRefused,
    Fault,
    Firewall,
    GoneAtRemote,
    NoAnswer,
    NotMerchant,
    NotTheApi,
    OffContract,
    Rejected,
    RemoteFailure,
    ServerTrouble,
    TokenRefused,
    TooManyRequests,
    UnreadableAnswer,
)
from bmdesk.domain.markets import Environment, Region
from bmdesk.simulator import Simulator
from bmdesk.texts import render
from tests.connectors.hosts import TOKEN, Notebook, RawHost, endpoint, reply

HASTY = Timeouts(connect=2.0, read=0.3, total=0.6, settle=45.0)
LISTING = b'{"id": "u-1", "listing_id": 7, "sku": "A", "quantity": 3, "price": "10.00", "currency": "EUR"}'


def client(url: str, pace: Notebook | None = None, **options: object) -> BackMarket:
    settings: dict[str, object] = {"rest": lambda _: None, "timeouts": HASTY, **options}
    return BackMarket(endpoint(url), pace or Notebook(), **settings)  # type: ignore[arg-type]


# ---------------------------------------------------------------- the matrix

FAULTS: dict[str, tuple[type[RemoteFailure] | None, type[RemoteFailure] | None]] = {
    # fault: (what a read raises, what a write raises)
    "timeout-before": (NoAnswer, AnswerLost),
    "timeout-after": (NoAnswer, AnswerLost),
    "late": (NoAnswer, AnswerLost),
    "500": (ServerTrouble, AnswerLost),
    "500-after": (ServerTrouble, AnswerLost),
    "502": (ServerTrouble, AnswerLost),
    "401": (TokenRefused, TokenRefused),
    "403": (Firewall, Firewall),
    "bot": (BotChallenge, BotChallenge),
    "429": (TooManyRequests, TooManyRequests),
    "malformed": (UnreadableAnswer, AnswerLost),
    "truncated": (AnswerCutOff, AnswerLost),
    "reset": (AnswerCutOff, AnswerLost),
    "reset-after": (AnswerCutOff, AnswerLost),
    "slow": (NoAnswer, AnswerLost),
    "unknown-fields": (None, None),
    "nulls": (None, None),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_a_read_is_never_ambiguous(market: Simulator, fault: str) -> None:
    listing = market.add_listing("A-GOOD", quantity=3, prices={"fr-fr": 199})
    market.fault(fault)
    expected = FAULTS[fault][0]

    with client(market.url) as remote:
        if expected is None:
            assert remote.listing(listing["id"], "fr-fr").id == listing["id"]
            return
        with pytest.raises(expected) as raised:
            remote.listing(listing["id"], "fr-fr")

    assert raised.value.fault is not Fault.AMBIGUOUS
    assert all(render(text) for text in (raised.value.title, raised.value.happened, raised.value.todo))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_write_is_sent_once_and_is_ambiguous_wherever_it_may_have_happened(
    market: Simulator, fault: str
) -> None:
    listing = market.add_listing("A-GOOD", quantity=3, prices={"fr-fr": 199})
    market.fault(fault)
    expected = FAULTS[fault][1]

    with client(market.url) as remote:
        if expected is None:
            remote.change_listing(listing["id"], "fr-fr", quantity=5)
        else:
            with pytest.raises(expected) as raised:
                remote.change_listing(listing["id"], "fr-fr", quantity=5)
            happened = market.listing(listing["id"])["quantity"] == 5
            assert not happened or raised.value.fault is Fault.AMBIGUOUS

    assert market.ledger.count_requests("POST") == 1


def test_every_fault_of_the_simulator_is_in_the_matrix() -> None:
    from bmdesk.simulator import faults

    assert set(FAULTS) == set(faults.BEFORE + faults.AFTER)


def test_a_lost_answer_says_how_long_the_call_may_still_run(market: Simulator) -> None:
    listing = market.add_listing("A-GOOD")
    waits = {}
    with client(market.url) as remote:
        for fault in ("timeout-before", "502", "reset", "malformed"):
            market.clear()
            market.fault(fault)
            with pytest.raises(AnswerLost) as raised:
                remote.change_listing(listing["id"], "fr-fr", quantity=5)
            waits[fault] = raised.value.wait

    assert waits == {"timeout-before": 45.0, "502": 45.0, "reset": 45.0, "malformed": 0.0}


def test_a_write_that_never_left_is_offline_and_not_ambiguous() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with client(url) as remote, pytest.raises(ConnectionRefused) as raised:
        remote.change_listing("u-1", "fr-fr", quantity=1)

    assert raised.value.fault is Fault.OFFLINE


def test_a_read_is_tried_three_times_with_pauses_and_then_given_up(market: Simulator) -> None:
    pauses: list[float] = []
    pace = Notebook()
    with client(market.url, pace, rest=pauses.append) as remote:
        market.fault("500", times=2)
        assert remote.orders_page(1).count == 0
        assert pauses == [0.5, 2.0]

        market.fault("502")
        with pytest.raises(ServerTrouble):
            remote.orders_page(1)

    assert market.ledger.count_requests("GET", "/ws/orders") == 6
    assert len(pace.taken) == 6, "every try asks the pace"


def test_whoever_is_not_let_in_does_not_knock_again(market: Simulator) -> None:
    with client(market.url) as remote:
        for fault in ("401", "403", "bot", "429", "malformed", "timeout-before"):
            market.clear()
            market.fault(fault)
            before = market.ledger.count_requests()
            with pytest.raises(RemoteFailure):
                remote.orders_page(1)
            assert market.ledger.count_requests() == before + 1, fault


# ---------------------------------------------------------------- what is sent


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
        found = remote.listing_by_sku("a-good", "fr-fr")

        assert (changed.quantity, changed.price, changed.currency) == (7, Decimal("175.50"), "GBP")
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
    with client(market.url) as remote, pytest.raises(AnswerLost):
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


@pytest.mark.parametrize(
    ("body", "reason", "field"),
    [
        (b'{"error": {"code": "x", "message": "too low", "target": "price"}, "requestId": "r"}', "too low", "price"),
        (b'{"errors": [{"code": "x", "message": "too low", "target": "price"}]}', "too low", "price"),
        (b'{"title": "Bad", "status": 400, "errors": [{"target": "price", "title": "too low"}]}', "too low", "price"),
        (b'{"type": "/e", "title": "too low", "status": 400}', "too low", ""),
        (b'"sku not found"', "sku not found", ""),
        (b'{"error": "sku not found"}', "sku not found", ""),
        (b'{"price": ["too low"]}', "too low", "price"),
        (b'{"statuscode": 400, "bodymessage": "too low"}', "too low", ""),
        (b"", "no reason", ""),
    ],
)  # fmt: skip
def test_the_reason_is_read_from_every_envelope(body: bytes, reason: str, field: str) -> None:
    answer = reply(body, "400 Bad Request")
    with RawHost(answer) as host, client(host.url) as remote, pytest.raises(Rejected) as raised:
        remote.change_listing("u-1", "fr-fr", quantity=1)

    assert reason in render(raised.value.happened)
    assert raised.value.field == field


def test_an_error_inside_a_200_is_an_error() -> None:
    body = b'{"statuscode": 400, "bodymessage": "parameter catalog not found"}'
    with RawHost(reply(body)) as host, client(host.url) as remote, pytest.raises(Rejected):
        remote.send_catalog("sku\nA\n", "fr-fr", 1)


# ---------------------------------------------------------------- hostile hosts


def test_an_answer_that_drips_ends_at_the_deadline() -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n"
        )
        while True:
            connection.sendall(b" ")
            time.sleep(0.02)

    begun = time.monotonic()
    with RawHost(drip) as host, client(host.url) as remote, pytest.raises(NoAnswer):
        remote.orders_page(1)

    assert time.monotonic() - begun < 3


def test_an_answer_without_end_is_not_read_to_the_end() -> None:
    def pour(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n")
        while True:
            connection.sendall(b" " * 1_000_000)

    patient = Timeouts(read=5.0, total=30.0)
    with (
        RawHost(pour) as host,
        client(host.url, timeouts=patient) as remote,
        pytest.raises(UnreadableAnswer) as raised,
    ):
        remote.orders_page(1)

    assert "20 MB" in render(raised.value.happened)


@pytest.mark.parametrize(
    "answer",
    [
        reply(b"<html>hotel login</html>", content_type="text/html"),
        reply(b"<!doctype html>not here", "404 Not Found", content_type="text/html"),
        reply(b"", "302 Found", location="https://elsewhere.example/"),
    ],
)
def test_a_web_page_is_not_the_api_and_nothing_is_gone(answer: bytes) -> None:
    with RawHost(answer) as host, client(host.url) as remote:
        with pytest.raises(NotTheApi):
            remote.listing_by_sku("A", "fr-fr")
        assert len(host.requests) == 1, "no redirection is followed with the token"


@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, b'{"count": ' + b"9" * 6000 + b"}", b"NaN", b"\xff\xfe", b"[]", b'{"results": 3}'],
)
def test_strange_json_is_drift_and_no_crash(body: bytes) -> None:
    with RawHost(reply(body)) as host, client(host.url) as remote, pytest.raises(UnreadableAnswer):
        remote.orders_page(1)


def test_the_clock_of_the_marketplace_is_compared() -> None:
    answer = reply(
        b'{"count": 0, "next": null, "previous": null, "results": []}', date="Mon, 01 Jan 2024 00:00:00 GMT"
    )
    with RawHost(answer) as host, client(host.url) as remote:
        remote.orders_page(1)
        ahead = remote.skew

    assert ahead is not None
    assert ahead.days > 300


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


# ---------------------------------------------------------------- the endpoint


def test_the_header_line_of_the_back_office_may_be_pasted_as_a_token() -> None:
    assert endpoint("", token=" Authorization: Basic  abc= ").token == "abc="


def test_without_an_override_the_platform_says_the_host() -> None:
    assert endpoint("").base == "https://preprod.backmarket.fr"
    assert (
        Endpoint("", Region.AP, Environment.PRODUCTION, "ja-jp", "t", "c", "a@b").host
        == "www.backmarket.co.jp"
    )


@pytest.mark.parametrize(
    "url",
    [
        "http://www.backmarket.fr",
        "https://www.backmarket.fr/ws",
        "https://user:pw@host.example",
        "https://host.example?x=1",
        "ftp://127.0.0.1",
        "http://127.0.0.1.evil.example",
        "https://",
        "https://host:99999",
        "nonsense",
    ],
)
def test_an_override_is_scheme_and_host_and_never_plain_http_to_the_internet(url: str) -> None:
    with pytest.raises(BadEndpoint) as raised:
        endpoint(url)

    assert "{" not in render(raised.value.happened)


@pytest.mark.parametrize(
    "url", ["http://localhost:8", "http://[::1]:8/", "https://shop.example:444", "http://127.0.0.1"]
)
def test_a_loopback_host_may_be_asked_without_https(url: str) -> None:
    assert endpoint(url).base == url.rstrip("/")


@pytest.mark.parametrize(
    ("token", "company", "contact"),
    [
        ("", "c", "a@b"),
        ("a b", "c", "a@b"),
        ("a\r\nX: y", "c", "a@b"),
        ("t", "株式会社", "a@b"),
        ("t", "c", "nobody"),
    ],
)
def test_who_asks_must_be_sayable_in_a_header(token: str, company: str, contact: str) -> None:
    with pytest.raises(BadEndpoint):
        Endpoint("", Region.EU, Environment.PREPROD, "fr-fr", token, company, contact)
