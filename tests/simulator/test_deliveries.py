"""BackShip: the marketplace makes the label when a line is accepted, and tells what becomes of the parcel."""

from __future__ import annotations

import httpx
import pytest

from bmdesk.simulator import Simulator
from tests.simulator.conftest import Seller
from tests.simulator.contract import check, needs_contract

DELIVERIES = "/ws/shipping/v1/deliveries"


def _accepted(sim: Simulator, http: httpx.Client, sku: str = "A") -> int:
    if not sim.world.find_by_sku(sku):
        sim.add_listing(sku, quantity=9)
    order = sim.order(sku, backship=True)
    assert http.get(DELIVERIES, params={"order_id": order}).json()["count"] == 0, (
        "nothing before it is accepted"
    )
    http.post(f"/ws/orders/{order}", json={"order_id": order, "new_state": 2, "sku": sku})
    return order


def test_a_label_is_there_once_the_order_is_accepted(sim: Simulator, http: httpx.Client) -> None:
    order = _accepted(sim, http)
    assert http.get(f"/ws/orders/{order}").json()["is_backship"]
    (parcel,) = http.get(DELIVERIES, params={"order_id": order}).json()["results"]
    assert parcel["orderlines"] == [line["id"] for line in sim.order_state(order)["lines"]]
    label = http.get(parcel["labelUrl"])
    assert label.content.startswith(b"%PDF") and parcel["trackingNumber"].encode() in label.content
    assert http.get(f"{DELIVERIES}/{parcel['shipmentId']}").json() == parcel
    assert http.get(f"{DELIVERIES}/1").status_code == 404


def test_lines_accepted_later_go_into_the_same_parcel(sim: Simulator, http: httpx.Client) -> None:
    for sku in "AB":
        sim.add_listing(sku, quantity=2)
    order = sim.order(lines=[("A", 1), ("B", 1)], backship=True)
    seen = []
    for sku in "AB":
        http.post(f"/ws/orders/{order}", json={"order_id": order, "new_state": 2, "sku": sku})
        (parcel,) = http.get(DELIVERIES, params={"order_id": order}).json()["results"]
        seen.append((parcel["trackingNumber"], len(parcel["orderlines"])))
    assert seen == [(seen[0][0], 1), (seen[0][0], 2)]


def test_a_parcel_number_has_a_check_digit_that_holds(sim: Simulator, http: httpx.Client) -> None:
    for _ in range(9):
        _accepted(sim, http)
    for parcel in http.get(DELIVERIES).json()["results"]:
        digits = [int(each) for each in parcel["trackingNumber"][2:11]]
        rest = 11 - sum(d * w for d, w in zip(digits, (8, 6, 4, 2, 3, 5, 9, 7), strict=False)) % 11
        assert digits[8] == {10: 0, 11: 5}.get(rest, rest)


def test_the_driver_comes_and_the_parcel_arrives(sim: Simulator, http: httpx.Client) -> None:
    order = _accepted(sim, http)
    number = sim.order_state(order)["delivery"]["shipment_id"]

    def told() -> tuple[bool, str, str]:
        parcel = http.get(f"{DELIVERIES}/{number}").json()
        return parcel["hubScanned"], parcel["datePickup"][:10], parcel["dateDelivery"][:10]

    assert told() == (False, "2026-01-16", "2026-01-17"), "planned, for days to come"
    sim.advance(3 * 86_400)
    assert told() == (False, "2026-01-19", "2026-01-20"), "what did not happen is planned again"
    sim.control(pick_up=order)
    assert told() == (True, "2026-01-18", "2026-01-20")
    sim.advance(60)
    sim.control(deliver=[order])
    assert told() == (True, "2026-01-18", "2026-01-18")
    sim.control(pickup_day={"order": order, "day": "2026-02-02", "cancelled": True})
    info = http.get(f"{DELIVERIES}/{number}").json()["pickupInfo"]
    assert (info["datePickupRequested"], info["isCanceled"]) == ("2026-02-02", True)


def test_parcels_are_found_by_date_state_and_scan(sim: Simulator, http: httpx.Client) -> None:
    first = _accepted(sim, http)
    sim.advance(3600)
    second = _accepted(sim, http)
    sim.control(pick_up=first)

    def found(**query: object) -> list[int]:
        return [
            one["order"]
            for one in http.get(DELIVERIES, params={k: str(v) for k, v in query.items()}).json()["results"]
        ]

    assert found() == [second, first]
    assert found(start_date=sim.clock.isoformat()) == [second]
    assert found(end_date="2026-01-15T09:00:00") == [first]
    assert found(pickup_start_date="2026-01-15T09:00:00") == [first]
    assert found(hub_scanned="false") == [second]
    assert found(order_state=3) == [second, first] and found(order_state=9) == []
    for wrong in ({"order_id": "x"}, {"start_date": "yesterday"}, {"page": "x"}):
        assert http.get(DELIVERIES, params=wrong).status_code == 422


def test_an_order_without_backship_has_no_parcel(sim: Simulator, http: httpx.Client) -> None:
    sim.add_listing("A", quantity=2)
    order = sim.order("A", state=3)
    assert http.get(DELIVERIES).json()["count"] == 0
    with pytest.raises(ValueError, match="BackShip"):
        sim.control(pick_up=order)


def test_live_servers_send_null_for_what_has_not_happened(seller: Seller) -> None:
    with Simulator(mode="real") as real:
        real.add_listing("A", quantity=2)
        real.order("A", state=3, backship=True)
        (parcel,) = seller(real).get(DELIVERIES).json()["results"]
    assert parcel["dateDelivery"] is parcel["datePickup"] is parcel["pickupInfo"] is None
    assert parcel["labelUrl"].startswith("http://127.0.0.1:")


@needs_contract
def test_answers_about_parcels_are_the_contract_s(sim: Simulator, http: httpx.Client) -> None:
    order = _accepted(sim, http)
    number = sim.order_state(order)["delivery"]["shipment_id"]
    for step in ({}, {"pick_up": order}, {"deliver": order}):
        sim.control(**step)
        check(http.get(DELIVERIES))
        check(http.get(f"{DELIVERIES}/{number}"))
    check(http.get(DELIVERIES, params={"order_id": "x"}))
    check(http.get(f"{DELIVERIES}/1"))
