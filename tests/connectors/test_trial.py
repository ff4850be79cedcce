"""Test connection: each thing that can be wrong has its own words, and the words say what to do."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bmdesk.connectors.backmarket.endpoint import Endpoint
from bmdesk.connectors.backmarket.trial import sisters, try_connection
from bmdesk.connectors.http import Timeouts
from bmdesk.connectors.verdict import Verdict
from bmdesk.domain.markets import Environment, Region
from bmdesk.simulator import Simulator
from bmdesk.texts import render
from tests.connectors.hosts import HASTY, PATIENT, TOKEN, RawHost, endpoint, reply


def verdict(where: str | Endpoint, timeouts: Timeouts = PATIENT) -> Verdict:
    found = try_connection(where if isinstance(where, Endpoint) else endpoint(where), timeouts=timeouts)
    for text in (found.title, found.happened, found.todo):
        assert render(text)
        assert "{" not in render(text)
        assert TOKEN not in render(text)
    return found


def test_all_well_says_how_many_listings_there_are(market: Simulator) -> None:
    for number in range(12):
        market.add_listing(f"A-{number}", prices={"fr-fr": 199})

    found = verdict(market.url)

    assert (found.ok, found.code, found.details["listings"]) == (True, "trial.ok", 12)
    assert "listings: 12" in render(found.happened)
    assert market.ledger.writes() == [], "a trial writes nothing"


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("401", "remote.token_refused"),
        ("403", "remote.firewall"),
        ("bot", "remote.bot_challenge"),
        ("429", "remote.too_many_requests"),
        ("500", "remote.server_trouble"),
        ("timeout-before", "remote.no_answer"),
        ("truncated", "remote.answer_cut_off"),
        ("malformed", "remote.not_the_api"),
    ],
)
def test_each_fault_has_its_own_verdict(market: Simulator, fault: str, code: str) -> None:
    market.fault(fault)

    found = verdict(market.url, HASTY if fault == "timeout-before" else PATIENT)

    assert (found.ok, found.code) == (False, code)
    assert market.ledger.count_requests() == 1


def test_the_firewalls_number_is_in_the_details(market: Simulator) -> None:
    market.fault("403")

    found = verdict(market.url)

    assert str(found.details["cf_ray"]).endswith("SIM")
    assert str(found.details["cf_ray"]) in render(found.todo)


def test_an_account_that_is_no_seller_is_told_apart(market: Simulator) -> None:
    market.control(merchant=False)

    assert verdict(market.url).code == "remote.not_merchant"


def test_a_token_of_another_platform_is_found_where_it_works() -> None:
    with Simulator(token="european") as here, Simulator(token=TOKEN, region="NA") as there:

        def others(asked: Endpoint) -> tuple[Endpoint, ...]:
            return (replace(asked, url=there.url, region=Region.NA, primary_market="en-us"),)

        found = try_connection(endpoint(here.url), timeouts=PATIENT, others=others)

    assert found.code == "trial.wrong_platform"
    assert "NA" in render(found.todo)


def test_a_token_is_shown_to_no_other_host_where_an_address_is_set() -> None:
    assert sisters(endpoint("http://127.0.0.1:9")) == ()


def test_the_sisters_are_the_other_five_hosts_each_with_a_market_of_its_own() -> None:
    hosts = {(one.host, one.primary_market) for one in sisters(endpoint(""))}

    assert hosts == {
        ("www.backmarket.fr", "fr-fr"),
        ("www.backmarket.com", "en-us"),
        ("preprod.backmarket.com", "en-us"),
        ("www.backmarket.co.jp", "ja-jp"),
        ("preprod.backmarket.co.jp", "ja-jp"),
    }


def test_a_market_of_another_platform_is_said_before_anything_is_asked(market: Simulator) -> None:
    found = verdict(endpoint(market.url, Region.EU, "en-us"))

    assert found.code == "trial.wrong_market"
    assert "fr-fr" in render(found.todo)
    assert market.ledger.count_requests() == 0


def test_a_market_that_the_marketplace_does_not_know_is_said(market: Simulator) -> None:
    market.control(region="AP")

    assert verdict(market.url).code == "trial.market_refused"


def test_prices_in_another_currency_mean_another_market() -> None:
    body = b'{"count": 1, "next": null, "results": [{"id": "u", "price": "5.00", "currency": "EUR"}]}'
    with RawHost(reply(body)) as host:
        found = verdict(endpoint(host.url, market="en-gb"))

    assert found.code == "trial.wrong_currency"


@pytest.mark.parametrize("off", [timedelta(minutes=-9), timedelta(days=2)])
def test_a_clock_that_is_off_is_said(market: Simulator, off: timedelta) -> None:
    market.clock = datetime.now(UTC) + off

    assert verdict(market.url).code == "trial.clock"


@pytest.mark.parametrize(
    "answer",
    [
        reply(b"<html>It works!</html>", content_type="text/html"),
        reply(b"<html>no</html>", "404 Not Found", content_type="text/html"),
        reply(b'{"error": "no such path"}', "404 Not Found"),
        reply(b"", "301 Moved Permanently", location="https://elsewhere.example"),
        reply(b'{"hello": "world"}'),
        b"220 mail.example ESMTP\r\n",
    ],
)
def test_a_wrong_address_is_told_from_a_refusal(answer: bytes) -> None:
    with RawHost(answer) as host:
        found = verdict(host.url)

    assert found.code in {"remote.not_the_api", "remote.answer_cut_off"}


def test_nobody_there_a_mistyped_name_and_no_network_are_three_things(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert verdict(f"http://127.0.0.1:{port}").code == "remote.connection_refused"

    def unknown(*_args: object, **_more: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert verdict("https://backmarket.invalid").code == "remote.name_not_found"
    assert verdict(endpoint("")).code == "remote.unreachable", "the marketplace's own names exist"


def test_a_secure_connection_that_is_refused_has_words_of_its_own() -> None:
    with RawHost(b"HTTP/1.1 400 Bad Request\r\n\r\n") as host:
        found = verdict(host.url.replace("http:", "https:"))

    assert found.code == "remote.certificate"
    assert "date and time" in render(found.todo)


def test_production_and_preprod_are_named_in_the_details() -> None:
    place = Endpoint("http://127.0.0.1:9", Region.EU, Environment.PRODUCTION, "fr-fr", "t", "c", "a@b")

    assert verdict(place).details == {
        "host": "127.0.0.1:9",
        "region": "EU",
        "environment": "production",
        "market": "fr-fr",
    }
