"""Orders lower the stock by themselves, and their lines go only where they may."""

from __future__ import annotations

import httpx

from bmdesk.simulator import Simulator
from tests.simulator.conftest import Seller

IMEI = "490154203237518"


def _post(http: httpx.Client, order: int, **body: object) -> httpx.Response:
    return http.post(f"/ws/orders/{order}", json={"order_id": order, **body})


def test_an_order_lowers_the_stock_before_anybody_sees_it(sim: Simulator, http: httpx.Client) -> None:
    sim.add_listing("A", quantity=3, prices={"fr-fr": 100})
    order = sim.order("A", 2, state=0)
    assert sim.listing("A")["quantity"] == 1
    assert http.get("/ws/orders").json()["count"] == 0
    sim.set_order_state(order, 10)
    assert http.get("/ws/orders", params={"state": 10}).json()["results"][0]["orderlines"][0]["state"] == 8
    sim.order("A", 5)
    assert sim.listing("A")["quantity"] == 0
    assert http.get(f"/ws/orders/{order}").json()["price"] == "200.00"


def test_lines_are_accepted_and_shipped_once(sim: Simulator, http: httpx.Client) -> None:
    sim.add_listing("A", quantity=3)
    sim.add_listing("B", quantity=3)
    order = sim.order(lines=[("A", 1), ("B", 1)])
    assert "sku not found" in _post(http, order, new_state=2).text
    assert "new_state 9 must be in 2,3,4,5,6" in _post(http, order, new_state=9).text
    assert _post(http, order, new_state=2, sku="A").json()["state"] == 1
    assert _post(http, order, new_state=3, tracking_number="X").status_code == 400
    assert (
        http.post(f"/ws/orders/{order}", json={"id": order, "new_state": 2, "sku": "b"}).json()["state"] == 3
    )
    assert _post(http, order, new_state=2, sku="A").status_code == 400
    assert _post(http, order, new_state=3).status_code == 400
    assert _post(http, order, new_state=3, tracking_number="X", imei=IMEI).status_code == 400
    assert _post(http, order, new_state=3, tracking_number="X").json()["state"] == 9
    assert [sim.ledger.count(kind, order=order) for kind in ("accept", "ship")] == [2, 2]
    assert (
        _post(http, order, new_state=6, sku="A", return_message="Sorry").json()["orderlines"][0]["state"] == 6
    )


def test_an_identifier_is_never_corrected(sim: Simulator, http: httpx.Client) -> None:
    sim.add_listing("A", quantity=3)
    order = sim.order("A", state=3)
    line = sim.order_state(order)["lines"][0]["id"]
    assert http.patch(f"/ws/orderlines/{line}", json={"imei": "490154203237510"}).status_code == 400
    assert http.patch(f"/ws/orderlines/{line}", json={"imei": IMEI}).json() == {"imei": IMEI}
    assert http.patch(f"/ws/orderlines/{line}", json={"serial_number": "C02"}).status_code == 400
    assert http.get(f"/ws/orders/{order}").json()["orderlines"][0]["imei"] == IMEI


def test_orders_are_filtered_by_what_changed_since(sim: Simulator, http: httpx.Client) -> None:
    sim.add_listing("A", quantity=9)
    first = sim.order("A", market="de-de")
    sim.advance(60)
    second = sim.order("A")
    since = sim.clock.isoformat()
    assert [one["order_id"] for one in http.get("/ws/orders").json()["results"]] == [second, first]
    assert http.get("/ws/orders", params={"date_modification": since}).json()["count"] == 1
    sim.set_order_state(first, 3)
    assert http.get("/ws/orders", params={"date_modification": since}).json()["count"] == 2
    assert http.get("/ws/orders", params={"date_creation": since}).json()["count"] == 1
    assert http.get("/ws/orders", params={"country_code": "de-de"}).json()["count"] == 1
    assert http.get("/ws/orders", params={"date_creation": "yesterday"}).status_code == 400


def test_a_parcel_is_told_with_its_carrier_and_its_tax(sim: Simulator, http: httpx.Client) -> None:
    sim.add_listing("A", quantity=3)
    order = sim.order("A", state=3)
    parcel = {"new_state": 3, "tracking_number": "RR123456785GB", "shipper": "Royal Mail"}
    for wrong in (
        {"shipper": "Uncle Bob's Van"},
        {"vat_type": "NONE"},
        {"vat_type": "regular"},
        {"tracking_url": "https://x.example/" + "x" * 300},
        {"date_shipping": "today"},
    ):
        answer = _post(http, order, **{**parcel, **wrong})
        assert answer.status_code == 400 and next(iter(wrong)).split("_")[0] in answer.text.lower(), wrong
    assert not sim.ledger.writes()
    assert _post(http, order, **parcel, vat_type="MARGINAL").json()["shipper_display"] == "Royal Mail"
    (told,) = sim.ledger.writes("ship")
    assert [told[key] for key in ("tracking", "shipper", "vat_type")] == [
        "RR123456785GB",
        "Royal Mail",
        "MARGINAL",
    ]
    assert sim.order_state(order)["vat_type"] == "MARGINAL"


def test_live_servers_take_any_carrier(seller: Seller) -> None:
    with Simulator(mode="real") as real:
        real.add_listing("A", quantity=3)
        order = real.order("A", state=3)
        body = {"order_id": order, "new_state": 3, "tracking_number": "X1", "shipper": "Uncle Bob's Van"}
        assert seller(real).post(f"/ws/orders/{order}", json=body).json()["shipper"] == "Uncle Bob's Van"


def test_a_cancellation_names_its_reason_and_its_money(sim: Simulator, http: httpx.Client) -> None:
    sim.add_listing("A", quantity=3, prices={"fr-fr": 100})
    order = sim.order("A", 2)
    _post(http, order, new_state=4, sku="A", return_reason=0)
    (told,) = sim.ledger.writes("cancel")
    assert (told["reason"], told["amount"], told["old"], told["new"]) == (0, "200.00", 1, 4)


def test_an_invoice_is_kept_as_it_was_sent(sim: Simulator, http: httpx.Client) -> None:
    sim.add_listing("A", quantity=3)
    order = sim.order("A")
    content = b"%PDF-1.4\r\n--boundary\x00\xff\r\n"
    address = f"/ws/orders/{order}/invoice"
    assert http.post(address, json={}).status_code == 400
    assert http.post(address, files={"other": ("a.pdf", content)}).status_code == 400
    assert http.post(address, files={"invoice": ("a.pdf", b"")}).status_code == 400
    assert sim.invoice(order) is None
    assert http.post(address, files={"invoice": ("a.pdf", content, "application/pdf")}).status_code == 200
    assert sim.invoice(order) == content
    (told,) = sim.ledger.writes("invoice")
    assert (told["new"], told["size"]) == ("a.pdf", len(content))
    assert http.post("/ws/orders/1/invoice", files={"invoice": ("a.pdf", content)}).status_code == 404
