"""Ways to ship a listing: stored by market, shown back, refused where the contract would."""

from __future__ import annotations

import httpx
import pytest

from bmdesk.simulator import Simulator

UPS = {"shipper_1": "UPS", "shipping_price_1": "9.90", "shipping_delay_1": 48}
DHL = {"shipper_2": "DHL Express", "shipping_price_2": 0, "shipping_delay_2": 24}
FRENCH, BRITISH = {"Accept-Language": "fr-fr"}, {"Accept-Language": "en-gb"}


def test_ways_belong_to_their_market_and_are_shown_back(sim: Simulator, http: httpx.Client) -> None:
    uuid = sim.add_listing("A", prices={"fr-fr": 120})["id"]
    answer = http.post(f"/ws/listings/{uuid}", json=UPS | DHL, headers=FRENCH).json()
    assert answer["shippings_response"] == [
        "Shipping method 1 (UPS) created",
        "Shipping method 2 (DHL Express) created",
    ]
    http.post(f"/ws/listings/{uuid}", json=UPS, headers=BRITISH)
    ways = http.get(f"/ws/listings/{uuid}", headers=FRENCH).json()["shippings"]
    assert [(one["country_code"], one["shipper"], one["shipping_price"]) for one in ways] == [
        ("fr-fr", "UPS", "9.90"),
        ("fr-fr", "DHL Express", "0.00"),
        ("en-gb", "UPS", "9.90"),
    ]


def test_null_takes_one_away(sim: Simulator, http: httpx.Client) -> None:
    uuid = sim.add_listing("A", prices={"fr-fr": 120})["id"]
    http.post(f"/ws/listings/{uuid}", json=UPS | DHL, headers=FRENCH)
    gone = {"shipper_2": None, "shipping_price_2": None, "shipping_delay_2": None}
    answer = http.post(f"/ws/listings/{uuid}", json=gone, headers=FRENCH).json()
    assert answer["shippings_response"] == ["Shipping method 2 (DHL Express) deleted"]
    assert [one["shipper"] for one in answer["shippings"]] == ["UPS"]


@pytest.mark.parametrize(
    "wrong", [{"shipper_1": "Pigeon"}, {"shipping_price_1": None}, {"shipping_delay_1": "soon"}]
)
def test_what_the_contract_does_not_know_is_refused_whole(
    sim: Simulator, http: httpx.Client, wrong: dict[str, object]
) -> None:
    uuid = sim.add_listing("A", prices={"fr-fr": 120})["id"]
    answer = http.post(f"/ws/listings/{uuid}", json={**UPS, **wrong, "comment": "Nice."}, headers=FRENCH)
    assert answer.status_code == 400
    assert http.get(f"/ws/listings/{uuid}").json()["shippings"] == []
    assert http.get(f"/ws/listings/{uuid}").json()["comment"] is None


def test_a_csv_brings_its_ways_along(sim: Simulator, http: httpx.Client) -> None:
    sim.add_listing("A", prices={"fr-fr": 120})
    sim.control(task_seconds=0)
    catalog = "sku;shipper_1;shipping_price_1;shipping_delay_1\nA;UPS;9.90;48\n"
    body = {"catalog": catalog, "quotechar": '"', "delimiter": ";", "encoding": "utf-8"}
    assert http.post("/ws/listings", json=body).status_code == 200
    assert [one["shipper"] for one in sim.listing("A")["shippings"]] == ["UPS"]


def test_a_comment_of_501_characters_is_refused(sim: Simulator, http: httpx.Client) -> None:
    uuid = sim.add_listing("A", prices={"fr-fr": 120})["id"]
    assert http.post(f"/ws/listings/{uuid}", json={"comment": "x" * 501}).status_code == 400
    assert http.post(f"/ws/listings/{uuid}", json={"comment": "x" * 500}).status_code == 200
