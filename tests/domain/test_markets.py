"""The table of markets."""

from __future__ import annotations

import pytest

from bmdesk.domain.markets import (
    MARKETS,
    Environment,
    Region,
    UnknownMarket,
    currency_of,
    host_of,
    known_market,
    market,
    markets_of,
)
from bmdesk.texts import render


@pytest.mark.parametrize("written", ["en-gb", "EN-GB", "en_GB", "  en-Gb "])
def test_a_market_is_known_however_its_locale_is_written(written: str) -> None:
    assert market(written).code == "GB"
    assert currency_of(written) == "GBP"


@pytest.mark.parametrize("unknown", ["", "gb", "en-fr", "xx-xx", "en-gb-x"])
def test_an_unknown_market_is_refused_with_those_that_there_are(unknown: str) -> None:
    with pytest.raises(UnknownMarket) as raised:
        market(unknown)

    assert "fr-fr" in render(raised.value.todo)
    assert known_market(unknown) is None


def test_two_markets_may_share_a_language_and_never_a_code() -> None:
    assert (market("fr-fr").code, market("fr-be").code) == ("FR", "BE")
    assert len({one.code for one in MARKETS}) == len({one.locale for one in MARKETS}) == len(MARKETS) == 17


def test_each_platform_has_its_markets_and_finland_is_one_of_europes() -> None:
    assert [one.locale for one in markets_of(Region.NA)] == ["en-us"]
    assert [one.locale for one in markets_of(Region.AP)] == ["ja-jp", "en-au"]
    assert market("fi-fi") in markets_of(Region.EU)


def test_each_platform_has_a_host_and_a_twin() -> None:
    assert host_of(Region.EU, Environment.PRODUCTION) == "www.backmarket.fr"
    assert host_of(Region.AP, Environment.PREPROD) == "preprod.backmarket.co.jp"


def test_each_country_has_a_name() -> None:
    assert len({render(one.country) for one in MARKETS}) == len(MARKETS)
