"""The calls that move an order, as bytes: answers of plain words are answers, web pages are not, a file is a form."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from bmdesk.connectors.failures import AnswerLost, Rejected
from bmdesk.domain.limits import Bucket
from bmdesk.simulator import Simulator
from tests.connectors.hosts import Notebook, RawHost, client, reply


def test_a_refund_is_answered_with_plain_words_and_that_is_a_yes() -> None:
    said = reply("20.50€ refunded on the sku A".encode(), "201 Created", **{"content-type": "text/plain"})
    pace = Notebook()
    with RawHost(said) as host, client(host.url, pace) as remote:
        remote.refund(7, 6, Decimal("20.50"))
    body = json.loads(host.requests[0].split("\r\n\r\n")[1])
    assert body == {"orderline_pk": 7, "refund_type": 6, "amount": 20.5}
    assert (Bucket.REFUNDS, 0) in pace.taken


def test_a_web_page_is_no_yes_to_a_refund() -> None:
    page = reply(b"<!doctype html><p>Welcome to the hotel", **{"content-type": "text/html"})
    with RawHost(page) as host, client(host.url) as remote, pytest.raises(AnswerLost):
        remote.refund(7, 6)


def test_an_invoice_is_a_form_with_one_file(market: Simulator) -> None:
    market.add_listing("A-GOOD", quantity=1)
    number = market.order("A-GOOD")
    with client(market.url) as remote:
        remote.send_invoice(number, "invoice-1.pdf", b"%PDF-1.4\n%%EOF\n")
    assert market.invoice(number) == b"%PDF-1.4\n%%EOF\n"


def test_a_file_that_is_refused_was_not_taken(market: Simulator) -> None:
    market.add_listing("A-GOOD", quantity=1)
    number = market.order("A-GOOD")
    with client(market.url) as remote, pytest.raises(Rejected):
        remote.send_invoice(number, "invoice-1.pdf", b"")
    assert market.invoice(number) is None
