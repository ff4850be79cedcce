"""The hand behind the curtain, over HTTP; and the command that starts it all."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys

import httpx
import pytest

from bmdesk.simulator import Simulator
from tests.processes import ROOT
from tests.simulator.conftest import Seller


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


def test_the_same_seed_makes_the_same_account() -> None:
    def account(seed: int) -> list[object]:
        with Simulator(seed=seed, listings=30, orders=5, clock="2026-01-15T09:00:00Z") as sim:
            return [sim.listings(), list(sim.control(order={"sku": sim.listings()[0]["sku"]}))]

    assert account(7) == account(7) != account(8)


def test_a_body_without_end_is_not_read_to_its_end(http: httpx.Client) -> None:
    try:
        assert http.post("/ws/listings", content=b"x" * (17 * 1024 * 1024)).status_code == 413
    except httpx.WriteError:  # cut off while still sending
        pass


def test_the_command_says_its_address_and_ends_when_told(seller: Seller) -> None:
    words = [
        "simulator",
        "--port",
        "0",
        "--listings",
        "5",
        "--fault",
        "500:GET /ws/orders:x1",
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
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_a_port_in_use_is_said_in_words() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError):  # noqa: PT011 - the system's own words differ
            Simulator(taken.getsockname()[1])
