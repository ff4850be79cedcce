"""The tree of categories: three levels, its attributes, and what somebody changes in it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bmdesk.simulator import Simulator
from tests.simulator.conftest import Seller
from tests.simulator.contract import check, needs_contract

PHONES = 2


def _leaves(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [leaf for node in nodes for leaf in (_leaves(node["childrens"]) or [node])]


@needs_contract
def test_the_tree_and_its_branches_are_the_contract_s(sim: Simulator, http: httpx.Client) -> None:
    tree = http.get("/ws/category/tree")
    check(tree)
    (phones, *_) = leaves = _leaves(tree.json())
    assert all(leaf["is_leaf"] and leaf["attributes"] for leaf in leaves)
    assert (phones["category_id"], phones["marketplace_category_id"]) == (PHONES, 102)
    colour = phones["attributes"][0]
    assert (colour["field"], colour["type"], colour["required"]) == ("color", 3, True)
    assert "Midnight" in colour["allowed_values"].split(",")
    for number in (1, 1002, PHONES):
        branch = http.get(f"/ws/category/tree/{number}")
        check(branch)
        assert _leaves([branch.json()]) == [phones]
    check(http.get("/ws/category/tree/77"))


def test_a_leaf_may_ask_for_more_and_a_category_may_go(sim: Simulator, http: httpx.Client) -> None:
    sim.control(attribute={"category": PHONES, "field": "color", "allowed": ["Red"], "required": True})
    sim.control(attribute=[{"category": PHONES, "field": "weight", "kind": 1}])
    leaf = http.get(f"/ws/category/tree/{PHONES}").json()
    found = {one["field"]: (one["type"], one["allowed_values"]) for one in leaf["attributes"]}
    assert (found["color"], found["weight"]) == ((3, "Red"), (1, ""))

    sim.control(drop_category=PHONES)
    assert http.get(f"/ws/category/tree/{PHONES}").status_code == 404
    assert all(leaf["attributes"] for leaf in _leaves(http.get("/ws/category/tree").json()))
    for wrong in ({"drop_category": 77}, {"attribute": {"category": 1, "field": "x"}}):
        with pytest.raises(ValueError, match=r"category|leaf"):
            sim.control(**wrong)
    sim.reset()
    assert http.get(f"/ws/category/tree/{PHONES}").status_code == 200


def test_the_real_tree_leaves_the_attributes_to_the_branches(seller: Seller) -> None:
    with Simulator(mode="real") as sim:
        http = seller(sim)
        assert {len(leaf["attributes"]) for leaf in _leaves(http.get("/ws/category/tree").json())} == {0}
        leaf = http.get(f"/ws/category/tree/{PHONES}").json()
    allowed = [one["allowed_values"] for one in leaf["attributes"]]
    assert None in allowed
    assert any(", " in (one or "") for one in allowed)
