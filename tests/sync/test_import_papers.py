"""Papers of orders: fetched while their address works, kept as they are; nothing else is ever fetched or followed."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from bmdesk.connectors.backmarket import papers
from bmdesk.connectors.backmarket.papers import PaperRefused
from bmdesk.services.orders import documents
from bmdesk.services.orders.documents import Document, PaperMissing
from bmdesk.store.photos import NotAPaper
from bmdesk.store.queries import documents as rows
from bmdesk.store.queries import orders
from tests.connectors.hosts import endpoint
from tests.markets import FIRST, OWNER, Shop


def sell(shop: Shop) -> int:
    shop.market.add_listing(FIRST, grade="EXCELLENT", quantity=9, prices={"fr-fr": 500})
    return int(shop.market.order(FIRST))


def paper(shop: Shop, number: int) -> Document:
    (row,) = documents.of_order(shop.desk, order_id(shop, number))
    return row


def order_id(shop: Shop, number: int) -> str:
    return str(shop.desk.read(lambda c: orders.orders(c, shop.account, [number]))[number]["id"])


def test_a_delivery_note_is_fetched_with_its_order_and_kept(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bmdesk")
    number = sell(shop)
    shop.sync()

    kept = paper(shop, number)
    assert (kept.state, kept.kind, kept.problem) == ("kept", "delivery_note", None)
    assert documents.content(shop.desk, kept.id).startswith(b"%PDF")
    assert "Signature" not in caplog.text
    asked = [one for one in shop.market.ledger.requests if one["path"].startswith("/papers/")]
    assert [one["token"] for one in asked] == [False], "a paper's host never sees the token"

    shop.advance(days=5)
    shop.sync()
    assert paper(shop, number).state == "kept", "the address has expired long ago; the file is here"


@pytest.mark.parametrize("kind", ["page", "empty", "huge", "redirect", "missing"])
def test_what_is_no_paper_is_not_kept_and_says_why(shop: Shop, kind: str) -> None:
    number = sell(shop)
    shop.market.control(paper={"order": number, "kind": kind})
    shop.sync()

    found = paper(shop, number)
    assert found.state in ("failed", "waiting")
    assert found.problem is not None and found.todo is not None
    with pytest.raises(PaperMissing):
        documents.content(shop.desk, found.id)
    assert not list(shop.desk.photos.folder.rglob("*.*"))


def test_an_expired_address_is_made_good_by_the_next_reading(shop: Shop) -> None:
    number = sell(shop)
    shop.market.control(paper={"order": number, "kind": "missing"})
    shop.sync()
    assert paper(shop, number).state == "failed"

    shop.market.control(paper={"order": number, "kind": "pdf", "expire": True})
    shop.advance(hours=2)
    shop.sync()
    assert paper(shop, number).state == "kept"


def test_a_host_that_is_away_is_asked_again_a_few_times_and_then_no_more(shop: Shop) -> None:
    number = sell(shop)
    shop.sync()
    one = paper(shop, number)

    def lies_at(url: str) -> None:
        values = {"state": "waiting", "attempts": 0, "url": url}
        shop.desk.write(lambda tx: rows.set_document(tx, one.id, next_at=tx.now, **values))

    def fetch() -> Document:
        papers.fetch_due(shop.desk, endpoint(shop.market.url), shop.account, lambda: True)
        return paper(shop, number)

    lies_at("http://127.0.0.1:9/x.pdf")
    assert fetch().state == "failed", "another host than the account's own is not even asked"

    lies_at("https://127.0.0.1:9/x.pdf")
    waiting = fetch()
    assert waiting.next_at is not None
    assert (waiting.state, waiting.next_at > shop.clock.now()) == ("waiting", True)
    for _ in range(10):
        shop.advance(hours=7)
        fetch()
    assert paper(shop, number).state == "failed"


def test_a_paper_that_waits_for_hours_keeps_no_other_waiting(shop: Shop) -> None:
    number = sell(shop)
    shop.sync()
    one = paper(shop, number)
    values = {"state": "waiting", "attempts": 5, "url": "https://127.0.0.1:9/x.pdf"}
    later = shop.clock.now() + timedelta(hours=6)
    shop.desk.write(lambda tx: rows.set_document(tx, one.id, next_at=later, **values))
    shop.tick()
    other = int(shop.market.order(FIRST))
    for _ in range(2):
        shop.advance(minutes=6)
        shop.tick()
    assert paper(shop, other).state == "kept"


@pytest.mark.parametrize(
    "address",
    [
        "http://example.invalid/a.pdf", "file:///etc/passwd", "ftp://example.invalid/a.pdf", "http://127.0.0.1:1/a.pdf",
        "https://user:word@example.invalid/a.pdf", "//example.invalid:99999/a.pdf", "javascript:alert(1)",
        "http://localhost/a.pdf", "https:///a.pdf", "http://[::1]/a.pdf",
    ],
)  # fmt: skip
def test_only_https_or_the_accounts_own_host_on_this_machine_is_asked(address: str) -> None:
    with pytest.raises(PaperRefused):
        papers.safe_address(endpoint("http://127.0.0.1:8080"), address)


def test_an_address_without_a_host_is_the_accounts_own() -> None:
    own = endpoint("http://127.0.0.1:8080")
    assert papers.safe_address(own, "/static/a.pdf") == "http://127.0.0.1:8080/static/a.pdf"
    assert (
        papers.safe_address(own, "https://example.invalid/a.pdf?s=1") == "https://example.invalid/a.pdf?s=1"
    )
    with pytest.raises(PaperRefused):
        papers.safe_address(endpoint(""), "http://127.0.0.1:8080/a.pdf")


def test_an_invoice_is_kept_and_goes_to_the_marketplace(shop: Shop, tmp_path: object) -> None:
    number = sell(shop)
    shop.sync()
    file = shop.desk.photos.folder.parent / "invoice.pdf"
    file.write_bytes(b"%PDF-1.7 an invoice")
    given = documents.keep_invoice(shop.desk, OWNER, order_id(shop, number), file)

    assert documents.content(shop.desk, given.document_id) == b"%PDF-1.7 an invoice"
    assert [effect.kind for effect in shop.effects("pending", kind="invoice")] == ["invoice"]
    file.write_bytes(b"no paper")
    with pytest.raises(NotAPaper):
        documents.keep_invoice(shop.desk, OWNER, order_id(shop, number), file)
