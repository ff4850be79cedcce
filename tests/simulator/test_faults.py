"""Every fault as a client meets it, and whether the call had an effect."""

from __future__ import annotations

import json
import time

import httpx
import pytest

from bmdesk.simulator import Simulator
from bmdesk.simulator.faults import AFTER, BEFORE, parse
from tests.simulator.conftest import Seller

WHERE = "POST /ws/listings/*"


@pytest.fixture
def path(sim: Simulator) -> str:
    return f"/ws/listings/{sim.add_listing('A', quantity=1)['id']}"


def _met(client: httpx.Client, path: str) -> str:
    """What a client says of this call: the status, or the kind of exception."""
    try:
        answer = client.post(path, json={"quantity": 5})
    except httpx.HTTPError as error:
        return type(error).__name__
    return str(answer.status_code)


@pytest.mark.parametrize(
    ("what", "met", "done"),
    [
        ("before effect", "ReadTimeout", False),
        ("After_Effect", "ReadTimeout", True),
        ("reset", "ReadError", False),
        ("reset-after", "ReadError", True),
        ("500", "500", False),
        ("500-after", "500", True),
        ("502", "502", False),
        ("403", "403", False),
        ("bot", "403", False),
        ("401", "401", False),
        ("429", "429", False),
        ("malformed", "200", True),
        ("truncated", "RemoteProtocolError", True),
        ("unknown fields", "200", True),
        ("nulls", "200", True),
    ],
)
def test_a_fault_strikes_once_and_is_written_down(
    sim: Simulator, seller: Seller, path: str, what: str, met: str, done: bool
) -> None:
    client = seller(sim, timeout=0.25)
    sim.fault(what, WHERE, times=1)
    assert _met(client, path) == met
    assert sim.ledger.count("quantity") == (1 if done else 0)
    assert sim.listing("A")["quantity"] == (5 if done else 1)
    assert sim.ledger.requests[0]["fault"] == parse(what).what
    assert _met(client, path) == "200"


def test_a_late_effect_comes_after_the_caller_gave_up(sim: Simulator, seller: Seller, path: str) -> None:
    sim.fault("late", WHERE, times=1)
    assert _met(seller(sim, timeout=0.2), path) == "ReadTimeout"
    sim.advance(19)
    assert sim.listing("A")["quantity"] == 1
    sim.advance(1)
    assert sim.listing("A")["quantity"] == 5 and sim.ledger.count("quantity", request=1) == 1


def test_a_slow_answer_drips_and_is_whole(sim: Simulator, http: httpx.Client, path: str) -> None:
    sim.control(slow_seconds=0.3)
    sim.fault("slow", times=1)
    began = time.monotonic()
    assert http.get(path).json()["sku"] == "A"
    assert time.monotonic() - began > 0.25


def test_a_held_connection_is_cut_in_the_end(sim: Simulator, http: httpx.Client, path: str) -> None:
    sim.control(timeout_hold=0.1)
    sim.fault("timeout-before", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        http.get(path)


def test_a_spoiled_answer_looks_like_the_marketplaces_own(
    sim: Simulator, http: httpx.Client, path: str
) -> None:
    sim.fault("malformed", times=1)
    with pytest.raises(json.JSONDecodeError):
        http.get(path).json()
    sim.fault("unknown-fields", times=1)
    assert http.get(path).json()["zz_flag"] is True
    sim.fault("nulls", times=1)
    page = http.get("/ws/listings").json()
    assert page["count"] == 1 and page["results"][0]["price"] is None and page["results"][0]["sku"] == "A"
    for what, kind in (("403", "text/html"), ("502", "text/html"), ("bot", "application/json")):
        sim.fault(what, times=1)
        answer = http.get(path)
        assert answer.headers["content-type"].startswith(kind) and answer.headers["cf-ray"]


def test_a_fault_lasts_until_it_is_cleared_and_meets_only_its_path(
    sim: Simulator, http: httpx.Client, path: str
) -> None:
    sim.fault(f"500:{WHERE}")
    sim.fault("502", "GET /ws/orders", times=1, skip=1)
    assert [_met(http, path) for _ in range(3)] == ["500"] * 3
    assert http.get(path).status_code == 200
    assert [http.get("/ws/orders").status_code for _ in range(3)] == [200, 502, 200]
    sim.clear()
    assert _met(http, path) == "200"


@pytest.mark.parametrize("spec", ["nonsense", "500:GET /a /b", "500:GET /a:x1:x2", ""])
def test_a_wrong_spec_is_said(spec: str) -> None:
    with pytest.raises(ValueError, match="fault"):
        parse(spec)


def test_a_fault_may_be_written_in_any_case_and_for_any_path() -> None:
    fault = parse("Time-out after:POST /ws/orders/*:x2")
    assert (fault.what, fault.method, fault.path, fault.left) == ("timeout-after", "POST", "/ws/orders/*", 2)
    assert (parse("RESET:/ws/x").method, parse("reset:x3").left) == ("*", 3)
    assert not set(BEFORE) & set(AFTER)
