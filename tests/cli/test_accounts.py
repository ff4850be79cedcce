"""`bmdesk accounts` over real HTTP: an account is added, tried, paused; and its settings by `bmdesk config`."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bmdesk.simulator import Simulator
from tests.cli.conftest import Bmdesk

Typed = Callable[[str], None]


@pytest.fixture(scope="module")
def _marketplace() -> Iterator[Simulator]:
    with Simulator(token="good-token") as running:
        yield running


@pytest.fixture
def market(_marketplace: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Simulator:
    """A marketplace as it is on its first day, and a machine on which nobody claimed anything."""
    monkeypatch.setenv("BMDESK_CLAIMS", str(tmp_path / "claims"))
    _marketplace.reset()
    return _marketplace


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Typed:
    """What comes on standard input of the next call."""

    def give(words: str) -> None:
        stream: Any = SimpleNamespace(buffer=io.BytesIO(words.encode()), isatty=lambda: False)
        monkeypatch.setattr(sys, "stdin", stream)

    return give


def test_an_account_is_added_tried_and_listed(bmdesk: Bmdesk, market: Simulator, typed: Typed) -> None:
    typed("good-token\n")
    added = bmdesk(
        "accounts", "add", "--url", market.url, "--markets", "fr-fr,en-gb", "--contact", "it@shop.example",
        "--token-stdin",
    )  # fmt: skip
    assert added.code == 0
    assert "good-token" not in added.out + added.err

    tried = bmdesk("accounts", "test", "--json")

    assert (tried.code, tried.json["ok"], tried.json["code"]) == (0, True, "trial.ok")
    assert all(tried.json[part] for part in ("title", "happened", "todo"))
    (row,) = bmdesk("accounts", "list", "--json").json
    assert row == {
        "name": "default",
        "region": "EU",
        "environment": "production",
        "url": market.url,
        "markets": ["fr-fr", "en-gb"],
        "token": True,
        "active": True,
        "paused": False,
        "blocked_until": None,
        "problem": None,
    }
    assert "ready" in bmdesk("accounts", "list").out


def test_settings_and_a_token_are_enough_for_an_account(
    bmdesk: Bmdesk, market: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bmdesk("accounts", "list", "--json").json == []
    bmdesk("config", "set", "backmarket.url", market.url)
    bmdesk("config", "set", "backmarket.contact", "it@shop.example")
    (row,) = bmdesk("accounts", "list", "--json").json
    assert "secret set backmarket.token" in row["problem"]
    untold = bmdesk("accounts", "test", "--json")
    assert (untold.code, untold.json["code"]) == (1, "sync.no_token")

    monkeypatch.setenv("BMDESK_BACKMARKET_TOKEN", "good-token")

    assert bmdesk("accounts", "test").code == 0


def test_a_refused_token_is_told_from_a_marketplace_that_is_not_there(
    bmdesk: Bmdesk, market: Simulator, typed: Typed
) -> None:
    for name, url in (("shop", market.url), ("nowhere", "http://127.0.0.1:9")):
        typed("bad-token")
        bmdesk("accounts", "add", name, "--url", url, "--contact", "it@shop.example", "--token-stdin")
    refused, away = (bmdesk("--account", name, "accounts", "test", "--json") for name in ("shop", "nowhere"))
    assert (refused.code, refused.json["code"]) == (1, "remote.token_refused")
    assert (away.code, away.json["code"]) == (1, "remote.connection_refused")
    assert "bad-token" not in refused.out + refused.err


def test_a_market_of_another_region_is_said_by_list_and_test(
    bmdesk: Bmdesk, market: Simulator, typed: Typed
) -> None:
    typed("good-token")
    bmdesk(
        "accounts", "add", "--url", market.url, "--contact", "it@shop.example", "--markets", "fr-fr,de-de",
        "--token-stdin",
    )  # fmt: skip
    refused = bmdesk("config", "set", "backmarket.markets", "fr-fr,en-us")
    assert refused.code == 1
    assert "en-gb" in refused.err
    assert bmdesk("config", "set", "backmarket.region", "NA").code == 0
    assert "de-de" in bmdesk("accounts", "list").out
    tried = bmdesk("accounts", "test", "--json")
    assert (tried.code, tried.json["ok"]) == (1, False)


def test_an_account_is_paused_switched_off_and_comes_back(bmdesk: Bmdesk, market: Simulator) -> None:
    bmdesk("accounts", "add", "--url", market.url)

    def state() -> tuple[bool, bool]:
        (row,) = bmdesk("accounts", "list", "--json").json
        return row["active"], row["paused"]

    for command, expected in (
        ("pause", (True, True)),
        ("off", (False, True)),
        ("resume", (False, False)),
        ("on", (True, False)),
    ):
        assert bmdesk("accounts", command).code == 0
        assert state() == expected
    assert bmdesk("accounts", "warehouse", "MAIN", "default").code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("accounts", "pause", "nobody"),
        ("--account", "nobody", "accounts", "test"),
        ("--account", "nobody", "units", "list"),
        ("accounts", "add", "token"),
        ("accounts", "add", "default"),
        ("accounts", "add", "us", "--region", "NA", "--markets", "fr-fr"),
        ("accounts", "warehouse", "MAIN", "nobody"),
        ("accounts", "warehouse", "NOWHERE", "default"),
        ("config", "set", "backmarket.orders", "sometimes"),
        ("config", "set", "backmarket.nobody.nonsense", "1"),
        ("config", "reset", "company.name"),
    ],
)
def test_what_cannot_be_is_one_line_and_changes_nothing(
    bmdesk: Bmdesk, market: Simulator, words: tuple[str, ...]
) -> None:
    bmdesk("accounts", "add")
    before = bmdesk("accounts", "list", "--json").json, bmdesk("config", "list", "--json").json
    said = bmdesk(*words)
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1), said.err
    assert (bmdesk("accounts", "list", "--json").json, bmdesk("config", "list", "--json").json) == before


def test_config_shows_accounts_and_dated_rates(bmdesk: Bmdesk, market: Simulator) -> None:
    assert bmdesk("config", "set", "backmarket.us-2.region", "na").code == 0
    assert bmdesk("config", "get", "backmarket.us-2.region").out == "NA\n"
    assert bmdesk("config", "set", "rate.GBP", "0,86").code == 0
    assert bmdesk("config", "set", "rate.GBP", "0.87").code == 0
    assert "0.87 (since 2" in bmdesk("config", "get", "rate.GBP").out
    rate = bmdesk("config", "get", "rate.GBP", "--json").json
    assert (rate["value"], sorted(rate)) == ("0.87", ["at", "key", "value"])
    rows = {row["key"]: row["value"] for row in bmdesk("config", "list", "--json").json}
    assert rows["backmarket.us-2.region"] == "NA"
    assert rows["backmarket.region"] == "EU"
    assert rows["rate.GBP"] == "0.87"
    bmdesk("config", "reset", "backmarket.us-2.region")
    assert bmdesk("config", "get", "backmarket.us-2.region").out == "EU\n"
    bmdesk("config", "set", "look", "dark")
    bmdesk("config", "reset", "look")
    assert bmdesk("config", "get", "look").out == "system\n"
