"""A crash at every statement and every commit: what was acknowledged is there, and nothing is half done.

Two ways to die. A statement that raises: the transaction is rolled back, and the same process goes on. And the plug
pulled: the files as they lie on the disk at that moment, also with a commit half written, are opened by a next process.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from bmdesk.services import company
from bmdesk.services.desk import Desk
from bmdesk.services.grading import bench
from bmdesk.store.engine import Place
from bmdesk.store.opening import check_file, open_store
from bmdesk.store.photos import Photos
from bmdesk.store.tables.people import seat
from bmdesk.system.clock import FixedClock
from tests.desks import IMEIS, PHONE, Bench
from tests.wholeness import Dump, assert_whole, dump

STORY = (
    "BMD:OP:OWNER", "BMD:BATCH:B1", f"BMD:MODEL:{PHONE}", IMEIS[0], "BMD:ALLPASS", "BMD:BATTERY:92",
    "BMD:DEFECT:BACK:SCRATCH:2", "BMD:UNDO", "BMD:LOCK:ALL:OFF", "BMD:ERASED:BLANCCO:C-1", "BMD:PART:BATTERY:20",
    "BMD:BATTERY:99", "BMD:GRADE:GOOD:worn frame", "BMD:DONE", "BMD:BIN:MAIN/A-1", IMEIS[1], "BMD:ALSO", IMEIS[2],
    "BMD:MODEL:NOBODY-KNOWS", "BMD:HOLD:customer calls back", "BMD:UNDO",
)  # fmt: skip


class Crash(BaseException):
    """The process ends here."""


@contextmanager
def at_each_statement(desk: Desk, then: Callable[[], None]) -> Iterator[None]:
    """Call this before each statement and each commit of the connection that writes."""
    engine = desk.store.database._writer

    def statement(*_: Any) -> None:
        then()

    def commit(_: Any) -> None:
        then()

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", statement)
        event.remove(engine, "commit", commit)


@pytest.mark.parametrize("every", [12, pytest.param(1, marks=pytest.mark.slow)])
def test_a_step_that_dies_at_any_statement_leaves_no_trace_and_may_be_repeated(
    at_bench: Bench, every: int
) -> None:
    boundaries = 0
    for text in STORY:
        before = dump(at_bench.desk)
        for nth in range(0, 1000, every):
            left = [nth]

            def crash(left: list[int] = left) -> None:
                left[0] -= 1
                if left[0] < 0:
                    raise Crash

            try:
                with at_each_statement(at_bench.desk, crash):
                    at_bench.scan(text)
                break
            except Crash:
                boundaries += 1
                at_bench.clock.advance(seconds=-2)
                if nth % (9 if every == 1 else 3) == 0:
                    assert dump(at_bench.desk) == before
        assert_whole(at_bench.desk)
    assert boundaries > 300 // every


@dataclass
class Image:
    """The files of a store as they lay on the disk, and how many scans had been acknowledged."""

    folder: Path
    acknowledged: int
    torn: bool = False


def take_images(at_bench: Bench, folder: Path) -> tuple[list[Image], list[Dump]]:
    """Tell the story; every state of the files that a crash could leave, and what was in the store after each scan."""
    file = at_bench.desk.store.place.file
    assert file is not None
    images: list[Image] = []
    dumps = [dump(at_bench.desk)]
    last = [b"", b""]

    def wal() -> Path:
        return file.with_name(file.name + "-wal")

    def image(acknowledged: int, log: bytes | None = None) -> None:
        now = [file.read_bytes(), (wal().read_bytes() if wal().exists() else b"") if log is None else log]
        if log is None and now == last:
            return  # nothing reached the disk since the last boundary
        if log is None:
            last[:] = now
        home = folder / f"{len(images):04}"
        home.mkdir(parents=True)
        (home / "store.db").write_bytes(now[0])
        (home / "store.db-wal").write_bytes(now[1])
        images.append(Image(home, acknowledged, torn=log is not None))

    for acknowledged, text in enumerate(STORY):
        with at_each_statement(at_bench.desk, lambda n=acknowledged: image(n)):  # type: ignore[misc]
            shorter = len(wal().read_bytes()) if wal().exists() else 0
            at_bench.scan(text)
        whole = wal().read_bytes()
        if len(whole) > shorter:  # the commit as it was being written: frame by frame, or half a frame
            for part in (0.4, 0.99):
                image(acknowledged, whole[: shorter + int((len(whole) - shorter) * part)])
        image(acknowledged)  # committed, and the answer never reached anybody
        dumps.append(dump(at_bench.desk))
    return images, dumps


@pytest.mark.sqlite_only
@pytest.mark.parametrize("every", [8, pytest.param(1, marks=pytest.mark.slow)])
def test_whenever_the_plug_is_pulled_the_next_process_finds_all_that_was_acknowledged(
    at_bench: Bench, tmp_path: Path, clock: FixedClock, every: int
) -> None:
    images, dumps = take_images(at_bench, tmp_path / "images")
    assert len(images) > 3 * len(STORY)
    began = clock.now()
    for image in images[::every]:
        clock.set(began)
        check_file(image.folder / "store.db", whole=True)
        store = open_store(Place.of_file(image.folder / "store.db"), clock.now)
        again = Bench(company.open_desk(store, Photos(image.folder / "photos"), clock, "bench-1"), clock)
        found = dump(again.desk)
        assert found in (dumps[image.acknowledged], dumps[image.acknowledged + 1])
        assert_whole(again.desk)
        if not image.torn:
            carry_on(again, image.acknowledged, already=found == dumps[image.acknowledged + 1])
        store.close()
        shutil.rmtree(image.folder)


def carry_on(again: Bench, acknowledged: int, *, already: bool) -> None:
    """Whoever got no answer scans again; the story ends as if nothing had happened."""
    text = STORY[acknowledged]
    if already and text != "BMD:UNDO":  # UNDO may be said twice on purpose, so it is not guarded
        before = dump(again.desk, "scan_log", "seat")
        again.clock.set(again.desk.read(lambda c: c.execute(select(seat.c.last_at)).scalar_one()))
        bench.scan(again.desk, again.seat, text)
        assert dump(again.desk, "scan_log", "seat") == before, f"{text} was done twice"
    if acknowledged % 4:
        return
    for rest in STORY[acknowledged + already :]:
        again.scan(rest)
    end = dump(again.desk)
    units = sorted((row[2], row[6], row[8]) for row in end["unit"])
    assert units == [("ready", "GOOD", 1), ("received", "", 1)]
    assert len(end["identifier"]) == 3
    assert len(end["battery_reading"]) == 2
    assert_whole(again.desk)


@pytest.mark.sqlite_only
@pytest.mark.slow
def test_a_first_start_that_dies_anywhere_is_finished_by_the_next(tmp_path: Path, clock: FixedClock) -> None:
    from bmdesk.store import schema

    # Where a first start can be cut: before any file, after an empty one, after the tables, after the facts.
    def nothing(_: Place) -> None:
        pass

    def an_empty_file(place: Place) -> None:
        assert place.file is not None
        place.file.touch()

    def the_facts(place: Place) -> None:
        open_store(place, clock.now, None, "01KFIRST").close()

    for n, begun in enumerate((nothing, an_empty_file, schema.migrate, the_facts)):
        place = Place.of_file(tmp_path / f"{n}.db")
        begun(place)
        store = open_store(place, clock.now, None, "01KFIRST")
        desk = company.open_desk(store, Photos(tmp_path), clock, "bench-1")
        assert (store.info("id"), store.info("generation")) == ("01KFIRST", "1")
        Bench(desk, clock).good("BMD:OP:OWNER", "SERIAL000001")
        store.close()
