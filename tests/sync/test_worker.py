"""The worker syncs in the background, alone, and stops when it is told to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bmdesk.store.queries import feeds
from bmdesk.sync.engine import Report
from bmdesk.sync.opening import SyncedElsewhere
from bmdesk.sync.worker import Worker
from bmdesk.texts import Failure
from tests.markets import FIRST, Shop


class Heard:
    """What a worker told."""

    def __init__(self) -> None:
        self.reports: list[Report] = []
        self.failures: list[Failure] = []
        self.bugs: list[BaseException] = []


@contextmanager
def working(shop: Shop) -> Iterator[tuple[Worker, Heard]]:
    heard = Heard()
    worker = Worker(shop.desk, shop.tools, heard.reports.append, heard.failures.append, heard.bugs.append)
    worker.start()
    try:
        yield worker, heard
    finally:
        assert worker.stop(30)


def wait_for(true: Callable[[], object]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def test_what_a_scan_takes_away_is_sent_without_being_told(shop: Shop) -> None:
    (unit,) = shop.ready()
    shop.offer()
    shop.sync()
    assert shop.remote() == 1
    with working(shop) as (_, heard):
        shop.hold(unit)
        wait_for(lambda: shop.remote() == 0)
        wait_for(lambda: not shop.open())
    assert heard.failures == heard.bugs == []


def test_sync_now_reads_what_is_not_due(shop: Shop) -> None:
    shop.offer(manage=False)
    with working(shop) as (worker, heard):
        shop.market.change(FIRST, quantity=5)
        worker.sync_now()
        wait_for(lambda: shop.listed(FIRST).quantity == 5)
        wait_for(lambda: heard.reports)


def test_a_second_worker_is_told_who_syncs_and_takes_over_nothing(shop: Shop) -> None:
    with working(shop):
        wait_for(lambda: (row := shop.desk.read(feeds.syncing)) is not None and row.running)
        with working(shop) as (_, second):
            wait_for(lambda: second.failures)
            assert isinstance(second.failures[0], SyncedElsewhere)
            assert second.reports == []
    row = shop.desk.read(feeds.syncing)
    assert row is not None and not row.running, "whoever stops says so"


def test_a_bug_ends_the_worker_and_goes_where_bugs_go(shop: Shop) -> None:
    def broken(_report: Report) -> None:
        raise ZeroDivisionError

    bugs: list[BaseException] = []
    shop.market.add_listing(FIRST, grade="EXCELLENT")
    worker = Worker(shop.desk, shop.tools, broken, lambda _: None, bugs.append)
    worker.start()
    wait_for(lambda: bugs)
    assert isinstance(bugs[0], ZeroDivisionError)
    assert worker.stop(5)
