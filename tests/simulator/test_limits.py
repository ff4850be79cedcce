"""Limits by the simulated clock, and who is let in at all."""

from __future__ import annotations

import httpx
import pytest

from bmdesk.simulator import Simulator
from tests.simulator.conftest import Seller


def _statuses(http: httpx.Client, path: str, times: int) -> list[int]:
    return [http.get(path).status_code for _ in range(times)]


def test_two_hundred_in_ten_seconds_then_ten_seconds_of_429(sim: Simulator, http: httpx.Client) -> None:
    assert _statuses(http, "/ws/listings", 201) == [200] * 200 + [429]
    sim.advance(9.9)
    assert _statuses(http, "/ws/listings", 1) == [429]
    sim.advance(0.2)
    assert _statuses(http, "/ws/listings", 1) == [200]
    assert sim.ledger.document()["rate"] == {"429s": 2}


def test_catalogue_and_competitors_have_limits_of_their_own(sim: Simulator, http: httpx.Client) -> None:
    assert _statuses(http, "/ws/category/tree", 21) == [200] * 20 + [429]
    sim.advance(20)
    path = f"/ws/backbox/v1/competitors/{sim.add_listing('A')['id']}"
    assert _statuses(http, path, 3) == [404, 404, 429]
    sim.advance(1)
    assert _statuses(http, path, 1) == [404]


def test_two_thousand_sku_lines_an_hour_by_both_ways(sim: Simulator, http: httpx.Client) -> None:
    uuid = sim.add_listing("A")["id"]
    catalog = "sku;quantity\n" + "A;1\n" * 1999
    body = {"catalog": catalog, "quotechar": '"', "delimiter": ";", "encoding": "utf-8"}
    assert http.post("/ws/listings", json=body).status_code == 200
    assert http.post(f"/ws/listings/{uuid}", json={"quantity": 1}).status_code == 200
    assert http.post(f"/ws/listings/{uuid}", json={"quantity": 2}).status_code == 429
    sim.advance(3601)
    assert http.post(f"/ws/listings/{uuid}", json={"quantity": 2}).status_code == 200


def test_retry_after_comes_only_where_it_is_wanted(sim: Simulator, http: httpx.Client) -> None:
    sim.fault("429", times=2)
    assert "retry-after" not in http.get("/ws/orders").headers
    sim.control(retry_after=7)
    assert http.get("/ws/orders").headers["retry-after"] == "7"


@pytest.mark.parametrize(
    ("header", "value", "status", "kind"),
    [
        ("user_agent", None, 403, "text/html"),
        ("user_agent", "python-httpx/0.28", 403, "text/html"),
        ("authorization", None, 401, "application/json"),
        ("authorization", "Bearer x", 401, "application/json"),
        ("authorization", "Basic other", 401, "application/json"),
        ("accept_language", "en-us", 400, "application/json"),
        ("accept_language", "fi-fi", 400, "application/json"),
    ],
)
def test_whoever_is_not_let_in_is_told_as_the_edge_or_the_api_tells_it(
    sim: Simulator, seller: Seller, header: str, value: str | None, status: int, kind: str
) -> None:
    sim.control(token="dG9rZW4=")
    assert seller(sim).get("/ws/orders").status_code == 200
    answer = seller(sim, **{header: value}).get("/ws/orders")
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (status, kind)
    assert answer.headers["cf-ray"] and (kind == "text/html" or answer.json()["requestId"])


def test_unknown_paths_and_methods_are_answered(http: httpx.Client) -> None:
    assert http.get("/ws/nothing").json()["error"]["code"] == "not_found"
    assert http.delete("/ws/orders").status_code == 405
