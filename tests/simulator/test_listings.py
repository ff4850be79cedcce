"""Listings by market, batches by the clock."""

from __future__ import annotations

import httpx
import pytest

from bmdesk.simulator import Simulator
from bmdesk.simulator.simulator import Mode
from tests.simulator.conftest import Seller

CSV = {"quotechar": '"', "delimiter": ";", "encoding": "utf-8"}


def test_quantity_is_common_and_a_price_belongs_to_its_market(sim: Simulator, http: httpx.Client) -> None:
    uuid = sim.add_listing("A", quantity=0, prices={"fr-fr": 120})["id"]
    british = {"Accept-Language": "en-gb"}
    assert http.get(f"/ws/listings/{uuid}", headers=british).json()["price"] == "0.00"
    assert http.post(f"/ws/listings/{uuid}", json={"price": 90}, headers=british).status_code == 400
    assert (
        http.post(f"/ws/listings/{uuid}", json={"price": 90, "currency": "EUR"}, headers=british).status_code
        == 400
    )
    answer = http.post(
        f"/ws/listings/{uuid}", json={"price": 90, "currency": "GBP", "quantity": "4"}, headers=british
    )
    assert (answer.json()["price"], answer.json()["publication_state"]) == ("90.00", 2)
    french = http.get(f"/ws/listings/{uuid}", headers={"Accept-Language": ""}).json()
    assert (french["price"], french["currency"], french["quantity"]) == ("120.00", "EUR", 4)
    assert [effect["market"] for effect in sim.ledger.writes(listing=uuid)] == ["en-gb", None]
    assert sim.ledger.count("quantity", listing="a", new=4) == 1


def test_too_dear_or_without_stock_or_price_is_offline(sim: Simulator, http: httpx.Client) -> None:
    sim.add_listing("DEAR", quantity=1, prices={"fr-fr": 500}, max_price=400)
    sim.add_listing("NONE", quantity=0, prices={"fr-fr": 300})
    sim.add_listing("FREE", quantity=1)
    sim.add_listing("GOOD", quantity=1, prices={"fr-fr": 300})
    sim.add_listing("WHY", quantity=1, prices={"fr-fr": 300}, publication_state=3)
    online = http.get("/ws/listings", params={"publication_state": 2}).json()
    assert [one["sku"] for one in online["results"]] == ["GOOD"]
    stocked = http.get("/ws/listings", params={"min_quantity": 1, "max_quantity": 5}).json()
    assert stocked["count"] == 4


def test_pages_follow_absolute_links_to_the_end(seller: Seller) -> None:
    with Simulator(listings=120) as sim:
        http = seller(sim)
        page = http.get("/ws/listings", params={"page-size": 500}).json()
        seen = list(page["results"])
        assert len(seen) == 50 and page["next"].startswith("http://127.0.0.1:")
        while page["next"]:
            page = http.get(page["next"]).json()
            seen += page["results"]
        assert len({one["id"] for one in seen}) == page["count"] == 120


def test_a_call_without_a_market_reads_the_account_s_primary_one(sim: Simulator, http: httpx.Client) -> None:
    sim.add_listing("A", prices={"fr-fr": 120, "en-gb": 100})
    sim.control(primary="en-gb")
    unsaid = http.get("/ws/listings", headers={"Accept-Language": ""}).json()["results"][0]
    assert (unsaid["currency"], unsaid["price"]) == ("GBP", "100.00")


def test_a_wrong_write_changes_nothing(sim: Simulator, http: httpx.Client) -> None:
    uuid = sim.add_listing("A", quantity=3)["id"]
    assert http.post(f"/ws/listings/{uuid}", json={"quantity": 5, "price": "NaN"}).status_code == 400
    assert sim.listing("A")["quantity"] == 3 and not sim.ledger.writes()


def test_a_batch_works_when_its_time_has_come(sim: Simulator, http: httpx.Client) -> None:
    sim.add_listing("OLD", quantity=3, prices={"fr-fr": 50})
    rows = [
        "sku;quantity;price;grade;ean;product_id",
        "old;7;;;;",
        "NEW;0;99.90;;4006381333931;",
        "NOPRICE;1;;GOOD;4006381333931;",
        "NOEAN;1;10;FAIR;4006381333932;",
    ]
    task = http.post("/ws/listings", json={**CSV, "catalog": "\n".join(rows)}).json()["bodymessage"]
    assert http.get(f"/ws/tasks/{task}").json()["action_status"] == 0
    sim.advance(200)
    assert http.get(f"/ws/tasks/{task}").json()["action_status"] == 2
    assert sim.listing("OLD")["quantity"] == 3
    sim.advance(100)
    done = http.get(f"/ws/tasks/{task}").json()
    assert done["action_status"] == 9
    assert [(row["sku"], row["status"], list(row["errors"])) for row in done["result"]["rows"]] == [
        ("old", "updated", []),
        ("NEW", "created", []),
        ("NOPRICE", "error", ["price"]),
        ("NOEAN", "error", ["ean"]),
    ]
    assert (sim.listing("OLD")["quantity"], sim.listing("new")["grade"]) == (7, "GOOD")


