"""Every fault has its class: the matrix over the simulator, all envelopes of errors, and hosts that are hostile."""

from __future__ import annotations

import socket
import time

import pytest

from bmdesk.connectors.failures import (
    AnswerCutOff,
    AnswerLost,
    BotChallenge,
    ConnectionRefused,
    Firewall,
    NoAnswer,
    NotTheApi,
    Rejected,
    RemoteFailure,
    ServerTrouble,
    TokenRefused,
    TooManyRequests,
    UnreadableAnswer,
)
from bmdesk.connectors.http import Timeouts
from bmdesk.domain.effects import Fault
from bmdesk.simulator import Simulator
from bmdesk.texts import render
from tests.connectors.hosts import HASTY, PATIENT, Notebook, RawHost, client, reply

FAULTS: dict[str, tuple[type[RemoteFailure] | None, type[RemoteFailure] | None]] = {
    # fault: (what a read raises, what a write raises)
    "timeout-before": (NoAnswer, AnswerLost),
    "timeout-after": (NoAnswer, AnswerLost),
    "late": (NoAnswer, AnswerLost),
    "500": (ServerTrouble, AnswerLost),
    "500-after": (ServerTrouble, AnswerLost),
    "502": (ServerTrouble, AnswerLost),
    "401": (TokenRefused, TokenRefused),
    "403": (Firewall, Firewall),
    "bot": (BotChallenge, BotChallenge),
    "429": (TooManyRequests, TooManyRequests),
    "malformed": (UnreadableAnswer, AnswerLost),
    "truncated": (AnswerCutOff, AnswerLost),
    "reset": (AnswerCutOff, AnswerLost),
    "reset-after": (AnswerCutOff, AnswerLost),
    "slow": (NoAnswer, AnswerLost),
    "unknown-fields": (None, None),
    "nulls": (None, None),
}


def patience(fault: str) -> Timeouts:
    return HASTY if fault in {"timeout-before", "timeout-after", "late", "slow"} else PATIENT


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_a_read_is_never_ambiguous(market: Simulator, fault: str) -> None:
    listing = market.add_listing("A-GOOD", quantity=3, prices={"fr-fr": 199})
    market.fault(fault)
    expected = FAULTS[fault][0]

    with client(market.url, timeouts=patience(fault)) as remote:
        if expected is None:
            assert remote.listing(listing["id"], "fr-fr").id == listing["id"]
            return
        with pytest.raises(expected) as raised:
            remote.listing(listing["id"], "fr-fr")

    assert raised.value.fault is not Fault.AMBIGUOUS
    assert all(render(text) for text in (raised.value.title, raised.value.happened, raised.value.todo))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_write_is_sent_once_and_is_ambiguous_wherever_it_may_have_happened(
    market: Simulator, fault: str
) -> None:
    listing = market.add_listing("A-GOOD", quantity=3, prices={"fr-fr": 199})
    market.fault(fault)
    expected = FAULTS[fault][1]

    with client(market.url, timeouts=patience(fault)) as remote:
        if expected is None:
            remote.change_listing(listing["id"], "fr-fr", quantity=5)
        else:
            with pytest.raises(expected) as raised:
                remote.change_listing(listing["id"], "fr-fr", quantity=5)
            happened = market.listing(listing["id"])["quantity"] == 5
            assert not happened or raised.value.fault is Fault.AMBIGUOUS

    assert market.ledger.count_requests("POST") == 1


def test_every_fault_of_the_simulator_is_in_the_matrix() -> None:
    from bmdesk.simulator import faults

    assert set(FAULTS) == set(faults.BEFORE + faults.AFTER)


def test_a_lost_answer_says_how_long_the_call_may_still_run(market: Simulator) -> None:
    listing = market.add_listing("A-GOOD")
    waits = {}
    for fault in ("timeout-before", "502", "reset", "malformed"):
        market.clear()
        market.fault(fault)
        with client(market.url, timeouts=patience(fault)) as remote:
            with pytest.raises(AnswerLost) as raised:
                remote.change_listing(listing["id"], "fr-fr", quantity=5)
            waits[fault] = raised.value.after

    assert waits == {"timeout-before": 45.0, "502": 45.0, "reset": 45.0, "malformed": None}


def test_a_write_that_never_left_is_offline_and_not_ambiguous() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with client(url) as remote, pytest.raises(ConnectionRefused) as raised:
        remote.change_listing("u-1", "fr-fr", quantity=1)

    assert raised.value.fault is Fault.OFFLINE


