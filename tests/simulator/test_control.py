"""The hand behind the curtain, over HTTP; and the command that starts it all."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter

import httpx
import pytest

from bmdesk.simulator import Simulator
from tests.processes import ROOT
from tests.simulator.conftest import Seller
from tests.simulator.test_listings import CSV

SHIPPING = (
    "tracking_number",
    "imei",
    "serial_number",
    "date_shipping",
    "tracking_url",
    "shipper",
    "vat_type",
)


def _control(http: httpx.Client, **orders: object) -> httpx.Response:
    return http.post("/__control", json=orders)


def test_everything_can_be_told_over_http(sim: Simulator, http: httpx.Client) -> None:
    made = _control(
        http, listing={"sku": "A", "quantity": 3, "prices": {"fr-fr": "99.00", "en-gb": 80}}
    ).json()
    order = _control(http, order={"sku": "a", "quantity": 2, "market": "en-gb", "state": 10}).json()["order"]
    _control(
        http,
        order_state={"order": order, "state": 1},
        change={"listing": "A", "market": "fr-fr", "price": 95},
    )
    assert sim.listing("A")["quantity"] == 1
    assert sim.listing(made["listing"]["id"])["markets"]["fr-fr"]["price"] == "95.00"
    _control(http, clock="2026-02-01T00:00:00Z", fault=["500:GET /ws/orders:x1", "429:GET /ws/orders:x1"])
    assert [http.get("/ws/orders").status_code for _ in range(3)] == [500, 429, 200]
    assert http.get("/ws/orders").headers["date"] == "Sun, 01 Feb 2026 00:00:00 GMT"
    assert _control(http, clock="+60").json()["clock"] == "2026-02-01T00:01:00+00:00"
    ledger = http.get("/__ledger").json()
    assert [entry["status"] for entry in ledger["requests"]] == [500, 429, 200, 200]
    assert ledger["counts"] == {"order": 1, "sale": 1, "order_state": 1, "change": 1} and ledger["rate"] == {
        "429s": 1
    }
    assert http.get("/__state").json()["orders"][0]["order_id"] == order


@pytest.mark.parametrize(
    ("orders", "word"),
    [
        ({"nonsense": 1}, "nonsense"),
        ({"fault": "explode"}, "explode"),
        ({"clock": True}, "clock"),
        ({"clock": "tomorrow"}, "clock"),
        ({"latency": -1}, "latency"),
        ({"order": {"sku": "none"}}, "none"),
        ({"order": {"state": 5}}, "state"),
        ({"listing": {"sku": "A", "colour": "red"}}, "colour"),
        ({"change": 7}, "change"),
        ({"region": "XX"}, "EU"),
    ],
)
def test_a_wrong_order_is_refused_with_words(
    http: httpx.Client, orders: dict[str, object], word: str
) -> None:
    answer = _control(http, **orders)
    assert answer.status_code == 400 and word in answer.json()["error"]
    assert http.post("/__control", content=b"{").status_code == 400


@pytest.mark.parametrize(
    "value",
    [None, True, -1, 1e400, "NaN", "1e9", "\u0661", "x" * 600, [], {"a": [{}]}, 10**30, "9" * 5000, "\ud800"],
)
def test_no_value_of_a_write_breaks_the_marketplace(
    sim: Simulator, http: httpx.Client, value: object
) -> None:
    sim.control(limits=False, task_seconds=0)
    listing = sim.add_listing("A", quantity=3)["id"]
    order = sim.order("A", state=3)
    line = sim.order_state(sim.order("A", state=9))["lines"][0]["id"]
    catalog = f"sku;quantity;price;grade;ean;product_id\nA;{value};{value};{value};{value};{value}\n{value}"
    calls: list[tuple[str, str, dict[str, object]]] = [
        *(
            ("POST", f"/ws/listings/{listing}", {key: value})
            for key in ("quantity", "price", "comment", "warranty_delay")
        ),
        ("POST", f"/ws/listings/{listing}", {"currency": value, "min_price": value}),
        *(("POST", "/ws/listings", {**CSV, "catalog": catalog, key: value}) for key in ("x", *CSV)),
        *(
            ("POST", f"/ws/orders/{order}", {"order_id": order, "new_state": 5, "sku": "A", key: value})
            for key in ("order_id", "new_state", "sku", "return_message", "return_reason")
        ),
        *(
            ("POST", f"/ws/orders/{one}", {"id": one, "new_state": 3, "tracking_number": "X", key: value})
            for key in SHIPPING
            for one in [sim.order("A", state=3)]
        ),
        ("PATCH", f"/ws/orderlines/{line}", {"imei": value, "serial_number": value}),
        ("POST", "/ws/sav/refund", {"orderline_pk": value, "refund_type": 6, "amount": 1}),
        ("POST", "/ws/sav/refund", {"orderline_pk": line, "refund_type": value}),
        ("POST", "/ws/sav/refund", {"orderline_pk": line, "refund_type": 6, "amount": value}),
    ]
    for method, path, body in calls:
        answer = http.request(
            method, path, content=json.dumps(body), headers={"Content-Type": "application/json"}
        )
        assert answer.status_code in {200, 201, 400, 404}, (path, body)
    for path in ("/ws/listings", "/ws/orders", "/ws/listings/detail", "/ws/shipping/v1/deliveries"):
        for key in (
            "page",
            "page-size",
            "state",
            "publication_state",
            "date_creation",
            "listing_id",
            "id",
            "sku",
            "order_id",
            "start_date",
            "hub_scanned",
        ):
            if value != "\ud800":
                assert http.get(path, params={key: str(value)}).status_code in {200, 400, 404, 422}
    assert http.get("/ws/listings").status_code == 200 and http.get("/ws/orders").status_code == 200


def test_the_same_seed_makes_the_same_account() -> None:
    def account(seed: int) -> list[object]:
        with Simulator(seed=seed, listings=30, orders=5, clock="2026-01-15T09:00:00Z") as sim:
            return [sim.listings(), list(sim.control(order={"sku": sim.listings()[0]["sku"]}))]

    assert account(7) == account(7) != account(8)


def test_old_orders_have_ended_one_way_or_another() -> None:
    with Simulator(listings=30, orders=300, clock="2026-01-15T09:00:00Z") as sim:
        orders = list(sim.world.orders.values())
        old = [one for one in orders if (sim.clock - one.created).days >= 5]
        assert {one.state for one in old} == {9} != {one.state for one in orders}
        ends = Counter(line.state for one in old for line in one.lines)
        assert ends[3] > ends[6] > ends[4] + ends[5] > ends[4] > 0
        assert len({line.imei for one in orders for line in one.lines if line.imei}) > 200


def test_a_body_without_end_is_not_read_to_its_end(http: httpx.Client) -> None:
    try:
        assert http.post("/ws/listings", content=b"x" * (17 * 1024 * 1024)).status_code == 413
    except httpx.WriteError:  # cut off while still sending
        pass


@pytest.mark.slow
def test_the_command_says_its_address_and_ends_when_told(seller: Seller) -> None:
    words = [
        "simulator",
        "--port",
        "0",
        "--listings",
        "5",
        "--fault",
        "500:GET /ws/orders:x1",
        "--orders-per-minute",
        "60000",
        "--trouble",
        "5",
        "--backship",
        "50",
        "--token",
        "dG9rZW4=",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "bmdesk", *words],
        cwd=ROOT,
        env=dict(os.environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://127\.0\.0\.1:\d+$", process.stdout.readline().strip())
            assert found
            headers = {"Authorization": "Basic dG9rZW4=", "User-Agent": "BM-Acme-bmdesk;mail@acme.example"}
            assert httpx.get(f"{found[0]}/ws/orders", headers=headers).status_code == 500
            assert httpx.get(f"{found[0]}/ws/listings", headers=headers).json()["count"] == 5
            assert httpx.get(f"{found[0]}/ws/orders", headers=headers).json()["count"] > 0, "buyers have come"
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0 or sys.platform == "win32"  # there the signal is the end itself


def test_a_port_in_use_is_said_in_words() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError):  # noqa: PT011 - the system's own words differ
            Simulator(taken.getsockname()[1])


@pytest.mark.parametrize(
    "trouble", [{"latency": 30_000}, {"fault": "slow", "slow_seconds": 30}, {"fault": "timeout-after"}]
)
def test_the_end_waits_for_no_answer(seller: Seller, trouble: dict[str, object]) -> None:
    with Simulator() as sim:
        sim.control(**trouble)
        with pytest.raises(httpx.TimeoutException):
            seller(sim, timeout=0.2).get("/ws/orders")
        began = time.monotonic()
    assert time.monotonic() - began < 3


def test_a_call_that_its_caller_gave_up_is_done_all_the_same(sim: Simulator, seller: Seller) -> None:
    uuid = sim.add_listing("A")["id"]
    sim.control(latency=300)
    with pytest.raises(httpx.ReadTimeout):
        seller(sim, timeout=0.1).post(f"/ws/listings/{uuid}", json={"quantity": 4})
    deadline = time.monotonic() + 5
    while sim.listing("A")["quantity"] != 4 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert sim.ledger.count("quantity", new=4) == 1
