"""Money goes back by the line's own number: all of it moves the line, a part of it shows in no state."""

from __future__ import annotations

import httpx
import pytest

from bmdesk.simulator import Simulator
from tests.simulator.contract import check, needs_contract


def _refund(http: httpx.Client, line: int, kind: int, **more: object) -> httpx.Response:
    return http.post("/ws/sav/refund", json={"orderline_pk": line, "refund_type": kind, **more})


def _line(sim: Simulator, state: int, price: int = 100) -> int:
    if not sim.listings():
        sim.add_listing("A", quantity=600, prices={"fr-fr": price})
    line: int = sim.order_state(sim.order("A", state=state))["lines"][0]["id"]
    return line


@pytest.mark.parametrize(("state", "kind", "told"), [(1, 4, "cancel"), (3, 5, "refund"), (9, 6, "refund")])
def test_a_full_refund_moves_the_line_once(
    sim: Simulator, http: httpx.Client, state: int, kind: int, told: str
) -> None:
    line = _line(sim, state)
    answer = _refund(http, line, kind)
    assert (answer.status_code, answer.text) == (201, "100.00€ refunded on the sku A")
    assert answer.headers["content-type"].startswith("text/plain")
    assert _refund(http, line, kind).status_code == 400
    (written,) = sim.ledger.writes(told, line=line)
    assert (written["new"], written["amount"], written["refund_type"]) == (kind, "100.00", kind)


def test_a_part_given_back_is_nowhere_to_be_seen_but_in_the_ledger(
    sim: Simulator, http: httpx.Client
) -> None:
    line = _line(sim, 9)
    before = http.get("/ws/orders").json()["results"][0]["orderlines"][0]
    assert _refund(http, line, 6, amount=89.99).text == "89.99€ refunded on the sku A"
    assert http.get("/ws/orders").json()["results"][0]["orderlines"][0] == before
    assert [one["amount"] for one in sim.ledger.writes("refund", line=line)] == ["89.99"]
    assert "10.01 is left" in _refund(http, line, 6, amount=10.02).text
    assert _refund(http, line, 6, amount=10.01).status_code == 201
    assert http.get("/ws/orders").json()["results"][0]["orderlines"][0]["state"] == 6, "now it is all of it"


@pytest.mark.parametrize(
    "wrong",
    [
        {"refund_type": 4},
        {"refund_type": 5},
        {"refund_type": 7},
        {"refund_type": 6, "amount": 0},
        {"refund_type": 6, "amount": -1},
        {"refund_type": 6, "amount": 100.01},
        {"refund_type": 6, "amount": 0.001},
        {"refund_type": 6, "amount": "10.00"},
        {"refund_type": 6, "amount": 1e400},
        {"refund_type": 6, "amount": True},
        {"refund_type": None},
        {"orderline_pk": "x", "refund_type": 6},
    ],
)
def test_a_wrong_refund_gives_nothing_back(
    sim: Simulator, http: httpx.Client, wrong: dict[str, object]
) -> None:
    line = _line(sim, 9)
    body = (
        str({"orderline_pk": line, **wrong}).replace("'", '"').replace("None", "null").replace("True", "true")
    )
    answer = http.post("/ws/sav/refund", content=body.replace("inf", "1e400"))
    assert answer.status_code == 400 and not sim.ledger.writes()


def test_an_amount_is_only_for_what_was_shipped(sim: Simulator, http: httpx.Client) -> None:
    assert _refund(http, _line(sim, 1), 4, amount=100.0).status_code == 400
    assert _refund(http, 1, 4).status_code == 404


@pytest.mark.slow
def test_after_five_hundred_refunds_the_day_is_over(sim: Simulator, http: httpx.Client) -> None:
    line = _line(sim, 9, price=1000)
    answers = []
    for _ in range(501):
        sim.advance(1)
        answers.append(_refund(http, line, 6, amount=1).status_code)
    assert (answers.count(201), answers[-1]) == (500, 429)
    sim.advance(86_400)
    assert _refund(http, line, 6, amount=1).status_code == 201


@needs_contract
def test_answers_to_refunds_are_the_contract_s(sim: Simulator, http: httpx.Client) -> None:
    for answer in (_refund(http, _line(sim, 1), 4), _refund(http, _line(sim, 1), 6), _refund(http, 1, 4)):
        check(answer)
