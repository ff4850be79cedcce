"""The worker in the window: it begins with the first account, writes behind the scans, and never holds the window."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from bmdesk.domain.changes import Change
from bmdesk.services import settings
from bmdesk.services.selling import accounts
from bmdesk.simulator import Simulator
from bmdesk.store.sync_right import SyncRight
from bmdesk.system.paths import DataDir
from bmdesk.ui.palette import Tone
from bmdesk.ui.syncing import BackgroundSync
from bmdesk.ui.workplace import Workplace

TOKEN = "bm-token"


@pytest.fixture(scope="module")
def marketplace() -> Iterator[Simulator]:
    with Simulator(token=TOKEN, task_seconds=0) as made:
        yield made


@pytest.fixture
def syncing(
    workplace: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[BackgroundSync]:
    monkeypatch.setenv("BMDESK_BACKMARKET_TOKEN", TOKEN)
    monkeypatch.setenv("BMDESK_CLAIMS", str(tmp_path / "claims"))
    made = BackgroundSync(workplace.desk, workplace.bridge, workplace.window, DataDir(tmp_path / "data"))
    workplace.syncing = made
    yield made
    made.stop()


def connect(workplace: Workplace, market: Simulator) -> None:
    """What a person fills in once."""
    given = {"url": market.url, "company": "Acme", "contact": "it@acme.example", "markets": "fr-fr,de-de"}
    accounts.add(workplace.desk, **given)


def test_it_begins_as_soon_as_there_is_an_account(
    workplace: Workplace, syncing: BackgroundSync, market: Simulator, qtbot: QtBot
) -> None:
    market.add_listing("IP13-128-BLK-GOOD", quantity=3, prices={"fr-fr": "300.00"})
    heard: list[frozenset[Change]] = []
    workplace.bridge.changed.connect(heard.append)
    syncing.start()
    qtbot.waitUntil(lambda: workplace.bridge.pending == 0)
    assert not syncing.is_running

    workplace.write(lambda desk: connect(workplace, market))
    qtbot.waitUntil(lambda: workplace.bridge.pending == 0)
    workplace.bridge.announce(frozenset({Change.SETTINGS}))

    qtbot.waitUntil(lambda: any(Change.LISTINGS in flags for flags in heard), timeout=15_000)
    qtbot.waitUntil(lambda: workplace.window.sync_light.tone is Tone.OK, timeout=10_000)
    assert "SIMULATOR" in workplace.window.strip.words
    assert syncing.stop()


def test_a_store_that_another_process_syncs_is_said_once_and_taken_over_later(
    workplace: Workplace, syncing: BackgroundSync, market: Simulator, qtbot: QtBot
) -> None:
    connect(workplace, market)
    other = SyncRight.take(workplace.desk.store.place)
    assert other is not None
    said: list[str] = []
    syncing.trouble_changed.connect(lambda: said.append(syncing.trouble.code if syncing.trouble else ""))
    syncing.start()
    qtbot.waitUntil(lambda: said == ["sync.elsewhere"], timeout=10_000)
    syncing.sync_now()  # wakes it: it asks again
    qtbot.wait(100)
    assert said == ["sync.elsewhere"]
    assert not workplace.window.banners.banners

    other.close()
    syncing.sync_now()
    qtbot.waitUntil(lambda: said == ["sync.elsewhere", ""], timeout=15_000)


@pytest.mark.slow
def test_a_marketplace_that_does_not_answer_does_not_hold_the_closing_window(
    workplace: Workplace, syncing: BackgroundSync, market: Simulator, qtbot: QtBot
) -> None:
    connect(workplace, market)
    market.control(latency=8000)
    syncing.start()
    qtbot.waitUntil(lambda: market.ledger.count_requests() > 0, timeout=10_000)
    begun = time.monotonic()
    syncing.stop()
    assert workplace.bridge.close(10)
    assert time.monotonic() - begun < 5


def test_a_tested_connection_says_what_is_wrong_with_the_token(
    workplace: Workplace,
    syncing: BackgroundSync,
    market: Simulator,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connect(workplace, market)
    verdicts: list[str] = []
    syncing.test("default", lambda verdict: verdicts.append(verdict.code if not verdict.ok else "ok"))
    qtbot.waitUntil(lambda: verdicts == ["ok"], timeout=10_000)
    monkeypatch.setenv("BMDESK_BACKMARKET_TOKEN", "another")
    syncing.test("default", lambda verdict: verdicts.append(verdict.code))
    qtbot.waitUntil(lambda: len(verdicts) == 2, timeout=10_000)
    assert verdicts[1] == "remote.token_refused"
    assert settings.get(workplace.desk, "backmarket.url") == market.url
