"""Customers come by themselves, by the simulated clock; the same seed brings the same ones."""

from __future__ import annotations

from collections import Counter
from typing import Any

import httpx
import pytest

from bmdesk.simulator import Simulator
from tests.simulator.conftest import Seller
from tests.simulator.contract import check, needs_contract

MORNING = "2026-01-15T09:00:00Z"


def _orders(http: httpx.Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        page = http.get("/ws/orders", params={"page": len(found) // 50 + 1, "page-size": 50}).json()
        found += page["results"]
        if len(found) >= page["count"]:
            return found


def test_the_same_seed_brings_the_same_orders_however_often_one_looks(seller: Seller) -> None:
    def day(seed: int, looks: int) -> list[object]:
        with Simulator(seed=seed, clock=MORNING, listings=40) as sim:
            sim.control(orders_per_minute=2)
            for _ in range(looks):
                sim.advance(3600 / looks)
            return [
                (one["market"], one["customer"], [(line["sku"], line["quantity"]) for line in one["lines"]])
                for one in map(sim.order_state, sim.world.orders)
            ]

    assert day(5, 1) == day(5, 1)
    assert day(5, 60)[:20] == day(5, 1)[:20] != day(6, 1)[:20]


def test_so_many_come_a_minute_and_nobody_before_time_passes(seller: Seller) -> None:
    with Simulator(clock=MORNING, listings=300) as sim:
        sim.control(orders_per_minute=10)
        assert not sim.world.orders
        sim.advance(1800)
        assert 240 < len(sim.world.orders) < 360
        times = [one.created for one in sim.world.orders.values()]
        assert times == sorted(times) and times[-1] <= sim.clock
        sim.control(orders_per_minute=0)
        before = len(sim.world.orders)
        sim.advance(1800)
        assert len(sim.world.orders) == before


def test_they_buy_what_is_online_and_never_more_than_there_is(sim: Simulator) -> None:
    sim.add_listing("ONLINE", quantity=3, prices={"fr-fr": 100, "de-de": 110})
    sim.add_listing("EMPTY", quantity=0, prices={"fr-fr": 100})
    sim.add_listing("DEAR", quantity=5, prices={"fr-fr": 5000})
    sim.add_listing("UNPRICED", quantity=5)
    bought = sim.buy(10)
    assert sum(line["quantity"] for one in bought for line in sim.order_state(one)["lines"]) == 3
    assert {line["sku"] for one in bought for line in sim.order_state(one)["lines"]} == {"ONLINE"}
    assert {sim.order_state(one)["market"] for one in bought} <= {"fr-fr", "de-de"}
    assert sim.listing("ONLINE")["quantity"] == 0 and sim.buy(1) == []


def test_an_empty_shop_keeps_nobody_waiting_and_a_filled_one_sells_again(sim: Simulator) -> None:
    sim.control(orders_per_minute=1000)
    sim.advance(86_400 * 30)
    assert not sim.world.orders
    sim.add_listing("A", quantity=2, prices={"fr-fr": 100})
    sim.advance(60)
    assert sim.listing("A")["quantity"] == 0


def test_some_take_two_some_take_more_lines_and_some_pay_later(seller: Seller) -> None:
    with Simulator(clock=MORNING, listings=200, limits=False) as sim:
        bought = [sim.order_state(one) for one in sim.buy(300)]
        assert 10 < sum(1 for one in bought if one["lines"][0]["quantity"] == 2) < 50
        assert 10 < sum(1 for one in bought if len(one["lines"]) == 2) < 60
        assert 10 < sum(1 for one in bought if one["state"] in {0, 10}) < 50
        sim.advance(3600)
        became = Counter(sim.order_state(one["order_id"])["state"] for one in bought if one["state"] != 1)
        assert became[1] > became[8] > 0 and set(became) == {1, 8}
        methods = {one["payment_method"] for one in _orders(seller(sim))}
        assert {"CARD", "PAYPAL", "APPLE_PAY"} <= methods


def test_some_change_their_minds_before_and_after_it_leaves() -> None:
    with Simulator(clock=MORNING, listings=200) as sim:
        sim.control(trouble=100)
        bought = sim.buy(120)
        for number, order in enumerate(bought):
            if sim.order_state(order)["state"] == 1:
                sim.control(**({"accept": {"order": order}} if number % 3 else {}))
                sim.control(**({"ship": {"order": order}} if number % 3 == 2 else {}))
        sim.advance(5 * 86_400)
        states = Counter(line["state"] for one in bought for line in sim.order_state(one)["lines"])
        assert states[4] and states[5] and states[6]
        kept = [one for one in sim.ledger.effects if one["kind"] == "refund_part"]
        assert kept and all(one["new"] == 3 for one in kept)


@needs_contract
def test_whatever_they_buy_is_shown_as_the_contract_says(seller: Seller) -> None:
    with Simulator(clock=MORNING, listings=60, limits=False) as sim:
        sim.control(trouble=50, backship=30)
        sim.buy(80)
        sim.advance(86_400)
        http = seller(sim)
        for page in (1, 2):
            check(http.get("/ws/orders", params={"page": page, "page-size": 50}))


@pytest.mark.parametrize(
    "wrong", [{"buy": -1}, {"buy": True}, {"buy": "x"}, {"orders_per_minute": -1}, {"trouble": 101}]
)
def test_nonsense_is_refused(http: httpx.Client, wrong: dict[str, object]) -> None:
    assert http.post("/__control", json=wrong).status_code == 400
