"""What happens without the seller: customers regret, the marketplace gives money back, another tool is faster."""

from __future__ import annotations

import httpx
import pytest

from bmdesk.simulator import Simulator
from tests.simulator.conftest import Seller

IMEI = "490154203237518"


def _control(http: httpx.Client, **orders: object) -> httpx.Response:
    return http.post("/__control", json=orders)


@pytest.mark.parametrize(("state", "ends"), [(1, 4), (3, 5)])
def test_a_customer_who_regrets_in_time_gets_no_parcel(
    sim: Simulator, http: httpx.Client, state: int, ends: int
) -> None:
    sim.add_listing("A", quantity=3)
    order = sim.order("A", state=state)
    assert _control(http, cancel={"order": order}).json()["cancel"]["lines"][0]["state"] == ends
    assert http.get(f"/ws/orders/{order}").json()["state"] == 9
    assert not sim.ledger.writes(), "no call of the seller did that"
    assert _control(http, cancel={"order": order}).status_code == 400


def test_live_servers_say_who_cancelled(seller: Seller) -> None:
    with Simulator(mode="real") as real:
        real.add_listing("A", quantity=3)
        order = real.order("A")
        real.control(cancel={"order": order, "message": "Found it cheaper"})
        line = seller(real).get(f"/ws/orders/{order}").json()["orderlines"][0]
        assert (line["canceled_by"], line["return_message"]) == ("Client", "Found it cheaper")


def test_one_of_two_lines_is_cancelled_and_the_other_still_goes(sim: Simulator, http: httpx.Client) -> None:
    sim.add_listing("A", quantity=3)
    sim.add_listing("B", quantity=3)
    order = sim.order(lines=[("A", 1), ("B", 1)])
    first, second = (line["id"] for line in sim.order_state(order)["lines"])
    sim.control(cancel={"line": first})
    assert (
        http.post(f"/ws/orders/{order}", json={"order_id": order, "new_state": 2, "sku": "B"}).json()["state"]
        == 3
    )
    body = {"order_id": order, "new_state": 3, "tracking_number": "RR123456785GB", "imei": IMEI}
    assert http.post(f"/ws/orders/{order}", json=body).status_code == 400, "still an order of two lines"
    assert http.patch(f"/ws/orderlines/{second}", json={"imei": IMEI}).status_code == 200
    assert http.post(f"/ws/orders/{order}", json={**body, "imei": None}).status_code == 200
    assert [line["state"] for line in sim.order_state(order)["lines"]] == [4, 3]


def test_the_marketplace_gives_money_back_and_only_all_of_it_shows(
    sim: Simulator, http: httpx.Client
) -> None:
    sim.add_listing("A", quantity=3, prices={"fr-fr": 100})
    order = sim.order("A", state=9)
    (line,) = _control(http, refund={"order": order, "amount": 30}).json()["refund"]["lines"]
    assert (line["state"], line["refunded"]) == (3, "30.00")
    assert _control(http, refund={"order": order, "amount": 71}).status_code == 400
    assert _control(http, refund={"order": order, "reason": 21}).json()["refund"]["lines"][0]["state"] == 6
    assert http.get(f"/ws/orders/{order}").json()["orderlines"][0]["return_reason"] == 21


def test_what_was_not_paid_is_seen_when_it_is_paid(sim: Simulator, http: httpx.Client) -> None:
    sim.add_listing("A", quantity=3)
    order = sim.order("A", state=0)
    assert http.get("/ws/orders").json()["count"] == 0
    sim.advance(600)
    since = sim.clock.isoformat()
    _control(http, pay=order)
    (shown,) = http.get("/ws/orders", params={"date_modification": since}).json()["results"]
    assert shown["state"] == 1 and shown["date_payment"] > shown["date_creation"]
    assert _control(http, pay=order).status_code == 400


def test_another_tool_accepts_and_ships(sim: Simulator, http: httpx.Client) -> None:
    sim.add_listing("A", quantity=3)
    order = sim.order("A")
    assert _control(http, ship={"order": order}).status_code == 400
    _control(http, accept={"order": order})
    _control(http, ship={"order": order, "tracking": "RR123456785GB", "shipper": "DHL", "imei": IMEI})
    shown = http.get(f"/ws/orders/{order}").json()
    assert (shown["state"], shown["tracking_number"], shown["shipper_display"]) == (9, "RR123456785GB", "DHL")
    assert (shown["orderlines"][0]["state"], shown["orderlines"][0]["imei"]) == (3, IMEI)
    assert not sim.ledger.writes()


def test_a_customer_is_faster_than_a_write(sim: Simulator, http: httpx.Client) -> None:
    listing = sim.add_listing("A", quantity=3, prices={"fr-fr": 100})
    sim.race("A", times=2)
    seen = http.get(f"/ws/listings/{listing['id']}").json()["quantity"]
    answer = http.post(f"/ws/listings/{listing['id']}", json={"quantity": seen})
    assert (seen, answer.json()["quantity"]) == (3, 3), "the write hides that one of three was sold meanwhile"
    assert http.get("/ws/orders").json()["count"] == 1
    kinds = [one["kind"] for one in sim.ledger.effects]
    assert kinds == ["order", "sale", "quantity"]
    http.post(f"/ws/listings/{listing['id']}", json={"quantity": 1})
    http.post(f"/ws/listings/{listing['id']}", json={"quantity": 1})
    assert len(sim.world.orders) == 2, "two times were asked for"


def test_a_race_is_run_on_the_listing_of_the_call_until_it_is_ended(
    sim: Simulator, http: httpx.Client
) -> None:
    one, other = (sim.add_listing(sku, quantity=9)["id"] for sku in ("A", "B"))
    _control(http, race={"times": None})
    for listing in (one, other, other):
        http.post(f"/ws/listings/{listing}", json={"quantity": 5})
    sold = [sim.order_state(order)["lines"][0]["sku"] for order in sim.world.orders]
    assert sold == ["A", "B", "B"]
    _control(http, race={"times": 0})
    http.post(f"/ws/listings/{one}", json={"quantity": 5})
    assert len(sim.world.orders) == 3


def test_what_is_sold_out_is_not_sold_in_a_race(sim: Simulator, http: httpx.Client) -> None:
    listing = sim.add_listing("A")["id"]
    sim.race(times=None)
    http.post(f"/ws/listings/{listing}", json={"quantity": 0})
    assert not sim.world.orders


@pytest.mark.parametrize(
    ("then", "state", "status"),
    [({"cancel": {}}, 4, 400), ({"accept": {}}, 2, 400), ({"pick_up": 1}, 2, 200)],
)
def test_a_customer_or_another_tool_is_faster_than_a_step(
    sim: Simulator, http: httpx.Client, then: dict[str, object], state: int, status: int
) -> None:
    sim.add_listing("A", quantity=3)
    order = sim.order("A")
    chosen = {what: {"order": order} if facts == {} else facts for what, facts in then.items()}
    sim.race(where="POST /ws/orders/*", then=chosen)
    body = {"order_id": order, "new_state": 2, "sku": "A"}
    assert http.get(f"/ws/orders/{order}").json()["state"] == 1
    assert http.post(f"/ws/orders/{order}", json=body).status_code == status
    assert sim.order_state(order)["lines"][0]["state"] == state


def test_the_last_piece_can_be_sold_twice(sim: Simulator) -> None:
    sim.add_listing("A", quantity=1)
    assert [sim.order("A"), sim.order("A")] == list(sim.world.orders)
    assert sim.listing("A")["quantity"] == 0