def test_a_read_is_tried_three_times_with_pauses_and_then_given_up(market: Simulator) -> None:
    pauses: list[float] = []
    pace = Notebook()
    with client(market.url, pace, rest=pauses.append) as remote:
        market.fault("500", times=2)
        assert remote.orders_page(1).count == 0
        assert pauses == [0.5, 2.0]

        market.fault("502")
        with pytest.raises(ServerTrouble):
            remote.orders_page(1)

    assert market.ledger.count_requests("GET", "/ws/orders") == 6
    assert len(pace.taken) == 6, "every try asks the pace"


def test_whoever_is_not_let_in_does_not_knock_again(market: Simulator) -> None:
    for fault in ("401", "403", "bot", "429", "malformed", "timeout-before"):
        market.clear()
        market.fault(fault)
        before = market.ledger.count_requests()
        with client(market.url, timeouts=patience(fault)) as remote, pytest.raises(RemoteFailure):
            remote.orders_page(1)
        assert market.ledger.count_requests() == before + 1, fault


# ---------------------------------------------------------------- reasons


@pytest.mark.parametrize(
    ("body", "reason", "field"),
    [
        (b'{"error": {"code": "x", "message": "too low", "target": "price"}, "requestId": "r"}', "too low", "price"),
        (b'{"errors": [{"code": "x", "message": "too low", "target": "price"}]}', "too low", "price"),
        (b'{"title": "Bad", "status": 400, "errors": [{"target": "price", "title": "too low"}]}', "too low", "price"),
        (b'{"type": "/e", "title": "too low", "status": 400}', "too low", ""),
        (b'"sku not found"', "sku not found", ""),
        (b'{"error": "sku not found"}', "sku not found", ""),
        (b'{"price": ["too low"]}', "too low", "price"),
        (b'{"statuscode": 400, "bodymessage": "too low"}', "too low", ""),
        (b"", "no reason", ""),
    ],
)  # fmt: skip
def test_the_reason_is_read_from_every_envelope(body: bytes, reason: str, field: str) -> None:
    answer = reply(body, "400 Bad Request")
    with RawHost(answer) as host, client(host.url) as remote, pytest.raises(Rejected) as raised:
        remote.change_listing("u-1", "fr-fr", quantity=1)

    assert reason in render(raised.value.happened)
    assert raised.value.field == field


def test_an_error_inside_a_200_is_an_error() -> None:
    body = b'{"statuscode": 400, "bodymessage": "parameter catalog not found"}'
    with RawHost(reply(body)) as host, client(host.url) as remote, pytest.raises(Rejected):
        remote.send_catalog("sku\nA\n", "fr-fr", 1)


# ---------------------------------------------------------------- hostile hosts


def test_an_answer_that_drips_ends_at_the_deadline() -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n"
        )
        while True:
            connection.sendall(b" ")
            time.sleep(0.02)

    begun = time.monotonic()
    with RawHost(drip) as host, client(host.url, timeouts=HASTY) as remote, pytest.raises(NoAnswer):
        remote.orders_page(1)

    assert time.monotonic() - begun < 10


def test_an_answer_without_end_is_not_read_to_the_end() -> None:
    def pour(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n")
        while True:
            connection.sendall(b" " * 1_000_000)

    with (
        RawHost(pour) as host,
        client(host.url) as remote,
        pytest.raises(UnreadableAnswer) as raised,
    ):
        remote.orders_page(1)

    assert "20 MB" in render(raised.value.happened)


@pytest.mark.parametrize(
    "answer",
    [
        reply(b"<html>hotel login</html>", content_type="text/html"),
        reply(b"<!doctype html>not here", "404 Not Found", content_type="text/html"),
        reply(b"", "302 Found", location="https://elsewhere.example/"),
    ],
)
def test_a_web_page_is_not_the_api_and_nothing_is_gone(answer: bytes) -> None:
    with RawHost(answer) as host, client(host.url) as remote:
        with pytest.raises(NotTheApi):
            remote.listing_by_sku("A", "fr-fr")
        assert len(host.requests) == 1, "no redirection is followed with the token"


@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, b'{"count": ' + b"9" * 6000 + b"}", b"NaN", b"\xff\xfe", b"[]", b'{"results": 3}'],
)
def test_strange_json_is_drift_and_no_crash(body: bytes) -> None:
    with RawHost(reply(body)) as host, client(host.url) as remote, pytest.raises(UnreadableAnswer):
        remote.orders_page(1)


def test_the_clock_of_the_marketplace_is_compared() -> None:
    answer = reply(
        b'{"count": 0, "next": null, "previous": null, "results": []}', date="Mon, 01 Jan 2024 00:00:00 GMT"
    )
    with RawHost(answer) as host, client(host.url) as remote:
        remote.orders_page(1)
        ahead = remote.skew

    assert ahead is not None
    assert ahead.days > 300
