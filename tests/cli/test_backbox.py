"""`bmdesk backbox`, as a script calls it, over real HTTP."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bmdesk.simulator import Simulator
from tests.cli.conftest import Bmdesk
from tests.processes import python

REFRESH = "import sys; from bmdesk import app; sys.exit(app.main(['backbox', 'refresh', '--json']))"
KEYS = {"asked", "boxes", "winning", "without_box", "left", "complete", "failed", "listings"}


@pytest.fixture(scope="module")
def _marketplace() -> Iterator[Simulator]:
    with Simulator(token="good-token", limits=False, task_seconds=0) as running:
        yield running


@pytest.fixture
def market(
    _marketplace: Simulator, bmdesk: Bmdesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Simulator:
    """A marketplace with two listings that were read: one fights with a rival, one has no BackBox."""
    monkeypatch.setenv("BMDESK_CLAIMS", str(tmp_path / "claims"))
    monkeypatch.setenv("BMDESK_BACKMARKET_TOKEN", "good-token")
    _marketplace.reset()
    _marketplace.add_listing("A", quantity=7, prices={"fr-fr": 399, "de-de": 420})
    _marketplace.add_listing("B", quantity=1, prices={"fr-fr": 100})
    _marketplace.rivals("A", "fr-fr", 380)
    _marketplace.rivals("A", "de-de", 500)
    _marketplace.backbox("B", "fr-fr")
    assert bmdesk("config", "set", "backmarket.url", _marketplace.url).code == 0
    assert bmdesk("config", "set", "backmarket.contact", "it@shop.example").code == 0
    assert bmdesk("sync", "--once").code == 0
    return _marketplace


def test_who_wins_is_read_and_listed(bmdesk: Bmdesk, market: Simulator) -> None:
    said = bmdesk("backbox", "refresh", "--json")

    assert (said.code, set(said.json)) == (0, KEYS)
    assert (said.json["asked"], said.json["boxes"], said.json["winning"], said.json["left"]) == (2, 2, 1, 0)
    assert said.json["complete"] and said.json["failed"] == []
    rows = {(one["sku"], one["market"]): one for one in bmdesk("backbox", "list", "--json").json}
    assert {key: one["state"] for key, one in rows.items()} == {
        ("A", "de-de"): "winning",
        ("A", "fr-fr"): "losing",
        ("B", "fr-fr"): "no_box",
    }
    lost = rows["A", "fr-fr"]
    assert (lost["price"], lost["winner_price"], lost["price_to_win"]) == ("399.00", "380.00", "376.20")
    assert [rows[key]["winning"] for key in sorted(rows)] == [True, False, None]
    assert lost["currency"] == "EUR" and lost["read_at"] and lost["age_s"] >= 0
    assert [one["market"] for one in bmdesk("backbox", "list", "--state", "losing", "--json").json] == [
        "fr-fr"
    ]
    shown = bmdesk("backbox", "list", "--market", "FR-fr").out
    assert "does not win" in shown and "no BackBox: 1" in shown
    assert market.ledger.writes() == []


def test_one_listing_is_asked_by_any_of_its_names(bmdesk: Bmdesk, market: Simulator) -> None:
    number = str(market.listing("A")["listing_id"])
    said = bmdesk("backbox", "refresh", "--listing", number, "--listing", "a", "--market", "fr-fr", "--json")
    assert (said.json["asked"], [one["market"] for one in said.json["listings"]]) == (1, ["fr-fr"])
    again = bmdesk("backbox", "refresh", "--older-than", "60")
    assert again.code == 0 and "asked about: 1." in again.out
    none = bmdesk("backbox", "refresh", "--listing", "B", "--market", "de-de")
    assert none.code == 0 and "neither online" in none.err


def test_what_cannot_be_is_said_in_one_line(bmdesk: Bmdesk, market: Simulator) -> None:
    for words in (
        ("refresh", "--listing", "NOBODY"),
        ("refresh", "--market", "xx-xx"),
        ("list", "--state", "nearly"),
        ("list", "--listing", "NOBODY"),
    ):
        said = bmdesk("backbox", *words)
        assert said.code == 1 and len(said.err.strip().splitlines()) == 1, words
    market.fault("401")
    assert bmdesk("backbox", "refresh").code == 1
    bmdesk("accounts", "pause")
    assert "Paused by a person" in bmdesk("backbox", "refresh").err


def test_a_price_to_win_is_shown_with_its_floor_and_taken_only_where_bmdesk_prices(
    bmdesk: Bmdesk, market: Simulator
) -> None:
    assert bmdesk("backbox", "refresh").code == 0
    shown = bmdesk("backbox", "take", "A", "--market", "fr-fr")
    assert shown.code == 1 and "376.20" in shown.out and "--yes" in shown.err
    refused = bmdesk("backbox", "take", "A", "--market", "fr-fr", "--yes")
    assert refused.code == 1 and "A" in refused.err
    assert bmdesk("backbox", "take", "A", "--market", "fr-fr", "--rules").code == 1
    (row,) = bmdesk("backbox", "list", "--state", "losing", "--json").json
    assert (row["margin_to_win"], row["floor"], row["below_floor"], row["chosen"]) == (
        None,
        None,
        False,
        None,
    )


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_ctrl_c_stops_after_the_answer_under_way_and_another_call_goes_on(
    bmdesk: Bmdesk, market: Simulator
) -> None:
    for number in range(8):
        market.add_listing(f"S{number}", quantity=1, prices={"fr-fr": 100})
    assert bmdesk("sync", "--once").code == 0
    before = market.ledger.requests[-1]["n"]
    reading = python(REFRESH)
    while len(_asked(market, before)) < 2:
        assert reading.poll() is None
        time.sleep(0.05)
    reading.send_signal(signal.SIGINT)
    out, err = reading.communicate(timeout=30)

    assert reading.returncode == 130, err
    first = json.loads(out)
    assert 2 <= first["asked"] < 10 and first["left"] == 10 - first["asked"]
    assert "--older-than" in err
    rest = bmdesk("backbox", "refresh", "--older-than", "60", "--json").json
    assert (rest["asked"], rest["left"]) == (first["left"], 0)
    assert len(set(_asked(market, before))) == 10, "each was asked about once"
    assert len(_asked(market, before)) == 10


def _asked(market: Simulator, after: int) -> list[str]:
    return [one["path"] for one in market.ledger.requests if one["n"] > after and "/backbox/" in one["path"]]
