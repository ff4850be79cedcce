"""Documents have addresses that expire, and not always a document stands there."""

from __future__ import annotations

import httpx
import pytest

from bmdesk.simulator import Simulator


def _note(http: httpx.Client, order: int) -> str:
    address: str = http.get(f"/ws/orders/{order}").json()["delivery_note"]
    return address


def _sold(sim: Simulator) -> int:
    sim.add_listing("A", quantity=3, prices={"fr-fr": 100})
    return sim.order("A", customer={"last_name": "D(a)l\\ton", "city": "東京"})


def test_a_delivery_note_is_a_pdf_for_whoever_knows_its_address(sim: Simulator, http: httpx.Client) -> None:
    order = _sold(sim)
    answer = httpx.get(_note(http, order))
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-1.4\n") and answer.content.endswith(b"%%EOF\n")
    assert f"Delivery note {order}".encode() in answer.content
    assert rb"D\(a\)l\\ton" in answer.content, "what a customer writes is text, never a part of the document"
    start = int(answer.content.split(b"startxref\n")[1].split()[0])
    assert answer.content[start:].startswith(b"xref\n0 6\n")


def test_the_address_of_an_order_read_twice_is_the_same(sim: Simulator, http: httpx.Client) -> None:
    order = _sold(sim)
    first = http.get(f"/ws/orders/{order}").json()
    sim.advance(3600)
    assert http.get(f"/ws/orders/{order}").json() == first


def test_an_address_expires_and_reading_the_order_again_gives_another(
    sim: Simulator, http: httpx.Client
) -> None:
    order = _sold(sim)
    old = _note(http, order)
    sim.control(paper={"order": order, "expire": True})
    assert httpx.get(old).status_code == 403
    assert httpx.get(_note(http, order)).status_code == 200
    waited = _note(http, order)
    sim.advance(4 * 86_400)
    assert httpx.get(waited).status_code == 403
    assert httpx.get(_note(http, order)).status_code == 200


def test_nobody_guesses_an_address(sim: Simulator, http: httpx.Client) -> None:
    note = _note(http, _sold(sim))
    for wrong in (note[:-1] + "x", note.split("&", maxsplit=1)[0], note.split("?", maxsplit=1)[0]):
        assert httpx.get(wrong).status_code == 403
    assert httpx.get(f"{sim.url}/papers/delivery_form/1_delivery_form.pdf").status_code == 404
    assert httpx.get(f"{sim.url}/papers/../__state").status_code in {200, 404}


@pytest.mark.parametrize(
    ("kind", "status", "begins"),
    [
        ("page", 200, b"<!DOCTYPE html>"),
        ("empty", 200, b""),
        ("huge", 200, b"%PDF"),
        ("missing", 404, b"<h1>"),
        ("redirect", 302, b""),
    ],
)
def test_what_stands_there_is_not_always_the_document(
    sim: Simulator, http: httpx.Client, kind: str, status: int, begins: bytes
) -> None:
    order = _sold(sim)
    sim.control(paper={"order": order, "kind": kind})
    answer = httpx.get(_note(http, order))
    assert answer.status_code == status and answer.content.startswith(begins)
    assert (len(answer.content) > 5 * 1024 * 1024) == (kind == "huge")
    sim.control(paper={"order": order, "kind": "none"})
    assert "delivery_note" not in http.get(f"/ws/orders/{order}").json()


def test_the_ledger_tells_who_showed_the_token_to_a_stranger(sim: Simulator, http: httpx.Client) -> None:
    note = _note(http, _sold(sim))
    httpx.get(note)
    http.get(note)
    papers = [one for one in sim.ledger.requests if one["path"].startswith("/papers/")]
    assert [one["token"] for one in papers] == [False, True]


def test_a_document_can_be_cut_off_like_any_answer(sim: Simulator, http: httpx.Client) -> None:
    note = _note(http, _sold(sim))
    sim.fault("truncated", "GET /papers/*", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(note)
    assert httpx.get(note).status_code == 200
