"""New products proposed in a CSV: checked as the product model says, then in review until somebody decides."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bmdesk.simulator import Simulator
from tests.simulator.conftest import Seller
from tests.simulator.contract import check, needs_contract

EAN = "4006381333931"
CSV = {"quotechar": '"', "delimiter": ";", "encoding": "utf-8"}
GOOD = {
    "sku": "FP5-GOOD",
    "quantity": "0",
    "price": "310.00",
    "grade": "GOOD",
    "ean": EAN,
    "category_id": "102",
    "title": "Fairphone 5 256 GB Black",
    "description": "A phone that can be mended.",
    "brand": "Fairphone",
    "price_new": "699.00",
    "weight": "212",
    "image1": "https://shop.example/fp5.jpg",
    "color": "Black",
    "storage": "256 GB",
}


def _propose(sim: Simulator, http: httpx.Client, **changed: str) -> dict[str, Any]:
    """The row of the strict one's report."""
    (reported,) = _report(sim, http, **changed)["rows"]
    assert isinstance(reported, dict)
    return reported


def _report(sim: Simulator, http: httpx.Client, **changed: str) -> dict[str, Any]:
    sim.task_seconds = 0
    row = {**GOOD, **changed}
    catalog = ";".join(row) + "\n" + ";".join(row.values())
    task = http.post("/ws/listings", json={**CSV, "catalog": catalog}).json()["bodymessage"]
    result = http.get(f"/ws/tasks/{task}").json()["result"]
    assert isinstance(result, dict)
    return result


@needs_contract
def test_a_proposal_is_in_review_until_it_is_approved(sim: Simulator, http: httpx.Client) -> None:
    assert (row := _propose(sim, http))["status"] == "in_review" and not row["errors"]
    # The contract knows no listing without a product.
    assert http.get("/ws/listings/detail", params={"sku": "fp5-good"}).status_code == 404
    approved = sim.control(approve="fp5-good")["approve"]
    answer = http.get("/ws/listings/detail", params={"sku": "fp5-good"})
    check(answer)
    found = answer.json()
    assert (found["product_id"], found["title"]) == (approved["product_id"], GOOD["title"])
    assert (found["price"], found["quantity"], found["grade"]) == ("310.00", 0, "GOOD")
    # It is everybody's now: what a row says of it changes nothing.
    assert _propose(sim, http, sku="OTHER", title="Another name")["status"] == "created"
    assert sim.listing("OTHER")["title"] == GOOD["title"]


def test_it_may_be_described_anew_before_the_verdict_and_a_rejected_one_is_gone(
    sim: Simulator, http: httpx.Client
) -> None:
    _propose(sim, http)
    assert _propose(sim, http, title="Fairphone 5")["status"] == "in_review"
    assert _propose(sim, http, sku="OTHER")["errors"] == {"ean": ["in review with the SKU FP5-GOOD"]}
    assert sim.control(reject=EAN)["reject"] is True
    assert sim.listings() == []
    with pytest.raises(ValueError, match="no proposal"):
        sim.control(approve=EAN)
    _propose(sim, http)
    assert sim.control(approve=EAN)["approve"]["sku"] == "FP5-GOOD"


def test_the_real_one_shows_the_listing_at_once_without_its_product(seller: Seller) -> None:
    with Simulator(mode="real") as sim:
        http = seller(sim)
        assert _report(sim, http) == {"success": ["FP5-GOOD"], "errors": {}}
        before = http.get("/ws/listings/detail", params={"sku": "FP5-GOOD"}).json()
        assert (before["product_id"], before["publication_state"]) == (None, 1)
        sim.control(approve=EAN)
        after = http.get("/ws/listings/detail", params={"sku": "FP5-GOOD"}).json()
        assert after["product_id"] and after["id"] == before["id"]
        _report(sim, http, ean="96385074", sku="X-GOOD")
        sim.control(reject="x-good")
        assert http.get("/ws/listings/detail", params={"sku": "X-GOOD"}).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ean", ""),
        ("ean", "4006381333932"),
        ("ean", "10614141000415"),
        ("category_id", "2"),
        ("title", "x" * 201),
        ("description", ""),
        ("brand", ""),
        ("price_new", "cheap"),
        ("weight", "1"),
        ("weight", "0.2"),
        ("image1", ""),
        ("image1", "http://shop.example/fp5.jpg"),
        ("color", ""),
        ("storage", "100 GB"),
        ("price", ""),
    ],
)
def test_what_the_product_model_forbids_is_said_by_its_field(
    sim: Simulator, http: httpx.Client, field: str, value: str
) -> None:
    row = _propose(sim, http, **{field: value})
    assert (row["status"], list(row["errors"])) == ("error", [field])
    assert sim.listings() == [] and sim.control(clear=True) == {"clear": True}


def test_a_leaf_may_ask_for_numbers(sim: Simulator, http: httpx.Client) -> None:
    sim.control(attribute={"category": 2, "field": "year_date_release", "kind": 1, "required": True})
    assert list(_propose(sim, http)["errors"]) == ["year_date_release"]
    assert list(_propose(sim, http, year_date_release="soon")["errors"]) == ["year_date_release"]
    assert not _propose(sim, http, year_date_release="2023")["errors"]
