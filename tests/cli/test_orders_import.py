"""`bmdesk orders import` and `bmdesk customers`, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bmdesk.simulator import Simulator
from tests.cli.conftest import Bmdesk

SKU = "IP13-128-BLK-EXCELLENT"


@pytest.fixture(scope="module")
def _marketplace() -> Iterator[Simulator]:
    with Simulator(token="good-token", limits=False, task_seconds=0) as running:
        yield running


@pytest.fixture
def market(
    _marketplace: Simulator, bmdesk: Bmdesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Simulator:
    """A marketplace with a listing, an account for it, and its token."""
    monkeypatch.setenv("BMDESK_CLAIMS", str(tmp_path / "claims"))
    monkeypatch.setenv("BMDESK_BACKMARKET_TOKEN", "good-token")
    _marketplace.reset()
    _marketplace.clock = None
    _marketplace.add_listing(SKU, grade="EXCELLENT", quantity=99, prices={"fr-fr": 399})
    assert bmdesk("config", "set", "backmarket.url", _marketplace.url).code == 0
    assert bmdesk("config", "set", "backmarket.contact", "it@shop.example").code == 0
    return _marketplace


def test_orders_are_imported_by_hand_and_counted(bmdesk: Bmdesk, market: Simulator) -> None:
    number = market.order(SKU)
    said = bmdesk("orders", "import", "--json")
    assert said.code == 0
    assert {name: said.json[name] for name in ("new", "updated", "quarantined")} == {
        "new": 1,
        "updated": 0,
        "quarantined": 0,
    }
    assert (said.json["seen"], said.json["pages"]) == (1, 4), "four lists show it, and it is one order"
    assert market.ledger.writes() == []

    (row,) = bmdesk("customers", "list", "--json").json
    shown = bmdesk("customers", "show", str(number), "--json").json
    assert (shown["id"], shown["name"]) == (row["id"], row["name"])
    assert [one["order_id"] for one in shown["orders"]] == [number]
    assert shown["addresses"][0]["street"]
    assert row["name"] in bmdesk("customers", "show", row["id"]).out


def test_a_range_of_days_includes_its_last_day(bmdesk: Bmdesk, market: Simulator) -> None:
    noon = datetime.now(UTC).replace(hour=12, minute=0) - timedelta(days=60)
    for days in range(6):
        market.set_order_state(market.order(SKU, at=noon + timedelta(days=days)), 9)
    since, until = (f"{noon + timedelta(days=n):%Y-%m-%d}" for n in (1, 3))
    said = bmdesk("orders", "import", "--since", since, "--until", until, "--json")
    assert (said.code, said.json["new"], said.json["complete"]) == (0, 3, True)
    again = bmdesk("orders", "import", "--since", since, "--until", until)
    assert again.code == 0 and "New: 0" in again.out


def test_what_cannot_be_is_said_in_one_line(bmdesk: Bmdesk, market: Simulator) -> None:
    for words in (("--since", "yesterday"), ("--since", "2030-01-01"), ("--again", "70000"), ("--resume",)):
        said = bmdesk("orders", "import", *words)
        assert said.code == 1 and len(said.err.strip().splitlines()) == 1, words
    assert bmdesk("orders", "import", "--again", "7", "--since", "2026-01-01").code == 2
    assert bmdesk("orders", "import", "--aside", "--json").json == []
    assert bmdesk("customers", "show", "nobody").code == 1
    assert bmdesk("customers", "doubts", "--json").json == []
