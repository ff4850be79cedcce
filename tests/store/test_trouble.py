"""A full disk, a busy neighbour, a lost page: said in a clear sentence, and nothing acknowledged is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from bmdesk.services import company
from bmdesk.services.desk import Desk
from bmdesk.services.grading import bench
from bmdesk.store import engine
from bmdesk.store.backup import write_backup
from bmdesk.store.engine import Place
from bmdesk.store.failures import StoreBusy, StoreFull
from bmdesk.store.opening import check_file, open_store
from bmdesk.store.photos import Photos
from bmdesk.system.clock import FixedClock
from bmdesk.texts import render
from tests.desks import PHONE, Bench, add_models
from tests.photo_files import jpeg
from tests.processes import python
from tests.wholeness import assert_whole, scanned

pytestmark = pytest.mark.sqlite_only

PROSE = "A long reason that fills the disk a little more each time. " * 5 + "."


def scan_until_full(at_bench: Bench) -> list[str]:
    """Receive device after device until the disk takes no more; the scans that were acknowledged."""
    acknowledged: list[str] = []
    with pytest.raises(StoreFull) as full:
        for n in range(100_000):
            for scan in (f"SERIAL{n:06}", f"BMD:MODEL:{PHONE}", f"BMD:HOLD:{PROSE}"):
                at_bench.good(scan)
                acknowledged.append(scan)
    assert str(at_bench.desk.store.place.file) in render(full.value.happened)
    assert render(full.value.todo)
    return acknowledged


def test_a_store_that_may_not_grow_says_so_and_keeps_what_it_said(at_bench: Bench) -> None:
    def limit(pages: int) -> None:
        # The limit belongs to a connection: the one that writes is asked while it is idle.
        with at_bench.desk.store.database._writer.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    limit(150)
    acknowledged = scan_until_full(at_bench)
    assert [text for text, ok in scanned(at_bench.desk) if ok] == acknowledged
    assert_whole(at_bench.desk)
    # Room again: the very next scan is kept.
    limit(100_000)
    at_bench.good("BMD:OP:OWNER")
    assert [text for text, ok in scanned(at_bench.desk) if ok] == [*acknowledged, "BMD:OP:OWNER"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of five megabytes."""
    if os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("only root may mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=5m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"no small disk here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def on_small_disk(small_disk: Path, clock: FixedClock) -> Iterator[Bench]:
    store = open_store(Place.of_file(small_disk / "store.db"), clock.now, None, "01KSMALL")
    desk = company.open_desk(store, Photos(small_disk / "photos"), clock, "bench-1")
    add_models(desk)
    yield Bench(desk, clock)
    store.close()


def reopened(at_bench: Bench) -> Desk:
    file = at_bench.desk.store.place.file
    assert file is not None
    check_file(file, whole=True)
    store = open_store(Place.of_file(file), at_bench.clock.now)
    return replace(at_bench.desk, store=store)


def test_a_full_disk_loses_nothing_that_was_acknowledged(on_small_disk: Bench, small_disk: Path) -> None:
    ballast = small_disk / "somebody-elses-file"
    ballast.write_bytes(b"x" * 500_000)
    acknowledged = scan_until_full(on_small_disk)
    assert len(acknowledged) > 15
    for _ in range(3):  # nobody gives up after one try
        with pytest.raises(StoreFull):
            on_small_disk.scan(
                f"BMD:HOLD:{PROSE}" if acknowledged[-1].startswith("BMD:M") else "SERIAL999999"
            )
    assert [text for text, ok in scanned(on_small_disk.desk) if ok] == acknowledged
    on_small_disk.desk.store.close()
    again = reopened(on_small_disk)  # also while the disk is still full
    assert [text for text, ok in scanned(again) if ok] == acknowledged
    ballast.unlink()
    Bench(again, on_small_disk.clock).good(
        "BMD:OP:OWNER", f"BMD:HOLD:{PROSE}" if not acknowledged else "BMD:BATCH:B"
    )
    assert [text for text, ok in scanned(again) if ok][: len(acknowledged)] == acknowledged
    assert_whole(again)
    again.store.close()


def test_a_photo_that_does_not_fit_leaves_no_stump(
    on_small_disk: Bench, small_disk: Path, tmp_path: Path
) -> None:
    on_small_disk.good("SERIAL000001")
    huge = jpeg(tmp_path / "huge.jpg", b"0123456789" * 20_000)
    with pytest.raises(StoreFull):
        bench.attach_photo(on_small_disk.desk, on_small_disk.seat, huge)
    assert [p for p in (small_disk / "photos").rglob("*") if p.is_file()] == []
    refused = on_small_disk.scan(f"BMD:PHOTO:{huge}")
    assert (refused.ok, refused.code) == (False, "store.full.happened")


@pytest.mark.slow
def test_a_backup_that_does_not_fit_leaves_no_stump(on_small_disk: Bench, small_disk: Path) -> None:
    file = small_disk / "store.db"
    free = shutil.disk_usage(small_disk).free
    (small_disk / "ballast").write_bytes(b"x" * (free - 150_000))  # room for a scan, not for a copy
    before = sorted(p.name for p in small_disk.iterdir())
    with pytest.raises(StoreFull):
        write_backup(file, small_disk / "photos", small_disk / "b.zip", on_small_disk.clock.now())
    assert sorted(p.name for p in small_disk.iterdir()) == before
    on_small_disk.good("SERIAL000002")


HOLDER = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
connection.execute("COMMIT")
"""


WITHOUT_A_PAUSE = """
import sys, time
from pathlib import Path
from bmdesk.store.engine import Database, Place
def a_write(connection):
    connection.exec_driver_sql("UPDATE store_info SET value = value")
    time.sleep(0.01)
database = Database(Place.of_file(Path(sys.argv[1])))
print("begun", flush=True)
while True:
    database.write(a_write)
"""


def test_a_neighbour_who_writes_for_too_long_is_said_and_waited_for(
    at_bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = at_bench.desk.store.place.file
    assert file is not None
    at_bench.good("SERIAL000001")
    monkeypatch.setattr(engine, "BUSY_MS", 300)
    store = open_store(Place.of_file(file), at_bench.clock.now)
    hasty = Bench(replace(at_bench.desk, store=store), at_bench.clock)
    holder = python(HOLDER, str(file), stdin=subprocess.PIPE)
    assert holder.stdout is not None and holder.stdout.readline() == "held\n"
    began = time.monotonic()
    with pytest.raises(StoreBusy) as busy:
        hasty.scan("SERIAL000002")
    assert 0.2 < time.monotonic() - began < 5
    assert str(file) in render(busy.value.happened)
    assert scanned(hasty.desk)[-1] == ("SERIAL000001", True), "reading never waits for a writer"
    holder.communicate(timeout=20)
    hasty.good("SERIAL000002")
    store.close()


@pytest.mark.slow
def test_a_neighbour_who_writes_for_a_moment_is_not_noticed(at_bench: Bench) -> None:
    file = at_bench.desk.store.place.file
    holder = python(HOLDER.replace("sys.stdin.read()", "time.sleep(0.5)"), str(file))
    assert holder.stdout is not None and holder.stdout.readline() == "held\n"
    at_bench.good("SERIAL000002")
    holder.communicate(timeout=20)


@pytest.mark.slow
@pytest.mark.parametrize("neighbours", [1, 3])
def test_beside_neighbours_who_write_without_a_pause_everybody_gets_a_turn(
    at_bench: Bench, neighbours: int
) -> None:
    """An import or a worker of bmdesk in a process of its own; all of them on one processor, where the one that has
    just written is the one that runs.
    """
    file = at_bench.desk.store.place.file
    assert file is not None
    busy = [python(WITHOUT_A_PAUSE, str(file)) for _ in range(neighbours)]
    processors = os.sched_getaffinity(0)
    try:
        for process in busy:
            assert process.stdout is not None and process.stdout.readline() == "begun\n"
            os.sched_setaffinity(process.pid, {min(processors)})
        os.sched_setaffinity(0, {min(processors)})
        for number in range(20):
            at_bench.good(f"SERIAL{number:06}")
    finally:
        os.sched_setaffinity(0, processors)
    assert [process.poll() for process in busy] == [None] * neighbours, "they went on writing all the time"


def test_a_page_that_breaks_while_the_store_is_open_is_said(at_bench: Bench) -> None:
    at_bench.ready_unit()
    file = at_bench.desk.store.place.file
    assert file is not None
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    at_bench.desk.store.close()
    store = open_store(Place.of_file(file), at_bench.clock.now)
    page = store.read(
        lambda c: c.execute(text("SELECT rootpage FROM sqlite_master WHERE name='scan_log'")).scalar()
    )
    with file.open("r+b") as raw:
        raw.seek((int(page or 0) - 1) * 4096)
        raw.write(b"\xaa" * 4096)
    from bmdesk.store.failures import StoreDamaged

    with pytest.raises(StoreDamaged) as damaged:
        scanned(replace(at_bench.desk, store=store))
    assert render(damaged.value.todo)
    store.close()
