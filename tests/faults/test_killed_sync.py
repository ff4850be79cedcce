"""Real processes, one that scans and one that syncs, killed at any moment: every unit answered for is offered, once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bmdesk.domain.listing_reasons import ASPECTS
from bmdesk.services.desk import Desk
from bmdesk.services.selling import accounts, management
from bmdesk.simulator import Simulator
from bmdesk.store.opening import check_file
from bmdesk.store.queries import listings, outbox_lists, units
from bmdesk.store.sync_right import SyncRight
from tests.desks import PHONE, add_models
from tests.faults.test_killed import Scanning, opened
from tests.markets import FIRST, OWNER, imei
from tests.processes import ROOT
from tests.wholeness import assert_whole

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only]

KILLS = 10
WORK = ("BMD:ALLPASS", "BMD:BATTERY:92", "BMD:LOCK:ALL:OFF", "BMD:ERASED:BLANCCO", "BMD:DONE")
LONGEST = 200.0
"""Seconds: a call that was under way at a kill is waited for until it has surely ended over there."""


def phones() -> Iterator[str]:
    """IMEIs and their steps without end."""
    for number in range(1, 999_999):
        yield imei(number)
        yield from WORK


class Watching:
    """`bmdesk sync --watch` in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self._words = (folder / "sync.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bmdesk", "--data", str(folder), "sync", "--watch"],
            cwd=ROOT,
            env={**os.environ, "BMDESK_BACKMARKET_TOKEN": f"killed{os.getpid()}", "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=self._words,
            stderr=self._words,
        )

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        self.process.send_signal(how)
        self.process.wait(timeout=60)
        self._words.close()


def prepared(folder: Path, market: Simulator) -> None:
    """A data folder whose account is this marketplace; one listing is handed over, and missing ones are made."""
    folder.mkdir()
    first = Scanning(folder, "a")
    assert first.ask("BMD:OP:OWNER")
    first.kill()
    first.gone()
    desk = opened(folder)
    add_models(desk)
    values = {
        "url": market.url,
        "environment": "preprod",
        "company": "Blue Phones",
        "contact": "it@blue.example",
    }
    account = accounts.add(desk, **values, markets="fr-fr", rate="0.95").id
    market.add_listing(FIRST, grade="EXCELLENT", quantity=3, prices={"fr-fr": 500})
    desk.store.close()
    watching = Watching(folder)
    desk = opened(folder)
    until(lambda: desk.read(lambda c: listings.count(c, account)) == 1, 30)
    shown = management.preview(desk, account)
    management.manage(desk, OWNER, account, None, ASPECTS, shown.digest)
    watching.kill(signal.SIGTERM)
    desk.store.close()


def until(true: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.2)


def ready_units(desk: Desk) -> int:
    heads = desk.read(lambda c: units.heads(c, "", 100_000))
    rows = desk.read(lambda c: [units.unit(c, unit) for unit, _, _ in heads])
    return sum(row.state == "ready" for row in rows)


def nothing_waits(desk: Desk) -> bool:
    states = desk.read(lambda c: outbox_lists.count_by_state(c, desk.company))
    return not any(states.get(one, 0) for one in ("pending", "in_flight", "uncertain"))


def test_killed_while_it_scans_and_syncs_it_offers_in_the_end_what_is_there(tmp_path: Path) -> None:
    folder, chance = tmp_path / "data", random.Random(11)
    with Simulator(limits=True, task_seconds=2, latency_ms=30) as market:
        prepared(folder, market)
        feed = phones()
        pending, answered = f"BMD:MODEL:{PHONE}", 0
        for kill in range(KILLS):
            watching, bench = Watching(folder), Scanning(folder, "a")
            # Every second one lives long enough to answer; the others may die while they start.
            if kill % 2 and bench.ask(pending) is not None:
                answered += 1
                pending = next(feed)
            killer = threading.Timer(chance.uniform(1.5, 4.0), bench.kill)
            killer.start()
            while bench.ask(pending) is not None:
                answered += 1
                pending = next(feed)
            killer.join()
            bench.gone()
            time.sleep(chance.uniform(0.0, 1.0))
            watching.kill()
            check_file(folder / "store.db", whole=True)

        desk = opened(folder)
        right = SyncRight.take(desk.store.place)
        assert right is not None, "the right to sync fell with the process"
        right.close()
        watching = Watching(folder)
        try:
            until(
                lambda: market.listing(FIRST)["quantity"] == ready_units(desk) and nothing_waits(desk),
                LONGEST,
            )
        finally:
            watching.kill(signal.SIGTERM)
        assert answered > KILLS * 10
        assert ready_units(desk) > KILLS
        assert len(market.listings()) == 1
        assert [w["new"] for w in market.ledger.writes("quantity")] == sorted(
            w["new"] for w in market.ledger.writes("quantity")
        ), "units only came"
        assert_whole(desk)
        desk.store.close()
        offered = market.listing(FIRST)["quantity"]
        print(f"\nkilled: {KILLS} times, {answered} scans answered, {offered} units offered in the end")