def test_a_batch_that_is_not_json_is_taken_and_lost(sim: Simulator, http: httpx.Client) -> None:
    sim.task_seconds = 0
    answer = http.post("/ws/listings", files={"catalog": b"sku;quantity;price\nA;1;1"})
    assert answer.status_code == 200
    task = http.get(f"/ws/tasks/{answer.json()['bodymessage']}").json()
    assert (task["action_status"], task["result"]["rows"]) == (9, [])
    assert sim.listings() == []


def test_only_known_products_where_the_test_wants_it(sim: Simulator, http: httpx.Client) -> None:
    sim.control(known_products_only=True, task_seconds=0)
    known = sim.add_product("iPhone 13 128GB - Midnight - Unlocked", ean="0194252707227")
    catalog = f"sku;quantity;price;ean;product_id\nA;1;9;4006381333931;\nB;1;9;;{known['product_id']}"
    task = http.post("/ws/listings", json={**CSV, "catalog": catalog}).json()["bodymessage"]
    result = http.get(f"/ws/tasks/{task}").json()["result"]
    assert (result["created"], result["errors"]) == (1, 1)
    assert sim.listing("B")["title"] == known["title"]


@pytest.mark.parametrize("mode", ["strict", "real"])
def test_a_batch_of_prices_takes_and_refuses_row_by_row(seller: Seller, mode: Mode) -> None:
    with Simulator(mode=mode, task_seconds=0) as sim:
        http = seller(sim)
        for sku in "ABC":
            sim.add_listing(sku, quantity=3, prices={"fr-fr": 500})
        sim.control(refuses_above_max=True)
        catalog = "sku;price;currency;min_price\na;450;EUR;430\nB;1500;EUR;\nC;450;EUR;451\nD;450;EUR;\n"
        task = http.post("/ws/listings", json={**CSV, "catalog": catalog}).json()["bodymessage"]
        result = http.get(f"/ws/tasks/{task}").json()["result"]
        offers = [sim.listing(sku)["markets"]["fr-fr"] for sku in "ABC"]
        assert [(one["price"], one["min_price"]) for one in offers] == [
            ("450.00", "430.00"),
            ("500.00", None),
            ("500.00", None),
        ]
        assert sim.listings()[-1]["sku"] == "C", "a row without a product makes no listing"
        if mode == "strict":
            assert [list(row["errors"]) for row in result["rows"]] == [
                [],
                ["price"],
                ["min_price"],
                ["quantity"],
            ]
        else:
            assert (result["success"], list(result["errors"])) == (["a"], ["B", "C", "D"])


def test_the_backpricer_moves_a_price_between_its_bounds(sim: Simulator, http: httpx.Client) -> None:
    uuid = sim.add_listing("A", quantity=1, prices={"fr-fr": 500})["id"]
    with pytest.raises(ValueError, match="without a min_price"):
        sim.move_price("A", 480)
    http.post(f"/ws/listings/{uuid}", json={"price": 500, "min_price": 450, "currency": "EUR"})
    sim.move_price("A", 460)
    sim.move_price("A", 500)
    assert http.get(f"/ws/listings/{uuid}").json()["price"] == "500.00"
    for outside in (449, 501):
        with pytest.raises(ValueError, match="between"):
            sim.move_price("A", outside)
    sim.control(backpricer=False)
    refused = http.post(f"/ws/listings/{uuid}", json={"price": 500, "min_price": 440})
    assert (refused.status_code, sim.listing("A")["markets"]["fr-fr"]["min_price"]) == (400, "450.00")
    assert sim.ledger.count("backpricer") == 2


def test_a_lost_task_is_unknown_and_never_worked_off(sim: Simulator, http: httpx.Client) -> None:
    sim.add_listing("A", prices={"fr-fr": 500})
    task = http.post("/ws/listings", json={**CSV, "catalog": "sku;price\nA;450"}).json()["bodymessage"]
    assert sim.control(lose_tasks=True) == {"lose_tasks": 1}
    sim.advance(1000)
    assert http.get(f"/ws/tasks/{task}").status_code == 404
    assert sim.listing("A")["markets"]["fr-fr"]["price"] == "500.00"
