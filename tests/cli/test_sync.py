"""`bmdesk sync` and what follows from it on the command line, over real HTTP."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bmdesk.simulator import Simulator
from tests.cli.conftest import Bmdesk
from tests.processes import python

SKU = "IP13-128-BLK-EXCELLENT"
KEYS = {"pulled", "done", "failed", "uncertain", "parked", "pending", "elapsed_s", "problems", "kinds"}
WATCH = "import sys; from bmdesk import app; sys.exit(app.main(['sync', '--watch']))"


@pytest.fixture(scope="module")
def _marketplace() -> Iterator[Simulator]:
    with Simulator(token="good-token", limits=False, task_seconds=0) as running:
        yield running


@pytest.fixture
def market(
    _marketplace: Simulator, stocked: Bmdesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Simulator:
    """A marketplace with one listing of ours, an account for it, and its token."""
    monkeypatch.setenv("BMDESK_CLAIMS", str(tmp_path / "claims"))
    monkeypatch.setenv("BMDESK_BACKMARKET_TOKEN", "good-token")
    _marketplace.reset()
    _marketplace.add_listing(SKU, grade="EXCELLENT", quantity=7, prices={"fr-fr": 399})
    assert stocked("config", "set", "backmarket.url", _marketplace.url).code == 0
    assert stocked("config", "set", "backmarket.contact", "it@shop.example").code == 0
    return _marketplace


def handed_over(bmdesk: Bmdesk) -> None:
    assert bmdesk("sync", "--once").code == 0
    assert bmdesk("listings", "manage", "--all", "--yes").code == 0


def test_the_first_sync_reads_and_writes_nothing(stocked: Bmdesk, market: Simulator) -> None:
    said = stocked("sync", "--once", "--json")
    assert (said.code, set(said.json)) == (0, KEYS)
    assert (said.json["pulled"], said.json["done"], said.json["problems"]) == (1, 0, [])
    read = {one["kind"]: one["pulled"] for one in said.json["kinds"]}
    assert read.pop("listings") == 1 and not any(read.values())
    assert market.ledger.writes() == []


def test_what_a_dry_run_shows_is_what_is_then_written(stocked: Bmdesk, market: Simulator) -> None:
    handed_over(stocked)
    shown = stocked("sync", "--dry-run", "--json").json
    assert [(w["kind"], w["old"], w["new"], w["problem"]) for w in shown["writes"]] == [
        ("stock", "7", "1", None),
        ("price", "399.00 EUR", "624.00 EUR", None),
    ]
    assert market.ledger.writes() == []
    assert "2 would be written" in stocked("sync", "--dry-run").out

    said = stocked("sync", "--once")

    assert said.code == 0 and "changes sent: 2," in said.out
    assert market.listing(SKU)["quantity"] == 1
    assert stocked("sync", "--dry-run", "--json").json == {"writes": [], "problems": []}


def test_a_marketplace_that_fails_is_told_and_is_no_failure_of_the_command(
    stocked: Bmdesk, market: Simulator
) -> None:
    handed_over(stocked)
    market.fault("401")
    said = stocked("sync", "--once", "--json")
    assert said.code == 0
    assert [set(problem) for problem in said.json["problems"]] == [{"title", "happened", "todo"}]
    assert said.json["pending"] == 2
    assert sum(one["pending"] for one in said.json["kinds"]) == 2
    market.clear()
    assert stocked("sync", "--once", "--json").json["done"] == 2


def test_what_cannot_run_is_one_line_and_exit_1(
    stocked: Bmdesk, market: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BMDESK_BACKMARKET_TOKEN")
    for words in (("--once",), ("--once", "--json"), ("--dry-run",), ("--watch",)):
        said = stocked("sync", *words)
        assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
        assert "secret set backmarket.token" in said.err
    monkeypatch.setenv("BMDESK_BACKMARKET_TOKEN", "good-token")
    stocked("accounts", "pause")
    assert "paused" in stocked("sync", "--once").err
    stocked("accounts", "off")
    said = stocked("sync", "--once")
    assert said.code == 1 and "no account" in said.err


def test_sync_wants_one_way_to_run_and_an_account(stocked: Bmdesk) -> None:
    assert stocked("sync").code == stocked("sync", "--once", "--watch").code == 2
    assert stocked("outbox", "list", "--state", "nonsense").code == 2
    assert stocked("sync", "--once").code == 1, "there is no account at all"


@pytest.mark.slow
def test_one_process_syncs_and_the_second_says_which(stocked: Bmdesk, market: Simulator) -> None:
    handed_over(stocked)
    assert stocked("config", "set", "backmarket.gather_seconds", "0").code == 0
    first = python(WATCH)
    try:
        assert first.stdout is not None
        assert "until it is stopped" in first.stdout.readline()
        assert "read: " in first.stdout.readline()  # it has the right now
        for words in (("--once",), ("--watch",)):
            second = stocked("sync", *words)
            assert second.code == 1
            assert f"process {first.pid}" in second.err
        assert stocked("sync", "--dry-run").code == 0
        first.send_signal(signal.SIGTERM)
        assert first.wait(timeout=30) == 0
    finally:
        first.kill()
        first.communicate()
    assert market.listing(SKU)["quantity"] == 1
    assert stocked("sync", "--once").code == 0


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_ctrl_c_ends_a_watch_at_once_and_well(stocked: Bmdesk, market: Simulator) -> None:
    watching = python(WATCH)
    try:
        assert watching.stdout is not None
        watching.stdout.readline()
        watching.send_signal(signal.SIGINT)
        assert watching.wait(timeout=30) == 0
    finally:
        watching.kill()
        watching.communicate()


def test_a_unit_is_sold_with_its_line_by_any_name(stocked: Bmdesk, market: Simulator) -> None:
    handed_over(stocked)
    stocked("sync", "--once")
    order = market.order(SKU)
    stocked("sync", "--once")
    line = market.order_state(order)["lines"][0]["id"]
    market.set_order_state(order, 9)
    unit = stocked("units", "list", "--json").json[0]["identifier"]
    assert stocked("units", "sold", unit, "--line", "1").code == 1

    said = stocked("--account", "default", "units", "sold", unit, "--line", str(line))

    assert said.code == 0, said.err
    assert stocked("units", "show", unit, "--json").json["state"] == "shipped"
    assert stocked("units", "sold", unit, "--line", str(line)).code == 1
    stocked("sync", "--once")
    assert market.listing(SKU)["quantity"] == 0
