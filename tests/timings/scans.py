"""A scan, from its text to the disk, beside a bare sqlite3 insert; and how many scans a clean phone costs."""

from __future__ import annotations

import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path

from bmdesk.services import company
from bmdesk.services.desk import Desk
from bmdesk.services.grading import bench
from bmdesk.services.grading.bench import Seat
from bmdesk.store.engine import Place
from bmdesk.store.opening import open_store
from bmdesk.store.photos import Photos
from bmdesk.store.queries import batches
from bmdesk.system.clock import FixedClock
from tests.desks import PHONE, add_models
from tests.timings.figures import Figure, percentile

WORK = ("BMD:ALLPASS", "BMD:BATTERY:92", "BMD:LOCK:ALL:OFF", "BMD:ERASED", "BMD:DONE")
GOAL_SCANS = 6


def measure(folder: Path, quick: bool) -> list[Figure]:
    """Scan to durable, raw to durable, and the scans of a clean phone."""
    clock = FixedClock(datetime(2026, 1, 15, 9, tzinfo=UTC))
    store = open_store(Place.of_file(folder / "store.db"), clock.now, None, "01KTIMINGS")
    desk = company.open_desk(store, Photos(folder / "photos"), clock, "bench-1")
    add_models(desk)
    units = 20 if quick else 250
    spent, raw = _scans(desk, clock, units), raw_commits(folder / "raw.db", units * len(WORK))
    per_phone = _scans_of_a_clean_phone(desk, clock)
    store.close()
    p99, raw99 = percentile(spent, 0.99), percentile(raw, 0.99)
    return [
        Figure("scan to durable, p50", percentile(spent, 0.5), "ms", percentile(raw, 0.5)),
        Figure("scan to durable, p99", p99, "ms", raw99, "<= 3x and < 10 ms", p99 <= 3 * raw99 and p99 < 10),
        Figure("scans of a clean phone", per_phone, "scans", None, f"{GOAL_SCANS}", per_phone <= GOAL_SCANS),
    ]


def preset(desk: Desk) -> None:
    """A batch that knows the model and how its devices are erased."""

    def work(tx):  # type: ignore[no-untyped-def]
        found = batches.by_code(tx.connection, tx.company, "B1")
        assert found is not None
        batches.save_batch(tx, found["id"], preset={"erasure_method": "BLANCCO"})

    desk.write(work)


def _scans(desk: Desk, clock: FixedClock, units: int) -> list[float]:
    seat = Seat("timing", script=True, fallback="OWNER")
    for text in ("BMD:BATCH:B1", f"BMD:MODEL:{PHONE}"):
        bench.scan(desk, seat, text)
        clock.advance(seconds=2)
    preset(desk)
    spent = []
    for n in range(units + 5):
        for text in (f"SERIAL{n:08}", *WORK):
            clock.advance(seconds=2)
            began = time.perf_counter()
            result = bench.scan(desk, seat, text)
            if n >= 5:  # the first ones fill caches
                spent.append((time.perf_counter() - began) * 1000)
            assert result.ok, result.message
    return spent


def raw_commits(file: Path, count: int) -> list[float]:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE line (id INTEGER PRIMARY KEY, text TEXT)")
    spent = []
    for n in range(count):
        began = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO line (text) VALUES (?)", (f"SERIAL{n:08} and what came of it " * 4,))
        connection.execute("COMMIT")
        spent.append((time.perf_counter() - began) * 1000)
    connection.close()
    return spent


def _scans_of_a_clean_phone(desk: Desk, clock: FixedClock) -> int:
    seat = Seat("clean", script=True, fallback="OWNER")
    bench.scan(desk, seat, "BMD:BATCH:B1")
    bench.scan(desk, seat, f"BMD:MODEL:{PHONE}")
    scans = ("356938035643809", *WORK)
    said = []
    for text in scans:
        clock.advance(seconds=2)
        said.append(bench.scan(desk, seat, text).code)
    assert said[-1] == "bench.ready", said
    return len(scans)
