"""Where an account stands and who it says it is: checked before anything is sent."""

from __future__ import annotations

import pytest

from bmdesk.connectors.backmarket.endpoint import BadEndpoint, Endpoint
from bmdesk.domain.markets import Environment, Region
from bmdesk.texts import render
from tests.connectors.hosts import endpoint


def test_the_header_line_of_the_back_office_may_be_pasted_as_a_token() -> None:
    assert endpoint("", token=" Authorization: Basic  abc= ").token == "abc="


def test_without_an_override_the_platform_says_the_host() -> None:
    assert endpoint("").base == "https://preprod.backmarket.fr"
    assert (
        Endpoint("", Region.AP, Environment.PRODUCTION, "ja-jp", "t", "c", "a@b").host
        == "www.backmarket.co.jp"
    )


@pytest.mark.parametrize(
    "url",
    [
        "http://www.backmarket.fr",
        "https://www.backmarket.fr/ws",
        "https://user:pw@host.example",
        "https://host.example?x=1",
        "ftp://127.0.0.1",
        "http://127.0.0.1.evil.example",
        "https://",
        "https://host:99999",
        "nonsense",
    ],
)
def test_an_override_is_scheme_and_host_and_never_plain_http_to_the_internet(url: str) -> None:
    with pytest.raises(BadEndpoint) as raised:
        endpoint(url)

    assert "{" not in render(raised.value.happened)


@pytest.mark.parametrize(
    "url", ["http://localhost:8", "http://[::1]:8/", "https://shop.example:444", "http://127.0.0.1"]
)
def test_a_loopback_host_may_be_asked_without_https(url: str) -> None:
    assert endpoint(url).base == url.rstrip("/")


@pytest.mark.parametrize(
    ("token", "company", "contact"),
    [
        ("", "c", "a@b"),
        ("a b", "c", "a@b"),
        ("a\r\nX: y", "c", "a@b"),
        ("t", "株式会社", "a@b"),
        ("t", "c", "nobody"),
    ],
)
def test_who_asks_must_be_sayable_in_a_header(token: str, company: str, contact: str) -> None:
    with pytest.raises(BadEndpoint):
        Endpoint("", Region.EU, Environment.PREPROD, "fr-fr", token, company, contact)
