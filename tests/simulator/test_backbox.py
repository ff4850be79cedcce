"""Who wins a BackBox, prices that are refused, and others who write prices too."""

from __future__ import annotations

from typing import Any

import httpx

from bmdesk.simulator import Simulator
from tests.simulator.conftest import Seller
from tests.simulator.contract import check, needs_contract


def _boxes(http: httpx.Client, listing: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    answer = http.get(f"/ws/backbox/v1/competitors/{listing['id']}")
    found: dict[str, list[dict[str, Any]]] = {}
    for item in answer.json() if answer.status_code == 200 else []:
        found.setdefault(item["market"], []).append(item)
    return found


def _priced(http: httpx.Client, listing: dict[str, Any], price: str, market: str = "fr-fr") -> int:
    headers = {"Accept-Language": market}
    return http.post(f"/ws/listings/{listing['id']}", json={"price": price}, headers=headers).status_code


def test_who_wins_follows_from_the_prices(sim: Simulator, http: httpx.Client) -> None:
    sim.control(limits=False)
    one = sim.add_listing("A", quantity=2, prices={"fr-fr": 200, "de-de": 210})
    sim.rivals("A", "fr-fr", 190, 195)
    (box,) = _boxes(http, one)["FR"]
    assert (box["is_winning"], box["winner_price"]["amount"]) == (False, "190.00")
    assert box["price_to_win"] == {"amount": "188.10", "currency": "EUR"}

    assert _priced(http, one, box["price_to_win"]["amount"]) == 200
    (won,) = _boxes(http, one)["FR"]
    assert (won["is_winning"], won["winner_price"]["amount"]) == (True, "188.10")

    sim.rivals("A", "fr-fr", 150)
    assert _boxes(http, one)["FR"][0]["is_winning"] is False
    sim.rivals("A", "fr-fr")
    assert _boxes(http, one)["FR"][0]["is_winning"] is True
    sim.change("A", quantity=0)
    assert _boxes(http, one) == {}, "what is not online competes for nothing"


@needs_contract
def test_several_listings_of_one_condition_compete_for_one_box(sim: Simulator, http: httpx.Client) -> None:
    sim.control(limits=False)
    made = sim.add_listing("A", grade="EXCELLENT", quantity=2, prices={"fr-fr": 200})
    product = made["product_id"]
    sim.add_listing("B", grade="VERY_GOOD", quantity=2, product_id=product, prices={"fr-fr": 180})
    sim.add_listing("C", grade="GOOD", quantity=2, product_id=product, prices={"fr-fr": 100})
    sim.rivals("A", "fr-fr", 190)
    items = _boxes(http, made)["FR"]
    assert [(item["price"]["amount"], item["is_winning"]) for item in items] == [
        ("180.00", True),
        ("200.00", False),
    ]
    check(http.get(f"/ws/backbox/v1/competitors/{made['id']}"))


def test_yen_have_no_decimals(seller: Seller) -> None:
    with Simulator(region="AP", limits=False) as sim:
        http = seller(sim, accept_language="ja-jp")
        one = sim.add_listing("A", quantity=2, prices={"ja-jp": 30000, "en-au": 300})
        sim.rivals("A", "ja-jp", 29999)
        body = {"price": "29000.50", "currency": "JPY"}
        assert http.post(f"/ws/listings/{one['id']}", json=body).status_code == 400
        found = _boxes(http, one)
        assert set(found) == {"JP"}, "the contract has no code for Australia"
        assert found["JP"][0]["price_to_win"] == {"amount": "29699", "currency": "JPY"}
        body["price"] = "29699"
        assert http.post(f"/ws/listings/{one['id']}", json=body).status_code == 200
        assert _boxes(http, one)["JP"][0]["is_winning"] is True


def test_live_servers_say_less_of_every_second_listing(seller: Seller) -> None:
    with Simulator(mode="real", limits=False) as sim:
        http = seller(sim)
        for sku in ("A", "B"):
            sim.add_listing(sku, quantity=1, prices={"fr-fr": 100})
            sim.rivals(sku, "fr-fr", 90)
        kinds = {len(_boxes(http, one)["FR"][0]) for one in sim.listings()}
    assert kinds == {3, 8}


def test_a_price_above_the_maximum_is_taken_offline_or_refused(sim: Simulator, http: httpx.Client) -> None:
    one = sim.add_listing("A", quantity=2, prices={"fr-fr": 100}, new_price=400)
    assert _priced(http, one, "400.01") == 200
    assert sim.listing("A")["markets"]["fr-fr"]["publication_state"] == 3

    sim.control(refuses_above_max=True)
    refused = http.post(f"/ws/listings/{one['id']}", json={"price": "400.02", "quantity": 1})
    assert (refused.status_code, "maximum" in refused.text) == (400, True)
    assert sim.listing("A")["quantity"] == 2, "all fields are taken, or none"
    assert _priced(http, one, "399.00") == 200
    sim.control(task_seconds=0)
    body = {
        "catalog": "sku;price\nA;500.00\n", "quotechar": '"', "delimiter": ";", "encoding": "utf-8",
    }  # fmt: skip
    task = http.post("/ws/listings", json=body).json()["bodymessage"]
    (row,) = http.get(f"/ws/tasks/{task}").json()["result"]["rows"]
    assert (row["status"], list(row["errors"])) == ("error", ["price"])


def test_another_tool_writes_its_price_again(sim: Simulator, http: httpx.Client) -> None:
    one = sim.add_listing("A", quantity=2, prices={"fr-fr": 100})
    sim.write_again("A", 95, "fr-fr", every=60, times=3)
    assert sim.listing("A")["markets"]["fr-fr"]["price"] == "95.00"
    assert _priced(http, one, "99.00") == 200
    sim.advance(30)
    assert sim.listing("A")["markets"]["fr-fr"]["price"] == "99.00"
    sim.advance(31)
    assert sim.listing("A")["markets"]["fr-fr"]["price"] == "95.00"
    for _ in range(3):
        assert _priced(http, one, "98.00") == 200
        sim.advance(61)
    assert sim.listing("A")["markets"]["fr-fr"]["price"] == "98.00", "it has given up"
    assert sim.ledger.count("change") == 3
