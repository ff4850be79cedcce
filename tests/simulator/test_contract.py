"""Strict answers are the contract's, real ones have every key that live servers send."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest

from bmdesk.simulator import Simulator
from bmdesk.simulator.marketplace import ROUTES
from tests.simulator.conftest import Seller
from tests.simulator.contract import SHARED, check, document, needs_contract, operations

SAMPLES = SHARED / "samples"
IMEI = "490154203237518"


@needs_contract
def test_every_operation_of_the_contract_has_a_route() -> None:
    ours = {(method, path.replace("{}", "{x}")) for method, path, _ in ROUTES}
    theirs = {(method, re.sub(r"\{[^}]+\}", "{x}", path)) for method, path in operations()}
    assert ours == theirs


@needs_contract
def test_strict_answers_of_listings_are_the_contract_s(sim: Simulator, http: httpx.Client) -> None:
    one = sim.add_listing(
        "A", quantity=2, prices={"fr-fr": 120, "de-de": 130}, min_price=100, comment="Good."
    )
    sim.add_listing("B", grade="STALLONE")
    number, uuid = one["listing_id"], one["id"]
    for market in (*sim.world.markets, ""):
        for path in (
            "/ws/listings",
            f"/ws/listings/{uuid}",
            f"/ws/listings/{number}",
            "/ws/listings/detail?sku=b",
        ):
            answer = http.get(path, headers={"Accept-Language": market})
            assert answer.status_code == 200
            check(answer)
    body = {
        "price": "99.90",
        "min_price": None,
        "comment": None,
        "warranty_delay": "24",
        "quantity": 3,
        "currency": "EUR",
    }
    good = http.post(f"/ws/listings/{uuid}", json=body)
    assert good.status_code == 200
    check(good)
    wrongs: list[object] = [
        {"quantity": -1},
        {"price": 0},
        {"comment": "x" * 501},
        {"warranty_delay": 6},
        {"currency": "GBP"},
        [],
    ]
    for wrong in wrongs:
        answer = http.post(f"/ws/listings/{uuid}", json=wrong)
        assert answer.status_code == 400
        check(answer)
    for answer in (
        http.get("/ws/listings/77"),
        http.get("/ws/listings/nonsense"),
        http.post("/ws/listings/77", json={}),
    ):
        assert answer.status_code in {404, 400}
        check(answer)


@needs_contract
def test_strict_answers_of_batches_are_the_contract_s(sim: Simulator, http: httpx.Client) -> None:
    body = {"catalog": "sku,quantity,price,ean\nNEW,1,10.00,4006381333931\nBAD,x,,\n"}
    body |= {"quotechar": '"', "delimiter": ",", "encoding": "utf-8"}
    sent = http.post("/ws/listings", json=body)
    check(sent)
    for _ in range(4):
        check(http.get(f"/ws/tasks/{sent.json()['bodymessage']}"))
        sim.advance(100)
    sim.control(task_failure="Task has been interrupted.", task_seconds=0)
    check(http.get(f"/ws/tasks/{http.post('/ws/listings', json=body).json()['bodymessage']}"))
    check(http.get("/ws/tasks/1"))
    check(http.post("/ws/listings", json={"catalog": "sku"}))


@needs_contract
def test_strict_answers_of_orders_are_the_contract_s(sim: Simulator, http: httpx.Client) -> None:
    sku = sim.add_listing("A", quantity=20, grade="STALLONE", prices={"fr-fr": 120})["sku"]
    for state in (1, 3, 9, 10):
        sim.order(sku, state=state)
    check(http.get("/ws/orders"))
    order = sim.order(sku, market="en-gb")
    line = sim.order_state(order)["lines"][0]["id"]
    check(http.post(f"/ws/orders/{order}", json={"order_id": order, "new_state": 2, "sku": sku}))
    check(http.patch(f"/ws/orderlines/{line}", json={"imei": IMEI}))
    shipped = http.post(
        f"/ws/orders/{order}", json={"order_id": order, "new_state": 3, "tracking_number": "AB123456785GB"}
    )
    assert shipped.status_code == 200
    check(shipped)
    check(http.get(f"/ws/orders/{order}"))
    check(http.get("/ws/orders/1"))


@needs_contract
def test_strict_answers_of_everything_else_are_the_contract_s(sim: Simulator, http: httpx.Client) -> None:
    sim.control(limits=False)
    won = sim.add_listing("A", quantity=2, prices={"fr-fr": 120, "en-gb": 100})
    box = http.get(f"/ws/backbox/v1/competitors/{won['id']}")
    assert {item["market"] for item in box.json()} == {"FR", "GB"}
    check(box)
    for method, template in operations():
        path = re.sub(r"\{[^}]+\}", "2", template)
        if method == "GET":
            answer = http.request(method, path)
            assert answer.status_code in {200, 404, 422, 400}
            if str(answer.status_code) in document()["paths"][template]["get"]["responses"]:
                check(answer)


@needs_contract
def test_refusals_come_in_the_envelope_of_their_endpoint(sim: Simulator, seller: Seller) -> None:
    sim.control(limits=False)
    stranger = seller(sim, authorization=None)
    sim.control(merchant=False)
    for client, status in ((stranger, 401), (seller(sim), 403)):
        for method, template in operations():
            announced = document()["paths"][template][method.lower()]["responses"]
            answer = client.request(method, re.sub(r"\{[^}]+\}", "2", template))
            assert answer.status_code == status
            if str(status) in announced:
                check(answer)


def _keys(items: list[dict[str, Any]]) -> set[str]:
    return {key for item in items for key in item} - {"_tags"}


@pytest.mark.skipif(not SAMPLES.exists(), reason="the samples (../shared) are not beside the project")
def test_real_answers_have_every_key_of_live_servers(seller: Seller) -> None:
    with Simulator(mode="real", listings=12, orders=8) as sim:
        http = seller(sim)
        listings = http.get("/ws/listings", params={"page-size": 50}).json()["results"]
        orders = http.get("/ws/orders").json()["results"]
    assert _keys(listings) == _keys(json.loads((SAMPLES / "listings.json").read_text(encoding="utf-8")))
    theirs = json.loads((SAMPLES / "orders.json").read_text(encoding="utf-8"))
    assert _keys(orders) == _keys(theirs)
    for part in ("shipping_address", "billing_address"):
        assert _keys([order[part] for order in orders]) == _keys([order[part] for order in theirs])
    assert _keys([line for order in orders for line in order["orderlines"]]) == _keys(
        [line for order in theirs for line in order["orderlines"]]
    )


def test_real_servers_send_what_no_contract_says(seller: Seller) -> None:
    with Simulator(mode="real", listings=35) as sim:
        sku = sim.add_listing("OLD", grade="STALLONE", quantity=9, prices={"fi-fi": 10})["sku"]
        for _ in range(3):
            sim.order(sku, market="fi-fi")
        sim.order(sku, at="2020-12-04T22:10:34Z")
        http = seller(sim)
        pages = [http.get("/ws/listings", params={"page": page}).json() for page in (1, 2, 3, 4)]
        assert [page["next"] for page in pages] == [
            "/ws/listings?page=2", f"{sim.url}/ws/listings?page=3", True, False,
        ]  # fmt: skip
        assert {type(item["max_price"]) for page in pages for item in page["results"]} == {int, type(None)}
        assert (
            http.get(
                "/ws/listings/detail", params={"sku": "old"}, headers={"Accept-Language": "fi-fi"}
            ).json()["comment"]
            is None
        )
        orders = http.get("/ws/orders").json()["results"]
        assert {order["country_code"] for order in orders} == {"fi-fi", "fr-fr"}
        assert {order["date_creation"][-6:-5] == "+" for order in orders} == {True, False}
        assert any("." in order["date_creation"] for order in orders)
        assert orders[-1]["orderlines"][0]["condition"] == 4
        assert orders[0]["date_shipping"] is None
